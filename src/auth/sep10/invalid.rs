//! What is wrong with a request for a challenge, or with a signed challenge.

/// Why a wallet gets no challenge, or no token for one. `Display` is fit for the person who wrote the wallet: it says
/// what is wrong and never repeats what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not an account that SEP-10 knows.
    #[error("account must be a G… or M… address")]
    Account,
    /// A memo that is no id.
    #[error("memo must be a number from 0 to 18446744073709551615; other types of memos are not supported")]
    Memo,
    /// A memo beside an `M…` address, which has an id already.
    #[error("memo must not be given for an M… account")]
    MuxedMemo,
    /// A home domain of somebody else.
    #[error("home_domain is not one of this server")]
    HomeDomain,
    /// A client domain that cannot be one, or whose key cannot be had.
    #[error("client_domain must be a public domain whose stellar.toml has a SIGNING_KEY")]
    ClientDomain,
    /// A request header that proves nothing.
    #[error("the Authorization header is not a valid JWT for this request")]
    Authorization,
    /// Not the envelope of a transaction.
    #[error("transaction must be the base64 XDR of a transaction envelope")]
    Envelope,
    /// Made by another server.
    #[error("the transaction's source account is not the server's")]
    Source,
    /// A transaction that could be executed.
    #[error("the transaction's sequence number must be 0")]
    Sequence,
    /// No time bounds, or without an end.
    #[error("the transaction must have time bounds")]
    TimeBounds,
    /// Before its time.
    #[error("the challenge is not valid yet")]
    NotYet,
    /// After its time.
    #[error("the challenge has expired")]
    Expired,
    /// A memo that is no id, or beside an `M…` address.
    #[error("the transaction's memo must be an id, and absent for a muxed account")]
    TransactionMemo,
    /// The first operation is no challenge of a client for one of our home domains.
    #[error("the first operation must be manage data with a source and the key '<home domain> auth' of this server")]
    FirstOperation,
    /// The nonce is none.
    #[error("the first operation's value must be the base64 of 48 bytes")]
    Nonce,
    /// A further operation that does not belong there.
    #[error("further operations must be manage data of the server, or client_domain")]
    Operation,
    /// Another server's name, or none.
    #[error("the operation web_auth_domain must name this server, once")]
    WebAuthDomain,
    /// The client domain's operation is malformed.
    #[error("the operation client_domain must name a domain and have its account as source, once")]
    ClientDomainOperation,
    /// The challenge is not ours, or is of another network.
    #[error("the transaction is not signed by the server for this network")]
    ServerSignature,
    /// The client domain is not proven.
    #[error("the transaction is not signed by the client domain's key")]
    ClientDomainSignature,
    /// A signature of nobody who has a say.
    #[error("the transaction has a signature that is not one of the account's signers")]
    StraySignature,
    /// Too few of those who have a say.
    #[error("the signatures do not reach the account's medium threshold")]
    Threshold,
    /// A token was given for it already.
    #[error("the challenge was used already")]
    Spent,
}
