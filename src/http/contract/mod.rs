//! What the listeners offer, as `OpenAPI` 3.1 documents: made at start from the types of the handlers and from what the
//! configuration turned on.
//!
//! A route has its operation in the file of its room here: the path and methods as they are routed, the operation id
//! that is its handler's name, what it takes, and everything it can answer. `tests/api/contract.rs` proves that routes
//! and operations are the same set; `tests/cli/schemathesis.rs` calls all of them with what the document allows, and
//! with what it does not.

mod body;
mod common;
mod console;
mod operation;
mod operator;
mod pages;
mod refusals;
mod schema;
mod sep10;
mod sep12;
mod watching;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use bytes::Bytes;
use utoipa::openapi::path::Paths;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApiBuilder, ServerBuilder};

use self::operation::{Operation, Scheme};
use super::state::AppState;

/// The document of a listener, as it is sent.
#[derive(Clone)]
pub(super) struct Document(Bytes);

/// Answers `GET /openapi.json`.
pub(super) async fn get_openapi(State(document): State<Document>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], document.0)
}

/// Describes the public listener.
pub(super) fn public(state: &AppState) -> Document {
    let sign_in = state.web_auth.as_ref().map(|_| sep10::web_auth()).into_iter().flatten();
    let discovery = state.stellar_toml.as_ref().map(|_| sep10::stellar_toml());
    let mut operations = sep12::operations(&state.requirements, state.transactions.is_some());
    operations.extend(sign_in.chain(discovery));
    operations.extend(pages::operations(&state.proofs));
    operations.extend(watching::operations());
    operations.push(common::openapi());
    let title = "kycd: customers and their verification";
    let server = ServerBuilder::new().url(state.site.public_url.clone()).build();
    write(title, common::WALLETS, &[Scheme::Sep10, Scheme::AccessToken], operations, |document| {
        document.servers(Some([server]))
    })
}

/// Describes the operator's listener.
pub(super) fn operator() -> Document {
    let mut operations = operator::operations();
    operations.extend(console::operations());
    operations.push(common::openapi());
    write("kycd: the operator's side", common::OPERATORS, &[Scheme::OperatorKey], operations, |document| document)
}

fn write(
    title: &str,
    description: &str,
    schemes: &[Scheme],
    operations: Vec<Operation>,
    finish: impl FnOnce(OpenApiBuilder) -> OpenApiBuilder,
) -> Document {
    let mut components = Components::new();
    let mut paths = Paths::new();
    for operation in operations {
        operation.add_to(&mut paths, &mut components);
    }
    for scheme in schemes {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(scheme.description())).build();
        components.add_security_scheme(scheme.name(), SecurityScheme::Http(bearer));
    }
    let info =
        InfoBuilder::new().title(title).version(env!("CARGO_PKG_VERSION")).description(Some(description)).build();
    let document = finish(OpenApiBuilder::new().info(info).paths(paths).components(Some(components))).build();
    Document(document.to_json().expect("a document of text and numbers becomes JSON").into())
}
