//! Why a token opens no session.

/// What the caller can do about a token that opens no session.
///
/// Errors are ordered by how far the token came, so that of several issuers with one name the one that came closest
/// gives the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum TokenError {
    /// The token is no good; the reason is for our logs, the wallet needs another token.
    #[error("the token is refused: {0}")]
    Refused(#[from] Refusal),
    /// The issuer's keys cannot be fetched at present; the same token may do later.
    #[error("the keys of the issuer are unavailable")]
    Unavailable,
}

/// Why a token is refused, in the order in which it is looked at; never a value from the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// Longer than any token of an honest issuer.
    #[error("it is too long")]
    TooLong,
    /// Not three parts of canonical base64url that hold JSON objects of the right shape.
    #[error("it is not a well-formed JWT")]
    Malformed,
    /// A header that asks for more than a plain signature.
    #[error("its header is not that of a plain signed JWT")]
    Header,
    /// Nobody in the configuration has that `iss`.
    #[error("its issuer is unknown")]
    Issuer,
    /// Another algorithm than the configured one.
    #[error("its algorithm is not the configured one")]
    Algorithm,
    /// The issuer's key set has no key for it.
    #[error("its key is unknown")]
    Key,
    /// The signature does not verify.
    #[error("its signature is wrong")]
    Signature,
    /// It is no session token.
    #[error("it was made for another purpose")]
    Purpose,
    /// `exp` is missing or over.
    #[error("it has expired or has no expiry")]
    Expired,
    /// `nbf` or `iat` lie ahead.
    #[error("it is not valid yet")]
    NotYet,
    /// It lives longer than the configuration allows.
    #[error("its lifetime is too long")]
    Lifetime,
    /// `aud` does not name us.
    #[error("its audience is another")]
    Audience,
    /// `home_domain` is not one of ours.
    #[error("its home_domain is another")]
    HomeDomain,
    /// `client_domain` cannot be a domain.
    #[error("its client_domain is not a domain")]
    ClientDomain,
    /// `sub` is no address, or none that this kind of issuer vouches for.
    #[error("its subject is not an account of this kind of issuer")]
    Subject,
}
