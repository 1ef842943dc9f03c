//! A proof binds the values that it saw; OA-14.

use rstest::rstest;
use serde_json::json;

use crate::browser::way_back;
use crate::database::Engine;
use crate::provider::{Document, Mode};
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

/// OA-14.
#[rstest]
#[case::accepted("ACCEPTED")]
#[case::rejected("REJECTED")]
#[tokio::test]
async fn claims_that_contradict_the_customer_are_for_a_person_to_weigh(
    #[case] verdict: &str,
    #[values(("first_name", "Grace"), ("last_name", "Hopper"), ("birth_date", "1990-12-11"))] given: (&str, &str),
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::changed(engine, |_, config| {
        config["customer_types"]["sep6-high"]["fields"] = json!(["first_name", "last_name", "birth_date"]);
        config["providers"]["eid"]["claims"]["birthdate"] = json!("birth_date");
    })
    .await;
    let (field, value) = given;
    let page = setting.customer_page("sep6-high", json!({ field: value })).await;
    let browser = setting.browser();
    let old_tab = browser.get(&page).await;
    let ticket = browser.post_json(&old_tab.action().unwrap()).await.json();
    let old_ticket = browser.get(ticket["redirect_url"].as_str().unwrap()).await;
    let departure = browser.press(&old_tab).await.destination();
    let (returned, another) = (setting.eid.authorize(&departure), setting.eid.authorize(&departure));
    let contested = browser.come_back(&returned).await;

    assert_eq!(contested.status, 202);
    assert!(contested.body.contains("somebody is looking at it"), "{}", contested.body);
    let words = contested.words();
    assert!(!words.contains(value) && !words.contains("Ada"), "no value is shown");
    assert_eq!(browser.come_back(&returned).await.status, 202, "a reload shows the same");
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!((&customer["status"], &customer["more_info_url"]), (&json!("PROCESSING"), &json!(null)));
    assert_eq!(customer["provided_fields"][field]["status"], "PROCESSING");

    // Neither trying out names, nor another code of the same login, nor another login leads to success.
    let shown = browser.get(&page).await;
    assert!(shown.body.contains("We are checking your details") && shown.action().is_none(), "{}", shown.body);
    setting.put_customer(json!({ "first_name": "Ada", "last_name": "Lovelace", "birth_date": "1985-12-10" })).await;
    assert_eq!(browser.come_back(&another).await.status, 202);
    for old in [&old_tab, &old_ticket] {
        assert_eq!(browser.press(old).await.status, 202);
    }
    assert_eq!(browser.get(ticket["redirect_url"].as_str().unwrap()).await.status, 202);
    assert_eq!(browser.post_json(&old_tab.action().unwrap()).await.status, 409);
    assert_eq!(setting.status("sep6-high").await, "PROCESSING");
    assert_eq!(setting.token_calls(), 1);

    let waiting = setting.as_operator("GET", "/customers?status=PROCESSING", "").await.json();
    let id = &customer["id"];
    assert_eq!(&waiting["customers"][0]["id"], id, "{waiting}");
    let path = format!("/customers/{}", id.as_str().unwrap());
    let dossier = setting.as_operator("GET", &path, "").await.json();
    assert_eq!(dossier["proofs"]["eid"]["contested"], true, "{dossier}");
    let decision = json!({ "type": "sep6-high", "status": verdict, "reason": "they called us" }).to_string();
    let decided = setting.as_operator("POST", &format!("{path}/decisions"), &decision).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    assert_eq!(setting.status("sep6-high").await, verdict);
    assert_eq!(browser.come_back(&returned).await.status, 302);
    for old in [&old_tab, &old_ticket] {
        assert_eq!(browser.press(old).await.status, 409, "there is nothing left to prove");
    }
}

/// Two ways to one provider are open at once, and the second one comes to its end while somebody looks at the first.
#[rstest]
#[tokio::test]
async fn a_login_that_was_begun_for_another_type_does_not_lead_out_of_a_review(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("success", "pending")] said: &str,
) {
    let setting = Setting::changed(engine, |_, config| {
        config["customer_types"]["other"] = json!({ "fields": ["first_name", "tax_id"], "provider": "eid" });
        let eid = config["providers"]["eid"].as_object_mut().unwrap();
        eid.insert("pending".to_owned(), json!({ "claim": "status", "equals": "pending" }));
        eid.insert("success".to_owned(), json!({ "claim": "status", "equals": "success" }));
    })
    .await;
    let says = |status: &str| [Mode::Says(Document::Claims, "status", json!(status))];
    setting.now_misbehaves(says("success"));
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Grace" })).await;
    let browser = setting.browser();
    let first = setting.log_in(&browser, &page).await;
    let second = setting.log_in(&browser, &setting.customer_page("other", json!({})).await).await;
    assert_eq!(browser.come_back(&first).await.status, 202);
    setting.put_customer(json!({ "first_name": "Ada" })).await;
    setting.now_misbehaves(says(said));

    // The other type still misses a field, which is all that is left to do for it.
    assert_eq!(browser.come_back(&second).await.status, 302);

    assert_eq!(setting.token_calls(), 2);
    assert_eq!(setting.status("sep6-high").await, "PROCESSING");
    let id = setting.get_customer("sep6-high").await["id"].as_str().unwrap().to_owned();
    let dossier = setting.as_operator("GET", &format!("/customers/{id}"), "").await.json();
    assert_eq!(dossier["proofs"]["eid"]["contested"], true, "{dossier}");
    let decision = json!({ "type": "sep6-high", "status": "ACCEPTED", "reason": "she called us" }).to_string();
    let decided = setting.as_operator("POST", &format!("/customers/{id}/decisions"), &decision).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
}

/// Nobody gave anything of a bank account, so nothing is contradicted when somebody else who holds it proves it anew, as
/// when the operator changes the provider.
#[rstest]
#[tokio::test]
async fn another_holder_of_a_bank_account_contradicts_nobody(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    setting.now_misbehaves([Mode::Says(Document::Claims, "given_name", json!("Grace"))]);
    let page = setting.bank_page().await;
    let browser = setting.browser();
    let first = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&first).await.header("location"), page);

    let later = setting.changed_server(|config| config["payment_targets"]["provider"] = json!("sandbox")).await;
    let browser = browser.at(&later.public);
    let second = setting.other.authorize(&browser.leave(&page).await);

    assert_eq!(browser.get(&way_back("sandbox", &second)).await.header("location"), page);
    assert!(browser.get(&page).await.body.contains("You are verified"));
}
