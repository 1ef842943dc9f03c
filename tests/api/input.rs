//! The shape of what comes in (INP).

use rstest::rstest;
use serde_json::json;

use crate::client::Part;
use crate::database::Engine;
use crate::server::{Server, account, token};

/// INP-01: of two equal names, neither wins.
#[rstest]
#[case::id(r#"{"id":"4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11","id":"5cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11"}"#)]
#[case::account(r#"{"account":"GA","account":"GB"}"#)]
#[case::the_same(r#"{"first_name":"Ada","first_name":"Ada"}"#)]
#[case::in_another_spelling(r#"{"first_name":"Ada","first\u005fname":"Eve"}"#)]
#[case::nobody_asks_for(r#"{"favourite_colour":"red","favourite_colour":"blue"}"#)]
fn a_json_name_given_twice_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] body: &str) {
    Server::start(engine).put(&token(account(1))).body("application/json", body).send().refusal(400);
}

#[rstest]
#[case::form("form")]
#[case::multipart("multipart")]
fn a_name_given_twice_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] format: &str) {
    let server = Server::start(engine);
    let put = server.put(&token(account(1)));
    let fields = [("first_name", "Augusta"), ("first_name", "Augusta")];

    match format {
        "form" => put.form(&fields),
        _ => put.multipart(fields.map(|(name, value)| Part::text(name, value))),
    }
    .send()
    .refusal(400);
}

/// INP-02.
#[rstest]
#[case::different("memo=5&memo=6")]
#[case::the_same("memo=5&memo=5")]
#[case::in_another_spelling("memo=5&%6demo=6")]
#[case::type_twice("type=sep6&type=sep6-high")]
#[case::unknown_twice("x=1&x=2")]
fn a_query_parameter_given_twice_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] query: &str,
) {
    Server::start(engine).get(&token(account(1))).raw_query(query).send().refusal(400);
}

/// INP-03, and any other query of a PUT.
#[rstest]
#[case::another_memo("memo=6")]
#[case::the_same_memo("memo=5")]
#[case::type_alone("type=sep6")]
#[case::unknown("utm_source=mail")]
fn a_put_with_a_query_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] query: &str) {
    let server = Server::start(engine);

    server.put(&token(account(1))).raw_query(query).form(&[("memo", "5")]).send().refusal(400);
    for place in ["/customer/callback", "/customer/verification"] {
        let put = server.call("PUT", place).token(&token(account(1))).raw_query(query);
        assert!(
            put.form(&[("url", "https://wallet.example/cb")]).send().refusal(400).contains("into its body"),
            "{place}"
        );
    }
}

/// INP-13: nothing is unpacked, so nothing can grow.
#[rstest]
#[case::gzip("gzip", 415)]
#[case::deflate("deflate", 415)]
#[case::brotli("br", 415)]
#[case::two("identity, gzip", 415)]
#[case::none("identity", 202)]
fn a_packed_body_is_415(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] encoding: &str,
    #[case] status: u16,
) {
    let server = Server::start(engine);
    let call = server.put(&token(account(1))).header("content-encoding", encoding);

    assert_eq!(call.json(&json!({ "first_name": "Ada" })).send().status, status);
}

#[rstest]
#[case::text("text/plain")]
#[case::xml("application/xml")]
#[case::another_charset("application/json; charset=latin1")]
#[case::octets("application/octet-stream")]
fn a_body_of_another_type_is_415(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] media_type: &str) {
    Server::start(engine).put(&token(account(1))).body(media_type, "{}").send().refusal(415);
}

#[rstest]
#[case::nothing("")]
#[case::cut(r#"{"first_name":"Ad"#)]
#[case::array(r#"["first_name"]"#)]
#[case::text(r#""first_name""#)]
#[case::null("null")]
#[case::two_objects("{}{}")]
#[case::comment("{/* */}")]
#[case::trailing_comma(r#"{"first_name":"Ada",}"#)]
#[case::single_quotes("{'first_name':'Ada'}")]
fn json_that_is_no_object_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] body: &str) {
    Server::start(engine).put(&token(account(1))).body("application/json", body).send().refusal(400);
}

/// INP-19: no header of a request moves a link.
#[rstest]
#[case::host("host", "evil.example")]
#[case::forwarded_host("x-forwarded-host", "evil.example")]
#[case::forwarded_proto("x-forwarded-proto", "evil.example")]
#[case::forwarded("forwarded", "host=evil.example;proto=https")]
#[case::original_url("x-original-url", "https://evil.example/")]
#[case::origin("origin", "https://evil.example")]
fn no_header_moves_a_link(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] name: &str,
    #[case] value: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.register(&token);
    let answers = [
        server.get(&token).query("type", "sep6-high").header(name, value).send(),
        server
            .operate("PUT", "/payment-targets")
            .token(&server.operator_key())
            .header(name, value)
            .json(&json!({ "payto_uri": "payto://void/" }))
            .send(),
        server.call("GET", "/").page().header(name, value).send(),
    ];

    for answer in answers {
        // Two Host headers are refused; what is answered otherwise names only us.
        assert!(answer.status == 200 || (name == "host" && answer.status == 400), "{}", answer.text());
        assert!(!answer.text().contains("evil"), "{}", answer.text());
        assert!(answer.headers.iter().all(|(_, value)| !value.contains("evil")), "{:?}", answer.headers);
    }
}

/// INP-23.
#[rstest]
fn a_repeated_put_changes_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let body = json!({ "first_name": "Ada", "last_name": "Lovelace", "email_address": "ada@example.com" });
    let id = server.put(&token).json(&body).send().id();
    let rows = server.installation.dump();

    for _ in 0..99 {
        assert_eq!(server.put(&token).json(&body).send().id(), id);
    }

    assert_eq!(server.installation.dump(), rows);
}

/// The three formats are one request.
#[rstest]
fn json_form_and_multipart_say_the_same(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let fields = [("first_name", "Ada"), ("last_name", "Lovelace"), ("occupation", "2512")];
    let ids = [
        server
            .put(&token(account(1)))
            .json(&json!({ "first_name": "Ada", "last_name": "Lovelace", "occupation": 2512 })),
        server.put(&token(account(2))).form(&fields),
        server.put(&token(account(3))).multipart(fields.map(|(name, value)| Part::text(name, value))),
    ]
    .map(|put| put.send().id());

    let [json, form, multipart] = ids.map(|id| server.fields(&id));
    assert_eq!(json["occupation"]["value"], "2512");
    assert_eq!(json, form);
    assert_eq!(json, multipart);
}

#[rstest]
#[case::no_body(None)]
#[case::empty_object(Some(("application/json", "{}")))]
#[case::empty_form(Some(("application/x-www-form-urlencoded", "")))]
fn an_empty_put_registers(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] body: Option<(&str, &str)>,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let put = server.put(&token);
    let put = match body {
        Some((media_type, body)) => put.body(media_type, body),
        None => put,
    };

    let id = put.send().id();

    assert_eq!(server.get(&token).send().customer()["id"], id.as_str());
}
