//! The refusals that operations share.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, ResponseBuilder};

use super::schema;
use crate::domain::language::Language;
use crate::http::error::Refusal;

/// What a refusal is read by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// A program.
    Json,
    /// A person.
    Page,
}

/// Joins what is refused with one status, whoever reads it.
pub(super) fn by_status(refusals: &[(Form, StatusCode)]) -> BTreeMap<StatusCode, BTreeSet<Form>> {
    let mut statuses = BTreeMap::<_, BTreeSet<_>>::new();
    for (form, status) in refusals {
        statuses.entry(*status).or_default().insert(*form);
    }
    statuses
}

/// Adds the response of a status and gives its name.
pub(super) fn add_to(components: &mut Components, status: StatusCode, forms: &BTreeSet<Form>) -> String {
    let mut name = status.canonical_reason().unwrap_or_default().replace(' ', "");
    let mut response = ResponseBuilder::new().description(describe(status));
    if forms.contains(&Form::Json) {
        components.schemas.insert(Refusal::name().into_owned(), <Refusal as utoipa::PartialSchema>::schema());
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Refusal::name()))).build();
        response = response.content("application/json", content);
    }
    if forms.contains(&Form::Page) {
        name += if forms.len() == 1 { "Page" } else { "OrPage" };
        response = response.content("text/html", ContentBuilder::new().schema(Some(schema::text())).build());
    }
    for (header, value) in headers(status) {
        response = response.header(header, value);
    }
    let response = response.header("Content-Language", content_language());
    components.responses.insert(name.clone(), RefOr::T(response.build()));
    name
}

/// Says what language an answer is in.
pub(super) fn content_language() -> Header {
    let languages = schema::one_of(Language::ALL.map(Language::code));
    HeaderBuilder::new().schema(Some(languages)).description(Some("The language of its words.")).build()
}

fn headers(status: StatusCode) -> Vec<(&'static str, Header)> {
    let header = |schema: utoipa::openapi::schema::Object, description: &str| {
        HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
    };
    match status {
        StatusCode::UNAUTHORIZED => {
            vec![("WWW-Authenticate", header(schema::one_of(["Bearer"]), "The scheme (RFC 6750)."))]
        }
        StatusCode::METHOD_NOT_ALLOWED => vec![("Allow", header(schema::text(), "The methods that there are."))],
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            vec![("Retry-After", header(schema::whole_number(1), "After how many seconds to come back."))]
        }
        _ => Vec::new(),
    }
}

fn describe(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "Something in the request cannot be read, or is not acceptable.",
        StatusCode::UNAUTHORIZED => "It is not proven who is asking.",
        StatusCode::FORBIDDEN => "Whoever asks may not do this.",
        StatusCode::NOT_FOUND => "There is nothing, or nothing for whoever asks: which of them is not told.",
        StatusCode::METHOD_NOT_ALLOWED => "This method is not allowed here.",
        StatusCode::REQUEST_TIMEOUT => "The body came too slowly.",
        StatusCode::CONFLICT => "It does not fit the present state.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body, or a file in it, is too large.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "A content type, character set or encoding that is not read here.",
        StatusCode::TOO_MANY_REQUESTS => "Too many calls.",
        StatusCode::INTERNAL_SERVER_ERROR => "Our own failure.",
        StatusCode::NOT_IMPLEMENTED => "This server does not offer it.",
        StatusCode::BAD_GATEWAY => "The provider's answer is of no use.",
        StatusCode::SERVICE_UNAVAILABLE => "Something that is needed does not answer at present.",
        StatusCode::GATEWAY_TIMEOUT => "The provider did not answer in time.",
        _ => "A refusal.",
    }
}
