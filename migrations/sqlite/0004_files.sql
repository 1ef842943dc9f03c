-- Whose a file is: the tags of the account that sent it and of the customer that it was sent for; of a claimed file,
-- those of its customer. One that arrives as a part of a PUT is nobody's until that PUT claims it.
ALTER TABLE files ADD COLUMN account_tag BLOB;
ALTER TABLE files ADD COLUMN customer_tag BLOB;
UPDATE files SET
    account_tag = (SELECT account_tag FROM payment_targets WHERE id = files.target_id),
    customer_tag = (SELECT target_tag FROM payment_targets WHERE id = files.target_id)
    WHERE target_id IS NOT NULL;
CREATE INDEX files_by_customer ON files (customer_tag);
CREATE INDEX files_unclaimed ON files (account_tag) WHERE target_id IS NULL;

-- Why a person has to look at a file before it counts.
ALTER TABLE files ADD COLUMN quarantine TEXT;
