-- What sources' data was once, so that templates can be brought back to it.
ALTER TABLE sources ADD COLUMN history TEXT NOT NULL DEFAULT '[]';
