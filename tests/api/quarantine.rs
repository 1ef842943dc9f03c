//! Files that a person has to look at: kept, and counting for nothing until somebody accepts them; FILE-11.

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Part;
use crate::database::Engine;
use crate::samples;
use crate::server::{Server, account, token};

fn script() -> Vec<u8> {
    samples::pdf("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")
}

/// A customer of `sep6`, complete but for a photo that may be left out.
struct Case {
    server: Server,
    token: String,
    key: String,
    id: String,
}

impl Case {
    fn new(engine: Engine) -> Self {
        let server = Server::start(engine);
        let (token, key) = (token(account(1)), server.operator_key());
        let given = json!({ "first_name": "Ada", "last_name": "Lovelace", "email_address": "ada@example.com" });
        let id = server.put(&token).json(&given).send().id();
        let case = Self { server, token, key, id };
        assert_eq!(case.customer()["status"], "ACCEPTED");
        case
    }

    fn give(&self, content: &[u8]) {
        let part = Part::file("photo_id_front", "image/jpeg", content);
        self.server.put(&self.token).multipart([part]).send().id();
    }

    fn give_by_id(&self, content: &[u8]) {
        let part = Part::file("file", "image/jpeg", content);
        let posted = self.server.call("POST", "/customer/files").token(&self.token).multipart([part]).send().customer();
        assert_eq!(posted.get("quarantine"), None, "the wallet learns nothing of it");
        self.server.put(&self.token).json(&json!({ "photo_id_front_file_id": posted["file_id"] })).send().id();
    }

    fn customer(&self) -> Value {
        self.server.get(&self.token).send().customer()
    }

    fn states(&self) -> (Value, Value) {
        let customer = self.customer();
        (customer["status"].clone(), customer["provided_fields"]["photo_id_front"]["status"].clone())
    }

    fn decide(&self, decision: &Value) {
        let path = format!("/customers/{}/decisions", self.id);
        let answer = self.server.operate("POST", &path).token(&self.key).json(decision).send();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    fn shown(&self) -> Value {
        let path = format!("/customers/{}", self.id);
        self.server.operate("GET", &path).token(&self.key).send().customer()["fields"]["photo_id_front"]["file"].clone()
    }
}

fn both(state: &str) -> (Value, Value) {
    (state.into(), state.into())
}

#[rstest]
#[case::script(script(), "active_content")]
#[case::page_behind_a_picture([samples::png(), b"<html><script>".to_vec()].concat(), "ambiguous")]
#[case::archive_behind_a_photo([samples::jpeg(600 * 1024), b"PK\x03\x04 PK\x05\x06".to_vec()].concat(), "ambiguous")]
#[case::archive_behind_a_document([samples::pdf(""), b"PK\x03\x04 PK\x05\x06".to_vec()].concat(), "ambiguous")]
#[case::document_that_begins_late([b"#!/bin/sh\n".to_vec(), samples::pdf("")].concat(), "ambiguous")]
fn such_a_file_waits_for_a_person(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] content: Vec<u8>,
    #[case] reason: &str,
    #[values(Case::give, Case::give_by_id)] give: fn(&Case, &[u8]),
) {
    let case = Case::new(engine);

    give(&case, &content);

    assert_eq!(case.states(), both("PROCESSING"));
    assert_eq!(case.customer()["message"], "What you gave is being checked. There is nothing you have to do.");
    assert_eq!(case.shown()["quarantine"], reason);
    let waiting = case.server.operate("GET", "/customers").query("status", "PROCESSING").query("type", "sep6");
    assert_eq!(waiting.token(&case.key).send().customer()["customers"][0]["id"], case.id.as_str());

    case.decide(&json!({ "type": "sep6", "status": "ACCEPTED", "reason": "looked at it" }));
    assert_eq!(case.states(), both("ACCEPTED"));
}

#[rstest]
fn a_good_file_in_its_place_needs_nobody(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let case = Case::new(engine);
    case.give(&script());

    case.give(&samples::png());

    assert_eq!(case.states(), both("ACCEPTED"));
    assert_eq!(case.shown().get("quarantine"), None);
}

/// The second file was not looked at, whatever was decided about the first one.
#[rstest]
fn another_such_file_waits_again(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let case = Case::new(engine);
    case.give(&script());
    case.decide(&json!({ "type": "sep6", "status": "ACCEPTED" }));

    case.give(&script());

    assert_eq!(case.states(), both("PROCESSING"));
}

/// Asking for something else is not accepting it.
#[rstest]
fn a_decision_about_something_else_accepts_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let case = Case::new(engine);
    case.give(&script());
    let again = json!({ "last_name": { "status": "REJECTED", "error": "incomplete" } });
    case.decide(&json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": again }));
    assert_eq!(case.states(), ("NEEDS_INFO".into(), "PROCESSING".into()));

    case.server.put(&case.token).json(&json!({ "last_name": "King" })).send().id();

    assert_eq!(case.states(), both("PROCESSING"));
}

/// What a type does not ask for does not stop it.
#[rstest]
fn a_type_that_does_not_ask_for_the_file_goes_on(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let case = Case::new(engine);
    case.give(&script());

    let other = case.server.get(&case.token).query("type", "given-family").send().customer();

    assert_eq!(other["status"], "ACCEPTED");
}

/// It is given to operators as bytes to save, never to be shown.
#[rstest]
fn an_operator_can_read_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let case = Case::new(engine);
    case.give(&script());
    let path = format!("/customers/{}/reveal", case.id);
    let wish = json!({ "field": "photo_id_front", "reason": "to look at it" });

    let file = case.server.operate("POST", &path).token(&case.key).json(&wish).send();

    assert_eq!((file.status, file.body.as_slice()), (200, script().as_slice()));
    assert_eq!(file.header("content-disposition"), Some("attachment"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
}
