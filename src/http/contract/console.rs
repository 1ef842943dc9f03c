//! The review console. Its pages are for people; whoever is not signed in is shown the form to sign in (401).

use utoipa::openapi::path::HttpMethod::{Get, Post};

use super::operation::{Operation, operation};
use super::pages::{loaded, logo, stylesheet};
use super::{body, schema};
use crate::domain::decision::{Notice, Verdict};
use crate::domain::facts::Status;
use crate::http::pages::console::STYLESHEET_PATH;

/// All of it.
pub(super) fn operations() -> Vec<Operation> {
    let form_token = || ("form_token", schema::token().into(), true);
    let of_one = |operation: Operation| {
        of_session(operation).segment("id", schema::id(), "The customer's id.").shows_refusals(&[400, 404])
    };
    vec![
        of_session(operation(Get, "/console", "get_console", "Shows who is in a status."))
            .query("status", schema::one_of(Status::ALL.map(Status::as_str)), "The status; `PROCESSING` when left out.")
            .query("type", schema::text(), "The customer type; all when left out.")
            .query("limit", schema::whole_number(1), "How many at most; 200 at the very most.")
            .query("cursor", schema::token(), "Where the page before ended.")
            .shows("The page.")
            .shows_refusals(&[400]),
        of_session(operation(Post, "/console/session", "post_console_session", "Signs in with an operator key."))
            .takes_form(body::form(&[
                form_token(),
                ("key", schema::text().into(), true),
                ("next", schema::text().into(), false),
            ]))
            .redirects(303, "To `next`, of the console.")
            .shows_refusals(&[429]),
        of_session(operation(Post, "/console/sign-out", "post_console_sign_out", "Ends the session."))
            .takes_form(body::form(&[form_token()]))
            .redirects(303, "To where one signs in."),
        of_one(operation(Get, "/console/customers/{id}", "get_console_customer", "Shows a customer, values masked."))
            .query("type", schema::text(), "The customer type to look at.")
            .query("note", schema::one_of(["decided"]), "What came of a form, for our own redirect.")
            .shows("The page."),
        of_one(operation(Get, "/console/customers/{id}/audit", "get_console_audit", "Shows what operators did."))
            .query("before", schema::whole_number(1), "The position of the last entry of the page before.")
            .shows("The page."),
        of_one(operation(Post, "/console/customers/{id}/decisions", "post_console_decision", "Decides."))
            .described("From the customer's page: what is wrong with a field comes as `flaw:FIELD`.")
            .takes_form(body::form(&[
                form_token(),
                ("version", schema::whole_number(0).into(), true),
                ("type", schema::text().into(), true),
                ("status", schema::one_of(verdicts()).into(), true),
                ("message", schema::one_of(Notice::ALL.map(Notice::key)).into(), false),
                ("reason", schema::text_of(0, 2_000).into(), false),
            ]))
            .redirects(303, "To the customer's page.")
            .shows_refusals(&[409]),
        of_one(operation(Post, "/console/customers/{id}/reveal", "post_console_reveal", "Shows one value or file."))
            .takes_form(body::form(&[
                form_token(),
                ("field", schema::text().into(), true),
                ("reason", schema::text_of(1, 2_000).into(), true),
            ]))
            .answers_as(200, "The page; or the bytes of a file that is no picture.", &revealed()),
        stylesheet(),
        loaded(STYLESHEET_PATH, "get_console_stylesheet", "The stylesheet of the console.", &["text/css"]),
        logo(),
    ]
}

/// What every page of the console may be in the place of.
fn of_session(operation: Operation) -> Operation {
    operation.shows_refusals(&[401, 500, 503])
}

fn verdicts() -> [&'static str; 3] {
    Verdict::ALL.map(|verdict| verdict.status().as_str())
}

fn revealed() -> Vec<(&'static str, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)> {
    ["text/html", "application/pdf", "image/jpeg", "image/png", "image/webp", "video/mp4", "video/webm"]
        .map(|content_type| (content_type, schema::text().into()))
        .into()
}
