//! What every document has.

use utoipa::openapi::path::HttpMethod;

use super::operation::{Operation, operation};
use super::schema;

pub(super) const WALLETS: &str = "\
What wallets and browsers can do here. A refusal for programs is JSON with the one member `error`, which repeats no \
value. A method that a path does not have is 405 with `Allow`, a path that there is not 404. Names in a query, a form, \
a multipart body or a JSON object may be given once only; members that nobody asks for are ignored. A body has at most \
32 MiB, a file 10 MiB, and JSON and forms 2 MiB. `Content-Encoding` is refused.";

pub(super) const OPERATORS: &str = "\
What programs and people on the operator's side can do. A refusal is JSON with the one member `error`, \
except below `/console`, which people read. A method that a path does not have is 405 with `Allow`, a path that there \
is not 404.";

/// The document itself.
pub(super) fn openapi() -> Operation {
    operation(HttpMethod::Get, "/openapi.json", "get_openapi", "This document.").answers_as(
        200,
        "The document.",
        &[("application/json", schema::any_object().into())],
    )
}
