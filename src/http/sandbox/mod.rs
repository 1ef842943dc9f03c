//! Dev's identity provider: a small OAuth2 authorization server that believes whatever it is told.
//!
//! It is reached over HTTP by the same code that talks to real providers: the authorization code grant of RFC 6749 with
//! PKCE (RFC 7636, S256 only) and `client_secret_basic`. State lives in memory, bounded and for ten minutes.

mod answer_authorize;
mod authorization;
mod issue_token;
mod parameters;
mod read_userinfo;
mod shelf;
mod show_authorize;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use parking_lot::Mutex;
use url::Url;

use self::shelf::Shelf;
use crate::domain::clock::Clock;
use crate::domain::pii::Secret;
use crate::http::pages::{Origin, SandboxIdentity};

/// The name of the provider in dev's configuration, and so the end of its redirect URI.
pub const PROVIDER_NAME: &str = "sandbox";

/// Forms here are small.
const MAX_BODY: usize = 16 * 1024;

/// What the sandbox has to know.
pub struct SandboxSettings {
    /// Where this server is reached: `http://localhost:PORT`.
    pub public_url: Url,
    /// The client that may ask.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret<String>,
    /// Who logs in unless the person changes it.
    pub identity: SandboxIdentity,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What a code or a token stands for.
#[derive(Clone)]
enum Answer {
    /// This person was verified.
    Identity(SandboxIdentity),
    /// The token endpoint is to answer nonsense.
    Nonsense,
}

/// An authorization code that waits for its exchange.
struct Grant {
    challenge: String,
    answer: Answer,
}

struct Sandbox {
    settings: SandboxSettings,
    redirect_uri: Url,
    codes: Mutex<Shelf<Grant>>,
    tokens: Mutex<Shelf<SandboxIdentity>>,
}

impl Sandbox {
    /// The place to which the browser goes back, for the policy of the page.
    fn origins(&self) -> Vec<Origin> {
        Origin::of(&self.redirect_uri).into_iter().collect()
    }
}

/// Serves `GET` and `POST /sandbox/authorize`, `POST /sandbox/token`, `GET /sandbox/userinfo`.
///
/// # Panics
/// A `public_url` that cannot have a path, such as `mailto:`.
pub fn router(settings: SandboxSettings) -> Router {
    let mut redirect_uri = settings.public_url.clone();
    redirect_uri
        .path_segments_mut()
        .expect("an http URL has a path")
        .pop_if_empty()
        .extend(["kyc-proof", PROVIDER_NAME]);
    let sandbox = Sandbox { settings, redirect_uri, codes: Mutex::default(), tokens: Mutex::default() };
    Router::new()
        .route("/sandbox/authorize", get(show_authorize::show_authorize).post(answer_authorize::answer_authorize))
        .route("/sandbox/token", post(issue_token::issue_token))
        .route("/sandbox/userinfo", get(read_userinfo::read_userinfo))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Arc::new(sandbox))
}
