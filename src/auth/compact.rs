//! The compact form of a signed token: `header.claims.signature`.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::DecodingKey;

use super::key::Algorithm;
use super::refusal::Refusal;

/// The longest token that is looked at; real ones have less than one KiB.
const MAX_LEN: usize = 8 * 1024;

/// The parts of a token as they were sent.
pub(super) struct Compact<'a> {
    header: &'a str,
    claims: &'a str,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Compact<'a> {
    /// Splits a token into exactly three parts
    /// ([RFC 7515 §7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)).
    pub(super) fn split(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > MAX_LEN {
            return Err(Refusal::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
        Ok(Self { header, claims, signed, signature })
    }

    /// The bytes of the header.
    pub(super) fn header(&self) -> Result<Vec<u8>, Refusal> {
        decode(self.header)
    }

    /// The bytes of the claims.
    pub(super) fn claims(&self) -> Result<Vec<u8>, Refusal> {
        decode(self.claims)
    }

    /// Checks the signature by the key and the algorithm of the configuration.
    pub(super) fn check_signature(&self, key: &DecodingKey, algorithm: Algorithm) -> Result<(), Refusal> {
        match jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, algorithm.jose()) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Refusal::Signature),
        }
    }
}

/// Decodes base64url in its one canonical form: no padding, no space, no stray bits in the last symbol. A further dot
/// is no symbol either.
fn decode(part: &str) -> Result<Vec<u8>, Refusal> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Refusal::Malformed)
}
