SET client_encoding = 'SQL_ASCII';
CREATE TABLE t (a text);
COPY t (a) FROM stdin;
grün â‚¬
\.
