//! A signed challenge that comes back, read step by step as the specification lists them
//! ([SEP-10, Token](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#token)).

use std::time::Duration;

use data_encoding::BASE64;
use stellar_xdr::{
    Limits, ManageDataOp, Memo, MuxedAccount, Operation, OperationBody, Preconditions, ReadXdr as _, SequenceNumber,
    Transaction, TransactionEnvelope,
};

use super::Invalid;
use super::client::{Client, ClientDomain, User};
use super::signatures::{Authority, Signatures};
use super::terms::{CLIENT_DOMAIN, Terms, WEB_AUTH_DOMAIN, auth_key};
use crate::domain::clock::Timestamp;

/// How far the clocks of two of our replicas may be apart: one makes the challenge, the other one reads it.
pub(super) const SKEW: Duration = Duration::from_mins(1);

/// The deepest nesting in a transaction envelope is below this.
const MAX_DEPTH: u32 = 100;

/// A challenge of ours with signatures, of which the server's and the client domain's were checked.
pub struct Answer {
    client: Client,
    hash: [u8; 32],
    expires_at: Timestamp,
    signatures: Signatures,
}

impl Terms {
    /// Reads what a wallet sends back. Everything but the signatures of the client is checked, without asking anybody.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn read(&self, transaction: &str, now: Timestamp) -> Result<Answer, Invalid> {
        let bytes = BASE64.decode(transaction.as_bytes()).map_err(|_| Invalid::Envelope)?;
        let limits = Limits { depth: MAX_DEPTH, len: bytes.len() };
        let envelope = TransactionEnvelope::from_xdr(bytes, limits).map_err(|_| Invalid::Envelope)?;
        let TransactionEnvelope::Tx(envelope) = envelope else { return Err(Invalid::Envelope) };
        let transaction = envelope.tx;
        if transaction.source_account != MuxedAccount::Ed25519(self.signing_key.public().into()) {
            return Err(Invalid::Source);
        }
        if transaction.seq_num != SequenceNumber(0) {
            return Err(Invalid::Sequence);
        }
        let expires_at = check_times(&transaction.cond, now)?;
        let client = self.client(&transaction)?;
        let hash = transaction.hash(self.network_id()).map_err(|_| Invalid::Envelope)?;
        let mut signatures = Signatures::new(hash, envelope.signatures.into());
        if !signatures.take(&self.signing_key.public()) {
            return Err(Invalid::ServerSignature);
        }
        if client.domain.as_ref().is_some_and(|domain| !signatures.take(&domain.key)) {
            return Err(Invalid::ClientDomainSignature);
        }
        Ok(Answer { client, hash, expires_at, signatures })
    }

    fn client(&self, transaction: &Transaction) -> Result<Client, Invalid> {
        let (first, more) = transaction.operations.split_first().ok_or(Invalid::FirstOperation)?;
        let (source, key, value) = manage_data(first).ok_or(Invalid::FirstOperation)?;
        let home_domain = self.home_domains.iter().find(|domain| auth_key(domain).as_bytes() == key);
        let home_domain = home_domain.ok_or(Invalid::FirstOperation)?.clone();
        if !BASE64.decode(value).is_ok_and(|nonce| nonce.len() == 48) {
            return Err(Invalid::Nonce);
        }
        let (account, user) = match (source, &transaction.memo) {
            (MuxedAccount::Ed25519(account), Memo::None) => (account.0, User::Holder),
            (MuxedAccount::Ed25519(account), Memo::Id(id)) => (account.0, User::Memo(*id)),
            (MuxedAccount::MuxedEd25519(muxed), Memo::None) => (muxed.ed25519.0, User::Muxed(muxed.id)),
            _ => return Err(Invalid::TransactionMemo),
        };
        Ok(Client { account, user, home_domain, domain: self.client_domain(more)? })
    }

    /// Reads the operations after the first one, whose order means nothing.
    fn client_domain(&self, operations: &[Operation]) -> Result<Option<ClientDomain>, Invalid> {
        let server = self.signing_key.public();
        let mut domain = None;
        let mut names_server = false;
        for operation in operations {
            let (source, key, value) = manage_data(operation).ok_or(Invalid::Operation)?;
            let MuxedAccount::Ed25519(source) = source else { return Err(Invalid::Operation) };
            match key {
                CLIENT_DOMAIN => {
                    let name = str::from_utf8(value).ok().filter(|name| !name.is_empty());
                    // The server signs every challenge: with its key as the domain's, nothing would be proven.
                    let name = name.filter(|_| source.0 != server && domain.is_none());
                    let name = name.ok_or(Invalid::ClientDomainOperation)?.to_owned();
                    domain = Some(ClientDomain { name, key: source.0 });
                }
                _ if source.0 != server => return Err(Invalid::Operation),
                WEB_AUTH_DOMAIN if names_server || value != self.web_auth_domain.as_bytes() => {
                    return Err(Invalid::WebAuthDomain);
                }
                WEB_AUTH_DOMAIN => names_server = true,
                // "zero or more manage_data(source: server account, ...) reserved for future use"
                _ => {}
            }
        }
        if names_server { Ok(domain) } else { Err(Invalid::WebAuthDomain) }
    }
}

impl Answer {
    /// The account whose signers have to be known.
    #[must_use]
    pub fn account(&self) -> [u8; 32] {
        self.client.account
    }

    /// Identifies the challenge, whoever signs it: the hash of the transaction.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// When nobody accepts the challenge any more.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Accounts for all signatures that are left, and gives the client if they are enough.
    ///
    /// # Errors
    /// A signature of nobody who has a say, or too few.
    pub fn authorize(mut self, terms: &Terms, authority: &Authority) -> Result<Client, Invalid> {
        let server = terms.signing_key.public();
        let domain = self.client.domain.as_ref().map(|domain| domain.key);
        // A signature that the server or a wallet gives to everybody is no word of the account, not even if the
        // account has that key among its signers: "A Server should not assist in authentication".
        let has_a_say = |key: &[u8; 32]| *key != server && domain != Some(*key);
        self.signatures.reach(authority, has_a_say)?;
        Ok(self.client)
    }
}

/// Checks the time bounds and gives the end, `SKEW` included.
fn check_times(conditions: &Preconditions, now: Timestamp) -> Result<Timestamp, Invalid> {
    let Preconditions::Time(bounds) = conditions else { return Err(Invalid::TimeBounds) };
    let moment = |seconds: u64| Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    let (start, end) = (moment(bounds.min_time.0), moment(bounds.max_time.0));
    if bounds.max_time.0 == 0 {
        return Err(Invalid::TimeBounds);
    }
    if now + SKEW < start {
        return Err(Invalid::NotYet);
    }
    if now > end {
        return Err(Invalid::Expired);
    }
    Ok(end + SKEW)
}

/// The source, key and value of a manage data operation that has all three.
fn manage_data(operation: &Operation) -> Option<(&MuxedAccount, &[u8], &[u8])> {
    let OperationBody::ManageData(ManageDataOp { data_name, data_value: Some(value) }) = &operation.body else {
        return None;
    };
    Some((operation.source_account.as_ref()?, data_name.as_slice(), value.as_slice()))
}
