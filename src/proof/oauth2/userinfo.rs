//! The user information endpoint
//! ([OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).

use std::time::Duration;

use http::{Method, Request, header};
use serde_json::Value;
use url::Url;

use super::OAuth2;
use super::answer::{self, Peer};
use super::metadata::Metadata;
use super::signed;
use crate::domain::pii::Secret;
use crate::proof::provider::Trouble;

const USERINFO: Peer = Peer { name: "user information endpoint", success: &[200] };

/// What it told.
pub(super) struct Told {
    pub(super) claims: Value,
    /// When it wants to be asked again, if it said so.
    pub(super) retry_after: Option<Duration>,
}

/// How the endpoint is asked.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// Whether the answer must be signed.
    pub(super) signed: bool,
    /// Whether it is asked by POST.
    pub(super) post: bool,
}

impl OAuth2 {
    /// Asks for the claims of the token's user: by GET, once more if the connection fails, or by POST, once.
    pub(super) async fn user_information(
        &self,
        metadata: &Metadata,
        url: &Url,
        access_token: &Secret<String>,
        asking: Asking,
    ) -> Result<Told, Trouble> {
        let request = Request::builder()
            .method(if asking.post { Method::POST } else { Method::GET })
            .uri(url.as_str())
            .header(header::ACCEPT, if asking.signed { "application/jwt" } else { "application/json" })
            .header(header::AUTHORIZATION, format!("Bearer {}", access_token.expose()))
            .body(Vec::new())
            .map_err(|_| Trouble::nonsense("the user information endpoint cannot be asked"))?;
        let now = self.clock.now();
        let answer = if asking.post {
            answer::call(&self.client, USERINFO, request, now).await?
        } else {
            answer::get(&self.client, USERINFO, &request, now).await?
        };
        let retry_after = answer.retry_after(now);
        if !asking.signed {
            return match answer.jwt() {
                Ok(jwt) if signed::is_encrypted(jwt) => {
                    Err(Trouble::nonsense(format!("the user information {}", signed::ENCRYPTED)))
                }
                Ok(_) => Err(Trouble::nonsense("the user information is a JWT, which userinfo = \"signed\" takes")),
                Err(_) => Ok(Told { claims: answer.success()?, retry_after }),
            };
        }
        let (Some(keys), Some(issuer)) = (&metadata.keys, self.settings.issuer()) else {
            return Err(Trouble::nonsense("nothing says where the keys of the user information are"));
        };
        let expected = signed::Expected {
            name: "user information",
            issuer,
            client_id: &self.settings.client_id,
            algorithms: &self.settings.algorithms,
            nonce: None,
            now,
        };
        Ok(Told { claims: signed::verify(answer.jwt()?, keys, &expected).await?, retry_after })
    }
}
