//! How a provider knows that it is us who asks: the client of the `oauth2` crate with our credentials, and the same for
//! requests that the crate does not make.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use form_urlencoded::{Serializer, byte_serialize};
use http::{Request, header};
use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthType, AuthUrl, ClientId, ClientSecret, EndpointNotSet, EndpointSet, RedirectUrl, StandardRevocableToken,
    TokenUrl,
};
use serde_json::json;
use url::Url;

use super::OAuth2;
use super::metadata::Metadata;
use super::settings::{Audience, ClientAuth};
use super::token::TokenAnswer;
use crate::proof::provider::Trouble;
use crate::vault::random;

/// How long an assertion counts, in seconds: it is used at once.
const ASSERTION_LIFETIME: i64 = 60;

/// What kind of assertion ours is ([RFC 7523 §2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A form on its way, each parameter once.
pub(super) type Parameters = Vec<(String, String)>;

/// The crate's client of an authorize and a token endpoint, with our own token answer.
type Client = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl OAuth2 {
    /// Makes the crate's client. It shows our secret, if that is how we are known; an assertion has to be added.
    pub(super) fn crate_client(&self, metadata: &Metadata, redirect_uri: &Url) -> Client {
        let mut authorize = metadata.authorize.clone();
        // A query of its own is none of the request's parameters: it stays where the browser is sent.
        authorize.set_query(None);
        let client = oauth2::Client::new(ClientId::new(self.settings.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(authorize))
            .set_token_uri(TokenUrl::from_url(metadata.token.clone()))
            .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()));
        let client = match self.settings.secret() {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
            None => client,
        };
        client.set_auth_type(match &self.settings.client_auth {
            ClientAuth::SecretBasic(_) => AuthType::BasicAuth,
            ClientAuth::SecretPost(_) | ClientAuth::PrivateKey { .. } | ClientAuth::None => AuthType::RequestBody,
        })
    }

    /// Makes a POST of a form, for what the crate does not know, that proves who we are in the same way.
    pub(super) fn authenticated(
        &self,
        metadata: &Metadata,
        url: &Url,
        mut form: Parameters,
    ) -> Result<Request<Vec<u8>>, Trouble> {
        let mut request = Request::post(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let ClientAuth::SecretBasic(secret) = &self.settings.client_auth {
            request = request.header(header::AUTHORIZATION, self.basic(secret.expose()));
        } else {
            set(&mut form, "client_id", &self.settings.client_id);
        }
        if let ClientAuth::SecretPost(secret) = &self.settings.client_auth {
            set(&mut form, "client_secret", secret.expose());
        }
        for (name, value) in self.assertion(metadata)? {
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

    /// Signs that it is us, if we are known by a key; otherwise there is nothing to add.
    pub(super) fn assertion(&self, metadata: &Metadata) -> Result<Vec<(&'static str, String)>, Trouble> {
        let ClientAuth::PrivateKey { keys, audience } = &self.settings.client_auth else { return Ok(Vec::new()) };
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
        let signed = keys.sign(&claims).ok_or(Trouble::nonsense("our key cannot sign"))?;
        Ok(vec![("client_assertion_type", ASSERTION_TYPE.to_owned()), ("client_assertion", signed)])
    }
}

/// Gives a parameter a value, in place of one that it had: no parameter may be there twice
/// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
pub(super) fn set(parameters: &mut Parameters, name: &str, value: impl Into<String>) {
    parameters.retain(|(known, _)| known != name);
    parameters.push((name.to_owned(), value.into()));
}
