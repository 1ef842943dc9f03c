-- When something of a target stops counting by itself, so that it has to be assessed again.
ALTER TABLE payment_targets ADD COLUMN next_expiry BIGINT;
CREATE INDEX payment_targets_by_expiry ON payment_targets (next_expiry, id) WHERE next_expiry IS NOT NULL;

-- The operator's list of customers in a status, oldest first.
CREATE INDEX statuses_by_change ON statuses (status, changed_at, target_id, type);

-- Rejections that outlive the erasure of their customer: a keyed hash of the customer key, and nothing personal.
CREATE TABLE rejections (
    customer_tag BLOB NOT NULL,
    type TEXT NOT NULL,
    notice TEXT,
    rejected_at BIGINT NOT NULL,
    PRIMARY KEY (customer_tag, type)
);

-- What operators did to customers: names of fields and states, no value; the reason is sealed with the customer's key.
-- It outlives the customer, whose erasure leaves the reasons unreadable.
CREATE TABLE audit_entries (
    target_id BLOB NOT NULL,
    position BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    operator TEXT NOT NULL,
    action TEXT NOT NULL,
    reason BLOB,
    PRIMARY KEY (target_id, position)
);
CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
CREATE TRIGGER audit_entries_are_not_deleted BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
