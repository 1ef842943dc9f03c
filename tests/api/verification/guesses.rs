//! Guessing: five times, ten minutes, whoever guesses at once and wherever.

use std::sync::Barrier;
use std::thread;

use rstest::rstest;
use serde_json::json;

use super::{Customer, Setting, accepted, waits, wrong};
use crate::database::Engine;
use crate::parallel::admitted;

/// VER-01.
#[rstest]
fn after_five_wrong_guesses_not_even_the_right_code_is_taken(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();
    let wrong = wrong(&code);
    let refusals: Vec<_> = (0..5).map(|_| ada.bring("email_address", &wrong).send().refusal(400)).collect();

    let sixth = ada.bring("email_address", &code).send().refusal(400);

    assert!(refusals.iter().all(|refusal| *refusal == sixth), "{refusals:?} {sixth}");
    assert_eq!(ada.standing("email_address"), waits());
    assert_eq!(setting.texts("SELECT CAST(attempts AS TEXT) FROM codes"), ["5"]);

    setting.age_requests();
    ada.register();
    let another = setting.mail().code();
    ada.bring("email_address", &another).send().id();
    assert_eq!(ada.standing("email_address"), accepted());
}

/// Lets both servers be asked by twenty at once; gives the statuses.
fn rush(setting: &Setting, ada: &Customer<'_>, code: &str) -> Vec<u16> {
    let (one, other) = (&setting.server, setting.server.replica());
    let token = ada.token.as_str();
    let start = Barrier::new(40);
    thread::scope(|scope| {
        let bring = |number: usize| {
            let server = if number.is_multiple_of(2) { one } else { &other };
            let put = json!({ "email_address_verification": code });
            let call = || server.put(token).json(&put).while_changing(&["codes", "outbox", "payment_targets"]).send();
            start.wait();
            admitted(call).status
        };
        let guesses: Vec<_> = (0..40).map(|number| scope.spawn(move || bring(number))).collect();
        guesses.into_iter().map(|guess| guess.join().expect("an answer")).collect()
    })
}

/// VER-02.
#[rstest]
fn of_many_wrong_guesses_at_once_five_are_looked_at(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();

    let statuses = rush(&setting, &ada, &wrong(&code));

    assert!(statuses.iter().all(|status| *status == 400), "{statuses:?}");
    assert_eq!(setting.texts("SELECT CAST(attempts AS TEXT) FROM codes"), ["5"]);
    ada.bring("email_address", &code).send().refusal(400);
    assert_eq!(ada.standing("email_address"), waits());
}

#[rstest]
fn of_many_who_bring_the_right_code_at_once_one_uses_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();

    let statuses = rush(&setting, &ada, &code);

    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [202, 400].contains(status)), "{statuses:?}");
    assert_eq!(ada.standing("email_address"), accepted());
}

#[rstest]
fn a_code_is_good_for_ten_minutes_from_its_arrival(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let ada = setting.customer(1);
    ada.register();
    let code = setting.mail().code();
    let refusal = ada.bring("email_address", &wrong(&code)).send().refusal(400);
    setting.age_codes();

    assert_eq!(ada.bring("email_address", &code).send().refusal(400), refusal);
    assert_eq!(setting.texts("SELECT CAST(attempts AS TEXT) FROM codes"), ["1"], "it was not looked at");

    setting.age_requests();
    ada.register();
    let another = setting.mail().code();
    if another != code {
        ada.bring("email_address", &code).send().refusal(400);
    }
    ada.bring("email_address", &another).send().id();
    assert_eq!(ada.standing("email_address"), accepted());
}

#[rstest]
fn whoever_waits_for_no_code_is_told_the_same(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine);
    let (ada, eve) = (setting.customer(1), setting.customer(2));
    ada.register();
    let code = setting.mail().code();
    let refusal = ada.bring("email_address", &wrong(&code)).send().refusal(400);

    assert_eq!(eve.bring("email_address", &code).send().refusal(400), refusal, "nobody");
    eve.put(&json!({ "type": "plain", "first_name": "Eve" })).send().id();
    assert_eq!(eve.bring("email_address", &code).send().refusal(400), refusal, "somebody without an address");
    assert_eq!(setting.server.count("payment_targets"), 2);
}
