-- Who proved a customer at a provider, by a keyed hash, so that one person who proves several is found. Proofs that were
-- made before count from the time they are repeated.
CREATE TABLE subjects (
    subject_tag BYTEA NOT NULL,
    target_id UUID NOT NULL REFERENCES payment_targets (id) ON DELETE CASCADE,
    PRIMARY KEY (subject_tag, target_id)
);
CREATE INDEX subjects_by_target ON subjects (target_id);
