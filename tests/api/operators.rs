//! The operator's listener: payment targets, and whether the server is alive.

use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::raw_http::Answer;
use crate::server::{PUBLIC_URL, Server, account, muxed, token};

const IBAN: &str = "payto://iban/DE75512108001245126199?receiver-name=Alice";
/// Of the table in the description of `h_payto`.
const IBAN_HASH: &str = "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0";

fn put(server: &Server, key: &str, body: &Value) -> Answer {
    server.operate("PUT", "/payment-targets").token(key).json(body).send()
}

fn find(server: &Server, key: &str, hash: &str) -> Answer {
    server.operate("GET", &format!("/payment-targets/{hash}")).token(key).send()
}

#[rstest]
fn a_payment_target_is_made_known(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let key = server.operator_key();

    let target = put(&server, &key, &json!({ "payto_uri": IBAN })).customer();

    assert_eq!(target["h_payto"], IBAN_HASH);
    assert_eq!(target["status"], "NEEDS_INFO");
    let access_token = target["access_token"].as_str().expect("a token");
    assert_eq!(access_token.len(), 52);
    assert_eq!(target["kyc_url"], format!("{PUBLIC_URL}/kyc-spa/{access_token}"));
    assert_eq!(target.as_object().expect("an object").len(), 4, "{target}");
    assert_eq!(server.call("GET", &format!("/kyc-spa/{access_token}")).page().send().status, 200);
}

/// The same target, the same answer, whoever is asked and however it is spelled.
#[rstest]
fn making_it_known_again_changes_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let (key, replica) = (server.operator_key(), server.replica());
    let target = put(&server, &key, &json!({ "payto_uri": IBAN })).customer();
    let rows = server.installation.dump();

    for spelling in [IBAN, "PAYTO://IBAN/SOGEDEFFXXX/de75512108001245126199"] {
        assert_eq!(put(&server, &key, &json!({ "payto_uri": spelling })).customer(), target);
        assert_eq!(put(&replica, &key, &json!({ "payto_uri": spelling })).customer(), target);
    }

    assert_eq!(server.installation.dump(), rows);
}

#[rstest]
#[case::canonical(IBAN_HASH.to_owned(), 200)]
#[case::small_letters(IBAN_HASH.to_lowercase(), 200)]
#[case::letters_that_look_alike(IBAN_HASH.replace('1', "l").replace('0', "o"), 200)]
#[case::unknown("QXVV9KF4PZA3J4AP2016GFTWC3N3M0BPBAM269A0Z3BVSVBAVB50".to_owned(), 404)]
#[case::short(IBAN_HASH[..51].to_owned(), 400)]
#[case::long(format!("{IBAN_HASH}0"), 400)]
#[case::a_hyphen(IBAN_HASH.replace('Z', "-"), 400)]
#[case::a_payto("payto:%2F%2Fvoid%2F".to_owned(), 400)]
#[case::no_text("%ff".to_owned(), 400)]
fn a_payment_target_is_found_by_its_hash(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] hash: String,
    #[case] status: u16,
) {
    let server = Server::start(engine);
    let key = server.operator_key();
    let target = put(&server, &key, &json!({ "payto_uri": IBAN })).customer();

    let answer = find(&server, &key, &hash);

    assert_eq!(answer.status, status, "{}", answer.text());
    if status == 200 {
        assert_eq!(answer.customer(), target);
    }
}

#[rstest]
#[case::nothing(json!({}))]
#[case::another_name(json!({ "payto": IBAN }))]
#[case::something_more(json!({ "payto_uri": IBAN, "status": "ACCEPTED" }))]
#[case::a_number(json!({ "payto_uri": 12345 }))]
#[case::null(json!({ "payto_uri": null }))]
#[case::a_list(json!({ "payto_uri": [IBAN] }))]
#[case::empty(json!({ "payto_uri": "" }))]
#[case::another_scheme(json!({ "payto_uri": "https://bank.example.com/DE75512108001245126199" }))]
#[case::a_wrong_check_digit(json!({ "payto_uri": "payto://iban/DE76512108001245126199" }))]
#[case::a_space(json!({ "payto_uri": "payto://void/a b" }))]
#[case::a_nul(json!({ "payto_uri": "payto://void/\0" }))]
#[case::too_long(json!({ "payto_uri": format!("payto://void/{}", "x".repeat(2048)) }))]
#[case::no_account(json!({ "payto_uri": "payto://stellar/GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }))]
fn what_is_no_payto_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] body: Value) {
    let server = Server::start(engine);

    put(&server, &server.operator_key(), &body).refusal(400);
}

#[rstest]
fn bare_targets_have_to_be_in_use(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start_with(engine, json!({ "payment_targets": { "provider": "" } }));
    let key = server.operator_key();

    put(&server, &key, &json!({ "payto_uri": IBAN })).refusal(400);

    let customer = format!("payto://stellar/{}", account(1));
    assert_eq!(put(&server, &key, &json!({ "payto_uri": customer })).status, 200);
}

/// A customer and its payment target are one, whoever comes first.
#[rstest]
#[case::plain(account(1), format!("payto://stellar/{}", account(1)))]
#[case::with_memo(format!("{}:5", account(1)), format!("payto://stellar/{}/id/5", account(1)))]
#[case::muxed(muxed(1, 5), format!("PAYTO://Stellar/{}", muxed(1, 5)))]
fn a_customer_is_its_payment_target(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] subject: String,
    #[case] payto: String,
) {
    let server = Server::start(engine);
    let (key, token) = (server.operator_key(), token(subject));
    let before = put(&server, &key, &json!({ "payto_uri": payto })).customer();
    assert_eq!(server.get(&token).send().customer().get("id"), None);

    let given = json!({ "first_name": "Ada", "last_name": "Lovelace", "email_address": "ada@example.com" });
    server.put(&token).json(&given).send().id();

    let after = put(&server, &key, &json!({ "payto_uri": payto })).customer();
    assert_eq!((&before["status"], &after["status"]), (&json!("NEEDS_INFO"), &json!("ACCEPTED")));
    assert_eq!(before["access_token"], after["access_token"]);
    assert_eq!(find(&server, &key, before["h_payto"].as_str().expect("a hash")).customer(), after);
    assert_eq!(server.count("payment_targets"), 1);
}

#[rstest]
#[case::none("")]
#[case::another("kycd_op_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::in_small_letters("{key}")]
#[case::cut("{cut}")]
#[case::with_something_behind("{key}A")]
fn another_key_is_401(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] key: &str) {
    let server = Server::start(engine);
    let good = server.operator_key();
    let key = key.replace("{key}", &good.to_lowercase()).replace("{cut}", &good[..good.len() - 1]);

    put(&server, &key, &json!({ "payto_uri": IBAN })).refusal(401);
    find(&server, &key, IBAN_HASH).refusal(401);
}

#[rstest]
fn a_revoked_key_is_401_at_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let key = server.operator_key();
    assert_eq!(find(&server, &key, IBAN_HASH).status, 404);

    server.block_on(async {
        let mut tx = server.store.begin().await.expect("a transaction");
        assert!(tx.revoke_operator_key("tests").await.expect("a query"));
        tx.commit().await.expect("a commit");
    });

    find(&server, &key, IBAN_HASH).refusal(401);
}

#[rstest]
#[case::livez("/livez", "ok")]
#[case::readyz("/readyz", "ready")]
fn whether_it_is_alive_anybody_may_ask(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] path: &str,
    #[case] text: &str,
) {
    let answer = Server::start(engine).operate("GET", path).send();

    assert_eq!((answer.status, answer.text().as_str()), (200, text));
}
