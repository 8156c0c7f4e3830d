-- Passwords by handle: move_secrets.cpp moves them to where secrets are kept, and masks what is left.
ALTER TABLE containers ADD COLUMN login TEXT;
ALTER TABLE containers ADD COLUMN renew_login INTEGER NOT NULL DEFAULT 0
  CHECK (renew_login IN (0, 1));
ALTER TABLE volumes ADD COLUMN login TEXT;
