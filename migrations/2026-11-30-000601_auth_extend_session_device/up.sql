-- Sessions of the release before count from when they were opened.
ALTER TABLE session ADD COLUMN appareil_depuis timestamptz;
COMMENT ON COLUMN session.appareil_depuis IS 'since when a code has proven this device for this person: money is careful with a new one; null is since the session was opened';
