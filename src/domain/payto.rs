//! Payment targets: payto URIs (RFC 8905) in normal form, and the hash that stands for them.
//!
//! One target has many spellings; the normal form is the one whose hash is `h_payto`. `stellar` is a target type of
//! our own, which makes every customer of a wallet a payment target too.

use std::fmt;

use aws_lc_rs::digest;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use iban::{Iban, ParseIbanError};

use super::account::Address;
use super::crockford;
use super::memo::{CustomerKey, Memo};
use super::pii::Pii;

const SCHEME: &str = "payto://";
const MAX_BYTES: usize = 2_048;

/// A payto URI in normal form. `Debug` shows the target type alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Payto(Pii<String>);

/// What is not a payto URI; `Display` is fit for the person who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaytoError {
    /// More than 2,048 bytes.
    #[error("payto_uri must be at most 2048 bytes")]
    Length,
    /// A character that no payto URI has.
    #[error(
        "payto_uri must not contain spaces or characters outside of A-Z a-z 0-9 / : $ & ? ! - _ . , ; = * + % ~ @ ( ) [ ]"
    )]
    Character,
    /// Another scheme, or no `/` after the target type.
    #[error("payto_uri must begin with payto://, a target type and a slash")]
    Form,
    /// An IBAN that is malformed, of no known country, or whose check digits are wrong.
    #[error("payto_uri must contain a valid IBAN")]
    Iban,
    /// Not the address of an account with at most one memo.
    #[error("payto_uri must be payto://stellar/ and an address, G… or C…, or G… with /id/, /text/ or /hash/, or M…")]
    Stellar,
}

impl Payto {
    /// Reads a payto URI and brings it to its normal form: parameters cut, letter case as the target type wants it,
    /// an `M…` address folded to account and id. A `receiver-name` is not required.
    ///
    /// # Errors
    /// Names what is demanded; never repeats the text.
    pub fn parse(text: &str) -> Result<Self, PaytoError> {
        if text.len() > MAX_BYTES {
            return Err(PaytoError::Length);
        }
        if !text.bytes().all(is_allowed) {
            return Err(PaytoError::Character);
        }
        let uri = text.split_once('?').map_or(text, |(uri, _parameters)| uri);
        let (target_type, target) = split(uri).ok_or(PaytoError::Form)?;
        let normal_form = match target_type.to_ascii_lowercase().as_str() {
            "iban" => format!("{SCHEME}iban/{}", normal_iban(target).ok_or(PaytoError::Iban)?),
            "x-taler-bank" => {
                let host_end = target.find('/').unwrap_or(target.len());
                let (host, path) = target.split_at(host_end);
                format!("{SCHEME}x-taler-bank/{}{path}", host.to_ascii_lowercase())
            }
            "bitcoin" => format!("{SCHEME}bitcoin/{target}"),
            "upi" | "ilp" => uri.to_ascii_lowercase(),
            "stellar" => customer_key(target).ok_or(PaytoError::Stellar)?.to_payto(),
            _ => uri.to_owned(),
        };
        Ok(Self(Pii::new(normal_form)))
    }

    /// Lends the normal form, which tells whose account it is.
    #[must_use]
    pub fn normal_form(&self) -> &str {
        self.0.expose()
    }

    /// Computes `h_payto`: the first 32 bytes of the SHA-512 of the normal form and one NUL byte.
    #[must_use]
    pub fn hash(&self) -> PaytoHash {
        let mut context = digest::Context::new(&digest::SHA512);
        context.update(self.normal_form().as_bytes());
        context.update(&[0]);
        let mut hash = [0; 32];
        hash.copy_from_slice(&context.finish().as_ref()[..32]);
        PaytoHash(hash)
    }

    /// Gives the customer of a `stellar` target.
    #[must_use]
    pub fn customer_key(&self) -> Option<CustomerKey> {
        match self.parts() {
            ("stellar", target) => customer_key(target),
            _ => None,
        }
    }

    /// Splits the normal form into target type and target.
    fn parts(&self) -> (&str, &str) {
        split(self.normal_form()).expect("a normal form has a target type and a slash")
    }
}

impl From<&CustomerKey> for Payto {
    fn from(key: &CustomerKey) -> Self {
        Self(Pii::new(key.to_payto()))
    }
}

impl fmt::Debug for Payto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A type that nobody knows is whatever the sender wrote, an account number perhaps.
        let target_type = match self.parts().0 {
            known @ ("iban" | "x-taler-bank" | "bitcoin" | "upi" | "ilp" | "stellar") => known,
            _ => "other",
        };
        write!(f, "Payto({target_type})")
    }
}

/// `h_payto`, which stands for a payment target in links and look-ups. `Debug` hides it: the hash of an IBAN can be
/// found by trying.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaytoHash([u8; 32]);

impl PaytoHash {
    /// Reads any spelling of Crockford's base32 that means 32 bytes; `None` for everything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        crockford::decode(text).map(Self)
    }

    /// Lends the bytes, which are what is compared.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Writes the canonical spelling, 52 characters.
impl fmt::Display for PaytoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crockford::encode(&self.0))
    }
}

impl fmt::Debug for PaytoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaytoHash(…)")
    }
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/:$&?!-_.,;=*+%~@()[]".contains(&byte)
}

/// Splits a URI without parameters into target type and target; the scheme is taken in any case.
fn split(uri: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = uri.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| rest.split_once('/'))?
}

/// Reads `IBAN` or `BIC/IBAN`, drops the BIC and writes the IBAN in upper case.
fn normal_iban(target: &str) -> Option<String> {
    let iban = target.split_once('/').map_or(target, |(_bic, iban)| iban).to_ascii_uppercase();
    match iban.parse::<Iban>() {
        // The inner structure of a country's account numbers is not demanded, nor does the Taler exchange demand it:
        // both have to name the same targets.
        Ok(_) | Err(ParseIbanError::InvalidBban(_)) => Some(iban),
        Err(ParseIbanError::InvalidBaseIban { .. } | ParseIbanError::UnknownCountry(_)) => None,
    }
}

/// Reads what stands behind `payto://stellar/`.
fn customer_key(target: &str) -> Option<CustomerKey> {
    let (address, memo) = target.split_once('/').map_or((target, None), |(address, memo)| (address, Some(memo)));
    let address = Address::parse(address).ok()?;
    let memo = match (address.muxed_id, memo) {
        (None, None) => None,
        (None, Some(memo)) => Some(stellar_memo(memo)?),
        (Some(id), None) => Some(Memo::Id(id)),
        (Some(_), Some(_)) => return None,
    };
    CustomerKey::new(address.account, memo).ok()
}

/// Reads `id/<u64>`, `text/<base64url>` or `hash/<64 hex>`.
fn stellar_memo(segments: &str) -> Option<Memo> {
    match segments.split_once('/')? {
        (kind @ "id", id) => Memo::parse(id, Some(kind)).ok(),
        (kind @ "text", text) => {
            let text = String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()?;
            Memo::parse(&text, Some(kind)).ok()
        }
        ("hash", hash) => HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok()?.try_into().ok().map(Memo::Hash),
        _ => None,
    }
}
