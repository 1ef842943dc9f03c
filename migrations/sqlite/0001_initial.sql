-- Secrets of this installation, wrapped by a master key.
CREATE TABLE instance_secrets (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
);

-- Who can be verified: SEP-12 customers and bare payto URIs. Everything personal is sealed; tags are keyed hashes.
CREATE TABLE payment_targets (
    id BLOB PRIMARY KEY,
    target_tag BLOB NOT NULL UNIQUE,
    account_tag BLOB,
    data_key BLOB NOT NULL,
    payto BLOB NOT NULL,
    link_tag BLOB NOT NULL UNIQUE,
    link_generation BIGINT NOT NULL,
    document BLOB NOT NULL,
    document_version BIGINT NOT NULL,
    facts TEXT NOT NULL,
    registered_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The assessed status by type; a type without a row is NEEDS_INFO.
CREATE TABLE statuses (
    target_id BLOB NOT NULL REFERENCES payment_targets (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (target_id, type)
);
CREATE INDEX statuses_by_type ON statuses (type, status);

-- One attempt of one target at one provider.
CREATE TABLE processes (
    id BLOB PRIMARY KEY,
    target_id BLOB NOT NULL REFERENCES payment_targets (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    provider TEXT NOT NULL,
    state TEXT NOT NULL,
    trouble TEXT,
    deadline BIGINT,
    nonce_tag BLOB UNIQUE,
    kept BLOB,
    ticket_tag BLOB UNIQUE,
    ticket_expires_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX processes_live ON processes (target_id, type, provider) WHERE state IN ('started', 'exchanging');
CREATE INDEX processes_by_expiry ON processes (expires_at);

-- Hashes of authorization codes that were sent to a provider once and never will be again.
CREATE TABLE spent_codes (
    process_id BLOB NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
    code_tag BLOB NOT NULL,
    PRIMARY KEY (process_id, code_tag)
);

-- Uploaded files; one without a target was not claimed by a PUT yet and goes at its expiry.
CREATE TABLE files (
    id BLOB PRIMARY KEY,
    target_id BLOB REFERENCES payment_targets (id) ON DELETE CASCADE,
    data_key BLOB NOT NULL,
    content_type TEXT,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX files_by_target ON files (target_id);
CREATE INDEX files_by_expiry ON files (expires_at);

CREATE TABLE file_chunks (
    file_id BLOB NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (file_id, position)
);

-- Keys of the operator listener.
CREATE TABLE operator_keys (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    key_tag BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
