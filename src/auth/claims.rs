//! The claims of a token, and what an issuer may say with them.

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess};

use super::issuer::{Issuer, IssuerKind};
use super::json::{Members, Text};
use super::refusal::Refusal;
use crate::domain::account::{Account, Address};
use crate::domain::clock::Timestamp;
use crate::domain::memo::parse_id;
use crate::domain::session::Session;

/// How far the clock of an issuer may be ahead of ours, in seconds. `exp` gets no such grace.
const LEEWAY: i64 = 60;

/// The longest name in the DNS, with room for a port.
const MAX_DOMAIN: usize = 259;

/// The members of a JWT claims set that we read
/// ([SEP-10, Token](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#token)); times are
/// seconds since the epoch and must be JSON integers.
#[derive(Default)]
pub(super) struct Claims<'a> {
    iss: Option<Text<'a>>,
    sub: Option<Text<'a>>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    aud: Option<Audience<'a>>,
    home_domain: Option<Text<'a>>,
    client_domain: Option<Text<'a>>,
    has_other_purpose: bool,
}

/// `aud` is one string or several ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience<'a> {
    One(#[serde(borrow)] Text<'a>),
    Several(#[serde(borrow)] Vec<Text<'a>>),
}

impl<'de> Members<'de> for Claims<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "iss" => self.iss = Some(map.next_value()?),
            "sub" => self.sub = Some(map.next_value()?),
            "exp" => self.exp = Some(map.next_value()?),
            "nbf" => self.nbf = Some(map.next_value()?),
            "iat" => self.iat = Some(map.next_value()?),
            "aud" => self.aud = Some(map.next_value()?),
            // Polaris writes null where there is no domain.
            "home_domain" => self.home_domain = map.next_value()?,
            "client_domain" => self.client_domain = map.next_value()?,
            // Issuers sign other tokens with the secret of their sessions. Those of the Anchor Platform and of Polaris
            // for SEP-24 pages have another `iss` or none; should one have ours, these members give it away.
            "data" | "purpose" | "scope" | "token_use" => {
                map.next_value::<IgnoredAny>()?;
                self.has_other_purpose = true;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl Claims<'_> {
    /// Whether the token claims to come from `issuer`, byte by byte.
    pub(super) fn is_from(&self, issuer: &Issuer) -> bool {
        self.iss.as_deref() == Some(issuer.name())
    }

    /// Opens the session that the claims describe, of a token whose signature was checked.
    pub(super) fn open_session(&self, issuer: &Issuer, now: Timestamp) -> Result<Session, Refusal> {
        if self.has_other_purpose {
            return Err(Refusal::Purpose);
        }
        self.check_times(issuer, now.seconds())?;
        self.check_audience(issuer)?;
        self.check_home_domain(issuer)?;
        self.subject(issuer.kind())
    }

    fn check_times(&self, issuer: &Issuer, now: i64) -> Result<(), Refusal> {
        let exp = self.exp.filter(|exp| *exp > now).ok_or(Refusal::Expired)?;
        let start = self.iat.unwrap_or(now);
        if start.max(self.nbf.unwrap_or(start)) > now + LEEWAY {
            return Err(Refusal::NotYet);
        }
        match u64::try_from(exp.saturating_sub(start)) {
            Ok(lifetime) if lifetime <= issuer.max_lifetime().as_secs() => Ok(()),
            _ => Err(Refusal::Lifetime),
        }
    }

    fn check_audience(&self, issuer: &Issuer) -> Result<(), Refusal> {
        let is_ours = |name: &Text<'_>| issuer.audience().iter().any(|ours| **ours == **name);
        let accepted = match &self.aud {
            _ if issuer.audience().is_empty() => true,
            None => false,
            Some(Audience::One(name)) => is_ours(name),
            Some(Audience::Several(names)) => names.iter().any(is_ours),
        };
        if accepted { Ok(()) } else { Err(Refusal::Audience) }
    }

    fn check_home_domain(&self, issuer: &Issuer) -> Result<(), Refusal> {
        let ours = issuer.home_domains();
        let is_ours = |claimed: &str| ours.iter().any(|domain| domain.eq_ignore_ascii_case(claimed));
        let accepted = ours.is_empty() || self.home_domain.as_deref().is_none_or(is_ours);
        if accepted { Ok(()) } else { Err(Refusal::HomeDomain) }
    }

    /// Reads `sub`: `G…`, `G…:id` or `M…` of SEP-10, `C…` of SEP-45. The two have keys of their own and neither
    /// vouches for the other's accounts.
    fn subject(&self, kind: IssuerKind) -> Result<Session, Refusal> {
        let sub = self.sub.as_deref().ok_or(Refusal::Subject)?;
        let (address, memo) = match sub.split_once(':') {
            Some((address, memo)) => (address, Some(parse_id(memo).ok_or(Refusal::Subject)?)),
            None => (sub, None),
        };
        let Address { account, muxed_id } = Address::parse(address).map_err(|_| Refusal::Subject)?;
        let memo = match (muxed_id, memo) {
            (Some(_), Some(_)) => return Err(Refusal::Subject),
            (muxed_id, memo) => muxed_id.or(memo),
        };
        match (kind, account) {
            (IssuerKind::Sep10, Account::Classic(_)) | (IssuerKind::Sep45, Account::Contract(_)) => {}
            (IssuerKind::Sep10, Account::Contract(_)) | (IssuerKind::Sep45, Account::Classic(_)) => {
                return Err(Refusal::Subject);
            }
        }
        Session::new(account, memo, self.client_domain()?).map_err(|_| Refusal::Subject)
    }

    fn client_domain(&self) -> Result<Option<String>, Refusal> {
        match self.client_domain.as_deref() {
            Some(domain) if !is_domain(domain) => Err(Refusal::ClientDomain),
            domain => Ok(domain.map(str::to_owned)),
        }
    }
}

fn is_domain(text: &str) -> bool {
    (1..=MAX_DOMAIN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
