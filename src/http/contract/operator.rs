//! The operator's side.

use utoipa::openapi::path::HttpMethod::{Get, Post, Put};

use super::operation::{Operation, Scheme, operation};
use super::{body, schema};
use crate::domain::facts::Status;
use crate::http::operator::{AuditTrail, CustomerList, Decision, Reveal, RevealedValue};
use crate::integration::review::Dossier;
use crate::proof::TargetStatus;

/// All of it.
pub(super) fn operations() -> Vec<Operation> {
    let mut operations = customers();
    operations.extend(payment_targets());
    operations.extend([
        operation(Get, "/livez", "get_livez", "Whether the process answers at all.").answers_as(
            200,
            "It does.",
            &[("text/plain", schema::one_of(["ok"]).into())],
        ),
        operation(Get, "/readyz", "get_readyz", "Whether requests can be served.")
            .answers_as(200, "They can.", &[("text/plain", schema::one_of(["ready"]).into())])
            .refuses(&[503]),
    ]);
    operations
}

fn payment_targets() -> [Operation; 2] {
    let payto_uri = schema::pattern("^payto://");
    [
        operation(
            Put,
            "/payment-targets",
            "put_payment_target",
            "Makes a payment target known; the same one again and again.",
        )
        .for_bearer(Scheme::OperatorKey)
        .takes(body::of_texts_alone(&[("payto_uri", payto_uri.into(), true)]))
        .answers::<TargetStatus>(200, "How it stands, and where its customer goes on."),
        operation(Get, "/payment-targets/{h_payto}", "get_payment_target", "Tells how a payment target stands.")
            .for_bearer(Scheme::OperatorKey)
            .segment(
                "h_payto",
                schema::pattern("^[0-9A-Za-z]{52}$"),
                "The hash of the normal form, in Crockford's base32.",
            )
            .answers::<TargetStatus>(200, "How it stands, and where its customer goes on.")
            .refuses(&[400, 404]),
    ]
}

fn customers() -> Vec<Operation> {
    let of_one = |operation: Operation| {
        let operation = operation.for_bearer(Scheme::OperatorKey);
        operation.segment("id", schema::id(), "The customer's id.").refuses(&[404])
    };
    let file = || schema::text().into();
    vec![
        operation(Get, "/customers", "get_customers", "Lists who is in a status, those first that wait longest.")
            .for_bearer(Scheme::OperatorKey)
            .query("status", schema::one_of(Status::ALL.map(Status::as_str)), "The status; `PROCESSING` when left out.")
            .query("type", schema::text(), "The customer type; all when left out.")
            .query("limit", schema::whole_number(1), "How many at most; 200 at the very most.")
            .query("cursor", schema::token(), "Where the page before ended.")
            .answers::<CustomerList>(200, "A page of the list.")
            .refuses(&[400]),
        of_one(operation(Get, "/customers/{id}", "get_customer", "Shows what is known of a customer, values masked."))
            .answers::<Dossier>(200, "The customer."),
        of_one(operation(Get, "/customers/{id}/audit", "get_audit", "Shows what operators did, the last entry first."))
            .query("before", schema::whole_number(1), "The position of the last entry of the page before.")
            .answers::<AuditTrail>(200, "A page of the trail.")
            .refuses(&[400]),
        of_one(operation(Post, "/customers/{id}/decisions", "post_decision", "Accepts, rejects, or asks again."))
            .takes_json::<Decision>()
            .answers::<Dossier>(200, "The customer, as it stands then.")
            .refuses(&[409]),
        of_one(operation(Post, "/customers/{id}/reveal", "post_reveal", "Reads one value or file, for a reason."))
            .takes_json::<Reveal>()
            .answers_or::<RevealedValue>(
                200,
                "The value, or the bytes of the file.",
                &[("image/jpeg", file()), ("image/png", file()), ("application/pdf", file())],
            ),
    ]
}
