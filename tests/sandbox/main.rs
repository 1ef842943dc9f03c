//! Dev's provider over real HTTP: the whole grant, every button, and what it refuses.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64;
use http::{Request, Response, StatusCode, header};
use kycd::domain::clock::{Clock, Timestamp};
use kycd::domain::pii::Secret;
use kycd::egress::{Configured, Limits};
use kycd::http::pages::SandboxIdentity;
use kycd::http::sandbox::{SandboxSettings, router};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

struct Walk {
    url: String,
    clock: Arc<TestClock>,
    client: Configured,
}

impl Walk {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let clock = Arc::new(TestClock(AtomicI64::new(1_000_000)));
        let settings = SandboxSettings {
            public_url: Url::parse(&url).expect("a URL"),
            client_id: "kycd".to_owned(),
            client_secret: Secret::new("s3cret+&=".to_owned()),
            identity: SandboxIdentity {
                first_name: "Ada".to_owned(),
                last_name: "Lovelace".to_owned(),
                email: "Ada@example.com".to_owned(),
            },
            clock: clock.clone(),
        };
        tokio::spawn(async move { axum::serve(listener, router(settings)).await });
        let limits = Limits { connect: Duration::from_secs(5), total: Duration::from_secs(10), body: 1 << 18 };
        Self { url, clock, client: Configured::new(limits, true).expect("a client") }
    }

    fn redirect_uri(&self) -> String {
        format!("{}/kyc-proof/sandbox", self.url)
    }

    /// A valid authorization request, with some parameters replaced; an empty value leaves one out.
    fn authorization(&self, changes: &[(&str, &str)]) -> String {
        let redirect_uri = self.redirect_uri();
        let valid = [
            ("client_id", "kycd"),
            ("redirect_uri", &redirect_uri),
            ("response_type", "code"),
            ("state", "a state"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("scope", "openid profile"),
        ];
        encode(
            valid
                .into_iter()
                .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name))
                .chain(changes.iter().copied()),
        )
    }

    async fn get(&self, path: &str, bearer: Option<&str>) -> Response<Bytes> {
        let mut request = Request::get(format!("{}{path}", self.url));
        if let Some(token) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.client.send(request.body(Vec::new()).expect("a request")).await.expect("an answer")
    }

    async fn post(&self, path: &str, authorization: Option<String>, body: String) -> Response<Bytes> {
        let mut request = Request::post(format!("{}{path}", self.url))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        self.client.send(request.body(body.into_bytes()).expect("a request")).await.expect("an answer")
    }

    /// Presses a button of the page and gives the parameters with which the browser comes back.
    async fn press(&self, outcome: &str) -> Vec<(String, String)> {
        let form = self.authorization(&[
            ("outcome", outcome),
            ("given_name", "Grace"),
            ("family_name", "Hopper"),
            ("email", "grace@example.com"),
        ]);
        let answer = self.post("/sandbox/authorize", None, form).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        self.returned(&answer)
    }

    fn returned(&self, answer: &Response<Bytes>) -> Vec<(String, String)> {
        let location = answer.headers()[header::LOCATION].to_str().expect("ASCII");
        let (uri, query) = location.split_once('?').expect("a query");
        assert_eq!(uri, self.redirect_uri());
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    async fn code(&self, outcome: &str) -> String {
        let returned = self.press(outcome).await;
        assert_eq!(returned[1], ("state".to_owned(), "a state".to_owned()));
        assert_eq!(returned[0].0, "code");
        returned[0].1.clone()
    }

    /// Exchanges a code, with some parameters replaced.
    async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Response<Bytes> {
        let redirect_uri = self.redirect_uri();
        let valid = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        let body = encode(
            valid
                .into_iter()
                .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name))
                .chain(changes.iter().copied()),
        );
        self.post("/sandbox/token", Some(basic("kycd", "s3cret%2B%26%3D")), body).await
    }
}

fn encode<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs.filter(|(_, value)| !value.is_empty())).finish()
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{id}:{secret}").as_bytes()))
}

fn json_of(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).expect("JSON")
}

fn text_of(answer: &Response<Bytes>) -> String {
    String::from_utf8(answer.body().to_vec()).expect("UTF-8")
}

#[tokio::test]
async fn the_page_says_that_it_is_not_real_and_offers_the_prepared_identity() {
    let walk = Walk::start().await;
    let answer = walk.get(&format!("/sandbox/authorize?{}", walk.authorization(&[])), None).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("ASCII");
    assert!(policy.ends_with(&format!("form-action 'self' {}", walk.url)), "{policy}");
    let html = text_of(&answer);
    assert!(html.contains("Not real."));
    for value in ["Ada", "Lovelace", "Ada@example.com", "a state", CHALLENGE] {
        assert!(html.contains(&format!("value=\"{value}\"")), "{value}");
    }
    for outcome in ["verified", "denied", "busy", "nonsense"] {
        assert!(html.contains(&format!("name=\"outcome\" value=\"{outcome}\"")), "{outcome}");
    }
}

#[tokio::test]
async fn a_verified_login_ends_with_the_claims_of_the_form() {
    let walk = Walk::start().await;
    let answer = walk.exchange(&walk.code("verified").await, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let token = json_of(&answer);
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["expires_in"], 600);
    let claims = json_of(&walk.get("/sandbox/userinfo", token["access_token"].as_str()).await);
    let subject = claims["sub"].as_str().expect("a subject");
    assert_eq!(subject.len(), 32);
    let expected = json!({
        "sub": subject,
        "given_name": "Grace",
        "family_name": "Hopper",
        "email": "grace@example.com",
        "email_verified": true,
    });
    assert_eq!(claims, expected);
}

#[rstest]
#[case::cancelled("denied", "access_denied")]
#[case::busy("busy", "temporarily_unavailable")]
#[tokio::test]
async fn other_buttons_come_back_with_an_error(#[case] outcome: &str, #[case] error: &str) {
    let walk = Walk::start().await;
    let expected = [("error", error), ("state", "a state")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(walk.press(outcome).await, expected);
}

#[tokio::test]
async fn nonsense_is_what_the_token_call_gets() {
    let walk = Walk::start().await;
    let answer = walk.exchange(&walk.code("nonsense").await, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(serde_json::from_slice::<Value>(answer.body()).is_err());
}

#[rstest]
#[case::no_client("client_id", "")]
#[case::other_client("client_id", "evil")]
#[case::no_redirect("redirect_uri", "")]
#[case::other_host("redirect_uri", "https://evil.example.com/kyc-proof/sandbox")]
#[case::other_path("redirect_uri", "http://localhost/kyc-proof/sandbox/")]
#[tokio::test]
async fn an_untrusted_request_is_redirected_nowhere(#[case] name: &str, #[case] value: &str) {
    let walk = Walk::start().await;
    let shown = walk.get(&format!("/sandbox/authorize?{}", walk.authorization(&[(name, value)])), None).await;
    let answered =
        walk.post("/sandbox/authorize", None, walk.authorization(&[(name, value), ("outcome", "verified")])).await;
    for answer in [shown, answered] {
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert!(!answer.headers().contains_key(header::LOCATION));
    }
}

#[tokio::test]
async fn a_parameter_given_twice_and_an_unknown_button_are_refused() {
    let walk = Walk::start().await;
    let twice = format!("/sandbox/authorize?{}&state=other", walk.authorization(&[]));
    assert_eq!(walk.get(&twice, None).await.status(), StatusCode::BAD_REQUEST);
    let unknown = walk.authorization(&[("outcome", "whatever")]);
    assert_eq!(walk.post("/sandbox/authorize", None, unknown).await.status(), StatusCode::BAD_REQUEST);
}

#[rstest]
#[case::response_type("response_type", "token", "unsupported_response_type")]
#[case::no_challenge("code_challenge", "", "invalid_request")]
#[case::short_challenge("code_challenge", "short", "invalid_request")]
#[case::plain("code_challenge_method", "plain", "invalid_request")]
#[tokio::test]
async fn a_faulty_request_of_the_client_comes_back_as_an_error(
    #[case] name: &str,
    #[case] value: &str,
    #[case] error: &str,
) {
    let walk = Walk::start().await;
    let answer = walk.get(&format!("/sandbox/authorize?{}", walk.authorization(&[(name, value)])), None).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(walk.returned(&answer)[0], ("error".to_owned(), error.to_owned()));
}

#[rstest]
#[case::wrong_verifier("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX", "invalid_grant")]
#[case::no_verifier("code_verifier", "", "invalid_request")]
#[case::other_redirect("redirect_uri", "http://localhost/elsewhere", "invalid_grant")]
#[case::no_redirect("redirect_uri", "", "invalid_grant")]
#[case::other_grant("grant_type", "password", "unsupported_grant_type")]
#[case::unknown_code("code", "junk", "invalid_grant")]
#[tokio::test]
async fn an_exchange_that_does_not_fit_is_refused(#[case] name: &str, #[case] value: &str, #[case] error: &str) {
    let walk = Walk::start().await;
    let answer = walk.exchange(&walk.code("verified").await, &[(name, value)]).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert_eq!(json_of(&answer), json!({ "error": error }));
}

#[tokio::test]
async fn a_code_is_good_for_one_try() {
    let walk = Walk::start().await;
    let used = walk.code("verified").await;
    assert_eq!(walk.exchange(&used, &[]).await.status(), StatusCode::OK);
    let spoilt = walk.code("verified").await;
    let wrong = walk.exchange(&spoilt, &[("code_verifier", "wrong")]).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    for code in [used, spoilt] {
        assert_eq!(json_of(&walk.exchange(&code, &[]).await), json!({ "error": "invalid_grant" }));
    }
}

#[rstest]
#[case::none(None)]
#[case::wrong_secret(Some(basic("kycd", "wrong")))]
#[case::wrong_client(Some(basic("other", "s3cret%2B%26%3D")))]
#[case::not_basic(Some("Bearer s3cret".to_owned()))]
#[case::not_base64(Some("Basic !!!".to_owned()))]
#[tokio::test]
async fn a_client_without_its_secret_is_refused_and_the_code_stays_good(#[case] authorization: Option<String>) {
    let walk = Walk::start().await;
    let code = walk.code("verified").await;
    let body = encode([("grant_type", "authorization_code"), ("code", &code)].into_iter());
    let answer = walk.post("/sandbox/token", authorization, body).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(json_of(&answer), json!({ "error": "invalid_client" }));
    assert!(answer.headers().contains_key(header::WWW_AUTHENTICATE));
    assert_eq!(walk.exchange(&code, &[]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn codes_and_tokens_end_after_ten_minutes() {
    let walk = Walk::start().await;
    let late = walk.code("verified").await;
    let token = json_of(&walk.exchange(&walk.code("verified").await, &[]).await);
    walk.clock.0.fetch_add(599, Ordering::SeqCst);
    assert_eq!(walk.get("/sandbox/userinfo", token["access_token"].as_str()).await.status(), StatusCode::OK);
    walk.clock.0.fetch_add(1, Ordering::SeqCst);
    assert_eq!(json_of(&walk.exchange(&late, &[]).await), json!({ "error": "invalid_grant" }));
    assert_eq!(walk.get("/sandbox/userinfo", token["access_token"].as_str()).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_oldest_of_more_than_a_thousand_codes_gives_way() {
    let walk = Walk::start().await;
    let oldest = walk.code("verified").await;
    let second = walk.code("verified").await;
    for _ in 0..999 {
        walk.code("nonsense").await;
    }
    assert_eq!(json_of(&walk.exchange(&oldest, &[]).await), json!({ "error": "invalid_grant" }));
    assert_eq!(walk.exchange(&second, &[]).await.status(), StatusCode::OK);
}

#[rstest]
#[case::none(None)]
#[case::junk(Some("junk"))]
#[tokio::test]
async fn nobody_is_told_who_logged_in_without_a_token(#[case] token: Option<&str>) {
    let answer = Walk::start().await.get("/sandbox/userinfo", token).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.headers()[header::WWW_AUTHENTICATE].to_str().expect("ASCII").starts_with("Bearer"));
}

#[tokio::test]
async fn the_same_address_is_the_same_subject_and_another_is_not() {
    let walk = Walk::start().await;
    let mut subjects = Vec::new();
    for email in ["ada@example.com", "ADA@example.com", "grace@example.com"] {
        let form = [("outcome", "verified"), ("given_name", "A"), ("family_name", "B"), ("email", email)];
        let answer = walk.post("/sandbox/authorize", None, walk.authorization(&form)).await;
        let token = json_of(&walk.exchange(&walk.returned(&answer)[0].1, &[]).await);
        subjects.push(json_of(&walk.get("/sandbox/userinfo", token["access_token"].as_str()).await)["sub"].clone());
    }
    assert_eq!(subjects[0], subjects[1]);
    assert_ne!(subjects[0], subjects[2]);
}
