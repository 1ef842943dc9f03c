//! Watching payment targets.

use utoipa::openapi::path::HttpMethod::Get;

use super::operation::{Operation, Scheme, operation};
use super::schema;
use crate::http::kyc::{KycCheck, KycRequirements};

pub(super) fn operations() -> Vec<Operation> {
    let watching = |operation: Operation| {
        operation
            .query("type", schema::text(), "The customer type; the default one when left out.")
            .query(
                "timeout_ms",
                schema::whole_number(0),
                "How long to wait, at most a minute; not at all when left out.",
            )
            .refuses(&[400, 403, 500, 503])
    };
    let check = operation(Get, "/kyc-check/{h_payto}", "get_kyc_check", "Tells whether something is still required.")
        .for_bearer(Scheme::AccessToken)
        .segment("h_payto", schema::text(), "The hash of the payment target.")
        .query(
            "lpt",
            schema::whole_number(0),
            "3 waits for the verification, 2 for the end of a review, else for any change.",
        )
        .answers::<KycCheck>(200, "Nothing more is required.")
        .answers::<KycCheck>(202, "Something is required.");
    let requirements = operation(Get, "/kyc-info/{access_token}", "get_kyc_requirements", "Tells what is asked.")
        .described("With the `ETag` of an earlier answer as `If-None-Match`, it waits for another answer.")
        .speaks()
        .segment("access_token", schema::text(), "The token of the payment target's page.")
        .answers::<KycRequirements>(200, "What is open.")
        .answers::<KycRequirements>(202, "Somebody looks at it.")
        .answers_as(204, "Nothing is open.", &[])
        .answers_as(304, "There is no other answer.", &[]);
    [check, requirements].map(watching).into()
}
