//! Who asks for a challenge: a JWT that the wallet signs with its own key
//! ([SEP-10, Verifying request header](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0010.md#verifying-request-header)).

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::DecodingKey;
use serde::de::{IgnoredAny, MapAccess};

use super::answer::SKEW;
use super::{ChallengeRequest, Invalid};
use crate::auth::compact::Compact;
use crate::auth::header::Header;
use crate::auth::json::{Members, Text, read_object};
use crate::auth::{Algorithm, Refusal};
use crate::domain::clock::Timestamp;

/// The claims, all of which repeat something.
#[derive(Default)]
struct Claims<'a> {
    iat: Option<i64>,
    exp: Option<i64>,
    web_auth_endpoint: Option<Text<'a>>,
    account: Option<Text<'a>>,
    memo: Option<Text<'a>>,
    home_domain: Option<Text<'a>>,
    client_domain: Option<Text<'a>>,
}

impl<'de> Members<'de> for Claims<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "iat" => self.iat = Some(map.next_value()?),
            "exp" => self.exp = Some(map.next_value()?),
            "web_auth_endpoint" => self.web_auth_endpoint = Some(map.next_value()?),
            "account" => self.account = map.next_value()?,
            "memo" => self.memo = map.next_value()?,
            "home_domain" => self.home_domain = map.next_value()?,
            "client_domain" => self.client_domain = map.next_value()?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Checks that `signer` wrote `token` for this request.
pub(super) fn check(
    token: &str,
    signer: &[u8; 32],
    request: &ChallengeRequest<'_>,
    endpoint: &str,
    now: Timestamp,
) -> Result<(), Invalid> {
    match is_for(token, signer, request, endpoint, now) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Invalid::Authorization),
    }
}

fn is_for(
    token: &str,
    signer: &[u8; 32],
    request: &ChallengeRequest<'_>,
    endpoint: &str,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let compact = Compact::split(token)?;
    let (header, claims) = (compact.header()?, compact.claims()?);
    let header: Header<'_> = read_object(&header)?;
    header.check()?;
    let key = DecodingKey::from_ed_components(&BASE64URL_NOPAD.encode(signer)).map_err(|_| Refusal::Key)?;
    compact.check_signature(&key, Algorithm::EdDsa)?;
    let claims: Claims<'_> = read_object(&claims)?;
    let in_time = claims.exp.is_some_and(|exp| now.seconds() < exp)
        && claims.iat.is_some_and(|iat| iat <= (now + SKEW).seconds());
    // "All request's parameters (if specified in the request)", and no others.
    let repeated = claims.account.as_deref() == request.account
        && claims.memo.as_deref() == request.memo
        && claims.home_domain.as_deref() == request.home_domain
        && claims.client_domain.as_deref() == request.client_domain;
    let ours = claims.web_auth_endpoint.as_deref() == Some(endpoint);
    Ok(header.algorithm() == Some(Algorithm::EdDsa.name()) && in_time && repeated && ours)
}
