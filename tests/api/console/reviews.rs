//! Decisions by forms.

use rstest::rstest;
use serde_json::json;

use super::{Office, Window, customer, form_token, version};
use crate::database::Engine;
use crate::raw_http::Answer;
use crate::server::{account, token};

#[rstest]
fn who_waits_is_accepted(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();

    let answer = window.decide(&id, "ACCEPTED", &[("reason", "looks fine")]);

    let place = format!("{}?type=sep6&note=decided", customer(&id));
    assert_eq!((answer.status, answer.header("location")), (303, Some(place.as_str())));
    assert_eq!(office.status(1), "ACCEPTED");
    let page = window.get(&place).text();
    assert!(page.contains("Your decision is made."), "{page}");
    assert!(page.contains("Decided sep6: accepted") && page.contains("looks fine"), "{page}");
    assert!(page.contains("tests, <time"), "the name of the key: {page}");
}

#[rstest]
fn fields_are_asked_for_again(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();

    let flaws = [("flaw:first_name", ""), ("flaw:last_name", "mismatch"), ("flaw:id_type", "")];
    assert_eq!(window.decide(&id, "NEEDS_INFO", &flaws).status, 303);

    let asked = office.server.get(&token(account(1))).send().customer();
    assert_eq!(asked["status"], "NEEDS_INFO");
    assert_eq!(asked["provided_fields"]["last_name"]["status"], "REJECTED");
    assert_eq!(asked["provided_fields"]["first_name"]["status"], "ACCEPTED");
    // It stands until somebody takes it back: whoever asks for something else keeps it.
    let page = window.get(&customer(&id)).text();
    assert!(page.contains("<option value=\"mismatch\" selected>"), "{page}");
    office.server.put(&token(account(1))).json(&json!({ "last_name": "King" })).send().id();
    let page = window.get(&customer(&id)).text();
    assert!(page.contains("Given anew since the last decision: Family name, as on the passport."), "{page}");
}

#[rstest]
fn a_rejection_tells_the_customer_what_was_chosen(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();

    let decision = [("message", "not_available_there"), ("reason", "seen on list 3.14159265358979")];
    assert_eq!(window.decide(&id, "REJECTED", &decision).status, 303);

    let rejected = office.server.get(&token(account(1))).send().customer();
    assert_eq!(
        (&rejected["status"], &rejected["message"]),
        (&json!("REJECTED"), &json!("This service is not available where you live."))
    );
}

/// The page that was seen is older than what is there: nothing is decided, and nothing that was typed is lost.
#[rstest]
fn a_decision_about_somebody_who_changed_meanwhile_is_409(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();
    let seen = window.get(&customer(&id));
    office.server.put(&token(account(1))).json(&json!({ "first_name": "Eve" })).send().id();

    let again = [("status", "NEEDS_INFO"), ("flaw:last_name", "mismatch"), ("reason", "the card says otherwise")];
    let refused = decide_unseen(&window, &id, &seen, &again);

    let text = refused.text();
    assert_eq!(refused.status, 409, "{text}");
    assert!(text.contains("The customer has changed since that version"), "{text}");
    assert!(text.contains("the card says otherwise</textarea>"), "{text}");
    assert!(text.contains("<option value=\"mismatch\" selected>"), "{text}");
    assert_eq!(office.status(1), "PROCESSING");
    assert_eq!(office.server.count("audit_entries"), 0);

    // What is shown then is what can be decided about.
    assert_ne!(version(&refused), version(&seen));
    assert_eq!(decide_unseen(&window, &id, &refused, &again).status, 303);
    assert_eq!(office.status(1), "NEEDS_INFO");
}

#[rstest]
fn who_lacks_something_cannot_be_accepted(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.server.put(&token(account(1))).json(&json!({ "first_name": "Ada" })).send().id();
    let mut window = office.signed_in();
    let seen = window.get(&customer(&id));

    let refused = decide_unseen(&window, &id, &seen, &[("status", "ACCEPTED")]);

    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("Something is missing, expired or not proven yet"), "{}", refused.text());
}

#[rstest]
#[case::nothing_asked_for(&[("status", "NEEDS_INFO"), ("flaw:last_name", "")])]
#[case::no_status(&[("reason", "x")])]
#[case::another_status(&[("status", "PROCESSING")])]
#[case::another_flaw(&[("status", "NEEDS_INFO"), ("flaw:last_name", "ugly")])]
#[case::another_message(&[("status", "REJECTED"), ("message", "go away")])]
#[case::a_message_of_another_status(&[("status", "REJECTED"), ("message", "give_again")])]
#[case::a_flaw_of_nothing(&[("status", "NEEDS_INFO"), ("flaw:favourite_colour", "mismatch")])]
#[case::accepted_with_a_flaw(&[("status", "ACCEPTED"), ("flaw:last_name", "mismatch")])]
fn a_decision_that_makes_no_sense_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] decision: &[(&str, &str)],
) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();
    let seen = window.get(&customer(&id));

    let refused = decide_unseen(&window, &id, &seen, decision);

    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(office.status(1), "PROCESSING");
    assert_eq!(office.server.count("audit_entries"), 0);
}

#[rstest]
fn a_reason_has_room_and_an_end(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let office = Office::open(engine);
    let id = office.waiting(1);
    let mut window = office.signed_in();
    let seen = window.get(&customer(&id));
    let decide = |length| {
        let reason = "ü".repeat(length);
        decide_unseen(&window, &id, &seen, &[("status", "ACCEPTED"), ("reason", &reason)])
    };

    assert_eq!(decide(2_001).status, 400);
    assert_eq!(decide(2_000).status, 303);
}

/// Decides about what a page showed.
#[track_caller]
fn decide_unseen(window: &Window<'_>, id: &str, seen: &Answer, decision: &[(&str, &str)]) -> Answer {
    let (token, version) = (form_token(seen), version(seen));
    let fields = [("form_token", token.as_str()), ("version", &version), ("type", "sep6")];
    window.form(&format!("{}/decisions", customer(id)), &[&fields, decision].concat()).send()
}
