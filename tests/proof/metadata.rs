//! When metadata is fetched, by whom, and how long it is kept.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kycd::proof::{Provider, Trouble};
use rstest::rstest;
use serde_json::json;
use tokio::sync::watch;

use crate::clock::ManualClock;
use crate::provider::{Document, Endpoint, KycProvider, Mode, Reply};
use crate::{CONNECT, OAuth2, Setting, Told, begin, prove, verified};

const DAY: Duration = Duration::from_hours(24);

async fn discovering() -> (Arc<KycProvider>, OAuth2, Arc<ManualClock>) {
    let setting = Setting::openid().await;
    let clock = Arc::clone(&setting.clock);
    let (server, provider) = setting.provider();
    (server, provider, clock)
}

fn broken() -> Mode {
    Mode::Answers(Endpoint::Metadata, Reply::Json(500, json!({})))
}

/// A provider whose metadata is fetched and has just become a day old.
async fn a_day_later() -> (Arc<KycProvider>, OAuth2, Arc<ManualClock>) {
    let (server, provider, clock) = discovering().await;
    begin(&provider).await.unwrap();
    clock.advance(DAY);
    (server, provider, clock)
}

#[tokio::test]
async fn metadata_is_fetched_once_a_day() {
    let (server, provider, clock) = discovering().await;
    assert!(server.received(CONNECT).is_empty(), "nothing is fetched before it is needed");
    begin(&provider).await.unwrap();
    clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    begin(&provider).await.unwrap();
    assert_eq!(server.received(CONNECT).len(), 1);
    clock.advance(Duration::from_secs(1));
    begin(&provider).await.unwrap();
    server.until_received(CONNECT, 2).await;
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_at_once() {
    let hang_up = Mode::Answers(Endpoint::Metadata, Reply::HangsUpOnce);
    assert_eq!(Setting::openid().await.misbehaving(hang_up).prove().await, verified());
}

#[tokio::test]
async fn whoever_comes_during_a_fetch_shares_its_answer() {
    let (server, provider, _clock) = discovering().await;
    let departures = join_all((0..50).map(|_| begin(&provider))).await;
    assert!(departures.iter().all(Result::is_ok));
    assert_eq!(server.received(CONNECT).len(), 1);
}

#[tokio::test]
async fn a_browser_that_goes_away_leaves_the_fetch_to_those_who_stay() {
    let (server, provider, _clock) = discovering().await;
    let (allow, allowed) = watch::channel(false);
    server.misbehave(Mode::Answers(Endpoint::Metadata, Reply::When(allowed)));
    let provider = Arc::new(provider);
    let page = || {
        let provider = Arc::clone(&provider);
        tokio::spawn(async move { provider.authorize_origin().await })
    };
    let leaver = page();
    server.until_received(CONNECT, 1).await;
    let stayer = page();
    leaver.abort();
    assert!(leaver.await.unwrap_err().is_cancelled());
    allow.send_replace(true);
    assert_eq!(stayer.await.unwrap(), Some(server.origin.clone()));
    assert_eq!(server.received(CONNECT).len(), 1);
}

#[tokio::test]
async fn an_issuer_that_is_down_is_asked_again_after_thirty_seconds() {
    let (server, provider, clock) = discovering().await;
    server.misbehave(broken());
    let trouble = begin(&provider).await.err();
    assert_eq!(trouble, Some(Trouble::Broken("the metadata endpoint answered 500".into())));
    server.behave();
    clock.advance(Duration::from_secs(29));
    assert_eq!(begin(&provider).await.err(), trouble, "nobody asks meanwhile");
    assert_eq!(provider.authorize_origin().await, None);
    assert_eq!(server.received(CONNECT).len(), 1);
    clock.advance(Duration::from_secs(1));
    assert!(begin(&provider).await.is_ok());
}

#[rstest]
#[case::broken(Reply::Json(500, json!({})))]
#[case::busy(Reply::Later(503, "60"))]
#[case::silent(Reply::Never)]
#[tokio::test]
async fn known_metadata_outlasts_an_issuer_that_is(#[case] reply: Reply) {
    let (server, provider, clock) = a_day_later().await;
    server.misbehave(Mode::Answers(Endpoint::Metadata, reply));
    for _ in 0..3 {
        assert_eq!(provider.authorize_origin().await, Some(server.origin.clone()));
        assert!(begin(&provider).await.is_ok());
        clock.advance(30 * DAY);
    }
}

#[tokio::test]
async fn an_issuer_that_is_down_is_not_asked_for_every_browser() {
    let (server, provider, _clock) = a_day_later().await;
    server.misbehave(broken());
    for _ in 0..5 {
        assert!(matches!(prove(&server, &provider).await, Told::Verified { .. }));
    }
    assert_eq!(server.received(CONNECT).len(), 2);
}

#[tokio::test]
async fn old_metadata_serves_while_it_is_fetched_again() {
    const NEW: &str = "https://login.example.com";
    let (server, provider, _clock) = a_day_later().await;
    server.misbehave(Mode::Says(Document::Metadata, "authorization_endpoint", NEW.into()));
    let origins = async {
        assert_eq!(provider.authorize_origin().await, Some(server.origin.clone()), "nobody waits");
        while provider.authorize_origin().await.as_deref() != Some(NEW) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), origins).await.expect("new metadata is used in the end");
    assert_eq!(server.received(CONNECT).len(), 2);
}
