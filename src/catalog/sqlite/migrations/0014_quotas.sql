-- What an administrator lets the container have at most.
ALTER TABLE containers ADD COLUMN quota TEXT CHECK (quota IS NULL OR json_valid(quota));
CREATE INDEX containers_by_number ON containers (number) WHERE number IS NOT NULL;
