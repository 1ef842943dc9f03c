//! Many at once, at two servers on one database (IDOR-23, IDOR-24).

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use rstest::rstest;
use serde_json::json;

use crate::client::Part;
use crate::database::Engine;
use crate::raw_http::Answer;
use crate::samples;
use crate::server::{Server, account, token};

/// Comes again while the database is busy with the others.
pub(crate) fn admitted(send: impl Fn() -> Answer) -> Answer {
    loop {
        let answer = send();
        if answer.status != 503 {
            return answer;
        }
        assert!(answer.header("retry-after").is_some());
    }
}

/// IDOR-23.
#[rstest]
fn fifty_first_puts_make_one_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let one = Server::start(engine);
    let (other, token) = (one.replica(), token(account(1)));
    let start = Barrier::new(50);

    let ids: BTreeSet<_> = thread::scope(|scope| {
        let put = |number: usize| {
            let server = if number.is_multiple_of(2) { &one } else { &other };
            start.wait();
            admitted(|| server.put(&token).json(&json!({ "first_name": format!("Ada {number}") })).send()).id()
        };
        let puts: Vec<_> = (0..50).map(|number| scope.spawn(move || put(number))).collect();
        puts.into_iter().map(|put| put.join().expect("a customer")).collect()
    });

    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(one.count("payment_targets"), 1);
    assert_eq!(
        Some(one.get(&token).send().customer()["id"].as_str().expect("an id").to_owned()),
        ids.into_iter().next()
    );
}

/// IDOR-24: either comes first, and there is never half a customer.
#[rstest]
fn a_put_and_an_erasure_leave_a_whole_customer_or_none(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let one = Server::start(engine);
    let (other, token) = (one.replica(), token(account(1)));
    let parts = || [Part::text("first_name", "Ada"), Part::file("photo_id_front", "image/png", samples::png())];
    for _ in 0..20 {
        let old = one.put(&token).json(&json!({ "last_name": "Lovelace" })).send().id();
        let start = Barrier::new(2);

        let (put, erased) = thread::scope(|scope| {
            let put = scope.spawn(|| {
                let call = one.put(&token).multipart(parts());
                start.wait();
                call.send()
            });
            let erasure = scope.spawn(|| {
                let call = other.delete(&token, &account(1));
                start.wait();
                call.send()
            });
            (put.join().expect("an answer"), erasure.join().expect("an answer"))
        });

        assert_eq!(erased.customer(), json!({}));
        let id = put.id();
        if id == old {
            assert_eq!(one.get(&token).send().customer().get("id"), None);
            assert_eq!(["payment_targets", "files", "file_chunks", "statuses"].map(|table| one.count(table)), [0; 4]);
        } else {
            let held = one.fields(&id);
            assert_eq!(held.as_object().expect("fields").keys().collect::<Vec<_>>(), ["first_name", "photo_id_front"]);
            assert_eq!(["payment_targets", "files", "file_chunks"].map(|table| one.count(table)), [1; 3]);
            one.delete(&token, &account(1)).send().customer();
        }
    }
}

/// IDOR-24, by the id that the erasure takes away.
#[rstest]
fn a_put_by_id_and_an_erasure_leave_none(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let one = Server::start(engine);
    let (other, token) = (one.replica(), token(account(1)));
    for _ in 0..20 {
        let id = one.register(&token);
        let start = Barrier::new(2);

        let put = thread::scope(|scope| {
            let put = scope.spawn(|| {
                let call = one.put(&token).json(&json!({ "id": id, "first_name": "Ada" }));
                start.wait();
                call.send()
            });
            let call = other.delete(&token, &account(1));
            start.wait();
            call.send().customer();
            put.join().expect("an answer")
        });

        assert!([202, 404].contains(&put.status), "{}", put.text());
        assert_eq!(one.count("payment_targets"), 0);
    }
}

/// What an operator makes known while the wallet registers it.
#[rstest]
fn a_wallet_and_an_operator_make_one_target(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let key = server.operator_key();
    for somebody in 1..20 {
        let target = json!({ "payto_uri": format!("payto://stellar/{}", account(somebody)) });
        let start = Barrier::new(2);

        thread::scope(|scope| {
            scope.spawn(|| {
                let call = server.put(&token(account(somebody)));
                start.wait();
                call.send().id()
            });
            let call = server.operate("PUT", "/payment-targets").token(&key).json(&target);
            start.wait();
            call.send().customer();
        });

        assert_eq!(server.count("payment_targets"), usize::from(somebody));
    }
}
