//! Registering callbacks: whose, where to, and how it is taken back (IDOR, SSRF).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Call;
use crate::database::Engine;
use crate::server::{Server, account, token, token_with};

const URL: &str = "http://localhost:8080/cb";

fn of(memo: u64) -> String {
    token(format!("{}:{memo}", account(1)))
}

/// `PUT /customer/callback`.
fn put<'a>(server: &'a Server, token: &str, body: &Value) -> Call<'a> {
    server.call("PUT", "/customer/callback").token(token).json(body)
}

#[rstest]
fn a_callback_is_registered_replaced_and_taken_back(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("json", "form")] form: &str,
) {
    let server = Server::start(engine);
    server.register(&of(5));
    let put = |url: &str| {
        let call = server.call("PUT", "/customer/callback").token(&of(5));
        if form == "json" { call.json(&json!({ "url": url })) } else { call.form(&[("url", url)]) }.send()
    };

    for url in [URL, "http://127.0.0.1:8080/other"] {
        let answer = put(url);
        assert_eq!((answer.status, answer.json()), (200, json!({})));
        assert_eq!(server.count("callbacks"), 1);
    }

    assert_eq!(put("").status, 200);
    assert_eq!(server.count("callbacks"), 0);
    assert!(put("").refusal(400).contains("'url'"), "SSRF-01: there is nothing to take back");
}

#[rstest]
#[case::by_id("id", 200)]
#[case::by_its_memo("memo", 200)]
#[case::by_another_memo("other memo", 403)]
#[case::by_another_account("account", 403)]
#[case::by_anothers_id("other id", 404)]
#[case::by_an_unknown_id("unknown id", 404)]
#[case::by_a_transaction("transaction", 400)]
fn a_callback_is_for_a_customer_that_the_token_covers(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] naming: &str,
    #[case] status: u16,
) {
    let server = Server::start(engine);
    let (own, other) = (server.register(&of(5)), server.register(&of(6)));
    let mut body = match naming {
        "id" => json!({ "id": own }),
        "memo" => json!({ "memo": "5" }),
        "other memo" => json!({ "memo": "6" }),
        "account" => json!({ "account": account(2) }),
        "other id" => json!({ "id": other }),
        "transaction" => json!({ "transaction_id": "82fhs729f63dh0v4" }),
        _ => json!({ "id": "4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11" }),
    };
    body["url"] = json!(URL);

    assert_eq!(put(&server, &of(5), &body).send().status, status);
    assert_eq!(server.count("callbacks"), usize::from(status == 200));
}

#[rstest]
fn an_anchor_that_knows_nothing_of_a_customer_answers_404(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(URL, "", "nonsense")] url: &str,
) {
    let server = Server::start(engine);

    put(&server, &of(5), &json!({ "url": url })).send().refusal(404);
}

#[rstest]
#[case::left_out(json!({}))]
#[case::null(json!({ "url": null }))]
#[case::number(json!({ "url": 5 }))]
#[case::relative(json!({ "url": "/cb" }))]
#[case::ftp(json!({ "url": "ftp://wallet.example/cb" }))]
#[case::file(json!({ "url": "file:///etc/passwd" }))]
#[case::gopher(json!({ "url": "gopher://wallet.example/" }))]
#[case::javascript(json!({ "url": "javascript:alert(1)" }))]
#[case::data(json!({ "url": "data:text/plain,x" }))]
#[case::http_elsewhere(json!({ "url": "http://wallet.example/cb" }))]
#[case::three_kib(json!({ "url": format!("https://wallet.example/{}", "x".repeat(3072)) }))]
#[case::private(json!({ "url": "https://10.0.0.1/cb" }))]
#[case::metadata(json!({ "url": "http://169.254.169.254/latest/meta-data" }))]
#[case::control_character(json!({ "url": "https://wallet.example/\ncb" }))]
#[case::port_of_a_database(json!({ "url": "http://localhost:5432/cb" }))]
#[case::port_zero(json!({ "url": "http://localhost:0/cb" }))]
#[case::port_out_of_range(json!({ "url": "http://localhost:65536/cb" }))]
#[case::credentials(json!({ "url": "http://user:password@localhost:8080/cb" }))]
fn a_url_that_is_not_called_is_not_taken(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] body: Value,
) {
    let server = Server::start(engine);
    server.register(&of(5));

    assert!(put(&server, &of(5), &body).send().refusal(400).contains("'url'"));
}

/// SSRF-16.
#[rstest]
#[case::its_host(Some("localhost"), "http://localhost:8080/cb", 200)]
#[case::its_host_with_a_port(Some("localhost:3000"), "http://localhost:8080/cb", 200)]
#[case::below_it(Some("localhost"), "http://kyc.localhost:8080/cb", 200)]
#[case::look_alike(Some("localhost"), "http://evillocalhost.localhost.evil.com:8080/cb", 400)]
#[case::another(Some("wallet.example"), "http://localhost:8080/cb", 400)]
#[case::token_without(None, "http://localhost:8080/cb", 400)]
fn under_the_policy_client_domain_a_wallet_names_its_own_host(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] client_domain: Option<&str>,
    #[case] url: &str,
    #[case] status: u16,
) {
    let server = Server::start_with(engine, json!({ "callbacks": { "hosts": "client_domain" } }));
    let token = token_with(&account(1), None, client_domain);
    server.register(&token);

    assert_eq!(put(&server, &token, &json!({ "url": url })).send().status, status);
}

#[rstest]
#[case::listed("http://127.0.0.1:8080/cb", 200)]
#[case::below_a_listed_one("http://kyc.localhost:8080/cb", 200)]
#[case::not_listed("http://[::1]:8080/cb", 400)]
fn under_a_list_of_hosts_a_wallet_names_one_of_them(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] url: &str,
    #[case] status: u16,
) {
    let server = Server::start_with(engine, json!({ "callbacks": { "hosts": ["127.0.0.1", "LOCALHOST"] } }));
    server.register(&of(5));

    assert_eq!(put(&server, &of(5), &json!({ "url": url })).send().status, status);
}

/// IDOR-20: what is under `/customer/` and no account is never taken for one.
#[rstest]
fn deleting_a_callback_deletes_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("/customer/callback", "/customer/%63allback", "/customer/CALLBACK")] path: &str,
) {
    let server = Server::start(engine);
    server.register(&token(account(1)));
    put(&server, &token(account(1)), &json!({ "url": URL })).send();

    let answer = server.call("DELETE", path).token(&token(account(1))).send();

    assert!([400, 404, 405].contains(&answer.status), "{}", answer.status);
    assert_eq!(server.count("callbacks"), 1);
}
