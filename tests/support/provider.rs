//! A KYC provider of our own, on a real listener: honest until it is told how to misbehave.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, hmac};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use futures_util::future::{BoxFuture, Shared};
use futures_util::stream;
use http::request::Parts;
use http_body_util::BodyExt;
use kycd::domain::clock::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

/// Who we are there.
pub(crate) const CLIENT_ID: &str = "kycd at example";

/// What it gives for a code.
pub(crate) const ACCESS_TOKEN: &str = "access-token-of-the-provider";

const JSON: (&str, &str) = ("content-type", "application/json;charset=UTF-8");

/// An endpoint of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Metadata,
    Pushed,
    Setup,
    Token,
    Userinfo,
}

/// A document that the provider makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Metadata,
    Pushed,
    Setup,
    Token,
    Claims,
    IdToken,
    /// The parameters with which its page sends the browser back.
    Return,
}

/// A way to misbehave.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// Answers something else than it should.
    Answers(Endpoint, Reply),
    /// Says something else in one member of a document.
    Says(Document, &'static str, Value),
    /// Leaves out a member of a document.
    Omits(Document, &'static str),
    /// Signs as nobody should.
    Signs(Signature),
    /// Answers the user information as a JWT, as clients can be registered for.
    SignsUserinfo,
    /// Encrypts what it signed, as clients can be registered for, for a key by this algorithm.
    Encrypts(&'static str),
}

/// What an endpoint answers instead.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A status with a JSON document.
    Json(u16, Value),
    /// Status 200 with a body of some type.
    Typed(&'static str, String),
    /// A redirect.
    Redirect(String),
    /// A status with `Retry-After`.
    Later(u16, &'static str),
    /// JSON of so many bytes.
    Huge(usize),
    /// Nothing, ever.
    Never,
    /// The right answer, once this is over.
    After(Shared<BoxFuture<'static, ()>>),
    /// The right answer, once this says so.
    When(watch::Receiver<bool>),
    /// Half an answer, and a closed connection; all is well when it is asked again.
    HangsUpOnce,
}

/// How something is signed instead.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signature {
    /// `alg` is `none`.
    None,
    /// HS256, the key being the client id.
    ClientId,
    /// HS256, the key being the published public key.
    PublicKey,
    /// Rightly, with a key that nobody published.
    AnotherKey,
}

/// A request that the provider got.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) form: HashMap<String, String>,
}

/// What a browser brings back from the provider.
#[derive(Clone, Debug)]
pub(crate) struct Return {
    pub(crate) code: String,
    pub(crate) state: String,
}

struct Grant {
    challenge: Option<String>,
    nonce: Option<String>,
    redirect_uri: String,
}

/// The provider.
pub(crate) struct KycProvider {
    /// Scheme, host and port; the issuer too.
    pub(crate) origin: String,
    clock: Arc<dyn Clock>,
    /// How it misbehaves; honest when empty.
    pub(crate) modes: Mutex<Vec<Mode>>,
    /// Everything that it was sent: URLs of browsers, requests of ours with all their headers.
    pub(crate) traffic: Mutex<String>,
    codes: AtomicUsize,
    grants: Mutex<HashMap<String, Grant>>,
    /// What was pushed, by its name.
    pushed: Mutex<HashMap<String, HashMap<String, String>>>,
    received: watch::Sender<Vec<Received>>,
    key: Ed25519KeyPair,
}

/// A listener that nobody should ever connect to.
pub(crate) struct Canary {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
}

impl KycProvider {
    pub(crate) async fn start(clock: Arc<dyn Clock>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Arc::new(Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            clock,
            modes: Mutex::default(),
            traffic: Mutex::default(),
            codes: AtomicUsize::default(),
            grants: Mutex::default(),
            pushed: Mutex::default(),
            received: watch::Sender::default(),
            key: Ed25519KeyPair::generate().unwrap(),
        });
        let router = Router::new().fallback(serve).with_state(Arc::clone(&provider));
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// Adds a way to misbehave.
    pub(crate) fn misbehave(&self, mode: Mode) {
        self.modes.lock().unwrap().push(mode);
    }

    /// Is honest again.
    pub(crate) fn behave(&self) {
        self.modes.lock().unwrap().clear();
    }

    /// Lists what was asked of a path.
    pub(crate) fn received(&self, path: &str) -> Vec<Received> {
        self.received.borrow().iter().filter(|request| request.path == path).cloned().collect()
    }

    /// Waits until a path was asked so often.
    pub(crate) async fn until_received(&self, path: &str, times: usize) {
        let mut received = self.received.subscribe();
        let enough = |all: &Vec<Received>| all.iter().filter(|request| request.path == path).count() >= times;
        let waiting = tokio::time::timeout(Duration::from_mins(1), received.wait_for(enough));
        assert!(waiting.await.is_ok(), "{path} was not asked {times} times");
    }

    /// Plays a browser whose user says yes to the request that we sent it off with.
    pub(crate) fn authorize(&self, redirect: &Url) -> Return {
        self.traffic.lock().unwrap().push_str(redirect.as_str());
        let mut asked: HashMap<_, _> = redirect.query_pairs().into_owned().collect();
        if let Some(name) = asked.get("request_uri") {
            assert_eq!(asked.len(), 2, "client_id and request_uri say everything (RFC 9126 §4): {redirect}");
            asked = self.pushed.lock().unwrap().remove(name).expect("a request is used once");
        }
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT_ID);
        let mut grants = self.grants.lock().unwrap();
        let code = format!("code-{}", self.codes.fetch_add(1, Ordering::SeqCst));
        let grant = Grant {
            challenge: asked.get("code_challenge").cloned(),
            nonce: asked.get("nonce").cloned(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        grants.insert(code.clone(), grant);
        Return { code, state: asked["state"].clone() }
    }

    /// The page to which we send a browser: whoever agrees goes back.
    fn page(&self, url: &Url) -> Response {
        if url.query().is_none() {
            return json_response(400, &json!({ "error": "invalid_request" }));
        }
        let Return { code, state } = self.authorize(url);
        let redirect_uri = self.grants.lock().unwrap()[&code].redirect_uri.clone();
        let back = self.apply(Document::Return, json!({ "code": code, "state": state }));
        let pairs = back.as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap()));
        let back = Url::parse_with_params(&redirect_uri, pairs).unwrap();
        let link = back.as_str().replace('&', "&amp;");
        let page = format!("<!doctype html><title>Log in</title><h1>Log in</h1><a href=\"{link}\">Agree</a>");
        respond(200, ("content-type", "text/html"), page.into())
    }

    fn answer(&self, path: &str, form: &HashMap<String, String>) -> Response {
        let endpoint = match path {
            "/token" => Endpoint::Token,
            "/userinfo" => Endpoint::Userinfo,
            "/par" => Endpoint::Pushed,
            "/setup" => Endpoint::Setup,
            "/jwks" => return json_response(200, &json!({ "keys": [self.public_key()] })),
            path if path.contains("/.well-known/") => Endpoint::Metadata,
            _ => return json_response(404, &json!({})),
        };
        let document = match endpoint {
            Endpoint::Metadata => self.metadata(),
            Endpoint::Token => match self.redeem(form) {
                Some(grant) => self.token(&grant),
                None => return json_response(400, &json!({ "error": "invalid_grant" })),
            },
            Endpoint::Setup => self.apply(Document::Setup, json!({ "nonce": "N0NCE" })),
            Endpoint::Pushed => return json_response(201, &self.push(form)),
            Endpoint::Userinfo if self.modes.lock().unwrap().iter().any(|mode| matches!(mode, Mode::SignsUserinfo)) => {
                let mut claims = claims();
                let own = json!({ "iss": self.origin, "aud": CLIENT_ID });
                claims.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
                let signed = self.sign(&self.apply(Document::Claims, claims));
                return respond(200, ("content-type", "application/jwt"), signed.into());
            }
            Endpoint::Userinfo => self.apply(Document::Claims, claims()),
        };
        json_response(200, &document)
    }

    /// Keeps a request under a name of its own.
    fn push(&self, form: &HashMap<String, String>) -> Value {
        let mut pushed = self.pushed.lock().unwrap();
        let name = format!("urn:ietf:params:oauth:request_uri:{}", pushed.len());
        pushed.insert(name.clone(), form.clone());
        drop(pushed);
        self.apply(Document::Pushed, json!({ "request_uri": name, "expires_in": 60 }))
    }

    fn reply(&self, path: &str) -> Option<Reply> {
        let is = |endpoint| match endpoint {
            Endpoint::Metadata => path.contains("/.well-known/"),
            Endpoint::Pushed => path == "/par",
            Endpoint::Setup => path == "/setup",
            Endpoint::Token => path == "/token",
            Endpoint::Userinfo => path == "/userinfo",
        };
        let once = self.received(path).len() == 1;
        self.modes.lock().unwrap().iter().find_map(|mode| match mode {
            Mode::Answers(endpoint, Reply::HangsUpOnce) if is(*endpoint) => once.then_some(Reply::HangsUpOnce),
            Mode::Answers(endpoint, reply) if is(*endpoint) => Some(reply.clone()),
            _ => None,
        })
    }

    fn apply(&self, document: Document, mut value: Value) -> Value {
        let members = value.as_object_mut().unwrap();
        for mode in self.modes.lock().unwrap().iter() {
            match mode {
                Mode::Says(said, name, value) if *said == document => {
                    members.insert((*name).to_owned(), value.clone());
                }
                Mode::Omits(said, name) if *said == document => {
                    members.remove(*name);
                }
                _ => {}
            }
        }
        value
    }

    fn metadata(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.origin);
        self.apply(
            Document::Metadata,
            json!({
                "issuer": self.origin,
                "authorization_endpoint": at("/authorize"),
                "token_endpoint": at("/token"),
                "userinfo_endpoint": at("/userinfo"),
                "jwks_uri": at("/jwks"),
            }),
        )
    }

    /// Gives the grant of a code if redirect URI and verifier are those of its beginning (RFC 7636 §4.6).
    fn redeem(&self, form: &HashMap<String, String>) -> Option<Grant> {
        let grant = self.grants.lock().unwrap().remove(form.get("code")?)?;
        let challenge =
            form.get("code_verifier").map(|verifier| base64url(digest::digest(&digest::SHA256, verifier.as_bytes())));
        let right = form.get("grant_type")? == "authorization_code"
            && *form.get("redirect_uri")? == grant.redirect_uri
            && challenge == grant.challenge;
        right.then_some(grant)
    }

    fn token(&self, grant: &Grant) -> Value {
        let mut token = json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 60 });
        if let Some(nonce) = &grant.nonce {
            let now = self.clock.now().seconds();
            let mut claims = claims();
            let own = json!({ "iss": self.origin, "aud": CLIENT_ID, "nonce": nonce, "iat": now, "exp": now + 300 });
            claims.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            token["id_token"] = self.sign(&self.apply(Document::IdToken, claims)).into();
        }
        self.apply(Document::Token, token)
    }

    fn sign(&self, claims: &Value) -> String {
        let signature = self.modes.lock().unwrap().iter().find_map(|mode| match mode {
            Mode::Signs(signature) => Some(*signature),
            _ => None,
        });
        let mac =
            |key: &[u8], message: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec();
        let algorithm = match signature {
            Some(Signature::None) => "none",
            Some(Signature::ClientId | Signature::PublicKey) => "HS256",
            Some(Signature::AnotherKey) | None => "EdDSA",
        };
        let header = json!({ "alg": algorithm, "kid": "provider", "typ": "JWT" });
        let signed = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let message = signed.as_bytes();
        let signature = match signature {
            Some(Signature::None) => Vec::new(),
            Some(Signature::ClientId) => mac(CLIENT_ID.as_bytes(), message),
            Some(Signature::PublicKey) => mac(self.key.public_key().as_ref(), message),
            Some(Signature::AnotherKey) => Ed25519KeyPair::generate().unwrap().sign(message).as_ref().to_vec(),
            None => self.key.sign(message).as_ref().to_vec(),
        };
        self.encrypt(format!("{signed}.{}", base64url(signature)))
    }

    /// What looks encrypted, if it shall: nobody has to open it.
    fn encrypt(&self, jwt: String) -> String {
        let modes = self.modes.lock().unwrap();
        let Some(Mode::Encrypts(algorithm)) = modes.iter().find(|mode| matches!(mode, Mode::Encrypts(_))) else {
            return jwt;
        };
        let header = json!({ "alg": algorithm, "enc": "A256GCM", "cty": "JWT" });
        // A key that is agreed on is not sent.
        let key = if *algorithm == "ECDH-ES" { String::new() } else { base64url([7; 256]) };
        let text = digest::digest(&digest::SHA512, jwt.as_bytes());
        [base64url(header.to_string()), key, base64url([7; 12]), base64url(text), base64url([7; 16])].join(".")
    }

    fn public_key(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "provider", "x": base64url(self.key.public_key()) })
    }
}

impl Canary {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        // Another host in name too, so that the same address does not make it the same origin.
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { url, connections }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// What the provider honestly knows of its user.
pub(crate) fn claims() -> Value {
    json!({
        "sub": "user-1",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "birthdate": "1985-12-10",
        "email": "ada@example.com",
        "email_verified": true,
    })
}

async fn serve(State(provider): State<Arc<KycProvider>>, request: Request) -> Response {
    let (Parts { method, uri, headers, .. }, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let sent = format!("{uri} {headers:?} {}", String::from_utf8_lossy(&body));
    provider.traffic.lock().unwrap().push_str(&sent);
    let form: HashMap<_, _> = form_urlencoded::parse(&body).into_owned().collect();
    let path = uri.path().to_owned();
    let authorization = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let method = method.to_string();
    let request = Received { method, path: path.clone(), authorization, form: form.clone() };
    provider.received.send_modify(|received| received.push(request));
    match provider.reply(&path) {
        None if path == "/authorize" => provider.page(&Url::parse(&format!("{}{uri}", provider.origin)).unwrap()),
        None => provider.answer(&path, &form),
        Some(Reply::After(wait)) => {
            wait.await;
            provider.answer(&path, &form)
        }
        Some(Reply::When(mut allowed)) => {
            allowed.wait_for(|allowed| *allowed).await.unwrap();
            provider.answer(&path, &form)
        }
        Some(Reply::Never) => std::future::pending().await,
        Some(Reply::Json(status, value)) => json_response(status, &value),
        Some(Reply::Typed(content_type, body)) => respond(200, ("content-type", content_type), body.into()),
        Some(Reply::Redirect(to)) => respond(302, ("location", &to), Body::empty()),
        Some(Reply::Later(status, when)) => respond(status, ("retry-after", when), Body::empty()),
        Some(Reply::Huge(bytes)) => respond(200, JSON, spaces(bytes)),
        Some(Reply::HangsUpOnce) => {
            let half = [Ok("{"), Err(io::Error::from(io::ErrorKind::BrokenPipe))];
            respond(200, JSON, Body::from_stream(stream::iter(half)))
        }
    }
}

fn spaces(bytes: usize) -> Body {
    const CHUNK: &[u8] = &[b' '; 64 * 1024];
    Body::from_stream(stream::iter((0..bytes.div_ceil(CHUNK.len())).map(|_| Ok::<_, Infallible>(CHUNK))))
}

fn json_response(status: u16, value: &Value) -> Response {
    respond(status, JSON, value.to_string().into())
}

fn respond(status: u16, (name, value): (&str, &str), body: Body) -> Response {
    Response::builder().status(status).header(name, value).body(body).unwrap()
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}
