-- Where a branch is reached that runs beside the active one, whatever its data lies on.
ALTER TABLE branches ADD COLUMN ports TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(ports));
-- Who put it into the trash.
ALTER TABLE containers ADD COLUMN deleted_by TEXT;
ALTER TABLE branches ADD COLUMN deleted_by TEXT;
ALTER TABLE bookmarks ADD COLUMN deleted_by TEXT;
