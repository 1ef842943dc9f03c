//! Payment targets on the operator's listener.

use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::setting::{ACCOUNT, PUBLIC_URL, Setting};

#[rstest]
#[tokio::test]
async fn a_target_is_registered_once_and_keeps_its_token(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let target = json!({ "payto_uri": "payto://upi/Alice@Example.COM?receiver-name=A" });
    let (status, first) = setting.put_target(target.clone()).await;
    assert_eq!(status, 200);
    let token = first["access_token"].as_str().unwrap();
    assert_eq!(token.len(), 52);
    let expected = json!({
        "h_payto": "54FSWNBGQXQZNZ53ES7QTQY384W2XTC2PG4WGTH9RAJMZQD18KSG",
        "status": "NEEDS_INFO",
        "access_token": token,
        "kyc_url": format!("{PUBLIC_URL}/kyc-spa/{token}"),
    });
    assert_eq!(first, expected);
    assert_eq!(setting.put_target(target).await, (200, first.clone()));
    assert_eq!(setting.get_target(first["h_payto"].as_str().unwrap()).await, (200, first));
    assert_eq!(setting.count("payment_targets").await, 1);
}

#[rstest]
#[case::iban("ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0", &[
    "payto://iban/DE75512108001245126199?receiver-name=Alice",
    "payto://iban/SOGEDEFFXXX/DE75512108001245126199",
    "PAYTO://IBAN/de75512108001245126199?amount=EUR:5",
])]
#[case::taler_bank("QXVV9KF4PZA3J4AP2016GFTWC3N3M0BPBAM269A0Z3BVSVBAVB50", &[
    "payto://x-taler-bank/Bank.Example.com/Alice?receiver-name=Alice",
    "payto://X-TALER-BANK/bank.example.COM/Alice",
])]
#[case::bitcoin("R1F9RVFRF0Y640R6RH03C8WDYNAMF1QJJQP1SC8K6PC9PEGXVHWG", &[
    "payto://bitcoin/12A1MyfXbW6RhdRAZEqofac5jCQQjwEPBu",
    "payto://BITCOIN/12A1MyfXbW6RhdRAZEqofac5jCQQjwEPBu?amount=1",
])]
#[case::ilp("5HFZPSS39SHXQCJVCJKY106W2VHD9R0YFRA6ETF68QA4GGPJ842G", &["payto://ilp/g.acme.Bob", "payto://ilp/G.ACME.bob"])]
#[case::void("07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG", &["payto://void/"])]
#[tokio::test]
async fn every_spelling_of_a_target_is_one_target(
    #[case] hash: &str,
    #[case] spellings: &[&str],
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let mut answers = Vec::new();
    for spelling in spellings {
        answers.push(setting.put_target(json!({ "payto_uri": spelling })).await);
    }
    // O for 0, small letters, and four bits that mean nothing.
    answers.push(setting.get_target(&hash.to_ascii_lowercase().replace('0', "o")).await);
    assert_eq!(answers[0].1["h_payto"], hash);
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == 200), "{answers:?}");
    assert_eq!(setting.count("payment_targets").await, 1);
}

#[rstest]
#[tokio::test]
async fn a_user_name_that_differs_in_case_is_another_target(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    for user in ["Alice", "alice"] {
        setting.put_target(json!({ "payto_uri": format!("payto://x-taler-bank/bank.example.com/{user}") })).await;
    }
    assert_eq!(setting.count("payment_targets").await, 2);
}

#[rstest]
#[tokio::test]
async fn the_target_of_a_stellar_account_is_its_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let customer = setting.put_customer(json!({ "first_name": "Ada", "last_name": "Lovelace" })).await;
    let target = json!({ "payto_uri": format!("payto://stellar/{ACCOUNT}?amount=5") });
    let (_, before) = setting.put_target(target.clone()).await;
    assert_eq!(before["status"], "NEEDS_INFO", "its status is that of the default type");
    setting.put_customer(json!({ "email_address": "ada@example.com" })).await;
    assert_eq!(setting.put_target(target).await.1["status"], "ACCEPTED");

    let page = format!("{}?type=sep6-high", setting.page_of(before["kyc_url"].as_str().unwrap()));
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&returned).await.status, 302);
    let after = setting.get_customer("sep6-high").await;
    assert_eq!((&after["status"], &after["id"]), (&json!("ACCEPTED"), &customer["id"]));
    assert_eq!(setting.count("payment_targets").await, 1);
}

#[rstest]
#[tokio::test]
async fn a_stellar_target_that_no_wallet_registered_has_no_id_until_it_is_proven(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let (_, target) = setting.put_target(json!({ "payto_uri": format!("payto://stellar/{ACCOUNT}") })).await;
    assert_eq!(setting.get_customer("sep6-high").await.get("id"), None);
    let page = format!("{}?type=sep6-high", setting.page_of(target["kyc_url"].as_str().unwrap()));
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&returned).await.status, 302);
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["status"], "ACCEPTED");
    assert!(customer["id"].is_string());
}

#[rstest]
#[case::nothing(json!({}))]
#[case::null(json!({ "payto_uri": null }))]
#[case::a_number(json!({ "payto_uri": 5 }))]
#[case::an_array(json!(["payto://void/"]))]
#[case::another_name(json!({ "payto": "payto://void/" }))]
#[case::more(json!({ "payto_uri": "payto://void/", "more": "x" }))]
#[case::empty(json!({ "payto_uri": "" }))]
#[case::another_scheme(json!({ "payto_uri": "https://void/" }))]
#[case::no_path(json!({ "payto_uri": "payto://void" }))]
#[case::wrong_checksum(json!({ "payto_uri": "payto://iban/DE75512108001245126198" }))]
#[case::unknown_country(json!({ "payto_uri": "payto://iban/XX75512108001245126199" }))]
#[case::foreign_letters(json!({ "payto_uri": "payto://void/ä" }))]
#[case::a_blank(json!({ "payto_uri": "payto://void/a b" }))]
#[case::too_long(json!({ "payto_uri": format!("payto://void/{}", "x".repeat(2048)) }))]
#[case::broken_account(json!({ "payto_uri": "payto://stellar/GAAA" }))]
#[case::broken_memo(json!({ "payto_uri": format!("payto://stellar/{ACCOUNT}/id/-1") }))]
#[tokio::test]
async fn a_malformed_target_is_refused(
    #[case] body: Value,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let (status, answer) = setting.put_target(body).await;
    assert_eq!(status, 400, "{answer}");
    assert_eq!(setting.count("payment_targets").await, 0);
}

#[rstest]
#[case::unknown("07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG", 404)]
#[case::short("07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZAD", 400)]
#[case::foreign_letters("07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZAD!", 400)]
#[case::no_utf8("%ff", 400)]
#[tokio::test]
async fn a_target_that_is_not_there_is_not_shown(
    #[case] hash: &str,
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    assert_eq!(setting.get_target(hash).await.0, status);
}

#[rstest]
#[case::nothing(&[])]
#[case::made_up(&[("authorization", "Bearer kycd_op_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")])]
#[case::another_scheme(&[("authorization", "Basic dTpw")])]
#[tokio::test]
async fn nobody_but_an_operator_reaches_targets(
    #[case] headers: &[(&str, &str)],
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let body = json!({ "payto_uri": "payto://void/" }).to_string();
    let headers = [headers, &[("content-type", "application/json")]].concat();
    let place = "/payment-targets/07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG";
    for (method, place, body) in [("PUT", "/payment-targets", body.as_str()), ("GET", place, "")] {
        let answer = setting.operator_browser().send(method, place, &headers, body).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"));
    }
    let outside = setting.browser().send("PUT", "/payment-targets", &headers, &body).await;
    assert_eq!(outside.status, 404, "the public listener has no such route");
    assert_eq!(setting.count("payment_targets").await, 0);
}
