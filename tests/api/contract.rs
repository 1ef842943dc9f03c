//! The documents that say what the listeners offer.
//!
//! `RENEW_DOCUMENTS=1 cargo test --test api contract` writes them anew into `tests/api`; the difference is the change
//! of the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use data_encoding::BASE64;
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Call;
use crate::database::Engine;
use crate::server::{HOME_DOMAIN, ISSUER, PUBLIC_URL, Server};

/// The routes, as they are written down.
const ROUTES: &str = include_str!("../../src/http/mod.rs");

/// By path, the methods that it has.
type Operations = BTreeMap<String, BTreeSet<String>>;

/// A server that offers everything, with a field of each type.
fn everything(engine: Engine) -> Server {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let put = |name, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path
    };
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
    let pem = BASE64.encode(der.as_ref());
    let client_key = put("eid.pem", &format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n"));
    let key_file = put("transactions.key", "a-key");
    let sections = json!({
        "sep10": { "enabled": true, "issuer": ISSUER, "home_domains": [HOME_DOMAIN], "network": "testnet" },
        "stellar_toml": { "enabled": true },
        "transactions": { "url": "https://payments.example.com", "key_file": key_file },
        // By its name it can be asked for wherever a path has a variable.
        "providers": {
            "sandbox": {
                "authorize_url": format!("{PUBLIC_URL}/sandbox/authorize"),
                "token_url": format!("{PUBLIC_URL}/sandbox/token"),
                "userinfo_url": format!("{PUBLIC_URL}/sandbox/userinfo"),
            },
            "x": {
                "kind": "oauth2", "issuer": "https://eid.example.com", "client_id": "kycd",
                "response_mode": "form_post", "client_auth": "private_key_jwt", "client_key_files": [client_key],
                "webhook_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "claims": { "given_name": "first_name" },
            },
        },
        "custom_fields": { "acme.shares": { "type": "number", "description": "Shares that you hold" } },
        "customer_types": {
            "sep6": {
                "fields": ["last_name", "birth_date", "id_type", "address", "acme.shares"],
                "optional_fields": ["photo_id_front"],
            },
            "sep31-receiver": { "fields": ["bank_account_number", "mobile_number"], "choices": {} },
        },
    });
    Server::start_with(engine, sections)
}

#[rstest]
fn the_public_document_is_as_it_was(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    is_as_it_was("openapi.public.json", &document(everything(engine).call("GET", "/openapi.json")));
}

#[rstest]
fn the_operators_document_is_as_it_was(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    is_as_it_was("openapi.operator.json", &document(everything(engine).operate("GET", "/openapi.json")));
}

/// Each document has the operations that are routed and no other; and each path has the methods that it says.
#[rstest]
fn the_documents_are_the_routes(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = everything(engine);
    let (public, operator) = ROUTES.split_once("pub fn operator(").expect("two routers");
    let public_document = document(server.call("GET", "/openapi.json"));
    let operator_document = document(server.operate("GET", "/openapi.json"));

    assert_eq!(documented(&public_document), routed(public));
    assert_eq!(documented(&operator_document), routed(operator));

    for (path, methods) in documented(&public_document) {
        assert_eq!(allowed(server.call("TRACE", &concrete(&path)), path == "/kyc-proof/{provider}"), methods, "{path}");
    }
    for (path, methods) in documented(&operator_document) {
        assert_eq!(allowed(server.operate("TRACE", &concrete(&path)), false), methods, "{path}");
    }
}

#[rstest]
fn what_is_not_offered_is_not_in_the_document(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let text = Server::start(engine).call("GET", "/openapi.json").send().text();

    for word in ["/auth", "stellar.toml", "transaction_id", "acme.shares"] {
        assert!(!text.contains(word), "{word}");
    }
    for word in ["photo_id_front", "given-family"] {
        assert!(text.contains(word), "{word}");
    }
}

#[track_caller]
fn document(call: Call<'_>) -> Value {
    let answer = call.send();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    answer.json()
}

#[track_caller]
fn is_as_it_was(name: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api").join(name);
    let text = format!("{document:#}\n");
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so")]
    if env::var("RENEW_DOCUMENTS").is_ok() {
        fs::write(&path, &text).expect("a file of ours");
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    if before != text {
        let changed = before.lines().zip(text.lines()).find(|(before, now)| before != now);
        panic!("{name} has changed, first at {changed:?}; see above how to renew it");
    }
}

/// Lists the operations of a document.
fn documented(document: &Value) -> Operations {
    let paths = document["paths"].as_object().expect("an object").iter();
    let methods =
        |item: &Value| item.as_object().expect("an object").keys().map(|method| method.to_uppercase()).collect();
    paths.map(|(path, item)| (path.clone(), methods(item))).collect()
}

/// Lists the operations that a part of the source routes.
fn routed(source: &str) -> Operations {
    let mut operations = Operations::new();
    for route in source.split(".route(").skip(1) {
        let route = route.split(';').next().expect("a statement");
        let (path, handlers) = route.split_once(',').expect("a path and its methods");
        let path = path.trim();
        let path = match path {
            "pages::STYLESHEET_PATH" => kycd::http::pages::STYLESHEET_PATH,
            "pages::console::STYLESHEET_PATH" => kycd::http::pages::console::STYLESHEET_PATH,
            "pages::SCRIPT_PATH" => kycd::http::pages::SCRIPT_PATH,
            "pages::LOGO_PATH" => kycd::http::pages::LOGO_PATH,
            written => written.trim_matches('"'),
        };
        let is_routed = |method: &&str| {
            handlers
                .match_indices(&format!("{method}("))
                .any(|(at, _)| !handlers[..at].ends_with(char::is_alphanumeric))
        };
        let methods = ["get", "put", "post", "delete", "patch"].into_iter().filter(is_routed).map(str::to_uppercase);
        operations.entry(path.to_owned()).or_default().extend(methods);
    }
    operations
}

/// Asks a path which methods it has, by one that none has; HEAD comes along with GET.
#[track_caller]
fn allowed(call: Call<'_>, is_page: bool) -> BTreeSet<String> {
    let answer = if is_page { call.page() } else { call }.send();
    assert_eq!(answer.status, 405);
    let methods = answer.header("allow").expect("the methods").split(',');
    methods.filter(|method| *method != "HEAD").map(str::to_owned).collect()
}

/// A path with something in place of its variables.
fn concrete(path: &str) -> String {
    path.split('/').map(|segment| if segment.starts_with('{') { "x" } else { segment }).collect::<Vec<_>>().join("/")
}
