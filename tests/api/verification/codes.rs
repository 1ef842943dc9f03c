//! The way of a code: sent by a PUT, brought back by a PUT, good once and for one value.

use rstest::rstest;
use serde_json::{Value, json};

use super::{EMAIL, NUMBER, Setting, accepted, waits, wrong};
use crate::database::Engine;
use crate::server::{account, token};

#[rstest]
fn a_put_sends_a_code_that_verifies_the_field(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let id = ada.register();

    // Nothing is left to give, so the message says what to do.
    let mut answer = ada.get("reviewed");
    assert_eq!(answer["id"].take(), json!(id));
    insta::allow_duplicates! {
        insta::assert_json_snapshot!(answer, @r#"
        {
          "fields": {},
          "id": null,
          "message": "A code is sent to what you gave, to show that it is yours. Please enter it. If none arrives, give the same again to get another one.",
          "provided_fields": {
            "email_address": {
              "description": "E-mail address",
              "status": "VERIFICATION_REQUIRED",
              "type": "string"
            }
          },
          "status": "NEEDS_INFO"
        }
        "#);
    }
    assert_eq!(ada.standing("email_address"), waits());
    let mail = setting.mail();
    assert_eq!((mail.to.as_str(), mail.from.as_str()), (EMAIL, "kyc@anchor.example.com"));

    assert_eq!(ada.bring("email_address", &mail.code()).send().id(), id);

    assert_eq!(ada.standing("email_address"), accepted());
    assert_eq!(ada.get("sep6").get("message"), None);
    assert_eq!((setting.server.count("codes"), setting.server.count("outbox")), (0, 0));
}

#[rstest]
fn a_code_is_good_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();
    let refusal = ada.bring("email_address", &wrong(&code)).send().refusal(400);
    ada.bring("email_address", &code).send().id();

    assert_eq!(ada.bring("email_address", &code).send().refusal(400), refusal);

    assert_eq!(ada.standing("email_address"), accepted());
}

#[rstest]
fn codes_and_values_come_together(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let id = ada.register();
    let code = setting.mail().code();

    // SEP-12's own example: a code for one field, a value for another.
    let both = json!({ "id": id, "mobile_number": NUMBER, "email_address_verification": code });
    assert_eq!(ada.put(&both).send().id(), id);
    assert_eq!(ada.standing("email_address"), ("NEEDS_INFO".to_owned(), "ACCEPTED".to_owned()));
    let code = setting.message();
    // All over again, as wallets do, as a form.
    let form = [("first_name", "Ada"), ("mobile_number", NUMBER), ("mobile_number_verification", code.as_str())];
    setting.server.put(&ada.token).form(&form).send().id();

    assert_eq!(ada.standing("mobile_number"), accepted());
    assert_eq!(ada.standing("email_address"), accepted());
    assert!(setting.mailbox.came().is_none() && setting.gateway.came().is_none());
}

#[rstest]
fn with_a_wrong_code_nothing_of_a_put_is_taken(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();

    let put = json!({ "first_name": "Eve", "mobile_number": NUMBER, "email_address_verification": wrong(&code) });
    ada.put(&put).while_changing(&["codes"]).send().refusal(400);
    // The right one beside a wrong one is not used up.
    let put = json!({ "email_address_verification": code, "mobile_number_verification": "123456" });
    ada.put(&put).while_changing(&["codes"]).send().refusal(400);

    assert_eq!(ada.standing("email_address"), waits());
    ada.bring("email_address", &code).send().id();
    assert_eq!(ada.standing("email_address"), accepted());
}

/// SEP-12 calls it deprecated, and so it is served.
#[rstest]
fn the_deprecated_endpoint_answers_how_the_customer_stands(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let id = ada.register();
    let code = setting.mail().code();
    let put = |body: &Value| {
        let call = setting.server.call("PUT", "/customer/verification").token(&ada.token);
        call.json(body).while_changing(&["codes"]).send()
    };
    put(&json!({ "id": id, "email_address_verification": wrong(&code) })).refusal(400);

    let answer = put(&json!({ "id": id, "email_address_verification": code })).customer();

    assert_eq!(answer, ada.get("sep6"));
    assert_eq!((&answer["status"], &answer["id"]), (&json!("ACCEPTED"), &json!(id)));
    put(&json!({ "id": id, "email_address_verification": code })).refusal(400);
    put(&json!({ "id": account(1), "email_address_verification": code })).refusal(404);
    assert!(put(&json!({ "id": id })).refusal(400).contains("a code is missing"));
    let refusal = put(&json!({ "id": id, "first_name": "Eve", "email_address_verification": code })).refusal(400);
    assert!(refusal.contains("'first_name'"), "{refusal}");
}

#[rstest]
fn the_deprecated_endpoint_answers_for_the_type_that_is_asked_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();
    let call = setting.server.call("PUT", "/customer/verification").token(&ada.token);

    let answer = call.json(&json!({ "type": "reviewed", "email_address_verification": code })).send().customer();

    assert_eq!(answer, ada.get("reviewed"));
    assert_eq!(answer["status"], "PROCESSING");
}

/// VER-04.
#[rstest]
fn a_code_is_for_its_own_field_and_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let (ada, eve) = (setting.customer(1), setting.customer(2));
    let id = ada.put(&json!({ "email_address": EMAIL, "mobile_number": NUMBER })).send().id();
    let (email, phone) = (setting.mailbox.next().code(), setting.message());
    eve.put(&json!({ "email_address": "eve@example.com" })).send().id();
    let hers = setting.mail().code();

    if email != phone {
        ada.bring("mobile_number", &email).send().refusal(400);
        ada.bring("email_address", &phone).send().refusal(400);
    }
    if hers != email {
        eve.bring("email_address", &email).send().refusal(400);
    }
    let by_id = json!({ "id": id, "email_address_verification": email });
    eve.put(&by_id).send().refusal(404);
    let stranger = token(account(2));
    setting.server.put(&stranger).json(&by_id).send().refusal(404);
    let call = setting.server.call("PUT", "/customer/verification").token(&stranger);
    call.json(&by_id).send().refusal(404);

    ada.bring("email_address", &email).send().id();
    ada.bring("mobile_number", &phone).send().id();
    assert_eq!(eve.standing("email_address"), waits());
}

/// VER-05.
#[rstest]
fn another_value_needs_another_code(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    const OTHER: &str = "+4915199999999";
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.put(&json!({ "mobile_number": NUMBER })).send().id();
    let old = setting.message();
    let changed_at_once = json!({ "mobile_number": OTHER, "mobile_number_verification": old });
    ada.put(&changed_at_once).while_changing(&["codes"]).send().refusal(400);
    ada.put(&json!({ "mobile_number": OTHER })).send().id();
    let sent = setting.gateway.next().body();
    setting.settle();
    assert_eq!(sent["to"], OTHER);
    let new = sent["code"].as_str().expect("a code");

    if new != old {
        ada.bring("mobile_number", &old).send().refusal(400);
    }
    ada.bring("mobile_number", new).send().id();

    assert_eq!(ada.standing("mobile_number").1, "ACCEPTED");
    ada.put(&json!({ "mobile_number": OTHER })).send().id();
    assert_eq!(ada.standing("mobile_number").1, "ACCEPTED", "the same again");
    ada.put(&json!({ "mobile_number": NUMBER })).send().id();
    assert_eq!(ada.standing("mobile_number").1, "VERIFICATION_REQUIRED");
}

/// VER-06.
#[rstest]
#[case::of_a_name(json!({ "first_name_verification": "123456" }), "first_name_verification")]
#[case::of_nothing(json!({ "x_verification": "123456" }), "x_verification")]
#[case::of_what_is_not_asked_for(json!({ "organization.email_verification": "123456" }), "organization.email_verification")]
#[case::array(json!({ "email_address_verification": ["123456"] }), "email_address_verification")]
#[case::number(json!({ "email_address_verification": 123_456 }), "email_address_verification")]
#[case::null(json!({ "email_address_verification": null }), "email_address_verification")]
#[case::full_width_digits(json!({ "email_address_verification": "１２３４５６" }), "email_address_verification")]
#[case::blanks(json!({ "email_address_verification": " 123456 " }), "email_address_verification")]
#[case::five_digits(json!({ "email_address_verification": "12345" }), "email_address_verification")]
fn what_is_no_code_is_refused_by_its_name_and_not_counted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("/customer", "/customer/verification")] path: &str,
    #[case] body: Value,
    #[case] name: &str,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    setting.mail();

    let refusal = setting.server.call("PUT", path).token(&ada.token).json(&body).send().refusal(400);

    assert!(refusal.contains(&format!("'{name}'")), "{refusal}");
    assert_eq!(setting.texts("SELECT CAST(attempts AS TEXT) FROM codes"), ["0"]);
}

#[rstest]
fn where_nothing_is_verified_no_code_is_taken(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = crate::server::Server::start(engine);
    let token = token(account(1));
    server.register(&token);

    let put = json!({ "mobile_number_verification": "123456" });
    let refusal = server.put(&token).json(&put).send().refusal(400);

    assert_eq!(refusal, "'mobile_number_verification' cannot be used: no code is sent for that");
    server.call("PUT", "/customer/verification").token(&token).json(&put).send().refusal(400);
}
