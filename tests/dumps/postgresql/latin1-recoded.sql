SET client_encoding = 'LATIN1';
CREATE TABLE t (a text);
COPY t (a) FROM stdin;
grün
\.
