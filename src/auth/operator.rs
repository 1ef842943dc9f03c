//! Keys of operators: what the other listener asks for, in the form in which people paste it.

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use crate::domain::pii::Secret;

/// Tells people and secret scanners what they have found.
const PREFIX: &str = "kycd_op_";

/// The secret of an operator: 256 random bits, of which only a keyed hash is stored.
#[derive(Clone)]
pub struct OperatorKey(Secret<[u8; 32]>);

/// What is not the key of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an operator key")]
pub struct OperatorKeyError;

impl OperatorKey {
    /// Takes 32 fresh random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(Secret::new(random))
    }

    /// Reads `kycd_op_` and 52 symbols of base32, in the one spelling that [`printable`](Self::printable) gives.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, OperatorKeyError> {
        let symbols = text.strip_prefix(PREFIX).ok_or(OperatorKeyError)?;
        let bytes = BASE32_NOPAD.decode(symbols.as_bytes()).map(Zeroizing::new).map_err(|_| OperatorKeyError)?;
        let bytes = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| OperatorKeyError)?;
        Ok(Self::new(bytes))
    }

    /// Writes the key for its owner, who sees it once.
    #[must_use]
    pub fn printable(&self) -> Secret<String> {
        Secret::new(format!("{PREFIX}{}", *Zeroizing::new(BASE32_NOPAD.encode(self.0.expose()))))
    }

    /// Lends the bytes to a keyed hash.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.expose()
    }
}
