//! The exchange of a code for a token ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)).

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use oauth2::basic::BasicTokenType;
use oauth2::{
    AccessToken, AsyncHttpClient, AuthorizationCode, HttpRequest, HttpResponse, PkceCodeVerifier, RefreshToken,
    RequestTokenError, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OAuth2;
use super::answer::{self, Peer};
use super::departure::Keepsake;
use super::metadata::Metadata;
use crate::domain::clock::Timestamp;
use crate::domain::pii::Secret;
use crate::egress::Configured;
use crate::proof::provider::{Arrival, Trouble};

const TOKEN: Peer = Peer { name: "token endpoint", success: &[200] };

/// A token answer. `expires_in` is not read: it may be a number, a text or missing, and the provider says soon enough
/// when the token is not good any more.
///
/// The `oauth2` crate wants it to be readable, writable and printable. It is read by [`TryFrom`] alone, so that what is
/// wrong with it is said in words of ours, and nothing of it is written or printed.
#[derive(Deserialize, Serialize)]
#[serde(try_from = "Value")]
pub(super) struct TokenAnswer {
    #[serde(skip_serializing)]
    access_token: AccessToken,
    #[serde(skip_serializing)]
    id_token: Option<String>,
}

/// Our own client, as the crate wants one. All that it passes on is a success that was looked at: what other answers mean
/// is known here, as for every endpoint.
struct Guarded<'a> {
    client: &'a Configured,
    now: Timestamp,
}

impl<'c> AsyncHttpClient<'c> for Guarded<'_> {
    type Error = Trouble;
    type Future = BoxFuture<'c, Result<HttpResponse, Trouble>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let accepted = answer::call(self.client, TOKEN, request, self.now).await?.accepted(self.now)?;
            Ok(HttpResponse::new(accepted.to_string().into_bytes()))
        })
    }
}

impl OAuth2 {
    /// Exchanges the code, once: whatever comes of it, it is spent.
    pub(super) async fn redeem(
        &self,
        metadata: &Metadata,
        arrival: Arrival<'_>,
        keepsake: &Keepsake,
    ) -> Result<TokenAnswer, Trouble> {
        let client = self.crate_client(metadata, arrival.redirect_uri);
        let mut request = client.exchange_code(AuthorizationCode::new(arrival.code.to_owned()));
        if let Some(verifier) = &keepsake.verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.clone()));
        }
        for (name, value) in self.assertion(metadata)? {
            request = request.add_extra_param(name, value);
        }
        let guarded = Guarded { client: &self.client, now: self.clock.now() };
        request.request_async(&guarded).await.map_err(|error| match error {
            RequestTokenError::Request(trouble) => trouble,
            RequestTokenError::Parse(error, _) => Trouble::nonsense(error.inner().to_string()),
            RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_) => {
                Trouble::nonsense("the token endpoint cannot be asked")
            }
        })
    }
}

impl TokenAnswer {
    /// Gives the access token and the ID token, if there is one.
    pub(super) fn into_tokens(self) -> (Secret<String>, Option<String>) {
        (Secret::new(self.access_token.into_secret()), self.id_token)
    }
}

impl TryFrom<Value> for TokenAnswer {
    type Error = Trouble;

    fn try_from(answer: Value) -> Result<Self, Trouble> {
        let unusable = |member| Trouble::nonsense(format!("the token answer is not usable at {member}"));
        let text = |member| answer.get(member).and_then(Value::as_str);
        let token = text("access_token").filter(|token| is_printable(token)).ok_or(unusable("access_token"))?;
        // The only type of token that we can use, written in any case.
        let is_bearer = text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        if !is_bearer {
            return Err(unusable("token_type"));
        }
        let id_token = match answer.get("id_token") {
            None | Some(Value::Null) => None,
            Some(Value::String(token)) => Some(token.clone()),
            Some(_) => return Err(unusable("id_token")),
        };
        Ok(Self { access_token: AccessToken::new(token.to_owned()), id_token })
    }
}

impl TokenResponse for TokenAnswer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &BasicTokenType::Bearer
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

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a token answer")
    }
}

/// Tells whether a token is of printable ASCII ([RFC 6749, Appendix A.12](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12)):
/// anything else could end the header that it is sent in.
fn is_printable(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
