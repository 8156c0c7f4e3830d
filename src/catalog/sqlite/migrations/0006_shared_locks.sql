-- What operations read that others may read at the same time, and nobody may change.
ALTER TABLE operations ADD COLUMN shared TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(shared));
