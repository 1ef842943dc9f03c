-- What has to leave the house: one row for each topic of a target, the newest. Written with the change that caused it.
-- A newer message takes the row over and raises its version; while leased_until lies ahead, an attempt is under way.
CREATE TABLE outbox (
    id BLOB PRIMARY KEY,
    target_id BLOB NOT NULL REFERENCES payment_targets (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    topic TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    trouble TEXT,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease BLOB,
    leased_until BIGINT
);
CREATE UNIQUE INDEX outbox_by_topic ON outbox (target_id, kind, topic);
CREATE INDEX outbox_by_due ON outbox (kind, due_at) WHERE state = 'waiting';

-- Where a customer's wallet wants to be told of changes.
CREATE TABLE callbacks (
    target_id BLOB PRIMARY KEY REFERENCES payment_targets (id) ON DELETE CASCADE,
    url BLOB NOT NULL,
    version BIGINT NOT NULL,
    registered_at BIGINT NOT NULL
);
