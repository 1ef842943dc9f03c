//! One person who proves several customers: OA-13.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::way_back;
use crate::database::Engine;
use crate::provider::{Document, Mode};
use crate::setting::Setting;

/// Registers the customer of a memo, and gives its id and the path of its page.
async fn customer(setting: &Setting, memo: u64) -> (String, String) {
    let id = setting.put_customer(json!({ "memo": memo.to_string() })).await["id"].as_str().unwrap().to_owned();
    let page = setting.page_of(get(setting, memo, "sep6-high").await["more_info_url"].as_str().unwrap());
    (id, page)
}

async fn get(setting: &Setting, memo: u64, customer_type: &str) -> Value {
    setting.as_wallet("GET", &format!("/customer?type={customer_type}&memo={memo}"), "").await.json()
}

async fn status(setting: &Setting, memo: u64) -> String {
    get(setting, memo, "sep6-high").await["status"].as_str().unwrap().to_owned()
}

/// Proves the customer of a memo; the provider always says that it is the same person.
async fn prove(setting: &Setting, memo: u64) -> (String, String) {
    let (id, page) = customer(setting, memo).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let end = browser.come_back(&returned).await;
    if status(setting, memo).await == "ACCEPTED" {
        assert_eq!((end.status, end.header("location")), (302, page.as_str()));
    } else {
        assert_eq!(end.status, 202, "{}", end.body);
        assert!(end.body.contains("somebody is looking at it"), "{}", end.body);
    }
    (id, page)
}

#[rstest]
#[tokio::test]
async fn whoever_proves_a_second_customer_waits_for_somebody_to_decide(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    prove(&setting, 1).await;
    assert_eq!(status(&setting, 1).await, "ACCEPTED");
    let (id, page) = prove(&setting, 2).await;
    assert_eq!(status(&setting, 2).await, "PROCESSING");
    assert_eq!(status(&setting, 1).await, "ACCEPTED", "the first one stays as it is");
    let shown = setting.browser().get(&page).await;
    assert!(!shown.body.contains("You are verified") && shown.action().is_none(), "{}", shown.body);

    let dossier = setting.as_operator("GET", &format!("/customers/{id}"), "").await.json();
    assert_eq!(dossier["proofs"]["eid"]["identity_reused"], true, "{dossier}");
    let decision = json!({ "type": "sep6-high", "status": "ACCEPTED", "reason": "a joint account" });
    let decided = setting.as_operator("POST", &format!("/customers/{id}/decisions"), &decision.to_string()).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    assert_eq!(status(&setting, 2).await, "ACCEPTED");
    assert_eq!(setting.count("subjects").await, 2);
}

#[rstest]
#[tokio::test]
async fn a_put_does_not_end_the_waiting(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    prove(&setting, 1).await;
    prove(&setting, 2).await;
    let changed = json!({ "memo": "2", "first_name": "Grace" });
    for fields in [json!({ "memo": "2", "first_name": "Ada" }), json!({ "memo": "2" }), changed] {
        setting.put_customer(fields).await;
        assert_eq!(status(&setting, 2).await, "PROCESSING");
    }
}

#[rstest]
#[tokio::test]
async fn proving_the_same_customer_again_is_nothing_unusual(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "validity": "365d" })).await;
    prove(&setting, 1).await;
    setting.put_customer(json!({ "memo": "1", "first_name": "Eve" })).await;
    setting.put_customer(json!({ "memo": "1", "first_name": "Ada" })).await;
    setting.now_misbehaves([Mode::Says(Document::Claims, "given_name", json!("Ada"))]);
    assert_eq!(status(&setting, 1).await, "ACCEPTED");
    setting.put_customer(json!({ "memo": "1", "first_name": "Augusta" })).await;
    setting.now_misbehaves([Mode::Says(Document::Claims, "given_name", json!("Augusta"))]);
    prove(&setting, 1).await;
    assert_eq!(status(&setting, 1).await, "ACCEPTED");
    assert_eq!(setting.count("subjects").await, 1);
}

#[rstest]
#[case::another_person(json!("user-2"), json!({}))]
#[case::allowed(json!("user-1"), json!({ "identity_reuse": "allow" }))]
#[tokio::test]
async fn who_may_prove_a_second_customer_is_accepted(
    #[case] subject: Value,
    #[case] changes: Value,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, changes).await;
    prove(&setting, 1).await;
    setting.now_misbehaves([Mode::Says(Document::Claims, "sub", subject)]);
    prove(&setting, 2).await;
    assert_eq!(status(&setting, 2).await, "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn two_providers_that_call_somebody_alike_mean_two_people(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    prove(&setting, 1).await;
    setting.put_customer(json!({ "memo": "2", "first_name": "Ada" })).await;
    let page = setting.page_of(get(&setting, 2, "other").await["more_info_url"].as_str().unwrap());
    let browser = setting.browser();
    let returned = setting.other.authorize(&browser.leave(&page).await);
    assert_eq!(browser.get(&way_back("sandbox", &returned)).await.status, 302);
    assert_eq!(get(&setting, 2, "other").await["status"], "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn an_erased_customer_is_no_other_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    prove(&setting, 1).await;
    let erased =
        setting.as_wallet("DELETE", &format!("/customer/{}", crate::setting::ACCOUNT), r#"{"memo":"1"}"#).await;
    assert_eq!(erased.status, 200, "{}", erased.body);
    assert_eq!(setting.count("subjects").await, 0);
    prove(&setting, 2).await;
    assert_eq!(status(&setting, 2).await, "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn of_customers_that_are_proven_at_the_same_time_one_is_accepted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let mut ways = Vec::new();
    for memo in 1..=4 {
        let (_, page) = customer(&setting, memo).await;
        let browser = setting.browser();
        let returned = setting.log_in(&browser, &page).await;
        ways.push((browser, returned));
    }
    let ends = join_all(ways.iter().map(|(browser, returned)| browser.come_back(returned))).await;
    assert!(ends.iter().all(|end| matches!(end.status, 202 | 302)));
    let mut statuses = Vec::new();
    for memo in 1..=4 {
        statuses.push(status(&setting, memo).await);
    }
    assert_eq!(statuses.iter().filter(|status| *status == "ACCEPTED").count(), 1, "{statuses:?}");
}

#[rstest]
#[tokio::test]
async fn one_person_may_have_several_bank_accounts(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    for number in 0..2 {
        let target = json!({ "payto_uri": format!("payto://x-taler-bank/bank.example.com/user-{number}") });
        let page = setting.page_of(setting.put_target(target.clone()).await.1["kyc_url"].as_str().unwrap());
        let browser = setting.browser();
        let returned = setting.log_in(&browser, &page).await;
        assert_eq!(browser.come_back(&returned).await.status, 302);
        assert_eq!(setting.put_target(target).await.1["status"], "ACCEPTED");
    }
}
