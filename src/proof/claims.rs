//! From the claims of a provider to SEP-9: which claim fills which field, and in what form.
//!
//! Every value passes the validator that a PUT of its field passes. Nothing else gets through, and errors name the
//! claim, never its value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use celes::Country;
use serde_json::Value;
use time::Date;

use super::provider::Trouble;
use crate::domain::field::{Field, FieldType};
use crate::domain::pii::Pii;

/// Claims that mean nothing without their `…_verified` sibling
/// ([OpenID Connect Core §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)).
const VERIFIED_SEPARATELY: [&str; 2] = ["email", "phone_number"];

/// Where every claim is one that the provider answers for, with a trust framework of its own
/// ([OpenID Connect for Identity Assurance](https://openid.net/specs/openid-connect-4-identity-assurance-1_0.html)).
const ANSWERED_FOR: &str = "/verified_claims/claims/";

/// Where a claim is found: `address.country`, or with a leading `/` a JSON pointer
/// ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath {
    text: String,
    pointer: String,
}

/// The text is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a dotted path or, with a leading /, a JSON pointer")]
pub struct MalformedPath;

/// A claim and the field that it fills.
#[derive(Clone, Debug)]
pub struct ClaimRule {
    /// The claim.
    pub path: ClaimPath,
    /// The field.
    pub field: &'static Field,
    /// Whether an answer without it makes no sense.
    pub required: bool,
}

impl ClaimPath {
    /// Reads a path as the configuration writes it.
    ///
    /// # Errors
    /// An empty name, or a `~` in a JSON pointer that escapes nothing.
    pub fn parse(text: &str) -> Result<Self, MalformedPath> {
        let pointer = if text.starts_with('/') {
            let escapes = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
            if escapes { text.to_owned() } else { return Err(MalformedPath) }
        } else if text.split('.').any(str::is_empty) {
            return Err(MalformedPath);
        } else {
            let escaped = text.replace('~', "~0").replace('/', "~1");
            format!("/{}", escaped.replace('.', "/"))
        };
        Ok(Self { text: text.to_owned(), pointer })
    }

    /// The path as the configuration writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Finds the claim; null is as good as none.
    pub(super) fn find<'a>(&self, claims: &'a Value) -> Option<&'a Value> {
        claims.pointer(&self.pointer).filter(|value| !value.is_null())
    }

    /// Finds the claim, unless it is one that the provider did not verify.
    fn find_verified<'a>(&self, claims: &'a Value) -> Option<&'a Value> {
        let name = self.pointer.rsplit('/').next().unwrap_or_default();
        if self.pointer.starts_with(ANSWERED_FOR) {
            return self.find(claims);
        }
        let verified = || claims.pointer(&format!("{}_verified", self.pointer)).is_some_and(is_true);
        self.find(claims).filter(|_| !VERIFIED_SEPARATELY.contains(&name) || verified())
    }
}

impl ClaimRule {
    /// Reads the field's value in the form in which it is stored.
    fn read(&self, claims: &Value, today: Date) -> Result<String, Trouble> {
        let unusable = |why| Trouble::nonsense(format!("the claim {} {why}", self.path.as_str()));
        let value = self.path.find_verified(claims).ok_or_else(|| unusable("is missing or not verified"))?;
        let text = match value {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            Value::Number(number) if self.field.kind == FieldType::Number => Cow::Owned(number.to_string()),
            _ => return Err(unusable("has the wrong type")),
        };
        self.field.parse(&translate(self.field, &text), today).map_err(|_| unusable("does not fit its field"))
    }
}

/// Maps claims to values by canonical SEP-9 name. A claim that is not required and not usable is left out; where two
/// claims fill one field, the first that is usable does.
///
/// # Errors
/// A required claim is missing, of the wrong type, not verified, or refused by its field.
pub(super) fn map(
    rules: &[ClaimRule],
    claims: &Value,
    today: Date,
) -> Result<BTreeMap<&'static str, Pii<String>>, Trouble> {
    let mut values = BTreeMap::new();
    for rule in rules {
        match rule.read(claims, today) {
            Ok(value) => {
                values.entry(rule.field.name).or_insert_with(|| Pii::new(value));
            }
            Err(trouble) if rule.required => return Err(trouble),
            Err(trouble) => tracing::debug!(%trouble, "a claim is left out"),
        }
    }
    Ok(values)
}

/// Translates what providers write otherwise than SEP-9: OpenID Connect has countries of two letters, and phone numbers
/// may be written with blanks and the like.
fn translate<'a>(field: &Field, text: &'a str) -> Cow<'a, str> {
    match field.name {
        // A trunk prefix, as in +49 (0)30, is not part of the number: its field refuses it.
        "mobile_number" if text.starts_with('+') && !text.contains("(0)") => {
            Cow::Owned(text.replace([' ', '-', '.', '(', ')'], ""))
        }
        name if name.ends_with("_country_code") && text.len() == 2 => {
            Country::from_alpha2(text).map_or(Cow::Borrowed(text), |country| Cow::Borrowed(country.alpha3))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Some large providers write this boolean as a string.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(verified) => *verified,
        Value::String(text) => text == "true",
        _ => false,
    }
}
