//! Connections from accept to close, panics, failures, shutdown.

use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kycd::http::Limits;
use serde_json::json;

use crate::raw_http::{Connection, request};
use crate::server::{LARGE, Server};

fn wait(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future);
}

#[test]
fn a_connection_serves_many_requests() {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    for memo in 0..5 {
        connection.send(request(&format!("GET /customer?memo={memo}"), "", b""));
        assert_eq!(connection.answer().expect("an answer").text(), memo.to_string());
    }
}

#[test]
fn a_panic_is_a_500_without_its_words_and_the_connection_lives() {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    connection.send(request("GET /panic", "", b""));
    let answer = connection.answer().expect("an answer");
    assert_eq!((answer.status, answer.json()), (500, json!({ "error": "internal error" })));
    connection.send(request("GET /customer", "", b""));
    assert_eq!(connection.answer().expect("an answer").status, 200);
}

#[test]
fn a_failure_of_ours_does_not_tell_its_cause() {
    let answer = Server::start().get("/broken");
    assert_eq!((answer.status, answer.json()), (500, json!({ "error": "internal error" })));
}

#[test]
fn a_refusal_is_at_most_300_characters_long() {
    let answer = Server::start().get("/wordy");
    assert_eq!((answer.status, answer.json()), (400, json!({ "error": "é".repeat(300) })));
}

#[test]
fn a_refusal_says_when_to_come_back_or_what_to_bring() {
    let server = Server::start();
    let busy = server.get("/busy");
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("7")));
    busy.json();
    let token = server.get("/token");
    assert_eq!((token.status, token.header("www-authenticate")), (401, Some("Bearer")));
    token.json();
}

#[test]
fn shutdown_finishes_the_request_in_flight_and_takes_no_other() {
    let an_hour = Duration::from_hours(1);
    let mut server = Server::start_with(Limits { header_time: an_hour, grace: an_hour, ..Limits::default() });
    let address = server.address;
    let mut idle = Connection::open(address);
    idle.send(request("GET /customer", "", b""));
    assert_eq!(idle.answer().expect("an answer").status, 200);
    let mut busy = Connection::open(address);
    busy.send(request("GET /slow", "", b""));
    wait(server.gate.arrived.notified());

    server.stop();
    assert!(idle.is_closed(), "an idle connection is not waited for");
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
    server.gate.open.notify_one();
    let answer = busy.answer().expect("the request in flight is answered");
    assert_eq!((answer.status, answer.text().as_str()), (200, "finished"));
    assert!(busy.is_closed());
    server.join();
}

#[test]
fn shutdown_does_not_wait_longer_than_its_grace() {
    let mut server = Server::start_with(Limits { grace: Duration::from_millis(50), ..Limits::default() });
    let mut connection = Connection::open(server.address);
    connection.send(request("GET /slow", "", b""));
    wait(server.gate.arrived.notified());
    server.stop();
    server.join();
    assert!(connection.is_closed());
}

#[test]
fn connections_beyond_the_limit_wait_their_turn() {
    let server = Server::start_with(Limits { connections: 1, ..Limits::default() });
    let mut connections: Vec<_> = (0..10).map(|_| Connection::open(server.address)).collect();
    for connection in &mut connections {
        connection.send(request("GET /slow", "", b""));
    }
    wait(server.gate.arrived.notified());
    for mut connection in connections {
        server.gate.open.notify_one();
        assert_eq!(connection.answer().expect("an answer").status, 200);
    }
    assert_eq!(server.gate.most_waiting.load(Ordering::SeqCst), 1);
}

#[test]
fn a_connection_that_closes_gives_its_place_on() {
    let server = Server::start_with(Limits { connections: 1, ..Limits::default() });
    for _ in 0..3 {
        assert_eq!(server.get("/customer").status, 200);
    }
}

#[test]
fn an_answer_that_is_not_taken_frees_its_connection() {
    let write_time = Duration::from_millis(50);
    let server = Server::start_with(Limits { connections: 1, write_time, linger: write_time, ..Limits::default() });
    let mut deaf = Connection::open(server.address);
    deaf.send(request("GET /large", "", b""));
    assert_eq!(server.get("/customer").status, 200);
    assert!(deaf.rest() < LARGE, "cut off");
}
