CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'xx_YY.UTF-8';
\connect shop
CREATE TABLE t (n integer);
