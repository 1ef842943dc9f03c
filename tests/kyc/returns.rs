//! Returns that lead nowhere: OA-01 and OA-06. Nothing here may ask the provider for a token.

use rstest::rstest;
use serde_json::json;

use crate::browser::{Browser, way_back, with_query};
use crate::database::Engine;
use crate::provider::{Document, Mode, Return};
use crate::setting::Setting;

const UNKNOWN_NONCE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn on_the_way(setting: &Setting) -> (Browser, Return) {
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    (browser, returned)
}

fn at_eid(pairs: &[(&str, &str)]) -> String {
    with_query("/kyc-proof/eid", pairs)
}

fn no_state(returned: &Return) -> String {
    at_eid(&[("code", &returned.code)])
}

fn empty_state(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", "")])
}

fn short_hash(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", &returned.state[1..])])
}

fn short_nonce(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", &returned.state[..returned.state.len() - 1])])
}

fn empty_nonce(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", &returned.state[..53])])
}

fn two_nonces(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", &format!("{}.{UNKNOWN_NONCE}", returned.state))])
}

fn foreign_alphabet(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", &returned.state.replace('.', "!"))])
}

fn two_states(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", &returned.state), ("state", &returned.state)])
}

fn two_codes(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("code", &returned.code), ("state", &returned.state)])
}

fn two_errors(returned: &Return) -> String {
    at_eid(&[("error", "access_denied"), ("error", "access_denied"), ("state", &returned.state)])
}

fn two_of_a_parameter_that_nobody_reads(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("state", &returned.state), ("x", "1"), ("x", "2")])
}

fn neither_code_nor_error(returned: &Return) -> String {
    at_eid(&[("state", &returned.state)])
}

fn both_code_and_error(returned: &Return) -> String {
    at_eid(&[("code", &returned.code), ("error", "access_denied"), ("state", &returned.state)])
}

fn empty_code(returned: &Return) -> String {
    at_eid(&[("code", ""), ("state", &returned.state)])
}

fn empty_error(returned: &Return) -> String {
    at_eid(&[("error", ""), ("state", &returned.state)])
}

fn no_utf8(returned: &Return) -> String {
    format!("{}%ff", at_eid(&[("state", &returned.state), ("code", "x")]))
}

fn nul(returned: &Return) -> String {
    at_eid(&[("code", "x\0"), ("state", &returned.state)])
}

fn foreign_letter(returned: &Return) -> String {
    at_eid(&[("code", &format!("{}é", returned.code)), ("state", &returned.state)])
}

fn line_break(returned: &Return) -> String {
    at_eid(&[("code", &format!("{}\n", returned.code)), ("state", &returned.state)])
}

type Bad = fn(&Return) -> String;

#[rstest]
#[case::no_state(no_state)]
#[case::empty_state(empty_state)]
#[case::short_hash(short_hash)]
#[case::short_nonce(short_nonce)]
#[case::empty_nonce(empty_nonce)]
#[case::two_nonces(two_nonces)]
#[case::foreign_alphabet(foreign_alphabet)]
#[case::two_states(two_states)]
#[case::two_codes(two_codes)]
#[case::two_errors(two_errors)]
#[case::two_of_a_parameter_that_nobody_reads(two_of_a_parameter_that_nobody_reads)]
#[case::neither_code_nor_error(neither_code_nor_error)]
#[case::both_code_and_error(both_code_and_error)]
#[case::empty_code(empty_code)]
#[case::empty_error(empty_error)]
#[case::no_utf8(no_utf8)]
#[case::nul(nul)]
#[case::foreign_letter(foreign_letter)]
#[case::line_break(line_break)]
#[tokio::test]
async fn a_malformed_return_is_refused_and_spoils_nothing(
    #[case] bad: Bad,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let (browser, returned) = on_the_way(&setting).await;

    let page = browser.get(&bad(&returned)).await;

    assert_eq!(page.status, 400);
    assert!(page.header("content-type").starts_with("text/html"), "always HTML: {}", page.body);
    assert_eq!(setting.token_calls(), 0);
    assert_eq!(browser.come_back(&returned).await.status, 302, "the right return still works");
}

/// Everything that is 404 here, from the browser that left and from another one.
async fn unknown_returns(setting: &Setting, returned: &Return) -> Vec<String> {
    let (hash, nonce) = returned.state.split_once('.').unwrap();
    let (customer, _) = setting.put_target(json!({ "payto_uri": "payto://iban/CH9300762011623852957" })).await;
    assert_eq!(customer, 200);
    let other_target = "R9ZC8S4YS72JWHDNTH8F15V4M2X14XH1RC53A80EQ9AH6195K6K0";
    let with_state = |state: &str| Return { code: returned.code.clone(), state: state.to_owned() };
    let mut ways: Vec<_> = [
        format!("{hash}.{UNKNOWN_NONCE}"),
        format!("{other_target}.{nonce}"),
        format!("{}.{nonce}", "0".repeat(52)),
        "0".repeat(52),
        other_target.to_owned(),
    ]
    .iter()
    .map(|state| way_back("eid", &with_state(state)))
    .collect();
    ways.push(way_back("sandbox", returned));
    ways.push(way_back("nobody", returned));
    ways.push(way_back("%ff", returned));
    ways.push(at_eid(&[("error", "access_denied"), ("state", &format!("{hash}.{UNKNOWN_NONCE}"))]));
    ways.push(with_query("/kyc-proof/sandbox", &[("error", "access_denied"), ("state", &returned.state)]));
    ways
}

#[rstest]
#[case::strict("strict")]
#[case::confirm("confirm")]
#[case::off("off")]
#[tokio::test]
async fn everything_unknown_or_expired_gets_one_and_the_same_page(
    #[case] binding: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "browser_binding": binding })).await;
    let (browser, returned) = on_the_way(&setting).await;
    let mut bodies = Vec::new();
    for way in unknown_returns(&setting, &returned).await {
        for browser in [&browser, &setting.browser()] {
            let page = browser.get(&way).await;
            assert_eq!(page.status, 404, "{way}");
            bodies.push(page.body);
        }
    }

    setting.change("UPDATE processes SET expires_at = 1").await;
    let (hash, _) = returned.state.split_once('.').unwrap();
    let expired = [
        way_back("eid", &returned),
        at_eid(&[("error", "access_denied"), ("state", &returned.state)]),
        at_eid(&[("error", "server_error"), ("state", &returned.state)]),
        at_eid(&[("code", &returned.code), ("state", hash)]),
    ];
    for way in expired {
        for browser in [&browser, &setting.browser()] {
            let page = browser.get(&way).await;
            assert_eq!(page.status, 404, "expired: {way}");
            bodies.push(page.body);
        }
    }

    bodies.push(browser.get("/kyc-spa/nothing").await.body);
    bodies.push(browser.get("/kyc-go/nothing").await.body);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "no oracle");
    assert_eq!(setting.token_calls() + setting.other.received("/token").len(), 0);
}

#[rstest]
#[case::of_another_issuer(Some("https://evil.example.com"))]
#[case::missing_though_announced(None)]
#[tokio::test]
async fn a_browser_that_another_issuer_sent_is_not_believed(
    #[case] iss: Option<&str>,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::openid(engine).await;
    let announces = "authorization_response_iss_parameter_supported";
    setting.now_misbehaves([Mode::Says(Document::Metadata, announces, json!(true))]);
    let (browser, returned) = on_the_way(&setting).await;
    let sender: Vec<_> = iss.map(|iss| ("iss", iss)).into_iter().collect();

    let page = browser
        .get(&at_eid(&[&[("code", returned.code.as_str()), ("state", &returned.state)], &sender[..]].concat()))
        .await;

    assert_eq!(page.status, 502);
    assert!(page.offers_to_start_again());
    assert_eq!(setting.token_calls(), 0, "the code is not used");
    let again = setting.eid.authorize(&browser.press(&page).await.destination());
    let right = [("code", again.code.as_str()), ("state", &again.state), ("iss", &setting.eid.origin)];
    assert_eq!(browser.get(&at_eid(&right)).await.status, 302);
}
