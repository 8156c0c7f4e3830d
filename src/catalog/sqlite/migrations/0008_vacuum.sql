-- Pages that are free, or were copied to the log, may still hold the passwords of before.
VACUUM;
