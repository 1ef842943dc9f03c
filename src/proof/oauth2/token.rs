//! The exchange of a code for a token ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)), with
//! the requests of the `oauth2` crate and an answer of our own: its standard one is stricter than providers are.

use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AccessToken, AsyncHttpClient, CodeTokenRequest, EndpointNotSet, HttpRequest, HttpResponse, RefreshToken,
    RequestTokenError, Scope, StandardRevocableToken, TokenResponse, TokenType,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::answer;
use crate::domain::clock::Timestamp;
use crate::egress::Configured;
use crate::proof::provider::Trouble;

/// The client of the `oauth2` crate, with our token answer.
pub(super) type Client<Authorize = EndpointNotSet, Token = EndpointNotSet> = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    Authorize,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
>;

/// A token answer. `expires_in` is not read, because the token is used at once: it may be a number, a text or missing.
#[derive(Serialize, Deserialize)]
pub(super) struct TokenAnswer {
    #[serde(deserialize_with = "printable")]
    access_token: AccessToken,
    token_type: Bearer,
    #[serde(default, skip_serializing)]
    id_token: Option<String>,
}

/// The only type of token that we can use, written in any case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Bearer;

impl TokenAnswer {
    /// The token as the value of an `Authorization` header.
    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.access_token.secret())
    }

    pub(super) fn id_token(&self) -> Option<&str> {
        self.id_token.as_deref()
    }
}

/// Sends a token request, once: whatever comes of it, the code is spent.
pub(super) async fn exchange(
    client: &Configured,
    request: CodeTokenRequest<'_, BasicErrorResponse, TokenAnswer>,
    now: Timestamp,
) -> Result<TokenAnswer, Trouble> {
    let endpoint = Endpoint { client, now };
    request.request_async(&endpoint).await.map_err(|error| match error {
        RequestTokenError::Request(trouble) => trouble,
        RequestTokenError::Parse(error, _) => {
            Trouble::nonsense(format!("the token answer is not usable at {}", error.path()))
        }
        RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_) => {
            Trouble::nonsense("the token answer is not usable")
        }
    })
}

/// The token endpoint, as the `oauth2` crate calls it.
struct Endpoint<'a> {
    client: &'a Configured,
    now: Timestamp,
}

impl<'c> AsyncHttpClient<'c> for Endpoint<'_> {
    type Error = Trouble;
    type Future = BoxFuture<'c, Result<HttpResponse, Trouble>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

impl Endpoint<'_> {
    /// Lets no answer through but a JSON object without an `error`; some providers send that with status 200.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Trouble> {
        let answer = answer::call(self.client, "token endpoint", request, self.now).await?;
        let object = answer.object()?;
        match object.get("error").and_then(Value::as_str) {
            Some(error) => Err(refusal(error, answer.retry_after(self.now))),
            None if answer.is_success() => Ok(HttpResponse::new(answer.into_body())),
            None => Err(Trouble::nonsense("the token endpoint refused without saying why")),
        }
    }
}

/// Says what an error code means ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)). Only codes that
/// we know ourselves are repeated, and the description, which is for developers of clients, is not even read.
fn refusal(error: &str, retry_after: Option<Duration>) -> Trouble {
    match error {
        "invalid_grant" => Trouble::CodeRefused,
        "temporarily_unavailable" => Trouble::Busy { retry_after },
        "invalid_client" | "unauthorized_client" => {
            Trouble::nonsense(format!("the token endpoint does not take our credentials: {error}"))
        }
        "invalid_request" | "unsupported_grant_type" | "invalid_scope" => {
            Trouble::nonsense(format!("the token endpoint does not take our request: {error}"))
        }
        _ => Trouble::nonsense("the token endpoint refused with an error code of its own"),
    }
}

/// Reads a token of printable ASCII ([RFC 6749, Appendix A.12](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12)):
/// anything else could end the header that it is sent in.
fn printable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccessToken, D::Error> {
    let token = String::deserialize(deserializer)?;
    let printable = !token.is_empty() && token.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if printable { Ok(AccessToken::new(token)) } else { Err(D::Error::custom("not printable")) }
}

impl TryFrom<String> for Bearer {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.eq_ignore_ascii_case("bearer") { Ok(Self) } else { Err("not a bearer token") }
    }
}

impl TokenType for Bearer {}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer").finish_non_exhaustive()
    }
}

impl TokenResponse for TokenAnswer {
    type TokenType = Bearer;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &Bearer {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        None
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}
