//! How often codes are sent: once a minute for one value, five times an hour for a field, ten a day to one address.

use rstest::rstest;
use serde_json::json;

use super::{EMAIL, NUMBER, Setting, accepted};
use crate::database::Engine;
use crate::server::account;

#[rstest]
fn the_same_value_again_brings_the_same_code_again_after_a_minute(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();
    for _ in 0..3 {
        ada.register();
    }
    assert_eq!(setting.texts("SELECT state FROM outbox"), ["delivered"], "not yet");
    ada.bring("email_address", &super::wrong(&code)).send().refusal(400);
    setting.age_requests();

    ada.register();

    assert_eq!(setting.mail().code(), code);
    assert_eq!(setting.texts("SELECT CAST(attempts AS TEXT) FROM codes"), ["1"], "a guess stays a guess");
    assert!(setting.mailbox.came().is_none());
    ada.bring("email_address", &code).send().id();
    assert_eq!(ada.standing("email_address"), accepted());
    setting.age_requests();
    ada.register();
    assert_eq!(setting.server.count("outbox"), 0, "what is verified needs no code");
}

#[rstest]
fn another_value_does_not_wait(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.put(&json!({ "email_address": "ada@exmaple.com" })).send().id();
    assert_eq!(setting.mail().to, "ada@exmaple.com");

    ada.put(&json!({ "email_address": EMAIL })).send().id();

    assert_eq!(setting.mail().to, EMAIL);
}

#[rstest]
fn a_field_gets_five_codes_an_hour_whatever_it_holds(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let number = |n: u32| json!({ "mobile_number": format!("+491512345678{n}") });
    for n in 0..5 {
        ada.put(&number(n)).send().id();
        setting.message();
    }

    // Neither another number nor a new beginning gives more of them.
    ada.put(&number(5)).send().id();
    setting.server.delete(&ada.token, &account(1)).send().customer();
    ada.put(&number(6)).send().id();

    assert_eq!(setting.server.count("outbox"), 0);
    assert_eq!(ada.standing("mobile_number").1, "VERIFICATION_REQUIRED");
    ada.put(&json!({ "email_address": EMAIL })).send().id();
    assert_eq!(setting.mail().to, EMAIL, "another field has its own");
    assert!(setting.server.execute("UPDATE code_budgets SET since = since - 3600000000") > 0);
    ada.put(&number(6)).send().id();
    setting.message();
    assert_eq!(setting.gateway.count(), 6);
}

#[rstest]
fn an_address_gets_ten_codes_a_day_whoever_gives_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let spelled = |n: u64| if n.is_multiple_of(2) { "victim@example.com" } else { "Victim@Example.com" };
    for memo in 0..10 {
        setting.customer(memo).put(&json!({ "email_address": spelled(memo) })).send().id();
        setting.mail();
    }
    let eleventh = setting.customer(10);

    eleventh.put(&json!({ "email_address": spelled(10) })).send().id();

    assert_eq!(setting.texts("SELECT topic FROM outbox WHERE state <> 'delivered'"), [""; 0]);
    assert_eq!(eleventh.standing("email_address").1, "VERIFICATION_REQUIRED");
    eleventh.put(&json!({ "mobile_number": NUMBER })).send().id();
    setting.message();
    assert!(setting.server.execute("UPDATE code_budgets SET since = since - 86400000000") > 0);
    eleventh.put(&json!({ "email_address": spelled(10) })).send().id();
    let code = setting.mail().code();
    eleventh.bring("email_address", &code).send().id();
    assert_eq!(eleventh.standing("email_address").1, "ACCEPTED");
}
