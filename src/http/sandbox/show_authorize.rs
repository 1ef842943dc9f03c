//! `GET /sandbox/authorize`: asks how the login shall end.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::Sandbox;
use super::authorization::{Authorization, Refusal, hidden_fields};
use super::parameters::Parameters;
use crate::http::pages::{self, SandboxAuthorize};

pub(super) async fn show_authorize(
    State(sandbox): State<Arc<Sandbox>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes()).ok_or(Refusal::Untrusted)?;
    Authorization::check(&sandbox, &parameters)?;
    let page = SandboxAuthorize {
        request: hidden_fields(&parameters),
        identity: sandbox.settings.identity.clone(),
        origins: sandbox.origins(),
    };
    Ok(pages::render(&page).into_response())
}
