-- Sources that follow production, and are synced of their own accord or when a webhook is called.
ALTER TABLE sources ADD COLUMN schedule TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN webhook_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN volume TEXT;
ALTER TABLE volumes ADD COLUMN follows TEXT;
-- Branches that are only looked at.
ALTER TABLE volumes ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0 CHECK (read_only IN (0, 1));
CREATE INDEX operations_of_source ON operations (source) WHERE source IS NOT NULL;
