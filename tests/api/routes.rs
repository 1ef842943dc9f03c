//! Which methods each route takes, who may call it from a browser, and what lies beside the routes (INP-17, INP-18).

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::json;

use crate::client::Call;
use crate::database::Engine;
use crate::server::{Server, account, token};

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"];

fn call<'a>(server: &'a Server, listener: &str, method: &str, path: &str) -> Call<'a> {
    let path = path.replace("{A}", &account(1));
    if listener == "public" { server.call(method, &path) } else { server.operate(method, &path) }
}

/// INP-17: on every route of both listeners.
#[rstest]
#[case::customer("public", "/customer", "GET,HEAD,PUT")]
#[case::customer_of_an_account("public", "/customer/{A}", "DELETE")]
#[case::callback("public", "/customer/callback", "PUT")]
#[case::verification("public", "/customer/verification", "PUT")]
#[case::files("public", "/customer/files", "GET,HEAD,POST")]
#[case::home("public", "/", "GET,HEAD")]
#[case::kyc_spa("public", "/kyc-spa/ABC", "GET,HEAD,POST")]
#[case::kyc_start("public", "/kyc-start/ABC", "POST")]
#[case::kyc_go("public", "/kyc-go/ABC", "GET,HEAD,POST")]
#[case::kyc_proof("public", "/kyc-proof/sandbox", "GET")]
#[case::kyc_confirm("public", "/kyc-confirm", "POST")]
#[case::kyc_done("public", "/kyc-done", "GET,HEAD")]
#[case::payment_targets("operator", "/payment-targets", "PUT")]
#[case::payment_target("operator", "/payment-targets/ABC", "GET,HEAD")]
#[case::livez("operator", "/livez", "GET,HEAD")]
#[case::readyz("operator", "/readyz", "GET,HEAD")]
#[case::console("operator", "/console", "GET,HEAD")]
#[case::console_session("operator", "/console/session", "POST")]
fn another_method_is_405(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] listener: &str,
    #[case] path: &str,
    #[case] allowed: &str,
) {
    let server = Server::start(engine);
    let allowed: BTreeSet<_> = allowed.split(',').collect();
    for method in METHODS {
        // Preflights of browsers are answered on the routes of SEP-12.
        if allowed.contains(method) || (method == "OPTIONS" && path.starts_with("/customer")) {
            continue;
        }
        let call = call(&server, listener, method, path).token(&token(account(1)));

        let answer = if path.starts_with("/kyc-proof") { call.page() } else { call }.send();

        assert_eq!(answer.status, 405, "{method} {}", answer.text());
        assert_eq!(answer.header("allow").expect("Allow").split(',').collect::<BTreeSet<_>>(), allowed, "{method}");
    }
}

/// A HEAD is a GET without its body, on routes whose GET has no effect.
#[rstest]
#[case::customer("public", "/customer")]
#[case::files("public", "/customer/files")]
#[case::home("public", "/")]
#[case::kyc_spa("public", "/kyc-spa/ABC")]
#[case::kyc_go("public", "/kyc-go/ABC")]
#[case::kyc_done("public", "/kyc-done")]
#[case::payment_target("operator", "/payment-targets/ABC")]
#[case::livez("operator", "/livez")]
#[case::readyz("operator", "/readyz")]
#[case::nothing("public", "/nowhere")]
fn a_head_is_a_get_without_its_body(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] listener: &str,
    #[case] path: &str,
    #[values(true, false)] with_token: bool,
) {
    let server = Server::start(engine);
    let ask = |method: &str| {
        let call = call(&server, listener, method, path);
        let call = if path.starts_with("/kyc-") { call.page() } else { call };
        if with_token { call.token(&token(account(1))).send() } else { call.send() }
    };

    let (get, head) = (ask("GET"), ask("HEAD"));

    assert_eq!(head.status, get.status);
    for header in ["content-type", "cache-control", "www-authenticate"] {
        assert_eq!(head.header(header), get.header(header), "{header}");
    }
}

/// INP-17.
#[rstest]
#[case::get("GET", "/customer", 200)]
#[case::put("PUT", "/customer", 202)]
#[case::post("POST", "/customer/{A}", 405)]
#[case::get_of_an_account("GET", "/customer/{A}", 405)]
fn a_method_in_a_header_is_ignored(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] method: &str,
    #[case] path: &str,
    #[case] status: u16,
    #[values("x-http-method-override", "x-http-method", "x-method-override")] header: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.register(&token);

    let answer = call(&server, "public", method, path).token(&token).header(header, "DELETE").send();

    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(server.count("payment_targets"), 1);
}

/// INP-18, and ADM-09: no route of the one listener is reached through the other.
#[rstest]
#[case::up("public", "GET", "/customer/../admin", 404)]
#[case::up_to_ourselves("public", "GET", "/x/../customer", 404)]
#[case::escaped_up("public", "GET", "/x/%2e%2e/customer", 404)]
#[case::two_slashes("public", "GET", "//customer", 404)]
#[case::slash_at_the_end("public", "GET", "/customer/", 404)]
#[case::parameter("public", "GET", "/customer;x", 404)]
#[case::capital("public", "GET", "/Customer", 404)]
#[case::escaped_slash("public", "GET", "/%2fcustomer", 404)]
#[case::escaped_slash_in_between("public", "GET", "/customer%2fcallback", 404)]
#[case::escaped_slash_in_an_account("public", "DELETE", "/customer/{A}%2f..", 400)]
#[case::backslash("public", "GET", "/customer\\callback", 404)]
#[case::admin("public", "GET", "/admin", 404)]
#[case::metrics("public", "GET", "/metrics", 404)]
#[case::debug("public", "GET", "/debug", 404)]
#[case::livez("public", "GET", "/livez", 404)]
#[case::readyz("public", "GET", "/readyz", 404)]
#[case::payment_targets("public", "PUT", "/payment-targets", 404)]
#[case::console("public", "GET", "/console", 404)]
#[case::console_customer("public", "GET", "/console/customers/ABC", 404)]
#[case::console_session("public", "POST", "/console/session", 404)]
#[case::customer("operator", "GET", "/customer", 404)]
#[case::customer_of_an_account("operator", "DELETE", "/customer/{A}", 404)]
#[case::kyc_spa("operator", "GET", "/kyc-spa/ABC", 404)]
fn beside_the_routes_is_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] listener: &str,
    #[case] method: &str,
    #[case] path: &str,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.register(&token);

    let answer = call(&server, listener, method, path).token(&token).send();

    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("location"), None);
}

/// A proxy's request is no request for us.
#[rstest]
fn connect_is_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);

    let answer = server.call("CONNECT", "internal.example:443").token(&token(account(1))).send();

    assert!([404, 405].contains(&answer.status), "{}", answer.status);
}

#[rstest]
#[case::customer("/customer", "GET")]
#[case::put("/customer", "PUT")]
#[case::account("/customer/{A}", "DELETE")]
#[case::callback("/customer/callback", "PUT")]
#[case::verification("/customer/verification", "PUT")]
#[case::files("/customer/files", "POST")]
fn a_wallet_in_a_browser_may_call(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] path: &str,
    #[case] method: &str,
) {
    const ORIGIN: &str = "https://wallet.example.com";
    let server = Server::start(engine);

    let preflight = call(&server, "public", "OPTIONS", path)
        .header("origin", ORIGIN)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type,x-client-name,x-client-version")
        .send();
    let refused = call(&server, "public", method, path).header("origin", ORIGIN).send();

    assert_eq!(preflight.status, 200, "{}", preflight.text());
    let allowed = |header: &str| {
        let list = preflight.header(header).unwrap_or_else(|| panic!("{header}"));
        list.split(',').map(|item| item.trim().to_lowercase()).collect::<BTreeSet<_>>()
    };
    assert!(allowed("access-control-allow-methods").contains(&method.to_lowercase()));
    assert_eq!(
        allowed("access-control-allow-headers"),
        ["authorization", "content-type", "x-client-name", "x-client-version"].map(str::to_owned).into()
    );
    // A page can only read a refusal that it is allowed to.
    assert_eq!(refused.status, 401);
    for answer in [&preflight, &refused] {
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[rstest]
fn an_answer_may_be_read_by_any_origin(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let answers = [
        server.get(&token).header("origin", "https://wallet.example.com").send(),
        server.put(&token).header("origin", "null").json(&json!({ "first_name": "Ada" })).send(),
        server.put(&token).header("origin", "null").json(&json!({ "first_name": 7 })).send(),
        server.call("PATCH", "/customer").header("origin", "null").send(),
    ];

    for answer in answers {
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{}", answer.status);
    }
}

/// Pages and the operator's routes are for no other origin.
#[rstest]
#[case::home("public", "/", "GET")]
#[case::kyc_spa("public", "/kyc-spa/ABC", "GET")]
#[case::kyc_start("public", "/kyc-start/ABC", "POST")]
#[case::kyc_go("public", "/kyc-go/ABC", "POST")]
#[case::kyc_proof("public", "/kyc-proof/sandbox", "GET")]
#[case::kyc_confirm("public", "/kyc-confirm", "POST")]
#[case::payment_targets("operator", "/payment-targets", "PUT")]
#[case::payment_target("operator", "/payment-targets/ABC", "GET")]
#[case::readyz("operator", "/readyz", "GET")]
#[case::console("operator", "/console", "GET")]
#[case::console_session("operator", "/console/session", "POST")]
fn other_routes_are_for_no_other_origin(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] listener: &str,
    #[case] path: &str,
    #[case] method: &str,
) {
    let server = Server::start(engine);
    let preflight = call(&server, listener, "OPTIONS", path)
        .header("origin", "https://evil.example.com")
        .header("access-control-request-method", method);
    let preflight = if path.starts_with("/kyc-proof") { preflight.page() } else { preflight };

    let answer = preflight.send();

    assert_eq!(answer.status, 405);
    assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control-")), "{:?}", answer.headers);
}
