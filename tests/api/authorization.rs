//! Whose customer is whose (IDOR).

use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::server::{Server, account, contract, muxed, token};

const UNKNOWN_ID: &str = "4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11";

/// A token of account 1 and one of its customers.
fn of(memo: u64) -> String {
    token(format!("{}:{memo}", account(1)))
}

/// IDOR-02 and [`the errors' order`](crate): what cannot be reached is not there, in the same bytes.
#[rstest]
#[case::another_customer_of_the_account("A:6")]
#[case::the_account_itself("A")]
#[case::somebody_else("B")]
#[case::nobody(UNKNOWN_ID)]
#[case::no_uuid("1")]
#[case::empty("")]
#[case::sql("' OR 1=1 --")]
fn an_id_out_of_reach_is_404(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] whose: &str,
    #[values("GET", "PUT")] method: &str,
) {
    let server = Server::start(engine);
    server.register(&of(5));
    let id = match whose {
        "A:6" => server.register(&of(6)),
        "A" => server.register(&token(account(1))),
        "B" => server.register(&token(account(2))),
        text => text.to_owned(),
    };
    let answer = if method == "GET" {
        server.get(&of(5)).query("id", &id).send()
    } else {
        server.put(&of(5)).json(&json!({ "id": id, "first_name": "Mallory" })).send()
    };

    // An empty parameter of a PUT is malformed before it is looked up.
    if whose.is_empty() && method == "PUT" {
        answer.refusal(400);
    } else {
        assert_eq!(answer.refusal(404), "not found");
    }
}

/// SEP-31: a token without memo reaches the customers of its account, and nobody else's.
#[rstest]
#[case::its_own(account(1), 200)]
#[case::a_customer_of_its_account(format!("{}:6", account(1)), 200)]
#[case::a_muxed_customer_of_its_account(muxed(1, 7), 200)]
#[case::somebody_elses(account(2), 404)]
#[case::a_customer_of_somebody_elses(format!("{}:5", account(2)), 404)]
#[case::a_contract_with_the_same_bytes(contract(1), 404)]
fn a_token_without_memo_reaches_every_customer_of_its_account(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] owner: String,
    #[case] status: u16,
) {
    let server = Server::start(engine);
    let id = server.register(&token(owner));

    assert_eq!(server.get(&token(account(1))).query("id", &id).send().status, status);
}

/// IDOR-03.
#[rstest]
#[case::get("GET")]
#[case::put("PUT")]
#[case::delete("DELETE")]
fn another_memo_than_the_tokens_is_403(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] method: &str,
    #[values("6", "05x")] memo: &str,
) {
    let server = Server::start(engine);
    server.register(&of(5));
    server.register(&of(6));
    let status = if memo == "6" { 403 } else { 400 };

    match method {
        "GET" => server.get(&of(5)).query("memo", memo).send(),
        "PUT" => server.put(&of(5)).json(&json!({ "memo": memo, "first_name": "Mallory" })).send(),
        _ => server.delete(&of(5), &account(1)).query("memo", memo).send(),
    }
    .refusal(status);
}

/// IDOR-04, which SEP-12 infers since 1.10.
#[rstest]
fn a_token_with_memo_means_its_own_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let plain = server.register(&token(account(1)));
    let fifth = server.register(&of(5));

    assert_ne!(plain, fifth);
    assert_eq!(server.get(&of(5)).send().customer()["id"], fifth.as_str());
    assert_eq!(server.get(&token(account(1))).send().customer()["id"], plain.as_str());
}

/// IDOR-06: id, text and hash memos never meet, and a token's own memo is an id whatever `memo_type` says.
#[rstest]
#[case::without_type(None)]
#[case::as_text(Some("text"))]
#[case::as_hash(Some("hash"))]
#[case::as_nonsense(Some("nonsense"))]
fn a_text_memo_of_digits_is_not_the_tokens_memo(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] memo_type: Option<&str>,
) {
    let server = Server::start(engine);
    let plain = token(account(1));
    let named = json!({ "memo": "123", "memo_type": "text", "first_name": "Ada" });
    let id = server.put(&plain).json(&named).send().id();

    let call = server.get(&of(123)).query("memo", "123");
    let customer = match memo_type {
        Some(memo_type) => call.query("memo_type", memo_type),
        None => call,
    };

    assert_eq!(customer.send().customer()["id"], Value::Null);
    server.get(&of(123)).query("id", &id).send().refusal(404);
}

#[rstest]
fn the_three_kinds_of_memo_are_three_customers(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let plain = token(account(1));
    let hash = data_encoding::BASE64.encode(&[b'1'; 32]);
    let namings = [
        json!({}),
        json!({ "memo": "1" }),
        json!({ "memo": "1", "memo_type": "text" }),
        json!({ "memo": hash, "memo_type": "hash" }),
        json!({ "memo": "1".repeat(32), "memo_type": "text" }),
    ];

    let mut ids: Vec<_> = namings.iter().map(|naming| server.put(&plain).json(naming).send().id()).collect();

    for (naming, id) in namings.iter().zip(&ids) {
        let members = naming.as_object().expect("an object");
        let call = members
            .iter()
            .fold(server.get(&plain), |call, (name, value)| call.query(name, value.as_str().expect("a text")));
        assert_eq!(call.send().customer()["id"], id.as_str());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), namings.len());
}

/// IDOR-07.
#[rstest]
fn a_muxed_account_and_its_account_with_memo_are_one_customer(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let server = Server::start(engine);
    let id = server.register(&token(muxed(1, 5)));

    assert_eq!(server.register(&of(5)), id);
    assert_eq!(server.get(&of(5)).send().customer()["id"], id.as_str());
    assert_eq!(server.get(&token(account(1))).query("memo", "5").send().customer()["id"], id.as_str());
    assert_eq!(server.get(&token(account(1))).query("account", &muxed(1, 5)).send().customer()["id"], id.as_str());
}

/// IDOR-08.
#[rstest]
#[case::its_account(account(1), 200)]
#[case::itself(muxed(1, 5), 200)]
#[case::another_customer_of_its_account(muxed(1, 6), 403)]
#[case::the_same_id_of_somebody_else(muxed(2, 5), 403)]
#[case::somebody_else(account(2), 403)]
#[case::a_contract(contract(1), 403)]
#[case::in_small_letters(account(1).to_lowercase(), 400)]
#[case::a_seed("SBZVMB74Z76QZ3ZOY7UTDFYKMEGKW5XFJEB6PFKBF4UYSSWHG4EDH7PY".to_owned(), 400)]
#[case::nothing(String::new(), 400)]
fn a_muxed_token_covers_itself(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] named: String,
    #[case] status: u16,
) {
    let server = Server::start(engine);
    let token = token(muxed(1, 5));
    let id = server.register(&token);

    let answer = server.get(&token).query("account", &named).send();

    assert_eq!(answer.status, status);
    if status == 200 {
        assert_eq!(answer.customer()["id"], id.as_str());
    }
}

/// IDOR-10: SEP-12 says that it "must not be specified" for a contract.
#[rstest]
#[case::a_number("5", "id")]
#[case::text("five", "text")]
#[case::a_hash("MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "hash")]
#[case::nothing("", "id")]
fn a_contract_with_a_memo_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] memo: &str,
    #[case] memo_type: &str,
) {
    let (server, token) = (Server::start(engine), token(contract(1)));
    server.register(&token);

    server.get(&token).query("memo", memo).query("memo_type", memo_type).send().refusal(400);
    server.put(&token).json(&json!({ "memo": memo, "memo_type": memo_type })).send().refusal(400);
    server.delete(&token, &contract(1)).form(&[("memo", memo), ("memo_type", memo_type)]).send().refusal(400);
}

/// IDOR-11: an id never wins over what stands beside it.
#[rstest]
#[case::agrees(json!({ "account": account(1), "memo": "5" }), 200)]
#[case::agrees_without_memo(json!({ "account": account(1) }), 200)]
#[case::agrees_muxed(json!({ "account": muxed(1, 5) }), 200)]
#[case::another_account(json!({ "account": account(2) }), 403)]
#[case::another_account_with_the_memo(json!({ "account": account(2), "memo": "5" }), 403)]
#[case::another_memo(json!({ "memo": "6" }), 403)]
#[case::another_kind_of_memo(json!({ "memo": "5", "memo_type": "text" }), 403)]
#[case::another_muxed_account(json!({ "account": muxed(1, 6) }), 403)]
#[case::memo_and_muxed_account_contradict(json!({ "account": muxed(1, 5), "memo": "6" }), 400)]
fn an_id_with_something_contradicting_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] naming: Value,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let id = server.register(&of(5));
    let members = naming.as_object().expect("an object");

    let call = server.get(&token).query("id", &id);
    let call = members.iter().fold(call, |call, (name, value)| call.query(name, value.as_str().expect("a text")));
    assert_eq!(call.send().status, status);

    let mut body = members.clone();
    body.insert("id".to_owned(), json!(id));
    let answer = server.put(&token).json(&Value::Object(body)).send();
    assert_eq!(answer.status, if status == 200 { 202 } else { status });
}

/// The order of the errors: what the token does not cover comes before what is not there.
#[rstest]
#[case::account_before_id("account", account(2), UNKNOWN_ID, 403)]
#[case::account_before_what_is_no_id("account", account(2), "1", 403)]
#[case::memo_before_id("memo", "6".to_owned(), UNKNOWN_ID, 403)]
#[case::malformed_before_id("memo", "six".to_owned(), UNKNOWN_ID, 400)]
#[case::id("memo", "5".to_owned(), UNKNOWN_ID, 404)]
fn refusals_come_in_the_order_that_tells_least(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] name: &str,
    #[case] value: String,
    #[case] id: &str,
    #[case] status: u16,
) {
    Server::start(engine).get(&of(5)).query(name, &value).query("id", id).send().refusal(status);
}

/// Without a directory, no transaction can be told from another.
#[rstest]
#[case::unknown("82fhs729f63dh0v4")]
#[case::empty("")]
#[case::a_customers_id("{id}")]
fn a_transaction_id_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] transaction: &str) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let id = server.register(&token);
    let transaction = transaction.replace("{id}", &id);

    server.get(&token).query("transaction_id", &transaction).send().refusal(400);
    server.put(&token).json(&json!({ "transaction_id": transaction, "first_name": "Ada" })).send().refusal(400);
}

/// IDOR-18.
#[rstest]
fn only_the_owner_erases(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let a = account(1);
    for subject in [a.clone(), format!("{a}:5"), format!("{a}:6"), account(2)] {
        server.register(&token(subject));
    }

    server.delete(&token(account(2)), &a).send().refusal(403);
    server.delete(&token(account(2)), &a).query("memo", "5").send().refusal(403);
    server.delete(&token(contract(1)), &a).send().refusal(403);
    server.delete(&of(5), &a).query("memo", "6").send().refusal(403);
    server.delete(&of(5), &a).json(&json!({ "memo": "6" })).send().refusal(403);
    server.delete(&of(5), &muxed(1, 6)).send().refusal(403);

    assert_eq!(server.count("payment_targets"), 4);
}

/// IDOR-19.
#[rstest]
#[case::with_memo(format!("{}:5", account(1)), account(1), &[5])]
#[case::muxed(muxed(1, 5), muxed(1, 5), &[5])]
#[case::muxed_by_its_account(muxed(1, 5), account(1), &[5])]
#[case::without_memo(account(1), account(1), &[0])]
#[case::without_memo_by_a_muxed_account(account(1), muxed(1, 5), &[5])]
fn erasing_meets_one_customer_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] subject: String,
    #[case] named: String,
    #[case] erased: &[u64],
) {
    let server = Server::start(engine);
    let subjects = [(0, account(1)), (5, format!("{}:5", account(1))), (6, format!("{}:6", account(1)))];
    for (_, subject) in &subjects {
        server.register(&token(subject));
    }

    assert_eq!(server.delete(&token(subject), &named).send().customer(), json!({}));

    for (memo, subject) in &subjects {
        let is_gone = server.get(&token(subject)).send().customer()["id"].is_null();
        assert_eq!(is_gone, erased.contains(memo), "{memo}");
    }
}

#[rstest]
#[case::in_the_query(Some("6"), None, 200)]
#[case::in_the_body(None, Some("6"), 200)]
#[case::in_both_alike(Some("6"), Some("6"), 200)]
#[case::in_both_differently(Some("6"), Some("5"), 400)]
#[case::of_nobody(Some("7"), None, 404)]
fn the_memo_of_an_erasure_stands_in_query_or_body(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] in_query: Option<&str>,
    #[case] in_body: Option<&str>,
    #[case] status: u16,
) {
    let (server, plain) = (Server::start(engine), token(account(1)));
    server.register(&plain);
    server.register(&of(5));
    let sixth = server.register(&of(6));
    let mut call = server.delete(&plain, &account(1));
    if let Some(memo) = in_query {
        call = call.query("memo", memo);
    }
    if let Some(memo) = in_body {
        call = call.json(&json!({ "memo": memo }));
    }

    assert_eq!(call.send().status, status);
    assert_eq!(server.get(&plain).query("id", &sixth).send().status, if status == 200 { 404 } else { 200 });
}

/// IDOR-20.
#[rstest]
#[case::callback("callback", 405)]
#[case::files("files", 405)]
#[case::verification("verification", 405)]
#[case::callback_in_disguise("%63allback", 400)]
#[case::files_in_disguise("file%73", 400)]
#[case::dots("%2e%2e", 400)]
#[case::plain_dots("..", 400)]
#[case::nothing("", 404)]
#[case::the_account_and_a_slash("{A}/", 404)]
#[case::the_account_and_an_escaped_slash("{A}%2f", 400)]
#[case::the_account_and_a_nul("{A}%00", 400)]
#[case::the_account_and_a_space("{A}%20", 400)]
#[case::no_text("%ff", 400)]
fn what_is_no_account_is_never_erased(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] named: &str,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.register(&token);

    server.delete(&token, &named.replace("{A}", &account(1))).send().refusal(status);
}

/// IDOR-22.
#[rstest]
fn wallets_and_operators_have_nothing_in_common(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let (key, token) = (server.operator_key(), token(account(1)));

    server
        .operate("PUT", "/payment-targets")
        .token(&token)
        .json(&json!({ "payto_uri": "payto://void/" }))
        .send()
        .refusal(401);
    server.operate("GET", "/payment-targets/ABC").token(&token).send().refusal(401);
    server.get(&key).send().refusal(401);
    server.put(&key).json(&json!({ "first_name": "Ada" })).send().refusal(401);
    server.delete(&key, &account(1)).send().refusal(401);
}
