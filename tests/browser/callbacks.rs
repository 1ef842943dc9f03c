//! A wallet on the Stellar SDK verifies callbacks.

use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::script::Script;
use crate::server::Server;

const ACCOUNT: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";

/// CB-01, with other code than ours.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_wallet_verifies_every_callback(#[case] engine: Engine) {
    let server = Server::start(engine, "[customer_types.sep31]\nfields = [\"first_name\"]\n").await;
    let token = server.token(ACCOUNT, Some(7));
    let mut receiver = Script::start("receiver");
    let url = receiver.ask("listen", &json!({ "seed": server.signing_seed() }));
    let id = server.put_customer(&token, &json!({}));
    server.put_callback(&token, &json!({ "id": id, "url": url }));

    for values in [
        json!({ "first_name": "Zoë", "type": "sep31" }),
        json!({ "last_name": "Lovelace", "email_address": "ada@example.com" }),
    ] {
        server.put_customer(&token, &values);
        let callback = receiver.ask("next", &Value::Null);

        assert_eq!(callback["verified"], json!({ "signature": true, "x-stellar-signature": true }), "{callback}");
        let customer_type = callback["headers"]["kycd-customer-type"].as_str().expect("a type");
        assert_eq!(callback["body"], server.get_customer(&token, customer_type));
        assert_eq!((&callback["body"]["id"], &callback["body"]["status"]), (&json!(id), &json!("ACCEPTED")));
    }
}
