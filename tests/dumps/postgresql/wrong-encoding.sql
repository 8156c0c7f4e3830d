SET client_encoding = 'UTF8';
CREATE TABLE t (a text);
COPY t (a) FROM stdin;
grün
\.
