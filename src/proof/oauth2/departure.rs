//! Sending a browser off ([RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).

use data_encoding::BASE64URL_NOPAD;
use oauth2::{
    AuthType, AuthUrl, ClientId, ClientSecret, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::OAuth2;
use super::settings::ClientAuth;
use super::token::Client;
use crate::proof::provider::{Departure, Kept, Start, Trouble};
use crate::vault::random;

/// What is needed again when the browser comes back.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Keepsake {
    /// What the PKCE challenge was made of ([RFC 7636 §4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    pub(super) verifier: Option<String>,
    /// What the ID token has to repeat.
    pub(super) nonce: Option<String>,
}

impl Keepsake {
    pub(super) fn open(kept: &Kept) -> Result<Self, Trouble> {
        serde_json::from_slice(&kept.to_bytes()).map_err(|_| Trouble::nonsense("what was kept cannot be read"))
    }

    fn keep(&self) -> Kept {
        Kept::from_bytes(&Zeroizing::new(serde_json::to_vec(self).expect("two texts serialise")))
    }
}

impl OAuth2 {
    pub(super) async fn depart(&self, start: Start<'_>) -> Result<Departure, Trouble> {
        let metadata = self.source.metadata().await?;
        let keepsake = Keepsake {
            verifier: self.settings.pkce.then(unguessable),
            nonce: self.settings.is_openid().then(unguessable),
        };
        let redirect = self.authorize_url(metadata.authorize.clone(), start, &keepsake);
        Ok(Departure { redirect, kept: keepsake.keep() })
    }

    fn authorize_url(&self, mut base: Url, start: Start<'_>, keepsake: &Keepsake) -> Url {
        base.query_pairs_mut().extend_pairs(&self.settings.authorize_parameters);
        let client = self
            .oauth2_client()
            .set_auth_uri(AuthUrl::from_url(base))
            .set_redirect_uri(RedirectUrl::from_url(start.redirect_uri.clone()));
        let mut request = client
            .authorize_url(|| CsrfToken::new(start.state.to_owned()))
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new));
        if let Some(verifier) = &keepsake.verifier {
            let verifier = PkceCodeVerifier::new(verifier.clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        if let Some(nonce) = &keepsake.nonce {
            request = request.add_extra_param("nonce", nonce);
        }
        without_repetition(request.url().0)
    }

    /// The `oauth2` crate's client, knowing who we are.
    pub(super) fn oauth2_client(&self) -> Client {
        let client = Client::new(ClientId::new(self.settings.client_id.clone()));
        let secret = |secret: &String| ClientSecret::new(secret.clone());
        match &self.settings.client_auth {
            ClientAuth::SecretBasic(known) => {
                client.set_auth_type(AuthType::BasicAuth).set_client_secret(secret(known.expose()))
            }
            ClientAuth::SecretPost(known) => {
                client.set_auth_type(AuthType::RequestBody).set_client_secret(secret(known.expose()))
            }
            ClientAuth::None => client.set_auth_type(AuthType::RequestBody),
        }
    }
}

/// Draws 32 random bytes as text, as long as RFC 7636 wants a verifier.
fn unguessable() -> String {
    BASE64URL_NOPAD.encode(&random::bytes::<32>())
}

/// Leaves every parameter once ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)), the last one of
/// its name: ours come after the operator's, and those after what the URL brought along.
fn without_repetition(mut url: Url) -> Url {
    let mut parameters = Vec::<(String, String)>::new();
    for (name, value) in url.query_pairs() {
        parameters.retain(|(known, _)| *known != name);
        parameters.push((name.into_owned(), value.into_owned()));
    }
    url.query_pairs_mut().clear().extend_pairs(parameters);
    url
}
