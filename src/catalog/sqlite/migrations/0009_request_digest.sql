-- What an idempotency key was first sent with, so that it is refused with anything else.
ALTER TABLE operations ADD COLUMN request_digest TEXT NOT NULL DEFAULT '';
