//! Who may call: the tokens of wallets (SEP-10 and SEP-45 JWTs) and the keys of operators.
//!
//! [`TokenVerifier`] turns a bearer token into a [`Session`](crate::domain::session::Session). Everything that decides
//! how a token is checked comes from the configuration, as [`Issuer`]s; a token only says which of them it claims.
//! [`mint`] makes tokens of our own, [`sep10`] gives them to wallets, and [`OperatorKey`] is what the other listener
//! asks for.

mod claims;
mod compact;
mod header;
mod issuer;
mod json;
mod key;
mod mint;
mod operator;
mod refusal;
pub mod sep10;
mod verifier;

pub use issuer::{Issuer, IssuerKind, IssuerSettings};
pub use key::{Algorithm, IssuerError, VerificationKey};
pub use mint::{NewToken, mint};
pub use operator::{OperatorKey, OperatorKeyError};
pub use refusal::{Refusal, TokenError};
pub use verifier::TokenVerifier;
