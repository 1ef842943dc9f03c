//! What the edge logs, and what it must not.

use kycd::http::Limits;
use rstest::rstest;

use crate::raw_http::{Answer, exchange, request};
use crate::server::{Log, Server};

/// Sends one request, stops the server, gives its answer and its log.
fn logged(line: &str) -> (Answer, Vec<String>) {
    let log = Log::default();
    let server = Server::start_logging(Limits::default(), log.clone());
    let answer = exchange(server.address, request(line, "", b""));
    drop(server);
    (answer, log.lines())
}

#[rstest]
#[case::route(
    "DELETE /customer/canary-account?memo=canary-memo",
    "method=\"DELETE\" route=\"/customer/{account}\" status=200"
)]
#[case::language("GET /customer?lang=canary%0D%0A%1B%5B31m", "method=\"GET\" route=\"/customer\" status=200")]
#[case::refusal("GET /customer?memo=canary%00", "method=\"GET\" route=\"/customer\" status=400")]
#[case::no_route("GET /canary/path", "method=\"GET\" route=\"none\" status=404")]
#[case::unknown_method("CANARY /customer", "method=\"other\" route=\"/customer\" status=405")]
fn a_request_is_one_line_of_route_status_time_and_id(#[case] line: &str, #[case] expected: &str) {
    let (answer, log) = logged(line);
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].contains(expected) && log[0].contains("micros="), "{log:?}");
    assert!(log[0].contains(answer.header("x-request-id").expect("an id")), "{log:?}");
    assert!(!log[0].to_lowercase().contains("canary"), "{log:?}");
}

#[test]
fn the_cause_of_a_failure_is_logged_once_beside_its_request_id() {
    let (answer, log) = logged("GET /broken");
    let causes: Vec<_> = log.iter().filter(|line| line.contains("secret cause")).collect();
    assert_eq!(causes.len(), 1, "{log:?}");
    assert!(causes[0].contains(answer.header("x-request-id").expect("an id")), "{log:?}");
}

#[test]
fn a_panic_is_logged_without_its_words() {
    let (_, log) = logged("GET /panic");
    assert!(log.iter().any(|line| line.contains("the handler panicked")), "{log:?}");
    assert!(!log.iter().any(|line| line.contains("secret words")), "{log:?}");
}
