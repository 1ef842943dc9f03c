//! What browsers rely on: CORS, fixed headers, HEAD.

use rstest::rstest;

use crate::raw_http::{Connection, exchange, request};
use crate::server::Server;

const PREFLIGHT: &str = "origin: https://wallet.example\r\naccess-control-request-method: PUT\r\naccess-control-request-headers: authorization, content-type, x-client-name, x-client-version\r\n";

#[rstest]
#[case::customer("/customer")]
#[case::one_customer("/customer/GABC")]
fn a_preflight_is_answered_without_a_token(#[case] path: &str) {
    let answer = exchange(Server::start().address, request(&format!("OPTIONS {path}"), PREFLIGHT, b""));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET,PUT,POST,DELETE"));
    assert_eq!(
        answer.header("access-control-allow-headers"),
        Some("authorization,content-type,x-client-name,x-client-version")
    );
    assert_eq!(answer.header("access-control-max-age"), Some("86400"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
}

#[rstest]
#[case::success("GET /customer", 200)]
#[case::refusal("GET /customer?memo=%00", 400)]
#[case::method_not_allowed("PATCH /customer", 405)]
fn any_origin_may_read_an_answer(#[case] line: &str, #[case] status: u16) {
    let answer = exchange(Server::start().address, request(line, "origin: https://wallet.example\r\n", b""));
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, Some("*")));
}

#[test]
fn routes_outside_the_api_have_no_cors() {
    let server = Server::start();
    let preflight = exchange(server.address, request("OPTIONS /kyc-proof/eid", PREFLIGHT, b""));
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (405, None));
    let answer = exchange(server.address, request("GET /kyc-proof/eid", "origin: https://wallet.example\r\n", b""));
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}

#[rstest]
#[case::success("/customer")]
#[case::not_found("/nowhere")]
#[case::panic("/panic")]
fn every_answer_has_the_fixed_headers(#[case] path: &str) {
    let answer = Server::start().get(path);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let id = answer.header("x-request-id").expect("an id");
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
}

#[test]
fn request_ids_differ_and_are_never_the_caller_s() {
    let server = Server::start();
    let answers: Vec<_> =
        (0..3).map(|_| exchange(server.address, request("GET /customer", "x-request-id: mine\r\n", b""))).collect();
    let mut ids: Vec<_> = answers.iter().map(|answer| answer.header("x-request-id").expect("an id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(!ids.contains(&"mine"));
}

#[rstest]
#[case::route_without_effect("/customer", 200)]
#[case::route_of_another_method("/customer/GABC", 405)]
#[case::no_route("/nowhere", 404)]
fn an_answer_to_head_has_no_body(#[case] path: &str, #[case] status: u16) {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    connection.send(request(&format!("HEAD {path}"), "connection: close\r\n", b""));
    assert_eq!(connection.head().expect("an answer").status, status);
    assert!(connection.is_closed(), "nothing follows the header");
}
