//! The exchange of a code for a token ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)).

use serde_json::Value;

use super::OAuth2;
use super::answer::{self, Peer};
use super::departure::Keepsake;
use super::metadata::Metadata;
use crate::domain::pii::Secret;
use crate::proof::provider::{Arrival, Trouble};

const TOKEN: Peer = Peer { name: "token endpoint", success: &[200] };

/// A token answer. `expires_in` is not read: it may be a number, a text or missing, and the provider says soon enough
/// when the token is not good any more.
pub(super) struct TokenAnswer {
    pub(super) access_token: Secret<String>,
    pub(super) id_token: Option<String>,
}

impl OAuth2 {
    /// Exchanges the code, once: whatever comes of it, it is spent.
    pub(super) async fn redeem(
        &self,
        metadata: &Metadata,
        arrival: Arrival<'_>,
        keepsake: &Keepsake,
    ) -> Result<TokenAnswer, Trouble> {
        let mut form = vec![
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), arrival.code.to_owned()),
            ("redirect_uri".to_owned(), arrival.redirect_uri.as_str().to_owned()),
        ];
        if let Some(verifier) = &keepsake.verifier {
            form.push(("code_verifier".to_owned(), verifier.clone()));
        }
        let request = self.authenticated(metadata, &metadata.token, form)?;
        let now = self.clock.now();
        let answer = answer::call(&self.client, TOKEN, request, now).await?;
        TokenAnswer::read(&answer.accepted(now)?)
    }
}

impl TokenAnswer {
    fn read(answer: &Value) -> Result<Self, Trouble> {
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
        Ok(Self { access_token: Secret::new(token.to_owned()), id_token })
    }
}

/// Tells whether a token is of printable ASCII ([RFC 6749, Appendix A.12](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12)):
/// anything else could end the header that it is sent in.
fn is_printable(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
