//! What a verified field changes beyond itself: other types, people, callbacks.

use rstest::rstest;
use serde_json::json;

use super::{EMAIL, Setting};
use crate::database::Engine;
use crate::receiver::Receiver;
use crate::server::{PUBLIC_URL, account};
use crate::words::without_random;

#[rstest]
fn codes_are_sent_for_what_the_type_of_a_put_verifies(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);

    ada.put(&json!({ "type": "plain", "first_name": "Ada", "email_address": EMAIL })).send().id();

    assert_eq!(ada.get("plain")["status"], "ACCEPTED");
    assert_eq!(setting.server.count("outbox"), 0);
    assert_eq!(ada.standing("email_address"), super::waits());
    // Nothing is left to give, so an empty one is what a wallet may send.
    ada.put(&json!({ "type": "sep6" })).send().id();
    let code = setting.mail().code();
    ada.put(&json!({ "type": "sep6" })).send().id();
    assert_eq!(setting.texts("SELECT state FROM outbox"), ["delivered"], "only who gives the value asks again");
    ada.bring("email_address", &code).send().id();
    assert_eq!(ada.standing("email_address"), super::accepted());
    assert_eq!(ada.get("reviewed")["provided_fields"]["email_address"]["status"], "PROCESSING");
}

#[rstest]
fn the_status_that_a_code_changes_is_told(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let receiver = Receiver::start();
    ada.register();
    let code = setting.mail().code();
    let callback = setting.server.call("PUT", "/customer/callback").token(&ada.token);
    assert_eq!(callback.json(&json!({ "url": receiver.url() })).send().status, 200);

    ada.bring("email_address", &code).send().id();

    let mut told = [receiver.next(), receiver.next()];
    told.sort_by_key(|callback| callback.header("kycd-customer-type").to_owned());
    let standing: Vec<_> =
        told.iter().map(|callback| (callback.header("kycd-customer-type"), callback.status())).collect();
    assert_eq!(standing, [("reviewed", "PROCESSING".to_owned()), ("sep6", "ACCEPTED".to_owned())]);
    assert_eq!(told[1].body(), ada.get("sep6"));
    assert!(!without_random(&told[1].text).contains(&code));
}

#[rstest]
fn people_see_what_waits_for_a_code_and_cannot_decide_before(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let id = ada.put(&json!({ "type": "reviewed", "email_address": EMAIL })).send().id();
    let code = setting.mail().code();
    let key = setting.server.operator_key();
    let customer = format!("/customers/{id}");
    let seen = || {
        let seen = setting.server.operate("GET", &customer).token(&key).send().customer();
        let reviewed = &seen["types"]["reviewed"];
        (reviewed["status"].clone(), reviewed["provided"]["email_address"]["status"].clone())
    };
    let accept = || {
        let decision = json!({ "type": "reviewed", "status": "ACCEPTED" });
        setting.server.operate("POST", &format!("{customer}/decisions")).token(&key).json(&decision).send()
    };
    assert_eq!(seen(), (json!("NEEDS_INFO"), json!("VERIFICATION_REQUIRED")));
    accept().refusal(409);

    ada.bring("email_address", &code).send().id();

    assert_eq!(seen(), (json!("PROCESSING"), json!("PROCESSING")));
    assert_eq!(accept().status, 200);
    assert_eq!(ada.get("reviewed")["status"], "ACCEPTED");
}

#[rstest]
fn whoever_was_rejected_gets_no_code(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let id = ada.put(&json!({ "type": "reviewed" })).send().id();
    let key = setting.server.operator_key();
    let decision = json!({ "type": "reviewed", "status": "REJECTED", "reason": "a test" });
    let call = setting.server.operate("POST", &format!("/customers/{id}/decisions")).token(&key);
    assert_eq!(call.json(&decision).send().status, 200);

    ada.put(&json!({ "type": "reviewed", "email_address": EMAIL })).send().id();

    assert_eq!(ada.get("reviewed")["status"], "REJECTED");
    assert_eq!(setting.server.count("outbox"), 0);
}

#[rstest]
fn the_customers_page_tells_where_a_code_is_asked_for(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();
    let key = setting.server.operator_key();
    let target = json!({ "payto_uri": format!("payto://stellar/{}/id/1", account(1)) });
    let target = setting.server.operate("PUT", "/payment-targets").token(&key).json(&target).send().customer();
    let link = target["kyc_url"].as_str().and_then(|link| link.strip_prefix(PUBLIC_URL)).expect("a link").to_owned();
    let page = || setting.server.call("GET", &link).query("type", "sep6").page().send().text();
    assert!(page().contains("Confirm your e-mail address") && page().contains("Code from the message"), "{}", page());

    ada.bring("email_address", &code).send().id();

    assert!(page().contains("You are verified") && !page().contains("Code from the message"), "{}", page());
}
