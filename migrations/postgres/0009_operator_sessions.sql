-- Who is signed in at the review console: a keyed hash of the cookie, and the key that it was made for.
CREATE TABLE operator_sessions (
    session_tag BYTEA PRIMARY KEY,
    operator TEXT NOT NULL REFERENCES operator_keys (name),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
