-- Going back to any second: where a segment's log goes on from, and points made by replaying it.
ALTER TABLE segments ADD COLUMN base TEXT;
ALTER TABLE points ADD COLUMN taken_by INTEGER;
ALTER TABLE points ADD COLUMN replayed_from TEXT;
