//! A wallet on the Stellar SDK verifies callbacks, and one without a good certificate gets none.

use std::fs;
use std::path::{Path, PathBuf};

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

/// A file of the folder `tls`, which says what is in there.
fn tls(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/tls").join(name)
}

/// SSRF-13.
#[rstest]
#[case::a_good_one("good.pem", "TLSv1.3", true)]
#[case::a_good_one_in_an_older_protocol("good.pem", "TLSv1.2", true)]
#[case::in_a_protocol_of_1999("good.pem", "TLSv1", false)]
#[case::one_that_expired("expired.pem", "TLSv1.3", false)]
#[case::one_for_another_name("wrong-name.pem", "TLSv1.3", false)]
#[case::one_that_signed_itself("self-signed.pem", "TLSv1.3", false)]
#[tokio::test]
async fn a_callback_is_for_a_host_with_a_good_certificate(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] certificate: &str,
    #[case] protocol: &str,
    #[case] arrives: bool,
) {
    let authority = tls("authority.pem");
    let server = Server::start_with(engine, "", &[("SSL_CERT_FILE", authority.as_os_str())]).await;
    let token = server.token(ACCOUNT, None);
    let mut receiver = Script::start("receiver");
    let pem = fs::read_to_string(tls(certificate)).expect("a certificate");
    let options = json!({
        "cert": pem, "minVersion": protocol, "maxVersion": protocol, "ciphers": "DEFAULT:@SECLEVEL=0",
    });
    let url = receiver.ask("listen", &json!({ "seed": server.signing_seed(), "tls": options }));
    server.put_customer(&token, &json!({}));
    server.put_callback(&token, &json!({ "url": url }));

    let ada = json!({ "first_name": "Ada", "last_name": "Lovelace", "email_address": "ada@example.com" });
    server.put_customer(&token, &ada);

    let (state, trouble) = server.wait_for_attempt().await;
    if arrives {
        assert_eq!(receiver.ask("next", &Value::Null)["verified"]["signature"], json!(true));
        assert_eq!((state.as_str(), trouble.as_str()), ("finished", "-"));
    } else {
        // Whoever speaks plainly to it, or sends a request, is no refusal of a certificate.
        assert!(receiver.ask("refusals", &Value::Null).as_u64().is_some_and(|refusals| refusals > 0));
        assert_eq!((state.as_str(), trouble.as_str()), ("waiting", "unreachable"));
    }
}
