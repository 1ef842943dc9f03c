//! Around every handler: request id, language, access log, caught panics, fixed headers.

use std::convert::Infallible;
use std::hash::{BuildHasher as _, RandomState};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tower::{Layer, Service};

use super::ApiError;
use super::language::{self, Speech};
use crate::telemetry;

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A handler that panicked; the panic's own words may hold anything and are not repeated.
#[derive(Debug, thiserror::Error)]
#[error("the handler panicked")]
struct Panicked;

/// Makes a request id: 16 hexadecimal digits that tell nothing of other requests, for they are a keyed hash of how many
/// came before.
fn request_id() -> String {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}", KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// Lays [`Observed`] around each route.
#[derive(Clone)]
pub(super) struct Observe;

impl<S> Layer<S> for Observe {
    type Service = Observed<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Observed { inner }
    }
}

/// A route under observation.
#[derive(Clone)]
pub(super) struct Observed<S> {
    inner: S,
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let id = request_id();
        let header = HeaderValue::try_from(id.as_str()).expect("hexadecimal digits");
        let method = name_of(request.method());
        let route = request.extensions().get::<MatchedPath>().cloned();
        let started = Instant::now();
        let speech = Speech::of(&request);
        let answering = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let observed = async move {
            let mut response = match answering.await {
                Ok(Ok(response)) => response,
                Err(_) => ApiError::internal(Panicked).into_response(),
            };
            tracing::info!(
                target: "kycd::access",
                method,
                // The pattern of the route: a path or a query can hold tokens and accounts.
                route = route.as_ref().map_or("none", MatchedPath::as_str),
                status = response.status().as_u16(),
                micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            );
            language::label(response.headers_mut());
            add_headers(response.headers_mut(), header);
            Ok(response)
        };
        Box::pin(telemetry::within_request(id, speech.scope(observed)))
    }
}

fn add_headers(headers: &mut HeaderMap, id: HeaderValue) {
    headers.insert(X_REQUEST_ID.clone(), id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// A method is a token of the caller's choice; only the known ones are worth a line in the log.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
