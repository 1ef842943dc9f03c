//! What senders are told, and what follows when they are not there.

use std::sync::mpsc::channel;

use rstest::rstest;
use serde_json::json;
use uuid::Uuid;

use super::{EMAIL, NUMBER, Setting, accepted, waits, wrong};
use crate::database::Engine;
use crate::mailbox::Manners;
use crate::nobody::Nobody;
use crate::receiver::{LATER, Reply};
use crate::server::account;

const MESSAGES: &str =
    "SELECT topic || ' ' || state || ' ' || attempts || ' ' || COALESCE(trouble, '-') FROM outbox ORDER BY 1";

#[rstest]
fn a_mail_says_the_code_and_nothing_of_the_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    setting.customer(1).register();

    let mail = setting.mail();

    assert_eq!(mail.login, Some(("kycd".to_owned(), "of the mail server".to_owned())));
    assert_eq!(mail.header("From"), "\"Example Anchor\" <kyc@anchor.example.com>");
    assert_eq!((mail.header("To"), mail.header("Subject")), (EMAIL, "Your verification code"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Content-Type"), "text/plain; charset=utf-8");
    let id = mail.header("Message-ID").trim_start_matches('<').trim_end_matches("@localhost>").to_owned();
    assert!(Uuid::parse_str(&id).is_ok(), "{id}");
    let text = format!(
        "{} is your code for localhost.\r\nIt is good for 10 minutes.\r\nIf you did not ask for it, do nothing.\r\n",
        mail.code()
    );
    assert_eq!(mail.body(), text);
    assert!(!mail.text.contains("Ada"));
}

#[rstest]
fn a_gateway_gets_number_code_and_text(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    setting.customer(1).put(&json!({ "first_name": "Ada", "mobile_number": NUMBER })).send().id();

    let message = setting.gateway.next();

    assert_eq!(message.request_line, "POST /cb?wallet=7 HTTP/1.1");
    assert_eq!(message.header("authorization"), "Bearer token-of-the-gateway");
    assert_eq!(message.header("content-type"), "application/json");
    assert!(Uuid::parse_str(message.header("idempotency-key")).is_ok());
    let body = message.body();
    let code = body["code"].as_str().expect("a code");
    let text =
        format!("{code} is your code for localhost. It is good for 10 minutes. If you did not ask for it, do nothing.");
    assert_eq!(body, json!({ "to": NUMBER, "code": code, "text": text }));
    setting.settle();
}

#[rstest]
#[case::spanish(
    "es",
    "es su código para localhost. Es válido durante 10 minutos. Si no lo ha solicitado, no tiene que hacer nada."
)]
#[case::german(
    "de-AT",
    "ist Ihr Code für localhost. Er gilt 10 Minuten. Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun."
)]
fn a_code_speaks_the_language_of_the_customer(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] language: &str,
    #[case] text: &str,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let put = json!({ "lang": language, "mobile_number": NUMBER, "email_address": EMAIL });
    ada.put(&put).send().id();

    let body = setting.gateway.next().body();
    assert_eq!(body["text"], format!("{} {text}", body["code"].as_str().expect("a code")));
    // In what form it travels is for mail programs.
    let code = setting.mail().code();
    ada.bring("email_address", &code).send().id();
}

#[rstest]
#[case::server_error(Reply::Status(500, LATER), "status 500")]
#[case::redirect(Reply::Status(307, "location: http://localhost:1/\r\nretry-after: 7200\r\n"), "status 307")]
#[case::lost_answer(Reply::HangUp, "unreachable")]
fn a_message_that_a_gateway_did_not_take_comes_again_as_the_same(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] reply: Reply,
    #[case] trouble: &str,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    setting.gateway.will([reply]);
    ada.put(&json!({ "mobile_number": NUMBER })).send().id();
    let first = setting.gateway.next();
    setting.wait_for(MESSAGES, &[&format!("mobile_number waiting 1 {trouble}")]);
    setting.age_messages();

    let second = setting.gateway.next();

    assert_eq!(first.text, second.text);
    assert_eq!(first.header("idempotency-key"), second.header("idempotency-key"));
    setting.settle();
    assert_eq!(setting.texts(MESSAGES), ["mobile_number delivered 2 -"]);
}

/// VER-09.
#[rstest]
#[case::not_there(None, "unreachable")]
#[case::too_busy(Some(451), "status 451")]
#[case::refusing(Some(550), "status 550")]
fn while_a_mail_server_is_down_nothing_is_lost_and_no_guess_counts(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] status: Option<u16>,
    #[case] trouble: &str,
) {
    let nobody = Nobody::anywhere();
    let setting = match status {
        None => Setting::sending_to(engine, Some(nobody.port())),
        Some(_) => Setting::start(engine),
    };
    // It comes again before long.
    setting.mailbox.will(status.into_iter().flat_map(|status| (0..100).map(move |_| Manners::Refuse(status))));
    let ada = setting.customer(1);

    ada.register();

    assert_eq!(ada.standing("email_address"), waits());
    setting.wait_for(MESSAGES, &[&format!("email_address waiting 1 {trouble}")]);
    for _ in 0..6 {
        ada.bring("email_address", "123456").while_changing(&["codes", "outbox"]).send().refusal(400);
    }
    let counted = "SELECT attempts || ' ' || COALESCE(CAST(arrived_at AS TEXT), 'not yet') FROM codes";
    assert_eq!(setting.texts(counted), ["0 not yet"]);
    if trouble == "unreachable" {
        return;
    }
    setting.mailbox.behave();
    // An hour later: the time of the code begins when it is there.
    setting.age_messages();
    let code = setting.mail().code();
    ada.bring("email_address", &wrong(&code)).send().refusal(400);
    ada.bring("email_address", &code).send().id();
    assert_eq!(ada.standing("email_address"), accepted());
}

/// Nobody knows whether it arrived, so it comes once more, and is the same.
#[rstest]
fn a_mail_server_that_hangs_up_gets_the_same_mail_again(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    setting.mailbox.will([Manners::HangUp]);
    ada.register();
    let first = setting.mailbox.next();
    setting.wait_for(MESSAGES, &["email_address waiting 1 unreachable"]);
    setting.age_messages();

    let second = setting.mail();

    assert_eq!((first.code(), first.header("Message-ID")), (second.code(), second.header("Message-ID")));
    ada.bring("email_address", &first.code()).send().id();
    assert_eq!(ada.standing("email_address"), accepted());
}

#[rstest]
fn a_value_that_changes_while_its_code_is_sent_gets_a_code_of_its_own(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    let (end, ends) = channel();
    setting.mailbox.will([Manners::After(ends)]);
    ada.register();
    let old = setting.mailbox.next();

    ada.put(&json!({ "email_address": "lovelace@example.com" })).send().id();
    drop(end);
    let new = setting.mail();

    assert_eq!((old.to.as_str(), new.to.as_str()), (EMAIL, "lovelace@example.com"));
    if old.code() != new.code() {
        ada.bring("email_address", &old.code()).send().refusal(400);
    }
    ada.bring("email_address", &new.code()).send().id();
    assert_eq!(ada.standing("email_address"), accepted());
}

#[rstest]
fn an_erased_customer_gets_no_code(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let (erased, other) = (setting.customer(1), setting.customer(2));
    setting.mailbox.will([Manners::Refuse(451)]);
    erased.register();
    setting.wait_for(MESSAGES, &["email_address waiting 1 status 451"]);

    setting.server.delete(&erased.token, &account(1)).send().customer();

    assert_eq!((setting.server.count("outbox"), setting.server.count("codes")), (0, 0));
    other.put(&json!({ "email_address": "other@example.com" })).send().id();
    assert_eq!(setting.mail().to, "other@example.com");
    assert!(setting.mailbox.came().is_none());
}

#[rstest]
fn two_servers_on_one_database_send_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    const CUSTOMERS: u64 = 10;
    let setting = Setting::start(engine);
    let _replica = setting.server.replica();
    for memo in 0..CUSTOMERS {
        setting.customer(memo).put(&json!({ "email_address": format!("ada{memo}@example.com") })).send().id();
    }

    let mut to: Vec<_> = (0..CUSTOMERS).map(|_| setting.mailbox.next().to).collect();

    setting.settle();
    to.sort();
    to.dedup();
    assert_eq!(to.len(), usize::try_from(CUSTOMERS).expect("a few"));
    assert!(setting.mailbox.came().is_none());
}
