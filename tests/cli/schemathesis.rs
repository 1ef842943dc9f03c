//! Schemathesis, a stranger's judgement of the documents: it makes requests that they allow and requests that they do
//! not, and holds every answer of the real binary against them.

use std::path::Path;

use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::workplace::{ADA, Workplace};

/// Made by `tests/run` from `tests/cli/requirements.txt`.
const FOLDER: &str = "tests/cli/.venv";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance,unsupported_method,allow_header_conformance,ignored_auth";

/// A type of customer that asks for values of each kind, and one whose customers people decide about.
const TYPES: &str = r#"
[customer_types.sep6]
fields = ["first_name", "last_name", "email_address"]
optional_fields = [
    "photo_id_front", "birth_date", "occupation", "id_type", "address", "mobile_number", "card.expiration_date",
]

[customer_types.sep31-receiver]
fields = ["first_name", "last_name", "email_address"]
decision = "review"
"#;

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn every_answer_is_one_that_the_documents_name(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = Workplace::on(&database.url);
    place.put("more.toml", TYPES, 0o644);
    let dev = place.dev(&["--config", "more.toml"]);
    let (token, key) = (dev.dev("token"), dev.dev("operator_key"));
    let customer = dev.put_customer(token, &format!("{{{ADA}}}")).json();
    let payto = r#"{"payto_uri":"payto://iban/DE75512108001245126199"}"#;
    let target = dev.as_operator("PUT /payment-targets", key, payto).json();

    let known = [
        ("id", &customer["id"]),
        ("account", &json!(dev.dev("account"))),
        ("access_token", &target["access_token"]),
        ("h_payto", &target["h_payto"]),
        ("provider", &json!("sandbox")),
    ];
    place.put("schemathesis.toml", configuration(&known), 0o644);

    conforms(&place, dev.dev("operator_url"), key);
    conforms(&place, dev.dev("public_url"), token);
}

/// Lets what is known stand now and then where parameters of its name do.
fn configuration(known: &[(&str, &Value)]) -> String {
    let dictionaries = known.iter().map(|(name, value)| format!("[dictionaries.{name}]\nvalues = [{value}]\n"));
    let parameters =
        known.iter().map(|(name, _)| format!("{name} = {{ dictionary = \"{name}\", probability = 0.5 }}\n"));
    // What is documented as not offered here is no failure.
    let offered = "[checks.not_a_server_error]\nexpected-statuses = [\"2xx\", \"3xx\", \"4xx\", 501]\n".to_owned();
    dictionaries.chain([offered, "[parameters]\n".to_owned()]).chain(parameters).collect()
}

#[track_caller]
fn conforms(place: &Workplace, url: &str, token: &str) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER).join("bin/schemathesis");
    assert!(
        program.exists(),
        "{FOLDER} is missing: `tests/run` makes it, and so does `python3 -m venv {FOLDER} && {FOLDER}/bin/pip install \
         --requirement tests/cli/requirements.txt` (on Debian, python3-venv has to be installed)"
    );
    let output = place
        .command(program)
        .args(["run", &format!("{url}/openapi.json"), "--url", url, "--checks", CHECKS])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--seed", "12", "--max-examples", "20", "--generation-database", "none"])
        .args(["--continue-on-failure", "--request-timeout", "20", "--warnings", "off", "--no-color"])
        .output()
        .expect("schemathesis starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}
