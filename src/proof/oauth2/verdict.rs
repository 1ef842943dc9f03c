//! What the claims of a provider come to: who the user is, what is known of it, and whether the answer is yes.

use std::borrow::Cow;

use serde_json::Value;

use super::OAuth2;
use super::question::Question;
use super::settings::VerifiedClaims;
use crate::domain::clock::Timestamp;
use crate::domain::pii::Pii;
use crate::proof::claims;
use crate::proof::provider::{Kept, Outcome, Pending, Trouble, Verified};

/// The longest subject ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)), in bytes.
const MAX_SUBJECT: usize = 255;

/// Where claims stand that somebody answers for.
const VERIFIED_CLAIMS: &str = "verified_claims";

impl OAuth2 {
    /// Judges the claims, which may be those of the ID token; how the user logged in is told by the latter, if there is
    /// one.
    pub(super) fn judge(
        &self,
        claims: &Value,
        id_claims: Option<&Value>,
        question: Option<&Question>,
    ) -> Result<Outcome, Trouble> {
        let settings = &self.settings;
        if let Some(test) = &settings.pending
            && test.path.find(claims).and_then(scalar).as_ref() == Some(&test.equals)
        {
            return Ok(Outcome::Pending(Pending {
                reference: self.subject(claims)?,
                kept: question.map_or_else(|| Kept::from_bytes(b""), Question::keep),
                ask_after: question.map(|question| question.retry_after.unwrap_or(test.interval)),
                lasts: test.deadline,
            }));
        }
        if let Some(test) = &settings.success {
            let said = test.path.find(claims).and_then(scalar);
            let said = said.ok_or(Trouble::nonsense("the claim that tells success is missing"))?;
            if said != test.equals {
                return Ok(Outcome::Refused);
            }
        }
        self.check_level(id_claims.unwrap_or(claims))?;
        let subject = self.subject(claims)?;
        let answered_for = match &settings.verified_claims {
            Some(wanted) => Cow::Owned(wanted.select(claims)?),
            None => Cow::Borrowed(claims),
        };
        let values = claims::map(&settings.claims, &answered_for, self.clock.now().date())?;
        Ok(Outcome::Verified(Verified { subject, values, expires: Some(self.expiry(claims)?) }))
    }

    /// Finds who the user is.
    pub(super) fn subject(&self, claims: &Value) -> Result<Pii<String>, Trouble> {
        let subject = self.settings.subject.find(claims).and_then(subject);
        subject.ok_or(Trouble::nonsense("the claim that names the user is missing or unusable"))
    }

    /// Checks that the login was as strong as demanded: that it was asked for binds the provider to nothing
    /// ([OpenID Connect Core §5.5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#acrSemantics)).
    fn check_level(&self, claims: &Value) -> Result<(), Trouble> {
        let good = &self.settings.acr;
        let said = claims.get("acr").and_then(Value::as_str);
        if good.is_empty() || said.is_some_and(|said| good.iter().any(|acr| acr == said)) {
            return Ok(());
        }
        Err(Trouble::nonsense("the login was of no level that is accepted: acr is missing or another one"))
    }

    /// How long the proof counts: no longer than the provider says.
    fn expiry(&self, claims: &Value) -> Result<Timestamp, Trouble> {
        let now = self.clock.now();
        let ours = now + self.settings.validity;
        let Some(path) = &self.settings.expires else { return Ok(ours) };
        let said = path.find(claims).ok_or(Trouble::nonsense("the claim that tells the expiry is missing"))?;
        match (said.as_i64().map(Timestamp::from_seconds), said.as_str()) {
            (Some(theirs), _) if theirs > now => Ok(ours.min(theirs)),
            (Some(_), _) => Err(Trouble::nonsense("what the provider tells has expired")),
            (None, Some("never")) => Ok(ours),
            (None, _) => Err(Trouble::nonsense("the claim that tells the expiry is no number of seconds")),
        }
    }
}

impl VerifiedClaims {
    /// Leaves of the `verified_claims`, which may be several, the first that counts.
    fn select(&self, claims: &Value) -> Result<Value, Trouble> {
        let all = match claims.get(VERIFIED_CLAIMS) {
            Some(Value::Array(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let none = || Trouble::nonsense("no verified_claims are of a trust framework and assurance level that counts");
        let counting = all.iter().find(|one| self.counts(one)).cloned().ok_or_else(none)?;
        let mut claims = claims.clone();
        claims[VERIFIED_CLAIMS] = counting;
        Ok(claims)
    }

    fn counts(&self, verified: &Value) -> bool {
        let said = |member| verified.get("verification")?.get(member)?.as_str();
        let is_among =
            |good: &[String], said: Option<&str>| said.is_some_and(|said| good.iter().any(|one| one == said));
        is_among(&self.trust_frameworks, said("trust_framework"))
            && (self.assurance_levels.is_empty() || is_among(&self.assurance_levels, said("assurance_level")))
    }
}

/// Compares the users of an ID token and of the user information: one user for both, or somebody swapped a token
/// ([OpenID Connect Core §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
pub(super) fn is_same_subject(id_claims: &Value, claims: &Value) -> bool {
    let sub = |claims: &Value| claims.get("sub").and_then(scalar);
    sub(id_claims).is_some_and(|id_sub| sub(claims) == Some(id_sub))
}

fn subject(value: &Value) -> Option<Pii<String>> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return None,
    };
    let usable = (1..=MAX_SUBJECT).contains(&text.len()) && !text.contains(char::is_control);
    usable.then(|| Pii::new(text))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
