//! What the HTTP parser and the router make of odd requests (INP-14, INP-15, INP-17 to INP-19).

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use kycd::http::{Limits, Pace};
use rstest::rstest;

use crate::raw_http::{Connection, exchange, request};
use crate::server::Server;

#[rstest]
#[case::two_lengths("content-length: 2\r\ncontent-length: 3\r\n")]
#[case::length_with_a_sign("content-length: +2\r\n")]
#[case::length_in_words("content-length: two\r\n")]
#[case::negative_length("content-length: -2\r\n")]
#[case::unknown_coding("transfer-encoding: xchunked\r\n")]
#[case::chunked_not_last("transfer-encoding: chunked, identity\r\n")]
#[case::space_in_a_name("x y: z\r\n")]
#[case::space_before_the_colon("x-y : z\r\n")]
#[case::folded_line("x-y: a\r\n b\r\n")]
#[case::nul_in_a_value("x-y: a\0b\r\n")]
#[case::nul_in_a_name("x\0y: a\r\n")]
#[case::bare_carriage_return("x-y: a\rb\r\n")]
fn ambiguous_framing_is_400_and_closes(#[case] headers: &str) {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    connection.send(format!("PUT /customer HTTP/1.1\r\nhost: a\r\n{headers}\r\n{{}}"));
    let answer = connection.answer().expect("an answer");
    assert_eq!((answer.status, answer.body.len()), (400, 0));
    assert!(connection.is_closed());
}

#[rstest]
#[case::length_first("content-length: 2\r\ntransfer-encoding: chunked\r\n")]
#[case::coding_first("transfer-encoding: chunked\r\ncontent-length: 2\r\n")]
fn length_beside_chunked_is_read_as_chunked_and_closes(#[case] headers: &str) {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    let smuggled = "GET /panic HTTP/1.1\r\nhost: a\r\n\r\n";
    connection.send(format!(
        "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n{headers}\r\n2\r\n{{}}\r\n0\r\n\r\n{smuggled}"
    ));
    assert_eq!(connection.answer().expect("an answer").status, 202);
    assert!(connection.is_closed(), "what follows is not read as a request");
}

#[test]
fn bare_line_feeds_are_unambiguous() {
    assert_eq!(exchange(Server::start().address, "GET /customer HTTP/1.1\nhost: a\n\n").status, 200);
}

#[test]
fn a_header_of_more_than_16_kibibytes_is_431() {
    let server = Server::start();
    let with_padding =
        |bytes: usize| format!("GET /customer HTTP/1.1\r\nhost: a\r\nx-y: {}\r\n\r\n", "x".repeat(bytes));
    assert_eq!(exchange(server.address, with_padding(15 * 1024)).status, 200);
    let mut connection = Connection::open(server.address);
    connection.send(with_padding(16 * 1024));
    assert_eq!(connection.answer().expect("an answer").status, 431);
    assert!(connection.is_closed());
}

#[test]
fn a_header_that_never_ends_is_431_at_16_kibibytes() {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    connection.send(format!("GET /customer HTTP/1.1\r\nhost: a\r\nx-y: {}", "x".repeat(17 * 1024)));
    assert_eq!(connection.answer().expect("an answer").status, 431);
}

#[rstest]
#[case::nothing("")]
#[case::half_a_header("GET /customer HTTP/1.1\r\nhost:")]
fn a_header_that_does_not_come_closes_the_connection(#[case] sent: &str) {
    let server = Server::start_with(Limits { header_time: Duration::from_millis(50), ..Limits::default() });
    let mut connection = Connection::open(server.address);
    connection.send(sent);
    assert!(connection.is_closed());
}

#[test]
fn a_body_that_drips_is_408_and_frees_its_connection() {
    let body_pace = Pace { bytes: 100, window: Duration::from_millis(50) };
    let server = Server::start_with(Limits { connections: 1, body_pace, ..Limits::default() });
    let mut connection = Connection::open(server.address);
    connection
        .send("PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{");
    let answer = connection.answer().expect("an answer");
    assert_eq!(answer.status, 408);
    answer.json();
    assert!(connection.is_closed());
    drop(connection);
    assert_eq!(server.get("/customer").status, 200);
}

/// FILE-16: however long it goes on, byte by byte; the next one has its place.
#[test]
fn a_file_that_drips_is_408_and_frees_its_connection() {
    let length = 9 << 20;
    let body_pace = Pace { bytes: length, window: Duration::from_millis(50) };
    let server = Server::start_with(Limits { connections: 1, body_pace, ..Limits::default() });
    let stream = TcpStream::connect(server.address).expect("the server listens");
    let mut dripping = stream.try_clone().expect("a socket");
    let mut connection = Connection::on(stream);
    connection.send(format!(
        "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: multipart/form-data; boundary=XX\r\n\
         content-length: {length}\r\n\r\n\
         --XX\r\nContent-Disposition: form-data; name=\"photo_id_front\"\r\n\r\n"
    ));
    let drips = thread::spawn(move || while dripping.write_all(b"x").is_ok() {});

    let answer = connection.answer().expect("an answer");
    assert_eq!(answer.status, 408);
    answer.json();
    assert_eq!(server.get("/customer").status, 200);
    drips.join().expect("it ends when nobody reads any more");
}

#[rstest]
fn a_method_without_a_handler_is_405_with_allow(
    #[values("TRACE", "CONNECT", "PATCH", "POST", "BREW")] method: &str,
    #[values(("/customer", "GET,HEAD,PUT"), ("/customer/GABC", "DELETE"), ("/kyc-proof/eid", "GET,HEAD"))] route: (
        &str,
        &str,
    ),
) {
    let (path, allow) = route;
    let answer = exchange(Server::start().address, request(&format!("{method} {path}"), "", b""));
    assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)));
    answer.json();
}

#[rstest]
#[case::method_override("X-HTTP-Method-Override: DELETE\r\n")]
#[case::method("X-HTTP-Method: DELETE\r\n")]
#[case::method_override_short("X-Method-Override: DELETE\r\n")]
fn an_overriding_method_is_ignored(#[case] header: &str) {
    let server = Server::start();
    let answer = exchange(server.address, request("GET /customer", header, b""));
    assert_eq!((answer.status, answer.text().as_str()), (200, "none"));
    assert_eq!(exchange(server.address, request("POST /customer/GABC", header, b"")).status, 405);
}

#[rstest]
#[case::parent("/customer/../admin")]
#[case::parent_of_a_route("/x/../customer")]
#[case::dot("/./customer")]
#[case::double_slash("//customer")]
#[case::trailing_slash("/customer/")]
#[case::path_parameter("/customer;x")]
#[case::upper_case("/Customer")]
#[case::escaped_letter("/%63ustomer")]
#[case::escaped_slash("/customer%2fGABC")]
#[case::backslash("/customer\\GABC")]
#[case::nothing_there("/nowhere")]
fn a_path_that_is_not_a_route_is_404(#[case] path: &str) {
    let answer = Server::start().get(path);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"], "not found");
}

#[test]
fn an_escaped_slash_stays_inside_its_segment() {
    let answer = exchange(Server::start().address, request("DELETE /customer/a%2fb", "", b""));
    assert_eq!((answer.status, answer.text().as_str()), (200, "3"), "one segment, decoded");
}

#[test]
fn every_404_has_the_same_bytes() {
    let server = Server::start();
    assert_eq!(server.get("/nowhere").body, server.get("/customer/x/y").body);
}

#[rstest]
#[case::host("Host: evil.example\r\n")]
#[case::forwarded_host("Host: a\r\nX-Forwarded-Host: evil.example\r\n")]
#[case::forwarded("Host: a\r\nForwarded: host=evil.example\r\n")]
fn a_claimed_host_appears_in_no_answer(#[case] headers: &str) {
    let server = Server::start();
    for line in ["GET /customer", "GET /nowhere", "PATCH /customer", "GET /panic"] {
        let answer = exchange(server.address, format!("{line} HTTP/1.1\r\n{headers}\r\n"));
        assert!(!format!("{answer:?} {}", answer.text()).contains("evil"), "{line}");
    }
}

#[test]
fn an_absolute_target_is_routed_by_its_path() {
    let answer =
        exchange(Server::start().address, "GET http://evil.example/customer HTTP/1.1\r\nhost: evil.example\r\n\r\n");
    assert_eq!((answer.status, answer.text().as_str()), (200, "none"));
}
