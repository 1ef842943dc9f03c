//! How wallets find everything: the `stellar.toml`, and what is there at all.

use rstest::rstest;
use serde_json::json;

use super::start;
use crate::database::Engine;
use crate::server::Server;
use crate::stellar::{Key, TESTNET};

/// What a server says of itself.
fn stellar_toml(server: &Server) -> toml::Table {
    let answer = server.call("GET", "/.well-known/stellar.toml").send();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    answer.text().parse().expect("TOML")
}

pub(super) fn signing_key(server: &Server) -> String {
    stellar_toml(server)["SIGNING_KEY"].as_str().expect("a text").to_owned()
}

#[rstest]
fn the_stellar_toml_says_where_everything_is(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine, &json!({}));

    let expected = format!(
        "VERSION = \"2.7.0\"\nKYC_SERVER = \"http://localhost:8000\"\n\
         WEB_AUTH_ENDPOINT = \"http://localhost:8000/auth\"\nNETWORK_PASSPHRASE = \"{TESTNET}\"\n\
         SIGNING_KEY = \"{}\"\nACCOUNTS = [\"{}\"]\n[DOCUMENTATION]\nORG_NAME = \"Example \\\"Anchor\\\"\\nLtd\"\n\
         ORG_URL = \"https://anchor.example.com\"\n",
        signing_key(&server),
        Key::of(9).address()
    );
    assert_eq!(stellar_toml(&server), expected.parse().expect("TOML"));
}

#[rstest]
#[case::auth("GET", "/auth")]
#[case::token("POST", "/auth")]
#[case::stellar_toml("GET", "/.well-known/stellar.toml")]
fn what_is_off_is_not_there(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] method: &str,
    #[case] path: &str,
) {
    Server::start(engine).call(method, path).send().refusal(404);
}

#[rstest]
#[case::auth("/auth", "PUT")]
#[case::stellar_toml("/.well-known/stellar.toml", "POST")]
fn browsers_may_ask_and_other_methods_are_405(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] path: &str,
    #[case] method: &str,
) {
    let server = start(engine, &json!({}));

    let preflight = server
        .call("OPTIONS", path)
        .header("origin", "https://wallet.example.org")
        .header("access-control-request-method", "GET")
        .send();
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (200, Some("*")));
    let refused = server.call(method, path).send();
    refused.refusal(405);
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
}
