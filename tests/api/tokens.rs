//! Who is let in (AUTH).

use data_encoding::BASE64URL_NOPAD;
use kycd::domain::clock::{Clock, SystemClock};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Engine;
use crate::server::{HOME_DOMAIN, ISSUER, SECRET, Server, account, contract, muxed, token, token_with};

/// AUTH-01: every route that needs a token asks for it before anything else.
#[rstest]
#[case::get("GET", "/customer")]
#[case::get_that_makes_no_sense("GET", "/customer?memo=5&memo=6")]
#[case::put("PUT", "/customer")]
#[case::put_with_a_query("PUT", "/customer?memo=5")]
#[case::delete("DELETE", "/customer/GA")]
#[case::delete_of_no_text("DELETE", "/customer/%ff")]
#[case::callback("PUT", "/customer/callback")]
#[case::verification("PUT", "/customer/verification")]
#[case::files_post("POST", "/customer/files")]
#[case::files_get("GET", "/customer/files")]
fn a_request_without_a_token_is_401(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] method: &str,
    #[case] path: &str,
) {
    Server::start(engine).call(method, path).body("application/nonsense", "{").send().refusal(401);
}

/// AUTH-02.
#[rstest]
#[case::basic("Basic dTpw")]
#[case::nothing("Bearer")]
#[case::nothing_after_a_space("Bearer ")]
#[case::two_words("Bearer a b")]
#[case::no_scheme("{token}")]
#[case::another_scheme("Token {token}")]
#[case::something_after_the_token("Bearer {token} x")]
#[case::a_comma("Bearer {token},")]
#[case::twice_in_one("Bearer {token}, Bearer {token}")]
fn credentials_that_are_no_bearer_token_are_401(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] credentials: &str,
) {
    let credentials = credentials.replace("{token}", &token(account(1)));
    let server = Server::start(engine);

    server.call("GET", "/customer").header("authorization", &credentials).send().refusal(401);
}

#[rstest]
fn two_authorization_headers_are_401(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    Server::start(engine).get(&token(account(1))).token(&token(account(1))).send().refusal(401);
}

/// AUTH-03, [RFC 9110 section 11.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.1).
#[rstest]
#[case::usual("Bearer")]
#[case::lower("bearer")]
#[case::upper("BEARER")]
fn the_case_of_the_scheme_does_not_matter(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] scheme: &str,
) {
    let credentials = format!("{scheme} {}", token(account(1)));

    let answer = Server::start(engine).call("GET", "/customer").header("authorization", &credentials).send();

    assert_eq!(answer.customer()["status"], "NEEDS_INFO");
}

/// AUTH-05.
#[rstest]
fn a_token_outside_of_its_header_is_401(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("query", "access_token", "cookie", "form")] place: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let call = match place {
        "query" => server.call("GET", "/customer").query("token", &token),
        "access_token" => server.call("GET", "/customer").query("access_token", &token),
        "cookie" => server.call("GET", "/customer").header("cookie", &format!("token={token}; authorization={token}")),
        _ => server.call("PUT", "/customer").form(&[("token", &token), ("access_token", &token)]),
    };

    call.send().refusal(401);
}

/// AUTH-06.
#[rstest]
#[case::none("none")]
#[case::capitalised("None")]
#[case::mixed("nOnE")]
fn an_unsigned_token_is_401(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] algorithm: &str,
    #[values("", "AAAA")] signature: &str,
) {
    let claims = claims(&account(1));
    let header = json!({ "alg": algorithm, "typ": "JWT" });
    let token = format!("{}.{}.{signature}", base64url(&header), base64url(&claims));

    Server::start(engine).get(&token).send().refusal(401);
}

/// AUTH-19.
#[rstest]
#[case::ours(Some(HOME_DOMAIN), 200)]
#[case::none(None, 200)]
#[case::anothers(Some("evil.example.org"), 401)]
#[case::a_part_of_ours(Some("example.com"), 401)]
#[case::ours_and_more(Some("anchor.example.com.evil.org"), 401)]
fn the_home_domain_has_to_be_ours(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] home_domain: Option<&str>,
    #[case] status: u16,
) {
    let token = token_with(&account(1), home_domain, None);

    assert_eq!(Server::start(engine).get(&token).send().status, status);
}

/// AUTH-21: tokens that an anchor signs with the same secret for other purposes.
#[rstest]
#[case::interactive_url(json!({ "sub": "4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11", "data": { "lang": "en" } }))]
#[case::interactive_url_of_an_account(json!({ "data": { "lang": "en" } }))]
#[case::more_info(json!({ "iss": "moreInfoUrl", "sub": "4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11" }))]
#[case::admin(json!({ "sub": "admin", "scope": "admin" }))]
#[case::admin_of_an_account(json!({ "scope": "admin" }))]
#[case::start_link(json!({ "purpose": "start" }))]
#[case::refresh(json!({ "token_use": "refresh" }))]
fn a_token_for_another_purpose_is_401(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] members: Value,
) {
    let mut claims = claims(&account(1));
    claims.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    let signed = format!("{}.{}", base64url(&json!({ "alg": "HS256", "typ": "JWT" })), base64url(&claims));

    Server::start(engine).get(&sign(&signed)).send().refusal(401);
}

/// What the test above relies on: without the members its tokens are good.
#[rstest]
fn a_token_signed_by_hand_is_good(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let signed = format!("{}.{}", base64url(&json!({ "alg": "HS256", "typ": "JWT" })), base64url(&claims(&account(1))));

    assert_eq!(Server::start(engine).get(&sign(&signed)).send().status, 200);
}

/// AUTH-22, over the whole server: neither issuer vouches for the other's accounts.
#[rstest]
#[case::contract_by_sep10(contract(1))]
#[case::contract_with_memo_by_sep10(format!("{}:5", contract(1)))]
fn a_subject_of_the_other_issuer_is_401(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] subject: String,
) {
    let signed = format!("{}.{}", base64url(&json!({ "alg": "HS256", "typ": "JWT" })), base64url(&claims(&subject)));

    Server::start(engine).get(&sign(&signed)).send().refusal(401);
}

/// AUTH-27: peers that keep memos in `i64` fail here.
#[rstest]
fn the_largest_muxed_id_is_a_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let token = token(muxed(1, u64::MAX));
    let id = server.register(&token);

    let customer = server.get(&token).query("memo", "18446744073709551615").send().customer();

    assert_eq!(customer["id"], id.as_str());
}

/// AUTH-30.
#[rstest]
fn a_token_of_nine_kibibytes_is_401(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (start, end) = ("eyJhbGciOiJIUzI1NiJ9.", ".AAAA");
    let token = format!("{start}{}{end}", "A".repeat(9 * 1024 - start.len() - end.len()));

    Server::start(engine).get(&token).send().refusal(401);
}

/// AUTH-30: this is the parser's own answer, without a body.
#[rstest]
fn a_token_of_a_hundred_kibibytes_is_431(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let call = server.get(&"A".repeat(100 * 1024));
    let before = server.installation.dump();

    let answer = crate::raw_http::exchange(server.public, call.bytes());

    assert_eq!((answer.status, answer.text().as_str()), (431, ""));
    assert_eq!(server.installation.dump(), before);
}

fn claims(subject: &str) -> Value {
    let now = SystemClock.now().seconds();
    json!({ "iss": ISSUER, "sub": subject, "iat": now, "exp": now + 3600 })
}

fn base64url(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn sign(signed: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes()).as_ref()))
}
