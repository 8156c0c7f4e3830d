-- Of each row's values, see row_checksums.h: what a disk has changed is noticed.
ALTER TABLE users ADD COLUMN checksum INTEGER;
ALTER TABLE accesses ADD COLUMN checksum INTEGER;
ALTER TABLE sources ADD COLUMN checksum INTEGER;
ALTER TABLE templates ADD COLUMN checksum INTEGER;
ALTER TABLE containers ADD COLUMN checksum INTEGER;
ALTER TABLE branches ADD COLUMN checksum INTEGER;
ALTER TABLE segments ADD COLUMN checksum INTEGER;
ALTER TABLE points ADD COLUMN checksum INTEGER;
ALTER TABLE bookmarks ADD COLUMN checksum INTEGER;
ALTER TABLE operations ADD COLUMN checksum INTEGER;
ALTER TABLE volumes ADD COLUMN checksum INTEGER;
ALTER TABLE snapshots ADD COLUMN checksum INTEGER;
ALTER TABLE events ADD COLUMN checksum INTEGER;
ALTER TABLE facts ADD COLUMN checksum INTEGER;
