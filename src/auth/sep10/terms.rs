//! What is the same in every challenge of a server, and how a challenge is made of it.

use std::time::Duration;

use aws_lc_rs::digest;
use data_encoding::BASE64;
use stellar_xdr::{
    DataValue, DecoratedSignature, Limits, ManageDataOp, Memo, MuxedAccount, MuxedAccountMed25519, Operation,
    OperationBody, Preconditions, SequenceNumber, Signature, SignatureHint, String64, StringM, TimeBounds, TimePoint,
    Transaction, TransactionEnvelope, TransactionExt, TransactionV1Envelope, Uint256, WriteXdr as _,
};

use super::client::{Client, User};
use crate::domain::clock::Timestamp;
use crate::vault::SigningKey;

/// The key of the operation that names the server.
pub(super) const WEB_AUTH_DOMAIN: &[u8] = b"web_auth_domain";

/// The key of the operation that names the wallet.
pub(super) const CLIENT_DOMAIN: &[u8] = b"client_domain";

/// What a transaction costs at least, in stroops an operation: what the SDKs put into a challenge.
const FEE: u32 = 100;

/// The random bytes of a challenge.
pub type Nonce = [u8; 48];

/// What is the same in every challenge of a server.
pub struct Terms {
    /// The key of the server account.
    pub signing_key: SigningKey,
    /// The home domains that the server signs in for; the default one first.
    pub home_domains: Vec<String>,
    /// The server's own domain.
    pub web_auth_domain: String,
    /// The passphrase of the network.
    pub network_passphrase: String,
    /// How long a challenge can be answered.
    pub lifetime: Duration,
}

impl Terms {
    /// Makes a challenge and signs it: the base64 XDR of its envelope
    /// ([SEP-10, Challenge](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#response)).
    ///
    /// # Panics
    /// A domain of more than 64 bytes, or a home domain of more than 59, which the configuration and the reader of
    /// requests refuse.
    #[must_use]
    pub fn challenge(&self, client: &Client, nonce: &Nonce, now: Timestamp) -> String {
        let transaction = self.transaction(client, nonce, now);
        let hash = transaction.hash(self.network_id()).expect("memory takes any transaction");
        let signatures = vec![sign(&self.signing_key, &hash)].try_into().expect("one is not too many");
        let envelope = TransactionEnvelope::Tx(TransactionV1Envelope { tx: transaction, signatures });
        BASE64.encode(&envelope.to_xdr(Limits::none()).expect("memory takes any transaction"))
    }

    fn transaction(&self, client: &Client, nonce: &Nonce, now: Timestamp) -> Transaction {
        let account = Uint256(client.account);
        let (source, memo) = match client.user {
            User::Holder => (MuxedAccount::Ed25519(account), Memo::None),
            User::Memo(id) => (MuxedAccount::Ed25519(account), Memo::Id(id)),
            User::Muxed(id) => (MuxedAccount::MuxedEd25519(MuxedAccountMed25519 { id, ed25519: account }), Memo::None),
        };
        let server = MuxedAccount::Ed25519(Uint256(self.signing_key.public()));
        let key = auth_key(&client.home_domain);
        let mut operations = vec![
            manage_data(source, key.as_bytes(), BASE64.encode(nonce).as_bytes()),
            manage_data(server.clone(), WEB_AUTH_DOMAIN, self.web_auth_domain.as_bytes()),
        ];
        operations.extend(client.domain.as_ref().map(|domain| {
            manage_data(MuxedAccount::Ed25519(Uint256(domain.key)), CLIENT_DOMAIN, domain.name.as_bytes())
        }));
        Transaction {
            source_account: server,
            fee: FEE * u32::try_from(operations.len()).expect("two or three"),
            seq_num: SequenceNumber(0),
            cond: Preconditions::Time(TimeBounds {
                min_time: time_point(now),
                max_time: time_point(now + self.lifetime),
            }),
            memo,
            operations: operations.try_into().expect("two or three are not too many"),
            ext: TransactionExt::V0,
        }
    }

    /// Identifies the network in what is signed: the SHA-256 of its passphrase.
    pub(super) fn network_id(&self) -> [u8; 32] {
        let mut id = [0; 32];
        id.copy_from_slice(digest::digest(&digest::SHA256, self.network_passphrase.as_bytes()).as_ref());
        id
    }
}

/// The key of the operation that names the home domain.
pub(super) fn auth_key(home_domain: &str) -> String {
    format!("{home_domain} auth")
}

fn manage_data(source: MuxedAccount, key: &[u8], value: &[u8]) -> Operation {
    let data_name = String64(StringM::try_from(key).expect("keys have at most 64 bytes"));
    let data_value = Some(DataValue(value.try_into().expect("values have at most 64 bytes")));
    Operation { source_account: Some(source), body: OperationBody::ManageData(ManageDataOp { data_name, data_value }) }
}

fn time_point(moment: Timestamp) -> TimePoint {
    TimePoint(u64::try_from(moment.seconds()).unwrap_or_default())
}

/// Signs the hash of a transaction; the hint is the end of the public key.
fn sign(key: &SigningKey, hash: &[u8; 32]) -> DecoratedSignature {
    let [.., a, b, c, d] = key.public();
    let signature = Signature(key.sign(hash).try_into().expect("it has 64 bytes"));
    DecoratedSignature { hint: SignatureHint([a, b, c, d]), signature }
}
