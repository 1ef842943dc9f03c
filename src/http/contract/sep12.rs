//! Customers, as wallets see them.

use utoipa::openapi::path::HttpMethod::{Delete, Get, Post, Put};

use super::operation::{Operation, Scheme, operation};
use super::{body, schema};
use crate::domain::requirement::Requirements;
use crate::http::sep12::{Done, FileAnswer, Files, Registered};
use crate::integration::CustomerAnswer;

/// All of SEP-12 that the configuration offers.
pub(super) fn operations(requirements: &Requirements, by_transaction: bool) -> Vec<Operation> {
    vec![
        get_customer(requirements, by_transaction),
        operation(Put, "/customer", "put_customer", "Takes what a customer gives.")
            .for_bearer(Scheme::Sep10)
            .takes(body::of_customer(requirements, by_transaction))
            .answers::<Registered>(202, "The customer's id.")
            .refuses(&[403, 404]),
        operation(Delete, "/customer/{account}", "delete_customer", "Erases everything about a customer.")
            .for_bearer(Scheme::Sep10)
            .segment("account", schema::account(), "The token's account.")
            .query("memo", schema::memo(), "The memo of the customer, here or in the body.")
            .query("memo_type", schema::memo_type(), "The type of the memo; `id` when left out.")
            .takes(body::of_memo())
            .answers::<Done>(200, "It is done.")
            .refuses(&[403, 404]),
        operation(Put, "/customer/callback", "put_callback", "Sets the URL that is told of changes.")
            .for_bearer(Scheme::Sep10)
            .takes(body::of_callback())
            .answers::<Done>(200, "It is done.")
            .refuses(&[403, 404, 501]),
        operation(Put, "/customer/verification", "put_verification", "Takes codes that verify fields.")
            .for_bearer(Scheme::Sep10)
            .takes(body::of_codes(requirements, by_transaction))
            .answers::<CustomerAnswer>(200, "How the customer stands then.")
            .refuses(&[403, 404, 501])
            .deprecated(),
        operation(Post, "/customer/files", "post_files", "Takes a file, which a PUT can name.")
            .for_bearer(Scheme::Sep10)
            .takes(body::of_file())
            .answers::<FileAnswer>(200, "The file.")
            .refuses(&[429]),
        operation(Get, "/customer/files", "get_files", "Lists files, by either of the ids.")
            .for_bearer(Scheme::Sep10)
            .query("file_id", schema::text(), "The id that a POST answered.")
            .query("customer_id", schema::text(), "The id that a PUT answered.")
            .answers::<Files>(200, "The files; none for what the token does not reach.")
            .refuses(&[400]),
    ]
}

fn get_customer(requirements: &Requirements, by_transaction: bool) -> Operation {
    let types = schema::one_of(requirements.of(true).map(|(name, _)| name));
    let operation =
        operation(Get, "/customer", "get_customer", "Tells how a customer stands, and what is still needed.")
            .for_bearer(Scheme::Sep10)
            .speaks()
            .query("id", schema::id(), "The id that a PUT answered.")
            .query("account", schema::account(), "The token's account (deprecated).")
            .query("memo", schema::memo(), "The memo of a customer of a shared account; the token's own when left out.")
            .query("memo_type", schema::memo_type(), "The type of the memo (deprecated); `id` when left out.")
            .query("type", types, "What the customer is verified for; the default type when left out.");
    let operation = if by_transaction {
        let about = "The transaction whose customer is meant; then `type` has to be given, too.";
        operation.query("transaction_id", schema::transaction_id(), about)
    } else {
        operation
    };
    operation.answers::<CustomerAnswer>(200, "How the customer stands.").refuses(&[400, 403, 404])
}
