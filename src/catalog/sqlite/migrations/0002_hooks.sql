-- A template's data on its way to a point, with its databases running: see Volume::places.
ALTER TABLE volumes ADD COLUMN places TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(places));
