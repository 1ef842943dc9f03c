//! Customers named by a transaction (IDOR-12, IDOR-14), with a directory of the operator's.
//!
//! In what the directory says, `{A}` and `{B}` stand for two accounts, `{M}` for the muxed account of A with id 7, `{C}`
//! for a contract, `{plain}`, `{seven}` and `{other}` for the ids of the customers A, A with memo 7, and B.

use std::fs;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Call;
use crate::database::Engine;
use crate::directory::{Directory, KEY, Reply};
use crate::raw_http::Answer;
use crate::server::{Server, account, contract, muxed, token};

/// A server with three customers, and the directory that it asks.
struct Setting {
    server: Server,
    directory: Directory,
    names: Vec<(&'static str, String)>,
    _key: TempDir,
}

impl Setting {
    fn new(engine: Engine) -> Self {
        let directory = Directory::start();
        let key = tempfile::tempdir().expect("a temporary folder");
        let key_file = key.path().join("transactions.key");
        fs::write(&key_file, format!("{KEY}\n")).expect("a key file");
        let fields = json!({ "fields": ["first_name"], "optional_fields": ["last_name"] });
        let server = Server::start_with(
            engine,
            json!({
                "transactions": { "url": directory.url, "key_file": key_file },
                "customer_types": { "sep6": fields, "sep31-sender": fields, "sep31-large-receiver": fields },
            }),
        );
        let id = |subject: String| server.register(&token(subject));
        let names = vec![
            ("{plain}", id(account(1))),
            ("{seven}", id(format!("{}:7", account(1)))),
            ("{other}", id(account(2))),
            ("{A}", account(1)),
            ("{B}", account(2)),
            ("{M}", muxed(1, 7)),
            ("{C}", contract(1)),
        ];
        Self { server, directory, names, _key: key }
    }

    fn fill(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    /// Tells the directory of a transaction.
    fn know(&self, id: &str, transaction: &Value) {
        self.directory.know(id, Reply::Text(self.fill(&transaction.to_string())));
    }

    fn get(&self, subject: &str, transaction: &str, customer_type: &str) -> Call<'_> {
        let call = self.server.get(&token(self.fill(subject)));
        call.query("transaction_id", transaction).query("type", customer_type)
    }

    fn put(&self, subject: &str, transaction: &str, customer_type: &str, more: &Value) -> Answer {
        let mut body = json!({ "transaction_id": transaction, "type": customer_type, "first_name": "Ada" });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = json!(self.fill(value.as_str().expect("a text")));
        }
        self.server.put(&token(self.fill(subject))).json(&body).send()
    }

    /// Asks for the customer of a transaction of which nobody tells.
    fn nobody_is_found(&self) {
        let got = self.get("{A}", "t1", "sep31-sender").send();
        let put = self.put("{A}", "t1", "sep31-sender", &json!({}));
        for answer in [got, put] {
            assert_eq!(answer.refusal(503), "temporarily unavailable, try again later");
            assert_eq!(answer.header("retry-after"), Some("5"));
        }
    }
}

/// A transaction of A: its plain customer sends, the one with memo 7 receives.
fn of_two() -> Value {
    json!({
        "id": "t1", "kind": "receive", "status": "pending_sender", "amount_in": { "amount": "100.00" },
        "creator": { "account": "{A}" },
        "customers": { "sender": { "id": "{plain}" }, "receiver": { "account": "{A}", "memo": "7", "memo_type": "id" } },
    })
}

#[rstest]
#[case::the_sender_by_id("{A}", "sep31-sender", of_two(), "{plain}")]
#[case::the_receiver_by_memo("{A}", "sep31-large-receiver", of_two(), "{seven}")]
#[case::the_only_one("{A}", "sep6", json!({ "creator": { "account": "{A}" }, "customers": { "sender": { "id": "{seven}" } } }), "{seven}")]
#[case::one_on_both_sides(
    "{A}:7", "sep6",
    json!({
        "creator": { "account": "{A}", "memo": "7" },
        "customers": { "sender": { "account": "{A}", "memo": "7" }, "receiver": { "account": "{M}" } },
    }),
    "{seven}"
)]
#[case::a_muxed_account("{M}", "sep31-sender", json!({ "creator": { "account": "{M}" }, "customers": { "sender": { "account": "{M}", "memo": null } } }), "{seven}")]
#[case::an_id_and_its_account("{A}", "sep31-sender", json!({ "creator": { "account": "{A}" }, "customers": { "sender": { "id": "{seven}", "account": "{A}" } } }), "{seven}")]
#[case::an_id_and_its_memo("{A}", "sep31-sender", json!({ "creator": { "account": "{A}", "memo": "7" }, "customers": { "sender": { "id": "{seven}", "account": "{M}" } } }), "{seven}")]
fn the_customer_of_a_transaction_is_found(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] subject: &str,
    #[case] customer_type: &str,
    #[case] transaction: Value,
    #[case] id: &str,
) {
    let setting = Setting::new(engine);
    setting.know("t1", &transaction);
    let id = setting.fill(id);

    assert_eq!(setting.get(subject, "t1", customer_type).send().customer()["id"], json!(id));
    assert_eq!(setting.put(subject, "t1", customer_type, &json!({})).id(), id);

    assert_eq!(setting.server.fields(&id), json!({ "first_name": { "value": "Ada" } }));
    assert_eq!(setting.get(subject, "t1", customer_type).send().customer()["status"], "ACCEPTED");
    assert_eq!(setting.directory.asked(), ["GET /platform/transactions/t1"; 3]);
}

/// As without a transaction, the first PUT registers.
#[rstest]
fn a_customer_of_a_transaction_is_registered(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::new(engine);
    setting.know(
        "t1",
        &json!({ "creator": { "account": "{A}" }, "customers": { "sender": { "account": "{A}", "memo": "8" } } }),
    );

    assert_eq!(setting.get("{A}", "t1", "sep6").send().customer().get("id"), None);
    let id = setting.put("{A}", "t1", "sep6", &json!({})).id();

    assert_eq!(setting.server.get(&token(format!("{}:8", account(1)))).send().customer()["id"], json!(id));
}

#[rstest]
#[case::its_id("id", "{seven}")]
#[case::its_memo("memo", "7")]
#[case::its_muxed_account("account", "{M}")]
#[case::its_account("account", "{A}")]
fn a_customer_may_be_named_besides(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] name: &str,
    #[case] value: &str,
    #[values("{seven}", "")] id: &str,
) {
    let setting = Setting::new(engine);
    let by_id = json!({ "id": id });
    let receiver = if id.is_empty() { json!({ "account": "{M}" }) } else { by_id };
    setting.know("t1", &json!({ "creator": { "account": "{A}" }, "customers": { "receiver": receiver } }));

    let got = setting.get("{A}", "t1", "sep6").query(name, &setting.fill(value)).send().customer();
    let put = setting.put("{A}", "t1", "sep6", &json!({ name: value })).id();

    assert_eq!((got["id"].as_str(), put), (Some(&*setting.fill("{seven}")), setting.fill("{seven}")));
}

/// IDOR-12: nobody learns of a transaction that is not theirs, nor of a customer by one that is.
#[rstest]
#[case::unknown("{A}", "unknown", json!({}), json!({}))]
#[case::of_another_account("{A}", "t1", json!({ "creator": { "account": "{B}" } }), json!({}))]
#[case::of_another_memo("{A}:7", "t1", json!({ "creator": { "account": "{A}", "memo": "6" } }), json!({}))]
#[case::of_another_kind_of_memo("{A}:7", "t1", json!({ "creator": { "account": "{A}", "memo": "7", "memo_type": "text" } }), json!({}))]
#[case::of_the_account_itself("{A}:7", "t1", json!({}), json!({}))]
#[case::of_a_contract("{A}", "t1", json!({ "creator": { "account": "{C}" } }), json!({}))]
#[case::no_customers("{A}", "t1", json!({ "customers": {} }), json!({}))]
#[case::no_sender("{A}", "t1", json!({ "customers": { "sender": null, "receiver": { "id": "{plain}" } } }), json!({}))]
#[case::a_customer_of_another_account("{A}", "t1", json!({ "customers": { "sender": { "account": "{B}" } } }), json!({}))]
#[case::an_id_of_another_account("{A}", "t1", json!({ "customers": { "sender": { "id": "{other}" } } }), json!({}))]
#[case::an_id_of_nobody("{A}", "t1", json!({ "customers": { "sender": { "id": "7d1f3a52-9c0e-4b8e-8f5e-0a6f3d2c1b40" } } }), json!({}))]
#[case::an_id_with_the_account_of_another("{A}", "t1", json!({ "customers": { "sender": { "id": "{plain}", "account": "{B}" } } }), json!({}))]
#[case::an_id_with_the_memo_of_another("{A}", "t1", json!({ "customers": { "sender": { "id": "{plain}", "account": "{M}" } } }), json!({}))]
#[case::another_memo_than_the_tokens("{M}", "t1", json!({ "creator": { "account": "{M}" }, "customers": { "sender": { "account": "{A}" } } }), json!({}))]
#[case::an_id_beyond_the_tokens_memo("{M}", "t1", json!({ "creator": { "account": "{M}" }, "customers": { "sender": { "id": "{plain}" } } }), json!({}))]
#[case::another_id_besides("{A}", "t1", json!({}), json!({ "id": "{seven}" }))]
#[case::what_is_no_id_besides("{A}", "t1", json!({}), json!({ "id": "seven" }))]
#[case::another_memo_besides("{A}", "t1", json!({}), json!({ "memo": "7" }))]
#[case::another_memo_besides_a_key("{A}", "t1", json!({ "customers": { "sender": { "account": "{A}" } } }), json!({ "memo": "7" }))]
#[case::another_id_besides_a_key("{A}", "t1", json!({ "customers": { "sender": { "account": "{A}" } } }), json!({ "id": "{seven}" }))]
fn whatever_does_not_fit_is_not_found(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] subject: &str,
    #[case] id: &str,
    #[case] transaction: Value,
    #[case] besides: Value,
) {
    let setting = Setting::new(engine);
    let mut known = json!({ "creator": { "account": "{A}" }, "customers": { "sender": { "id": "{plain}" } } });
    for (name, value) in transaction.as_object().expect("an object") {
        known[name] = value.clone();
    }
    setting.know("t1", &known);

    let call = setting.get(subject, id, "sep31-sender");
    let named = besides.as_object().expect("an object").iter();
    let call = named.fold(call, |call, (name, value)| call.query(name, &setting.fill(value.as_str().expect("a text"))));

    assert_eq!(call.send().refusal(404), "not found");
    assert_eq!(setting.put(subject, id, "sep31-sender", &besides).refusal(404), "not found");
}

/// IDOR-12: what is said of the others makes no difference to somebody who did not begin it.
#[rstest]
#[case::a_customer_of_nothing(json!({ "sender": {} }))]
#[case::an_id_that_is_none(json!({ "receiver": { "id": "42" } }))]
#[case::an_account_that_is_none(json!({ "sender": { "account": "GABC" } }))]
#[case::a_memo_alone(json!({ "receiver": { "memo": "5" } }))]
#[case::a_memo_that_is_a_number(json!({ "sender": { "account": account(2), "memo": 5 } }))]
#[case::no_customer(json!({ "sender": 5 }))]
#[case::no_customers(json!(["sender"]))]
fn a_stranger_never_sees_that_a_transaction_is_badly_told(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] customers: Value,
) {
    let setting = Setting::new(engine);
    setting.know("t1", &json!({ "creator": { "account": "{B}" }, "customers": customers }));

    for (stranger, id) in [("{A}", "t1"), ("{A}", "unknown"), ("{B}:7", "t1"), ("{C}", "t1")] {
        assert_eq!(setting.get(stranger, id, "sep31-sender").send().refusal(404), "not found");
        assert_eq!(setting.put(stranger, id, "sep31-sender", &json!({})).refusal(404), "not found");
    }
    setting.get("{B}", "t1", "sep31-sender").send().refusal(503);
}

#[rstest]
fn it_has_to_be_clear_which_customer_is_meant(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::new(engine);
    setting.know("t1", &of_two());

    assert_eq!(setting.get("{A}", "t1", "sep6").send().refusal(404), "not found");
    assert_eq!(setting.put("{A}", "t1", "sep6", &json!({})).refusal(404), "not found");
}

/// IDOR-14: whatever the directory does, nobody is found without it, and it is somebody else's fault.
#[rstest]
#[case::slow(Reply::Slow)]
#[case::hangs_up(Reply::HangUp)]
#[case::an_error(Reply::Status(500))]
#[case::our_key_is_refused(Reply::Status(403))]
#[case::too_many_calls(Reply::Status(429))]
#[case::a_redirect(Reply::Status(302))]
#[case::no_content(Reply::Status(204))]
#[case::no_json(Reply::Text("<p>maintenance</p>".into()))]
#[case::a_list(Reply::Json(json!([])))]
#[case::nothing(Reply::Json(json!({})))]
#[case::no_creator(Reply::Json(json!({ "customers": { "sender": { "account": account(1) } } })))]
#[case::a_creator_without_account(Reply::Json(json!({ "creator": {} })))]
#[case::an_account_that_is_none(Reply::Json(json!({ "creator": { "account": "GABC" } })))]
#[case::an_account_twice(Reply::Text(format!("{{\"creator\":{{\"account\":\"{0}\",\"account\":\"{0}\"}}}}", account(1))))]
#[case::a_memo_that_is_none(Reply::Json(json!({ "creator": { "account": account(1), "memo": "seven" } })))]
#[case::a_memo_that_is_a_number(Reply::Json(json!({ "creator": { "account": account(1), "memo": 7 } })))]
#[case::a_memo_of_another_kind(Reply::Json(json!({ "creator": { "account": account(1), "memo": "7", "memo_type": "return" } })))]
#[case::a_memo_that_contradicts(Reply::Json(json!({ "creator": { "account": muxed(1, 5), "memo": "6" } })))]
#[case::a_memo_of_a_contract(Reply::Json(json!({ "creator": { "account": contract(1), "memo": "6" } })))]
#[case::no_customers(Reply::Json(json!({ "creator": { "account": account(1) }, "customers": "both" })))]
#[case::a_customer_of_nothing(Reply::Json(json!({ "creator": { "account": account(1) }, "customers": { "receiver": {} } })))]
#[case::a_customer_by_a_memo_alone(Reply::Json(json!({ "creator": { "account": account(1) }, "customers": { "receiver": { "memo": "5" } } })))]
#[case::an_id_that_is_none(Reply::Json(json!({ "creator": { "account": account(1) }, "customers": { "receiver": { "id": "42" } } })))]
#[case::another_transaction(Reply::Json(json!({ "id": "t2", "creator": { "account": account(1) } })))]
#[case::more_than_anybody_says(Reply::Json(json!({ "creator": { "account": account(1) }, "more": "x".repeat(70_000) })))]
fn a_directory_that_does_not_tell_is_503(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] reply: Reply,
) {
    let setting = Setting::new(engine);
    setting.directory.know("t1", reply);

    setting.nobody_is_found();

    assert!(setting.directory.asked().iter().all(|asked| asked == "GET /platform/transactions/t1"));
}

/// IDOR-14: whoever was found before is not found without it.
#[rstest]
fn a_directory_that_is_down_is_503(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let mut setting = Setting::new(engine);
    setting.know("t1", &of_two());
    assert_eq!(setting.get("{A}", "t1", "sep31-sender").send().status, 200);

    setting.directory.stop();

    setting.nobody_is_found();
    assert_eq!(setting.directory.asked().len(), 1, "nobody was there to be asked");
}

#[rstest]
#[case::empty("")]
#[case::a_way_up("..")]
#[case::two_segments("t1/t2")]
#[case::a_query("t1?all")]
#[case::an_escape("%2e%2e")]
#[case::a_space("t 1")]
#[case::a_line("t1\n")]
#[case::an_umlaut("tä")]
#[case::too_long(&"t".repeat(129))]
fn what_is_no_transaction_id_is_400_and_nobody_is_asked(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] id: &str,
) {
    let setting = Setting::new(engine);

    setting.get("{A}", id, "sep6").send().refusal(400);
    setting.put("{A}", id, "sep6", &json!({})).refusal(400);

    assert_eq!(setting.directory.asked(), [""; 0]);
}

#[rstest]
fn a_type_has_to_be_given_with_a_transaction(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::new(engine);
    setting.know("t1", &of_two());
    let token = token(account(1));

    setting.server.get(&token).query("transaction_id", "t1").send().refusal(400);
    setting.server.put(&token).json(&json!({ "transaction_id": "t1" })).send().refusal(400);

    assert_eq!(setting.directory.asked(), [""; 0]);
}

/// What a token does not cover is refused before anybody is asked.
#[rstest]
#[case::no_token("", "account", "{A}", 401)]
#[case::another_account("{A}", "account", "{B}", 403)]
#[case::another_memo("{M}", "memo", "8", 403)]
#[case::a_malformed_memo("{A}", "memo", "eight", 400)]
fn the_request_is_judged_first(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] subject: &str,
    #[case] name: &str,
    #[case] value: &str,
    #[case] status: u16,
) {
    let setting = Setting::new(engine);
    setting.know("t1", &of_two());

    setting.get(subject, "t1", "sep6").query(name, &setting.fill(value)).send().refusal(status);

    assert_eq!(setting.directory.asked(), [""; 0]);
}
