//! How often one caller may ask (CHAL-11).

use std::net::SocketAddr;

use rstest::rstest;
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};

use super::{WALLET, start};
use crate::database::Engine;
use crate::raw_http::Connection;
use crate::server::{HOME_DOMAIN, ISSUER, PUBLIC_URL, Server};
use crate::stellar::Key;

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

/// Asks for a challenge from another address of this machine; gives the status.
fn ask_from(address: &str, server: &Server) -> u16 {
    let stream = server.block_on(async {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::new(address.parse().expect("an address"), 0)).expect("it is ours");
        socket.connect(server.public).await.and_then(TcpStream::into_std).expect("it listens")
    });
    stream.set_nonblocking(false).expect("it blocks");
    let mut connection = Connection::on(stream);
    let account = Key::of(WALLET).address();
    connection.send(format!("GET /auth?account={account} HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    connection.answer().expect("an answer").status
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
    assert_eq!(ask_from("127.0.0.2", &server), 200);
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
    assert_eq!(honest("198.51.100.1"), 429);
    assert_eq!(honest("::ffff:198.51.100.1"), 429, "the same in another spelling");
}
