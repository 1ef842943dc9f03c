//! The header of a token, of which little is believed.

use serde::de::{IgnoredAny, MapAccess};

use super::json::{Members, Text};
use super::refusal::Refusal;

/// The longest key id that is looked up.
const MAX_KID: usize = 256;

/// The members of a JOSE header that we read
/// ([RFC 7515 §4.1](https://www.rfc-editor.org/rfc/rfc7515#section-4.1)).
#[derive(Default)]
pub(super) struct Header<'a> {
    alg: Option<Text<'a>>,
    kid: Option<Text<'a>>,
    typ: Option<Text<'a>>,
    asks_for_more: bool,
}

impl<'de> Members<'de> for Header<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "alg" => self.alg = Some(map.next_value()?),
            "kid" => self.kid = Some(map.next_value()?),
            "typ" => self.typ = Some(map.next_value()?),
            // Extensions, compression, encryption and nesting; and keys that the token brings along.
            "crit" | "b64" | "zip" | "enc" | "cty" | "jwk" | "jku" | "x5u" | "x5c" => {
                map.next_value::<IgnoredAny>()?;
                self.asks_for_more = true;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl Header<'_> {
    /// Refuses everything but a plain signed JWT.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        // RFC 8725 §3.11: tokens that say what they are say so in `typ`, and a session token is no `at+jwt`.
        let is_jwt = self.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
        let plain = is_jwt && !self.asks_for_more && self.kid().is_none_or(is_key_id);
        if plain { Ok(()) } else { Err(Refusal::Header) }
    }

    /// The algorithm that the token claims.
    pub(super) fn algorithm(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// The key that the token claims.
    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
}

/// Whether `kid` can be the name of a key. It is only ever compared, yet what looks like a path or a query is nobody's
/// key id.
fn is_key_id(kid: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/#@+=".contains(&byte);
    (1..=MAX_KID).contains(&kid.len()) && kid.bytes().all(plain) && !kid.contains("..")
}
