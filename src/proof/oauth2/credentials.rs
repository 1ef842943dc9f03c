//! Requests of ours that a provider has to know as ours: a form with the proof of who we are.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use form_urlencoded::{Serializer, byte_serialize};
use http::{Request, header};
use serde_json::json;
use url::Url;

use super::OAuth2;
use super::metadata::Metadata;
use super::settings::{Audience, ClientAuth};
use crate::proof::provider::Trouble;
use crate::vault::random;

/// How long an assertion counts, in seconds: it is used at once.
const ASSERTION_LIFETIME: i64 = 60;

/// What kind of assertion ours is ([RFC 7523 §2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A form on its way, each parameter once.
pub(super) type Parameters = Vec<(String, String)>;

impl OAuth2 {
    /// Makes a POST of a form that proves who we are, in the one way that the operator chose.
    pub(super) fn authenticated(
        &self,
        metadata: &Metadata,
        url: &Url,
        mut form: Parameters,
    ) -> Result<Request<Vec<u8>>, Trouble> {
        let mut request = Request::post(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut proof = vec![("client_id", self.settings.client_id.clone())];
        match &self.settings.client_auth {
            ClientAuth::SecretBasic(secret) => {
                let header_value = self.basic(secret.expose());
                request = request.header(header::AUTHORIZATION, header_value);
                proof.clear();
            }
            ClientAuth::SecretPost(secret) => proof.push(("client_secret", secret.expose().clone())),
            ClientAuth::PrivateKey { .. } => {
                proof.push(("client_assertion_type", ASSERTION_TYPE.to_owned()));
                proof.push(("client_assertion", self.assertion(metadata)?));
            }
            ClientAuth::None => {}
        }
        for (name, value) in proof {
            set(&mut form, name, value);
        }
        let body = Serializer::new(String::new()).extend_pairs(&form).finish();
        let unusable = |_| Trouble::nonsense("a URL or the client secret makes no request");
        request.body(body.into_bytes()).map_err(unusable)
    }

    /// [RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1): encoded before they are joined.
    fn basic(&self, secret: &str) -> String {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let joined = format!("{}:{}", encode(&self.settings.client_id), encode(secret));
        format!("Basic {}", BASE64.encode(joined.as_bytes()))
    }

    fn assertion(&self, metadata: &Metadata) -> Result<String, Trouble> {
        let ClientAuth::PrivateKey { keys, audience } = &self.settings.client_auth else {
            return Err(Trouble::nonsense("there is no key to sign with"));
        };
        let audience = match (audience, self.settings.issuer()) {
            (Audience::Issuer, Some(issuer)) => issuer,
            (Audience::Issuer, None) | (Audience::TokenEndpoint, _) => metadata.token.as_str(),
        };
        let now = self.clock.now().seconds();
        let claims = json!({
            "iss": self.settings.client_id,
            "sub": self.settings.client_id,
            "aud": audience,
            "jti": BASE64URL_NOPAD.encode(&random::bytes::<16>()),
            "iat": now,
            "exp": now + ASSERTION_LIFETIME,
        });
        keys.sign(&claims).ok_or(Trouble::nonsense("our key cannot sign"))
    }
}

/// Gives a parameter a value, in place of one that it had: no parameter may be there twice
/// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
pub(super) fn set(parameters: &mut Parameters, name: &str, value: impl Into<String>) {
    parameters.retain(|(known, _)| known != name);
    parameters.push((name.to_owned(), value.into()));
}
