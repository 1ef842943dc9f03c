//! Signing in, and being found.

use utoipa::openapi::path::HttpMethod::{Get, Post};

use super::operation::{Operation, operation};
use super::{body, schema};
use crate::http::sep10::{Challenge, Token};

/// The longest transaction in base64 that a body of its size can hold.
const MAX_TRANSACTION: usize = 8 << 10;

/// SEP-10, where it is on.
pub(super) fn web_auth() -> [Operation; 2] {
    let memo = schema::pattern("^(0|[1-9][0-9]{0,19})$");
    let account = schema::pattern("^(G[A-Z2-7]{55}|M[A-Z2-7]{68})$");
    let transaction = schema::text_of(1, MAX_TRANSACTION);
    [
        operation(Get, "/auth", "get_auth", "Gives a challenge (SEP-10).")
            .required_query("account", account, "Who wants to sign in.")
            .query("memo", memo, "The id of a customer of a shared account; not for `M…`.")
            .query("home_domain", schema::text_of(1, 59), "The anchor's domain.")
            .query("client_domain", schema::text_of(1, 255), "The wallet's domain, which then has to sign too.")
            .answers::<Challenge>(200, "A transaction to sign.")
            .refuses(&[400, 401, 429, 500, 503]),
        operation(Post, "/auth", "post_auth", "Gives a token for a signed challenge (SEP-10).")
            .takes(body::of_texts(&[("transaction", transaction.into(), true)]))
            .answers::<Token>(200, "The token.")
            .refuses(&[429, 500, 503]),
    ]
}

/// SEP-1, where it is on.
pub(super) fn stellar_toml() -> Operation {
    operation(Get, "/.well-known/stellar.toml", "get_stellar_toml", "Tells wallets where everything is (SEP-1).")
        .answers_as(200, "A file in TOML.", &[("text/plain", schema::text().into())])
}
