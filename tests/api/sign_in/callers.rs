//! How often one caller may ask (CHAL-11).

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rstest::rstest;
use serde_json::json;

use super::{WALLET, start, token_in};
use crate::database::Engine;
use crate::raw_http::{Answer, Connection, request};
use crate::server::{HOME_DOMAIN, ISSUER, PUBLIC_URL, Server};
use crate::stellar::{Key, answer};

/// Sends a challenge request a thousand times on one connection; gives the statuses.
fn storm(address: SocketAddr, headers: impl Fn(usize) -> String) -> Vec<u16> {
    let mut connection = Connection::open(address);
    let account = Key::of(WALLET).address();
    let call = |number| {
        connection.send(format!("GET /auth?account={account} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", headers(number)));
        let answer = connection.answer().expect("an answer");
        assert_eq!(answer.status == 429, answer.header("retry-after").is_some());
        answer.json();
        answer.status
    };
    (0..1000).map(call).collect()
}

/// A connection from another address of this machine.
fn connect_from(address: &str, server: &Server) -> Connection {
    server.connect_by(|socket| {
        socket.bind(SocketAddr::new(address.parse().expect("an address"), 0)).expect("it is ours");
    })
}

/// Asks for a challenge.
fn ask(connection: &mut Connection) -> Answer {
    connection.send(request(&format!("GET /auth?account={}", Key::of(WALLET).address()), "", b""));
    connection.answer().expect("an answer")
}

/// Hands a transaction in.
fn hand_in(connection: &mut Connection, transaction: &str) -> Answer {
    let body = json!({ "transaction": transaction }).to_string();
    connection.send(request("POST /auth", "content-type: application/json\r\n", body.as_bytes()));
    connection.answer().expect("an answer")
}

/// CHAL-11. A proxy that nobody trusts is a caller like others, whomever it says it calls for.
#[rstest]
fn who_asks_too_often_is_told_to_wait_and_nobody_else(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine, &json!({ "requests_per_minute": 20 }));

    let statuses = storm(server.public, |number| format!("x-forwarded-for: 198.51.100.{}\r\n", number % 256));

    let admitted = statuses.iter().filter(|status| **status == 200).count();
    assert!((20..100).contains(&admitted), "{admitted} got a challenge");
    assert!(statuses.iter().all(|status| [200, 429].contains(status)));
    assert_eq!(server.count("spent_challenges"), 0);
    assert_eq!(ask(&mut connect_from("127.0.0.2", &server)).status, 200);
}

/// CHAL-11, all at once: eight callers of one address send as much as they can, a thousand requests at least, while a
/// wallet of another one signs in. What is written is what the wallet spent.
#[rstest]
fn a_wallet_signs_in_while_others_flood_the_server(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    const FLOODS: usize = 8;
    const EACH: usize = 125;
    const SIGN_INS: usize = 5;
    let server = start(engine, &json!({ "requests_per_minute": 20 }));
    let (refused, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let flood = |number: usize| {
        let mut connection = Connection::open(server.public);
        let mut sent = 0;
        while sent < EACH || !is_over.load(Ordering::SeqCst) {
            let answer = if number.is_multiple_of(2) { ask(&mut connection) } else { hand_in(&mut connection, "AAAA") };
            assert!([200, 400, 429].contains(&answer.status), "{}", answer.text());
            refused.fetch_add(usize::from(answer.status == 429), Ordering::SeqCst);
            sent += 1;
        }
        sent
    };

    let sent: usize = thread::scope(|scope| {
        let flood = &flood;
        let floods: Vec<_> = (0..FLOODS).map(|number| scope.spawn(move || flood(number))).collect();
        while refused.load(Ordering::SeqCst) == 0 {
            thread::yield_now();
        }
        let mut honest = connect_from("127.0.0.2", &server);
        for _ in 0..SIGN_INS {
            let challenge = ask(&mut honest).json()["transaction"].as_str().expect("a challenge").to_owned();
            token_in(&hand_in(&mut honest, &answer(&challenge, &[&Key::of(WALLET)])));
        }
        is_over.store(true, Ordering::SeqCst);
        floods.into_iter().map(|flood| flood.join().expect("no panic")).sum()
    });

    let admitted = sent - refused.load(Ordering::SeqCst);
    assert!(sent >= FLOODS * EACH && (20..100).contains(&admitted), "{admitted} of {sent}");
    assert_eq!(server.count("spent_challenges"), SIGN_INS);
}

/// CHAL-11, behind a proxy.
#[rstest]
fn behind_a_trusted_proxy_each_caller_counts_alone(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let sep10 = json!({ "enabled": true, "issuer": ISSUER, "home_domains": [HOME_DOMAIN], "requests_per_minute": 20 });
    let proxies = json!({ "public_url": PUBLIC_URL, "trusted_proxies": ["127.0.0.0/8", "10.0.0.0/8"] });
    let server = Server::start_with(engine, json!({ "sep10": sep10, "server": proxies }));

    let statuses = storm(server.public, |number| {
        // What the caller says of itself stands before what the proxies say, and changes nothing.
        format!("x-forwarded-for: 203.0.113.{}, 198.51.100.1:4711\r\nx-forwarded-for: 10.0.0.1\r\n", number % 256)
    });
    let admitted = statuses.iter().filter(|status| **status == 200).count();
    assert!((20..100).contains(&admitted), "{admitted} got a challenge");

    let honest = |hop: &str| {
        let call = server.ask(&[("account", &Key::of(WALLET).address())]).header("x-forwarded-for", hop);
        call.send().status
    };
    assert_eq!(honest("198.51.100.2"), 200);
    assert_eq!(honest("2001:db8::1"), 200);
    // Every three seconds one more is let in; twenty would be, were it a caller of its own.
    let has_to_wait = |hop: &str| (0..10).any(|_| honest(hop) == 429);
    assert!(has_to_wait("198.51.100.1"));
    assert!(has_to_wait("::ffff:198.51.100.1"), "the same in another spelling");
}
