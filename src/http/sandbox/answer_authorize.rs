//! `POST /sandbox/authorize`: goes back to the client with what the person chose.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;

use super::authorization::{Authorization, Refusal};
use super::parameters::Parameters;
use super::{Answer, Grant, Sandbox};
use crate::http::pages::{self, SandboxIdentity};

pub(super) async fn answer_authorize(State(sandbox): State<Arc<Sandbox>>, body: Bytes) -> Result<Response, Refusal> {
    let parameters = Parameters::parse(&body).ok_or(Refusal::Untrusted)?;
    let authorization = Authorization::check(&sandbox, &parameters)?;
    let outcome = choose(&parameters).ok_or(Refusal::Untrusted)?;
    let location = match outcome {
        Ok(answer) => {
            let grant = Grant { challenge: authorization.challenge.clone(), answer };
            let code = sandbox.codes.lock().put(sandbox.settings.clock.now(), grant);
            authorization.answer(&sandbox, "code", &code)
        }
        Err(error) => authorization.answer(&sandbox, "error", error),
    };
    Ok(pages::see_other(location))
}

/// What the pressed button means: something to grant, or an error code of RFC 6749 §4.1.2.1.
fn choose(parameters: &Parameters) -> Option<Result<Answer, &'static str>> {
    match parameters.get("outcome")? {
        "verified" => {
            let text = |name| parameters.get(name).map(str::to_owned);
            let identity = SandboxIdentity {
                first_name: text("given_name")?,
                last_name: text("family_name")?,
                email: text("email")?,
            };
            Some(Ok(Answer::Identity(identity)))
        }
        "nonsense" => Some(Ok(Answer::Nonsense)),
        "denied" => Some(Err("access_denied")),
        "busy" => Some(Err("temporarily_unavailable")),
        _ => None,
    }
}
