-- The code that a field waits for, one at most. It is not here: it is derived from the salt and what the field holds, by a
-- key. It counts from the moment at which it arrived; attempts are counted before they are looked at.
CREATE TABLE codes (
    target_id BLOB NOT NULL REFERENCES payment_targets (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    salt BLOB NOT NULL,
    value_tag BLOB NOT NULL,
    attempts BIGINT NOT NULL,
    arrived_at BIGINT,
    PRIMARY KEY (target_id, field)
);

-- How often codes were sent, by a keyed hash of whom or where to. It outlives its customer for a day.
CREATE TABLE code_budgets (
    tag BLOB PRIMARY KEY,
    since BIGINT NOT NULL,
    taken BIGINT NOT NULL
);
CREATE INDEX code_budgets_by_age ON code_budgets (since);
