//! Types that wait for a person, and the operator who decides; OA-14, IDOR-22, ADM-04, ADM-05.

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Part;
use crate::database::Engine;
use crate::raw_http::Answer;
use crate::samples;
use crate::server::{Server, account, token};
use crate::waiting::until;

/// A server whose type `sep6` is decided about by people, with a custom field; `sep31` is not.
struct Desk {
    server: Server,
    key: String,
}

impl Desk {
    fn open(engine: Engine) -> Self {
        Self::open_with(engine, &json!({}))
    }

    fn open_with(engine: Engine, customers: &Value) -> Self {
        let server = Server::start_with(
            engine,
            json!({
                "customers": customers,
                "custom_fields": { "acme.tax_status": {
                    "type": "string", "description": "Tax status", "choices": ["resident", "non-resident"],
                } },
                "customer_types": {
                    "sep6": {
                        "fields": ["first_name", "family_name", "id_type"],
                        "optional_fields": ["photo_id_front", "acme.tax_status"],
                        "choices": { "id_type": ["passport", "id_card"] },
                        "decision": "review",
                    },
                    "sep31": { "fields": ["first_name", "id_type"] },
                },
            }),
        );
        let key = server.operator_key();
        Self { server, key }
    }

    /// Registers somebody who waits for a decision, and gives the id.
    fn waiting(&self, somebody: u8) -> String {
        let given = json!({ "first_name": "Ada", "last_name": "Lovelace", "id_type": "passport" });
        self.server.put(&token(account(somebody))).json(&given).send().id()
    }

    fn customer(&self, somebody: u8) -> Value {
        self.server.get(&token(account(somebody))).send().customer()
    }

    fn find(&self, id: &str) -> Value {
        self.get(&format!("/customers/{id}")).customer()
    }

    fn get(&self, path: &str) -> Answer {
        self.server.operate("GET", path).token(&self.key).send()
    }

    fn decide(&self, id: &str, decision: &Value) -> Answer {
        self.post(&format!("/customers/{id}/decisions"), decision)
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.server.operate("POST", path).token(&self.key).json(body).send()
    }

    fn accept(&self, id: &str) {
        assert_eq!(self.decide(id, &json!({ "type": "sep6", "status": "ACCEPTED" })).status, 200);
    }
}

#[rstest]
fn who_is_complete_waits_until_somebody_accepts(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);

    let waiting = desk.customer(1);
    assert_eq!(waiting["status"], "PROCESSING");
    assert_eq!(waiting["provided_fields"]["first_name"]["status"], "PROCESSING");
    assert_eq!(waiting["message"], "What you gave is being checked. There is nothing you have to do.");
    let other_type = desk.server.get(&token(account(1))).query("type", "sep31").send().customer();
    assert_eq!(other_type["status"], "ACCEPTED", "nobody decides about this one");

    let decision = json!({ "type": "sep6", "status": "ACCEPTED", "reason": "looks fine" });
    let decided = desk.decide(&id, &decision).customer();

    assert_eq!(decided["types"]["sep6"]["status"], "ACCEPTED");
    let accepted = desk.customer(1);
    assert_eq!((&accepted["status"], accepted.get("message")), (&json!("ACCEPTED"), None));
    assert_eq!(accepted["provided_fields"]["family_name"]["status"], "ACCEPTED");
}

#[rstest]
fn an_equal_put_changes_nothing_and_another_value_waits_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);
    desk.accept(&id);
    let rows = desk.server.installation.dump();

    desk.waiting(1);
    assert_eq!(desk.server.installation.dump(), rows);
    assert_eq!(desk.customer(1)["status"], "ACCEPTED");

    desk.server.put(&token(account(1))).json(&json!({ "first_name": "Grace" })).send().id();
    let changed = desk.customer(1);
    assert_eq!(changed["status"], "PROCESSING");
    assert_eq!(changed["provided_fields"]["first_name"]["status"], "PROCESSING");
    assert_eq!(changed["provided_fields"]["family_name"]["status"], "ACCEPTED");
    assert_eq!(desk.find(&id)["types"]["sep6"]["decision"]["changed_since"], json!(["first_name"]));
}

#[rstest]
fn a_field_is_asked_for_again_and_then_looked_at(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);

    let again = json!({
        "type": "sep6", "status": "NEEDS_INFO", "message": "give_again",
        "fields": { "family_name": { "status": "REJECTED", "error": "mismatch" }, "first_name": { "status": "ACCEPTED" } },
    });
    assert_eq!(desk.decide(&id, &again).status, 200);

    let asked = desk.customer(1);
    assert_eq!(asked["status"], "NEEDS_INFO");
    assert_eq!(asked["fields"]["family_name"]["type"], "string", "{asked}");
    assert_eq!(asked["fields"].get("first_name"), None);
    assert_eq!(asked["provided_fields"]["family_name"]["status"], "REJECTED");
    let error = asked["provided_fields"]["family_name"]["error"].as_str().expect("a text");
    assert!(error.starts_with("It does not agree with the rest"), "{error}");
    assert_eq!(asked["provided_fields"]["first_name"]["status"], "ACCEPTED");

    desk.server.put(&token(account(1))).json(&json!({ "family_name": "King" })).send().id();
    assert_eq!(desk.customer(1)["status"], "PROCESSING");
    desk.accept(&id);
    assert_eq!(desk.customer(1)["status"], "ACCEPTED");
}

#[rstest]
#[case::without_words(json!({}), "We cannot accept you as a customer.")]
#[case::with_words(json!({ "message": "not_available_there" }), "This service is not available where you live.")]
fn a_rejection_is_left_by_no_put_and_by_no_erasure(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] more: Value,
    #[case] message: &str,
) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);
    let mut rejection = json!({ "type": "sep6", "status": "REJECTED", "reason": "seen on list 3.14159265358979" });
    rejection.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());

    assert_eq!(desk.decide(&id, &rejection).status, 200);

    let rejected = |id: &str| json!({ "id": id, "status": "REJECTED", "message": message });
    assert_eq!(desk.customer(1), rejected(&id));
    desk.server.put(&token(account(1))).json(&json!({ "first_name": "Grace" })).send().id();
    assert_eq!(desk.customer(1), rejected(&id));

    assert_eq!(desk.server.delete(&token(account(1)), &account(1)).send().status, 200);
    assert_eq!(desk.customer(1)["status"], "NEEDS_INFO", "who is erased is unknown until the next PUT");
    let new_id = desk.waiting(1);
    assert_ne!(new_id, id);
    assert_eq!(desk.customer(1), rejected(&new_id));
    assert_eq!(desk.server.get(&token(account(1))).query("type", "sep31").send().customer()["status"], "ACCEPTED");
    desk.waiting(2);
    assert_eq!(desk.customer(2)["status"], "PROCESSING", "somebody else");

    desk.accept(&new_id);
    assert_eq!(desk.customer(1)["status"], "ACCEPTED");
    desk.server.delete(&token(account(1)), &account(1)).send();
    desk.waiting(1);
    assert_eq!(desk.customer(1)["status"], "PROCESSING", "what is remembered goes by another decision");
}

#[rstest]
fn a_rejection_ends_with_its_customer_where_nothing_is_remembered(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let desk = Desk::open_with(engine, &json!({ "sticky_rejection": false }));
    let id = desk.waiting(1);
    assert_eq!(desk.decide(&id, &json!({ "type": "sep6", "status": "REJECTED" })).status, 200);
    assert_eq!(desk.customer(1)["status"], "REJECTED");

    desk.server.delete(&token(account(1)), &account(1)).send();
    desk.waiting(1);

    assert_eq!(desk.customer(1)["status"], "PROCESSING");
}

#[rstest]
fn a_dossier_shows_states_and_no_value(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let parts = [
        Part::text("first_name", "Ada"),
        Part::text("family_name", "Lovelace"),
        Part::text("acme.tax_status", "non-resident"),
        Part::file("photo_id_front", "image/png", samples::png()),
    ];
    let id = desk.server.put(&token(account(1))).multipart(parts).send().id();

    let mut dossier = desk.find(&id);
    for of_dev in ["sep6-high", "sep6-verified"] {
        dossier["types"].as_object_mut().expect("an object").remove(of_dev).expect("a type of dev");
    }

    let text = dossier.to_string();
    for value in ["\"Ada\"", "Lovelace", "non-resident", &account(1)] {
        assert!(!text.contains(value), "{text}");
    }
    assert!(dossier["fields"]["photo_id_front"]["file"]["received_at"].take().is_string());
    let (head, tail) = (&account(1)[..4], &account(1)[52..]);
    let expected = json!({
        "id": id,
        "version": 1,
        "account": format!("{head}…{tail}"),
        "types": {
            "sep6": {
                "status": "NEEDS_INFO", "review": true, "missing": ["id_type"], "needs_proof": false,
                "provided": {
                    "first_name": { "status": "PROCESSING" }, "family_name": { "status": "PROCESSING" },
                    "photo_id_front": { "status": "PROCESSING" }, "acme.tax_status": { "status": "PROCESSING" },
                },
            },
            "sep31": {
                "status": "NEEDS_INFO", "review": false, "missing": ["id_type"], "needs_proof": false,
                "provided": { "first_name": { "status": "ACCEPTED" } },
            },
        },
        "fields": {
            "first_name": { "value": "•••" },
            "last_name": { "value": "L•••" },
            "acme.tax_status": { "value": "n•••" },
            "photo_id_front": { "file": { "content_type": "image/png", "size": samples::png().len(), "received_at": null } },
        },
        "proofs": {},
    });
    assert_eq!(dossier, expected);
}

#[rstest]
fn a_decision_about_something_that_changed_meanwhile_is_409(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);
    let version = desk.find(&id)["version"].clone();
    let accept =
        |version: &Value| desk.decide(&id, &json!({ "type": "sep6", "status": "ACCEPTED", "version": version }));
    desk.server.put(&token(account(1))).json(&json!({ "first_name": "Eve" })).send().id();

    accept(&version).refusal(409);
    assert_eq!(desk.customer(1)["status"], "PROCESSING");

    assert_eq!(accept(&desk.find(&id)["version"]).status, 200);
}

#[rstest]
#[case::incomplete(json!({ "type": "sep6", "status": "ACCEPTED" }), 409)]
#[case::a_field_that_is_not_there(
    json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": { "id_type": { "status": "REJECTED" } } }), 409
)]
#[case::nothing_to_ask_for(json!({ "type": "sep6", "status": "NEEDS_INFO" }), 400)]
#[case::nothing_rejected(
    json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": { "first_name": { "status": "ACCEPTED" } } }), 400
)]
#[case::accepted_with_a_rejected_field(
    json!({ "type": "sep6", "status": "ACCEPTED", "fields": { "first_name": { "status": "REJECTED" } } }), 400
)]
#[case::a_field_of_no_type(
    json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": { "birth_date": { "status": "REJECTED" } } }), 400
)]
#[case::a_field_of_another_type(
    json!({ "type": "sep31", "status": "NEEDS_INFO", "fields": { "family_name": { "status": "REJECTED" } } }), 400
)]
#[case::two_spellings(
    json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": {
        "family_name": { "status": "REJECTED" }, "last_name": { "status": "REJECTED" } } }), 400
)]
#[case::an_error_of_an_accepted_field(
    json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": {
        "family_name": { "status": "REJECTED" }, "first_name": { "status": "ACCEPTED", "error": "mismatch" } } }), 400
)]
#[case::an_unknown_error(
    json!({ "type": "sep6", "status": "NEEDS_INFO", "fields": {
        "family_name": { "status": "REJECTED", "error": "on a sanctions list" } } }), 400
)]
#[case::an_unknown_message(json!({ "type": "sep6", "status": "REJECTED", "message": "on a sanctions list" }), 400)]
#[case::the_message_of_another_status(json!({ "type": "sep6", "status": "REJECTED", "message": "give_again" }), 400)]
#[case::no_decision(json!({ "type": "sep6", "status": "PROCESSING" }), 400)]
#[case::an_unknown_status(json!({ "type": "sep6", "status": "accepted" }), 400)]
#[case::an_unknown_type(json!({ "type": "sep24", "status": "REJECTED" }), 400)]
#[case::no_type(json!({ "status": "REJECTED" }), 400)]
#[case::a_number_as_type(json!({ "type": 6, "status": "REJECTED" }), 400)]
#[case::an_unknown_member(json!({ "type": "sep6", "status": "REJECTED", "operator": "somebody else" }), 400)]
#[case::an_endless_reason(json!({ "type": "sep6", "status": "REJECTED", "reason": "x".repeat(2_001) }), 400)]
#[case::a_list(json!([]), 400)]
fn a_decision_that_makes_no_sense_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] decision: Value,
    #[case] status: u16,
) {
    let desk = Desk::open(engine);
    let given = json!({ "first_name": "Ada", "last_name": "Lovelace" });
    let id = desk.server.put(&token(account(1))).json(&given).send().id();

    desk.decide(&id, &decision).refusal(status);
}

#[rstest]
#[case::twice(r#"{"type":"sep6","type":"sep6","status":"REJECTED"}"#, "application/json", 400)]
#[case::a_field_twice(
    r#"{"type":"sep6","status":"NEEDS_INFO","fields":{"first_name":{"status":"REJECTED"},"first_name":{"status":"ACCEPTED"}}}"#,
    "application/json",
    400
)]
#[case::no_json("type=sep6", "application/json", 400)]
#[case::a_form("type=sep6&status=REJECTED", "application/x-www-form-urlencoded", 415)]
fn a_decision_is_one_json_object(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] body: &str,
    #[case] content_type: &str,
    #[case] status: u16,
) {
    let desk = Desk::open(engine);
    let path = format!("/customers/{}/decisions", desk.waiting(1));

    desk.server.operate("POST", &path).token(&desk.key).body(content_type, body).send().refusal(status);
}

#[rstest]
fn nobody_is_404_whatever_the_id_looks_like(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let payto = format!("payto://stellar/{}", account(3));
    let target = desk.server.operate("PUT", "/payment-targets").token(&desk.key).json(&json!({ "payto_uri": payto }));
    assert_eq!(target.send().status, 200, "a target that nobody registered yet");
    let unregistered = desk.server.block_on(async {
        let payto = kycd::domain::payto::Payto::parse(&payto).expect("a payto");
        desk.server.store.find_target(&payto.hash()).await.expect("a query").expect("the target").id.to_string()
    });

    for id in ["00000000-0000-4000-8000-000000000000", "1", "%ff", &unregistered] {
        desk.get(&format!("/customers/{id}")).refusal(404);
        desk.get(&format!("/customers/{id}/audit")).refusal(404);
        desk.decide(id, &json!({ "type": "sep6", "status": "REJECTED" })).refusal(404);
        desk.post(&format!("/customers/{id}/reveal"), &json!({ "field": "first_name", "reason": "why" })).refusal(404);
    }
}

#[rstest]
fn idor_22_the_token_of_a_wallet_opens_no_route_of_operators(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);
    let wallet = token(account(1));

    for (method, path) in [
        ("GET", "/customers".to_owned()),
        ("GET", format!("/customers/{id}")),
        ("GET", format!("/customers/{id}/audit")),
        ("POST", format!("/customers/{id}/decisions")),
        ("POST", format!("/customers/{id}/reveal")),
    ] {
        desk.server.operate(method, &path).token(&wallet).send().refusal(401);
        desk.server.operate(method, &path).send().refusal(401);
        assert_eq!(desk.server.call(method, &path).token(&desk.key).send().status, 404, "not on the public listener");
    }
    desk.server.get(&desk.key).send().refusal(401);
}

#[rstest]
fn those_who_wait_are_listed_page_by_page(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let ids: Vec<_> = (1..=3).map(|somebody| desk.waiting(somebody)).collect();
    desk.accept(&desk.waiting(4));
    let listed = |page: &Value| {
        let customers = page["customers"].as_array().expect("a list").iter();
        customers.map(|customer| customer["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };

    let all = desk.get("/customers").customer();
    assert_eq!((listed(&all), all.get("cursor")), (ids.clone(), None));
    assert_eq!(all["customers"][0]["type"], "sep6");
    assert_eq!(all["customers"][0]["status"], "PROCESSING");
    assert!(all["customers"][0]["changed_at"].as_str().is_some_and(|text| text.ends_with('Z')));

    let first = desk.get("/customers?status=PROCESSING&type=sep6&limit=2").customer();
    assert_eq!(listed(&first), ids[..2]);
    let cursor = first["cursor"].as_str().expect("there is more");
    let second = desk.get(&format!("/customers?limit=2&cursor={cursor}")).customer();
    assert_eq!((listed(&second), second.get("cursor")), (ids[2..].to_vec(), None));

    assert_eq!(listed(&desk.get("/customers?type=sep31").customer()), [""; 0]);
    let accepted = desk.get("/customers?status=ACCEPTED&type=sep6").customer();
    assert_eq!(listed(&accepted).len(), 1);
    assert_eq!(listed(&desk.get("/customers?status=ACCEPTED").customer()).len(), 5, "four of them for sep31");
    assert_eq!(listed(&desk.get("/customers?limit=1000000000").customer()), ids, "ADM-05: capped");
}

#[rstest]
#[case::none("limit=0")]
#[case::negative("limit=-1")]
#[case::a_fraction("limit=1.5")]
#[case::with_an_exponent("limit=1e9")]
#[case::no_limit("limit=")]
#[case::no_cursor("cursor=")]
#[case::a_cursor_of_nobodys("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::a_cursor_that_was_changed("cursor={changed}")]
#[case::an_unknown_status("status=WAITING")]
#[case::an_unknown_type("type=sep24")]
#[case::twice("limit=1&limit=2")]
fn adm_05_a_list_that_cannot_be_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] query: &str,
) {
    let desk = Desk::open(engine);
    (1..=2).for_each(|somebody| drop(desk.waiting(somebody)));
    let page = desk.get("/customers?limit=1").customer();
    let cursor = page["cursor"].as_str().expect("there is more");
    let last = if cursor.ends_with('A') { 'Q' } else { 'A' };
    let changed = format!("{}{last}", &cursor[..cursor.len() - 1]);

    desk.get(&format!("/customers?{}", query.replace("{changed}", &changed))).refusal(400);
}

#[rstest]
fn what_is_done_is_remembered_and_outlives_the_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);
    let again = json!({
        "type": "sep6", "status": "NEEDS_INFO", "reason": "the name is a joke",
        "fields": { "family_name": { "status": "REJECTED" } },
    });
    assert_eq!(desk.decide(&id, &again).status, 200);
    let read = json!({ "field": "family_name", "reason": "to compare it" });
    assert_eq!(desk.post(&format!("/customers/{id}/reveal"), &read).status, 200);
    let trail = || {
        let mut trail = desk.get(&format!("/customers/{id}/audit")).customer();
        let entries = trail["entries"].as_array_mut().expect("a list");
        for entry in entries.iter_mut() {
            assert!(entry["happened_at"].take().is_string());
        }
        trail["entries"].take()
    };

    let decision = json!({
        "position": 1, "happened_at": null, "operator": "tests", "action": "decision", "type": "sep6",
        "status": "NEEDS_INFO", "fields": { "last_name": "not_accepted" }, "version": 1, "reason": "the name is a joke",
    });
    let reveal = json!({
        "position": 2, "happened_at": null, "operator": "tests", "action": "reveal", "field": "last_name",
        "reason": "to compare it",
    });
    assert_eq!(trail(), json!([reveal, decision]));
    let before = desk.get(&format!("/customers/{id}/audit?before=2")).customer();
    assert_eq!(before["entries"].as_array().map(Vec::len), Some(1));
    desk.get(&format!("/customers/{id}/audit?before=x")).refusal(400);
    let rows = desk.server.installation.dump().join("\n");
    assert!(!rows.contains("joke") && !rows.contains("Lovelace"), "reasons are sealed");

    desk.server.delete(&token(account(1)), &account(1)).send();
    let left = trail();
    assert_eq!(left.as_array().map(Vec::len), Some(2));
    let behind = desk.get(&format!("/customers/{id}/audit?before=1")).customer();
    assert_eq!(behind["entries"], json!([]), "there is nothing before the first one");
    assert_eq!((left[0].get("reason"), left[1].get("reason")), (None, None), "nobody can read why any more");
}

#[rstest]
fn adm_04_a_value_is_read_for_a_reason(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let parts = [Part::text("first_name", "Ada"), Part::file("photo_id_front", "image/png", samples::png())];
    let id = desk.server.put(&token(account(1))).multipart(parts).send().id();
    let reveal = |body: &Value| desk.post(&format!("/customers/{id}/reveal"), body);

    reveal(&json!({ "field": "first_name" })).refusal(400);
    reveal(&json!({ "field": "first_name", "reason": " " })).refusal(400);
    reveal(&json!({ "field": "family_name", "reason": "it is not there" })).refusal(404);

    let value = reveal(&json!({ "field": "given_name", "reason": "to compare it" }));
    assert_eq!(value.customer(), json!({ "field": "first_name", "value": "Ada" }));
    assert_eq!(value.header("cache-control"), Some("no-store"));
    let file = reveal(&json!({ "field": "photo_id_front", "reason": "to look at it" }));
    assert_eq!((file.status, file.header("content-type")), (200, Some("image/png")));
    assert_eq!(
        (file.header("content-disposition"), file.body.as_slice()),
        (Some("attachment"), samples::png().as_slice())
    );
    assert_eq!(desk.server.count("audit_entries"), 2);
}

#[rstest]
fn the_page_of_a_customer_tells_what_people_do(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let desk = Desk::open(engine);
    let id = desk.waiting(1);
    let payto = json!({ "payto_uri": format!("payto://stellar/{}", account(1)) });
    let target = desk.server.operate("PUT", "/payment-targets").token(&desk.key).json(&payto).send().customer();
    assert_eq!(target["status"], "PROCESSING");
    let path = format!("/kyc-spa/{}?type=sep6", target["access_token"].as_str().expect("a token"));
    let page = || desk.server.call("GET", &path).page().send().text();

    assert!(page().contains("We are checking your details") && !page().contains("<form"), "{}", page());
    assert_eq!(desk.decide(&id, &json!({ "type": "sep6", "status": "REJECTED" })).status, 200);
    assert!(page().contains("You were not accepted") && !page().contains("<form"), "{}", page());
    desk.accept(&id);
    assert!(page().contains("You are verified"), "{}", page());
}

#[rstest]
fn a_running_server_follows_the_calendar(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server =
        Server::start_with(engine, json!({ "customer_types": { "sep6": { "fields": ["id_expiration_date"] } } }));
    let given = json!({ "id_expiration_date": "9999-12-30" });
    server.put(&token(account(1))).json(&given).send().id();
    let due = |server: &Server| server.block_on(server.store.list_due(None, 10)).expect("an answer").len();
    assert_eq!(due(&server), 0);
    assert_eq!(server.execute("UPDATE payment_targets SET next_expiry = 1"), 1);

    // Whichever server looks first.
    let _replica = server.replica();

    let left = "SELECT CAST(next_expiry AS TEXT) FROM payment_targets WHERE next_expiry = 1";
    until("it is assessed again", || server.block_on(server.installation.rows().texts(left)).is_empty());
    assert_eq!(due(&server), 0);
}

#[rstest]
#[case::of_another_type_at_first("id_type", "other", "sep31")]
fn a_value_that_one_type_takes_and_another_does_not(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] field: &str,
    #[case] value: &str,
    #[case] wide: &str,
) {
    let desk = Desk::open(engine);
    let wallet = token(account(1));
    let put =
        |customer_type: &str| desk.server.put(&wallet).json(&json!({ "type": customer_type, field: value })).send();

    let refused = put("sep6").refusal(400);
    assert_eq!(refused, "'id_type' must be one of: passport, id_card");
    put(wide).id();

    let customer = desk.customer(1);
    assert_eq!(customer["provided_fields"][field]["status"], "REJECTED");
    assert_eq!(customer["fields"][field]["choices"], json!(["passport", "id_card"]));
    let given = desk.server.get(&wallet).query("type", wide).send().customer();
    assert_eq!(given["provided_fields"][field]["status"], "ACCEPTED");
}

#[rstest]
#[case::a_choice("resident", None)]
#[case::no_choice("Resident", Some("'acme.tax_status' must be one of: resident, non-resident"))]
fn a_custom_field_is_described_and_judged_like_one_of_sep_9(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] value: &str,
    #[case] refused: Option<&str>,
) {
    let desk = Desk::open(engine);
    let described = json!({
        "type": "string", "description": "Tax status", "choices": ["resident", "non-resident"], "optional": true,
    });
    assert_eq!(desk.customer(1)["fields"]["acme.tax_status"], described);

    let answer = desk.server.put(&token(account(1))).json(&json!({ "acme.tax_status": value })).send();

    match refused {
        Some(text) => assert_eq!(answer.refusal(400), text),
        None => assert_eq!(desk.server.fields(&answer.id()), json!({ "acme.tax_status": { "value": value } })),
    }
}
