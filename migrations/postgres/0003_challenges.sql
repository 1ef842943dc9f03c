-- Challenges of SEP-10 that were exchanged for a token, by the hash of the transaction, until nobody accepts them.
CREATE TABLE spent_challenges (
    hash BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_challenges_by_expiry ON spent_challenges (expires_at);
