//! How a process ends without a proof: the customer's no, the provider's no, time.

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::with_query;
use crate::database::Engine;
use crate::provider::{Document, Mode};
use crate::setting::Setting;

#[rstest]
#[tokio::test]
async fn a_customer_who_cancels_can_start_again_in_a_new_process(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let cancel = with_query("/kyc-proof/eid", &[("error", "access_denied"), ("state", &returned.state)]);

    let cancelled = browser.get(&cancel).await;
    assert_eq!(cancelled.status, 403);
    assert!(cancelled.offers_to_start_again());
    assert_eq!(browser.get(&cancel).await.body, cancelled.body, "a reload shows the same");
    assert_eq!(browser.come_back(&returned).await.status, 403, "the process is closed");
    assert_eq!(setting.token_calls(), 0);
    assert_eq!(setting.status("sep6-high").await, "NEEDS_INFO");

    let again = setting.eid.authorize(&browser.press(&cancelled).await.destination());
    assert_eq!(browser.come_back(&again).await.status, 302);
    assert_eq!(setting.count("processes").await, 2);
}

#[rstest]
#[tokio::test]
async fn a_late_cancellation_undoes_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    browser.come_back(&returned).await;
    let cancel = with_query("/kyc-proof/eid", &[("error", "access_denied"), ("state", &returned.state)]);
    assert_eq!(browser.get(&cancel).await.header("location"), page);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
}

/// A bare hash is known to whoever knows the account, and any page can have the browser that left open a link.
#[rstest]
#[tokio::test]
async fn a_cancellation_without_our_nonce_closes_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let hash = &returned.state[..52];

    let cancel = with_query("/kyc-proof/eid", &[("error", "access_denied"), ("state", hash)]);
    assert_eq!(browser.get(&cancel).await.status, 403);

    assert_eq!(setting.count("processes WHERE state = 'started'").await, 1);
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[tokio::test]
async fn the_providers_final_no_closes_the_process(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let success = json!({ "claim": "verified", "equals": "yes" });
    let setting = Setting::with(engine, json!({ "success": success })).await;
    setting.now_misbehaves([Mode::Says(Document::Claims, "verified", json!("no"))]);
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    for _ in 0..2 {
        let refused = browser.come_back(&returned).await;
        assert_eq!(refused.status, 403);
        assert!(!refused.offers_to_start_again(), "it is final");
    }
    assert_eq!(setting.token_calls(), 1);
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["status"], "NEEDS_INFO");
    assert_eq!(customer.get("provided_fields"), None);
}

#[rstest]
#[tokio::test]
async fn a_proof_that_the_operator_weighs_is_waited_for_until_that_is_done(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let reviewed = |_: &str, config: &mut Value| config["customer_types"]["sep6-high"]["decision"] = json!("review");
    let setting = Setting::changed(engine, reviewed).await;
    let id = setting.put_customer(json!({})).await["id"].as_str().unwrap().to_owned();
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    for _ in 0..2 {
        let waiting = browser.come_back(&returned).await;
        assert_eq!((waiting.status, waiting.action()), (202, None));
        assert!(waiting.body.contains("somebody is looking at it"), "{}", waiting.body);
    }

    let decision = json!({ "type": "sep6-high", "status": "ACCEPTED", "reason": "it is she" });
    let decided = setting.as_operator("POST", &format!("/customers/{id}/decisions"), &decision.to_string()).await;

    assert_eq!(decided.status, 200, "{}", decided.body);
    assert_eq!(browser.come_back(&returned).await.header("location"), page);
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[case::busy("temporarily_unavailable", 503)]
#[case::broken("server_error", 502)]
#[case::our_fault("invalid_scope", 502)]
#[case::unheard_of("gone fishing", 502)]
#[tokio::test]
async fn other_errors_leave_the_process_open(
    #[case] error: &str,
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let answer = browser.get(&with_query("/kyc-proof/eid", &[("error", error), ("state", &returned.state)])).await;
    assert_eq!(answer.status, status);
    assert!(answer.offers_to_start_again());
    assert_eq!(answer.headers.contains_key("retry-after"), status == 503);
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[tokio::test]
async fn a_process_ends_after_an_hour_and_another_can_begin(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(setting.count("processes WHERE expires_at - created_at = 3600000000").await, 1);
    setting
        .change("UPDATE processes SET created_at = created_at - 3600000000, expires_at = expires_at - 3600000000")
        .await;

    assert_eq!(browser.come_back(&returned).await.status, 404);
    assert_eq!(setting.token_calls(), 0);
    let again = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&again).await.status, 302);
    assert_eq!(browser.come_back(&returned).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_reload_after_success_works_when_the_hour_is_over(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    browser.come_back(&returned).await;
    // Not by more: what ended a day ago is deleted.
    setting.change("UPDATE processes SET expires_at = expires_at - 3660000000").await;
    assert_eq!(browser.come_back(&returned).await.header("location"), page);
}
