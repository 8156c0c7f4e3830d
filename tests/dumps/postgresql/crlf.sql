CREATE TABLE t (a text);
COPY t (a) FROM stdin;
x
\.
CREATE POLICY p ON t TO one,
  two USING (true);
