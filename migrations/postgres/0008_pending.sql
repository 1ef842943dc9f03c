-- A process whose provider has not decided yet: `deadline` is when it is asked again, the reference is by what a message
-- of the provider's names it.
ALTER TABLE processes ADD COLUMN reference_tag BYTEA;
DROP INDEX processes_live;
CREATE UNIQUE INDEX processes_live ON processes (target_id, type, provider)
    WHERE state IN ('started', 'exchanging', 'pending');
CREATE INDEX processes_by_question ON processes (deadline) WHERE state = 'pending';
CREATE INDEX processes_by_reference ON processes (reference_tag) WHERE state = 'pending';

-- Messages of providers that were taken once and never will be again, until nobody would take them for their age.
CREATE TABLE webhook_messages (
    message_tag BYTEA PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX webhook_messages_by_age ON webhook_messages (received_at);
