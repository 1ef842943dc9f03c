//! What pages show and refuse: OA-15, OA-17, OA-19. Their headers are checked on every answer of every test.

use rstest::rstest;
use serde_json::json;

use crate::browser::with_query;
use crate::database::Engine;
use crate::setting::Setting;
use crate::words::without_random;

#[rstest]
#[tokio::test]
async fn the_page_before_the_provider_names_everybody_and_shows_no_whole_account(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Ada" })).await;
    let shown = setting.browser().get(&page).await;
    for named in ["…AAAWHF", "wallet.example.org", "kyc.example.com", "sep6-high", "Example eID"] {
        assert!(shown.body.contains(named), "{named}: {}", shown.body);
    }
    assert!(!shown.body.contains(crate::setting::ACCOUNT) && !shown.words().contains("Ada"), "{}", shown.body);
    let bank = setting.bank_page().await;
    let shown = setting.browser().get(&bank).await;
    assert!(shown.body.contains("…126199") && !shown.body.contains("DE75512108001245126199"), "{}", shown.body);
}

#[rstest]
#[tokio::test]
async fn a_form_may_lead_to_the_provider_and_nowhere_else(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let policy = setting.browser().get(&page).await.header("content-security-policy").to_owned();
    assert!(policy.ends_with(&format!("form-action 'self' {}", setting.eid.origin)), "{policy}");
}

#[rstest]
#[case::absolute("https://evil.example.com/")]
#[case::without_scheme("//evil.example.com/")]
#[case::with_a_backslash("/\\evil.example.com/")]
#[case::script("javascript:alert(1)")]
#[tokio::test]
async fn nobody_is_sent_where_a_parameter_says(
    #[case] evil: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let departure = browser.leave(&format!("{page}&{}", &with_query("", &[("return_to", evil)])[1..])).await;
    let words = without_random(departure.as_str());
    assert!(!words.contains("evil") && !words.contains("alert"), "{words}");
    let returned = setting.eid.authorize(&departure);
    let pairs =
        [("code", returned.code.as_str()), ("state", &returned.state), ("return_to", evil), ("redirect_uri", evil)];
    assert_eq!(browser.get(&with_query("/kyc-proof/eid", &pairs)).await.header("location"), page);
}

#[rstest]
#[tokio::test]
async fn no_header_of_a_request_changes_what_we_are_called(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let evil = [
        ("host", "evil.example.com"),
        ("x-forwarded-host", "evil.example.com"),
        ("forwarded", "host=evil.example.com"),
    ];
    let shown = browser.send("GET", &page, &evil, "").await;
    assert!(shown.status == 200 && !shown.words().contains("evil"), "{}", shown.body);
    let ticket = browser
        .send("POST", &shown.action().unwrap(), &[&evil[..], &[("content-type", "application/json")]].concat(), "{}")
        .await;
    assert!(ticket.status == 200 && !ticket.words().contains("evil"), "{}", ticket.body);
}

#[rstest]
#[case::unknown_type("?type=nothing")]
#[case::long_type(&format!("?type={}", "x".repeat(1024)))]
#[tokio::test]
async fn a_page_of_an_unknown_type_is_unknown(
    #[case] query: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let path = page.split('?').next().unwrap();
    assert_eq!(setting.browser().get(&format!("{path}{query}")).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_page_without_a_type_is_that_of_the_default_one(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Ada" })).await;
    let shown = setting.browser().get(page.split('?').next().unwrap()).await;
    assert_eq!((shown.status, shown.action()), (200, None), "sep6 needs no proof");
    assert!(shown.body.contains("last_name") && !shown.body.contains("first_name"), "{}", shown.body);
}

#[rstest]
#[case::head("HEAD")]
#[case::post("POST")]
#[case::put("PUT")]
#[case::delete("DELETE")]
#[case::options("OPTIONS")]
#[tokio::test]
async fn only_get_returns_from_a_provider(
    #[case] method: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let answer = browser.send(method, &crate::browser::way_back("eid", &returned), &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET"));
    assert_eq!(setting.token_calls(), 0);
    assert_eq!(browser.come_back(&returned).await.status, 302);
}
