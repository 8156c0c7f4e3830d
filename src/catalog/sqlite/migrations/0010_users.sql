-- Which of the users for containers it is. Numbers are given once; 0 is for what is nobody's.
ALTER TABLE containers ADD COLUMN number INTEGER;
UPDATE containers SET number = sequence;
ALTER TABLE volumes ADD COLUMN number INTEGER;
