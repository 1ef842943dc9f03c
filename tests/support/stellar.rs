//! The wallet's side of SEP-10 by the ecosystem's crates alone: keys of accounts, and envelopes of transactions.

use data_encoding::BASE64;
use ed25519_dalek::{Signer, SigningKey};
use stellar_strkey::ed25519::{MuxedAccount, PrivateKey, PublicKey};
use stellar_xdr::{
    DecoratedSignature, Limits, ReadXdr, Signature, SignatureHint, Transaction, TransactionEnvelope,
    TransactionV1Envelope, WriteXdr,
};

pub(crate) const TESTNET: &str = "Test SDF Network ; September 2015";

/// The key of somebody; the same number is the same key.
#[derive(Clone)]
pub(crate) struct Key(SigningKey);

impl Key {
    pub(crate) fn of(somebody: u8) -> Self {
        Self(SigningKey::from_bytes(&[somebody; 32]))
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// `G…`.
    pub(crate) fn address(&self) -> String {
        format!("{}", PublicKey(self.public()))
    }

    /// `M…`.
    pub(crate) fn muxed(&self, id: u64) -> String {
        format!("{}", MuxedAccount { ed25519: self.public(), id })
    }

    /// `S…`.
    pub(crate) fn seed(&self) -> String {
        format!("{}", PrivateKey(self.0.to_bytes()).as_unredacted())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Signs a transaction for a network.
    pub(crate) fn decorate(&self, transaction: &Transaction, passphrase: &str) -> DecoratedSignature {
        let hash = transaction.hash(sha256(passphrase.as_bytes())).expect("a hash");
        let hint = SignatureHint(self.public()[28..].try_into().expect("four bytes"));
        DecoratedSignature { hint, signature: Signature(self.sign(&hash).try_into().expect("64 bytes")) }
    }
}

/// Reads an envelope.
pub(crate) fn open(envelope: &str) -> TransactionV1Envelope {
    let bytes = BASE64.decode(envelope.as_bytes()).expect("base64");
    match TransactionEnvelope::from_xdr(bytes, Limits::none()) {
        Ok(TransactionEnvelope::Tx(envelope)) => envelope,
        other => panic!("not the envelope of a transaction: {other:?}"),
    }
}

/// Writes an envelope.
pub(crate) fn close(envelope: &TransactionEnvelope) -> String {
    BASE64.encode(&envelope.to_xdr(Limits::none()).expect("XDR"))
}

/// Writes the envelope of a transaction with these signatures on the test network.
pub(crate) fn signed(transaction: Transaction, keys: &[&Key]) -> String {
    let signatures: Vec<_> = keys.iter().map(|key| key.decorate(&transaction, TESTNET)).collect();
    let signatures = signatures.try_into().expect("at most twenty");
    close(&TransactionEnvelope::Tx(TransactionV1Envelope { tx: transaction, signatures }))
}

/// Adds signatures to a challenge, as a wallet does.
pub(crate) fn answer(challenge: &str, keys: &[&Key]) -> String {
    let TransactionV1Envelope { tx, signatures } = open(challenge);
    let mut signatures = Vec::from(signatures);
    signatures.extend(keys.iter().map(|key| key.decorate(&tx, TESTNET)));
    close(&TransactionEnvelope::Tx(TransactionV1Envelope {
        tx,
        signatures: signatures.try_into().expect("at most twenty"),
    }))
}

/// The hash by which a network is known.
fn sha256(bytes: &[u8]) -> [u8; 32] {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().try_into().expect("32 bytes")
}
