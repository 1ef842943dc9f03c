//! What the edge logs, and what it must not.

use kycd::http::Limits;
use kycd::telemetry::{Line, within_request};
use rstest::rstest;
use serde_json::{Value, json};

use crate::raw_http::{Answer, exchange, request};
use crate::server::{Log, Server};

/// Sends one request, stops the server, gives its answer and its log.
fn logged(line: &str) -> (Answer, Vec<String>) {
    let log = Log::default();
    let server = Server::start_logging(Limits::default(), &log);
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

#[tokio::test]
async fn a_line_for_machines_is_one_object_whatever_its_values_hold() {
    let log = Log::default();
    let collecting = tracing::subscriber::set_default(log.subscriber(Line::Json));
    let odd = "\"quoted\"\r\n\u{1b}[31m\\ \u{0} \u{202e}ü";
    within_request("0123456789abcdef".to_owned(), async {
        tracing::warn!(target: "kycd::test", text = odd, debug = ?odd, display = %odd, no = -1, part = 0.5, yes = true, n = u64::MAX, "{odd}");
    })
    .await;
    tracing::info!(target: "kycd::test", "outside");
    drop(collecting);

    let lines = log.lines();
    let lines: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).expect(line)).collect();

    assert_eq!(lines.len(), 2, "{lines:?}");
    let timestamp = lines[0]["timestamp"].as_str().expect("a time");
    assert!(timestamp.starts_with("20") && timestamp.ends_with('Z'), "{timestamp}");
    assert_eq!(
        lines[0],
        json!({
            "timestamp": timestamp,
            "level": "WARN",
            "target": "kycd::test",
            "request_id": "0123456789abcdef",
            "message": odd,
            "text": odd,
            "debug": format!("{odd:?}"),
            "display": odd,
            "no": -1,
            "part": 0.5,
            "yes": true,
            "n": u64::MAX,
        })
    );
    assert_eq!(lines[1]["message"], "outside");
    assert_eq!(lines[1].get("request_id"), None);
}
