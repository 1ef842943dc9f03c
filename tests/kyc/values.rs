//! A proof binds the values that it saw; OA-14.

use rstest::rstest;
use serde_json::json;

use crate::database::Engine;
use crate::setting::Setting;

async fn proven(engine: Engine) -> (Setting, String) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Ada" })).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&returned).await.status, 302);
    (setting, page)
}

#[rstest]
#[case::given("first_name", "Ada")]
#[case::in_capitals("first_name", "ADA")]
#[case::filled_in("last_name", "Lovelace")]
#[tokio::test]
async fn an_equal_value_given_after_the_proof_changes_nothing(
    #[case] field: &str,
    #[case] value: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _) = proven(engine).await;
    setting.put_customer(json!({ field: value })).await;
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["status"], "ACCEPTED");
    assert_eq!(customer["provided_fields"][field]["status"], "ACCEPTED");
}

#[rstest]
#[case::given("first_name", "Grace")]
#[case::filled_in("last_name", "Hopper")]
#[tokio::test]
async fn a_different_value_given_after_the_proof_needs_a_new_one(
    #[case] field: &str,
    #[case] value: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, page) = proven(engine).await;

    setting.put_customer(json!({ field: value })).await;

    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["status"], "NEEDS_INFO");
    assert_eq!(customer["provided_fields"][field]["status"], "PROCESSING");
    assert_eq!(setting.page_of(customer["more_info_url"].as_str().unwrap()), page);
    assert!(customer["message"].as_str().unwrap().ends_with(customer["more_info_url"].as_str().unwrap()));
    assert_eq!(setting.status("sep6").await, "ACCEPTED", "a type that needs no proof does not mind");
    let right = if field == "first_name" { "Ada" } else { "Lovelace" };
    setting.put_customer(json!({ field: right })).await;
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED", "the proven value is as good as before");
}

#[rstest]
#[tokio::test]
async fn claims_that_contradict_the_customer_are_shown_and_need_a_new_proof(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Grace" })).await;
    let browser = setting.browser();

    let returned = setting.log_in(&browser, &page).await;
    let contested = browser.come_back(&returned).await;

    assert_eq!(contested.status, 202);
    assert!(contested.offers_to_start_again() && contested.body.contains("do not match"), "{}", contested.body);
    assert!(!contested.body.contains("Ada") && !contested.body.contains("Grace"), "no value is shown");
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["status"], "NEEDS_INFO");
    assert_eq!(customer["provided_fields"]["first_name"]["status"], "REJECTED");
    assert_eq!(browser.come_back(&returned).await.status, 202, "a reload shows the same");
    assert!(browser.get(&page).await.body.contains("Your details do not match"));

    setting.put_customer(json!({ "first_name": "Ada" })).await;
    assert_eq!(setting.status("sep6-high").await, "NEEDS_INFO", "trying out names must not lead to success");

    let again = setting.eid.authorize(&browser.press(&contested).await.destination());
    assert_eq!(browser.come_back(&again).await.status, 302);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
    assert_eq!(setting.token_calls(), 2);
}

#[rstest]
#[tokio::test]
async fn a_new_proof_that_contradicts_again_does_not_help(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "last_name": "Hopper" })).await;
    let browser = setting.browser();
    for _ in 0..2 {
        let returned = setting.log_in(&browser, &page).await;
        assert_eq!(browser.come_back(&returned).await.status, 202);
    }
    assert_eq!(setting.status("sep6-high").await, "NEEDS_INFO");
}
