//! The whole way, when nothing goes wrong.

use rstest::rstest;
use serde_json::json;

use crate::browser::way_back;
use crate::database::Engine;
use crate::setting::{PUBLIC_URL, Setting};

#[rstest]
#[tokio::test]
async fn a_customer_is_accepted_after_the_proof_that_its_type_needs(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Ada" })).await;
    let browser = setting.browser();

    let returned = setting.log_in(&browser, &page).await;
    let end = browser.come_back(&returned).await;

    assert_eq!(end.status, 302);
    assert_eq!(end.header("location"), page, "the page that the customer came from, type included");
    assert!(browser.get(&page).await.body.contains("You are verified"));
    assert_eq!(setting.count("processes WHERE kept IS NOT NULL").await, 0, "what the way needed is forgotten");
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["status"], "ACCEPTED");
    for field in ["first_name", "last_name", "email_address"] {
        assert_eq!(customer["provided_fields"][field]["status"], "ACCEPTED", "{field}");
    }
    assert_eq!(customer.get("more_info_url"), None);
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[tokio::test]
async fn a_customer_that_gave_nothing_but_its_account_is_filled_in_by_the_proof(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&returned).await.status, 302);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
    assert_eq!(setting.status("sep6").await, "ACCEPTED", "what was proven counts for every type");
    assert_eq!(setting.status("other").await, "NEEDS_INFO", "another provider's proof is still missing");
}

#[rstest]
#[tokio::test]
async fn a_bare_payment_target_is_accepted_after_its_proof(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.bank_page().await;
    let browser = setting.browser();

    let returned = setting.log_in(&browser, &page).await;
    let (hash, _) = returned.state.split_once('.').expect("H.N");
    assert_eq!(setting.get_target(hash).await.1["status"], "NEEDS_INFO");
    let end = browser.come_back(&returned).await;

    assert_eq!((end.status, end.header("location")), (302, page.as_str()));
    assert_eq!(setting.get_target(hash).await.1["status"], "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn an_openid_provider_that_is_discovered_proves_as_well(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::openid(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let departure = browser.leave(&page).await;
    assert!(departure.query_pairs().any(|(name, value)| name == "nonce" && value.len() >= 32));
    assert_eq!(browser.come_back(&setting.eid.authorize(&departure)).await.status, 302);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn the_browser_leaves_with_a_fresh_state_a_challenge_and_the_one_redirect_uri(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let (one, other) = (browser.leave(&page).await, browser.leave(&page).await);

    let parameter = |url: &url::Url, name: &str| url.query_pairs().find(|(n, _)| n == name).expect(name).1.into_owned();
    assert_eq!(parameter(&one, "redirect_uri"), format!("{PUBLIC_URL}/kyc-proof/eid"));
    assert_eq!(parameter(&one, "code_challenge_method"), "S256");
    for fresh in ["state", "code_challenge"] {
        assert_ne!(parameter(&one, fresh), parameter(&other, fresh), "{fresh}");
    }
    let state = parameter(&one, "state");
    let (hash, nonce) = state.split_once('.').expect("H.N");
    assert_eq!((hash.len(), nonce.len()), (52, 43));
    assert_eq!(setting.count("processes").await, 1, "starting again is the same process");
}

#[rstest]
#[tokio::test]
async fn the_state_is_the_documented_hash_of_the_payment_target(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.bank_page().await;
    let returned = setting.log_in(&setting.browser(), &page).await;
    assert!(returned.state.starts_with("ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0."), "{}", returned.state);
}

#[rstest]
#[tokio::test]
async fn a_bare_hash_is_state_enough_for_the_browser_that_left(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let mut returned = setting.log_in(&browser, &page).await;
    returned.state.truncate(52);

    assert_eq!(setting.browser().come_back(&returned).await.status, 404, "another browser has no process");
    assert_eq!(browser.get(&way_back("sandbox", &returned)).await.status, 404, "another provider has none either");
    assert_eq!(setting.token_calls(), 0);
    returned.state.make_ascii_lowercase();
    assert_eq!(browser.come_back(&returned).await.destination().path(), page.split('?').next().unwrap());
}

#[rstest]
#[tokio::test]
async fn one_browser_can_be_on_two_ways_at_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let (customer, bank) = (setting.customer_page("sep6-high", json!({})).await, setting.bank_page().await);
    let browser = setting.browser();
    let first = setting.log_in(&browser, &customer).await;
    let second = setting.log_in(&browser, &bank).await;
    assert_eq!(browser.come_back(&first).await.header("location"), customer);
    assert_eq!(browser.come_back(&second).await.header("location"), bank);
}

#[rstest]
#[tokio::test]
async fn a_reload_after_success_leads_to_the_same_place(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    for _ in 0..3 {
        let end = browser.come_back(&returned).await;
        assert_eq!((end.status, end.header("location")), (302, page.as_str()));
    }
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[tokio::test]
async fn a_done_url_of_the_operator_replaces_our_own_page(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::with(engine, json!({ "done_url": "https://wallet.example.org/done" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let policy = browser.get(&page).await.header("content-security-policy").to_owned();
    assert!(
        policy.ends_with(&format!("form-action 'self' {} https://wallet.example.org", setting.eid.origin)),
        "{policy}"
    );
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&returned).await.header("location"), "https://wallet.example.org/done");
}
