CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = icu LOCALE = 'C.UTF-8' ICU_LOCALE = 'en-US';
\connect shop
CREATE TABLE t AS SELECT unnest(ARRAY['b', 'A', 'a', 'B']) AS a;
