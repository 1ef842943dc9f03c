//! SSRF-17: how hard a host is pressed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use http::HeaderMap;
use kycd::egress::{FetchError, Untrusted};

use crate::receiver::Receiver;
use crate::{Script, clock, lenient, url};

#[tokio::test]
async fn a_host_gets_two_calls_at_once() {
    let receiver = Receiver::held_back().await;
    let client = lenient(Script::new(&["127.0.0.1"]));
    let wallet = url(&format!("http://localhost:{}/cb", receiver.port));
    let calls = (0..8).map(|_| client.get(&wallet, 1024));
    let answers = async {
        // Each answer lets one more in: never are there more than two callers that were not answered.
        for answered in 0..8 {
            while receiver.requests().len() < (answered + 2).min(8) {
                tokio::task::yield_now().await;
            }
            assert!(receiver.connections() <= answered + 2);
            receiver.turns.add_permits(1);
        }
    };
    let (called, ()) = tokio::join!(join_all(calls), answers);
    assert!(called.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_third_post_does_not_wait_for_long() {
    let receiver = Receiver::held_back().await;
    let client = lenient(Script::new(&["127.0.0.1"]));
    let wallet = url(&format!("http://localhost:{}/cb", receiver.port));
    let post = || client.post(&wallet, HeaderMap::new(), Vec::new());
    let third = async {
        while receiver.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
        let called = post().await;
        receiver.turns.add_permits(2);
        called
    };
    let (first, second, third) = tokio::join!(post(), post(), third);
    assert!(first.is_ok() && second.is_ok());
    assert!(matches!(third, Err(FetchError::Crowded)));
    assert_eq!(receiver.connections(), 2);
}

#[tokio::test]
async fn a_host_gets_sixty_calls_a_minute() {
    let receiver = Receiver::start("200 OK").await;
    let clock = clock();
    let client = Untrusted::new(Script::new(&["127.0.0.1"]), Arc::clone(&clock) as _, true).unwrap();
    let wallet = url(&format!("http://localhost:{}/cb", receiver.port));
    for _ in 0..60 {
        assert!(client.post(&wallet, HeaderMap::new(), Vec::new()).await.is_ok());
    }
    clock.advance(Duration::from_secs(59));
    let call = client.post(&wallet, HeaderMap::new(), Vec::new()).await;
    assert!(matches!(call, Err(FetchError::Crowded)));
    assert_eq!(receiver.connections(), 60);
    let elsewhere = url(&format!("http://127.0.0.1:{}/cb", receiver.port));
    assert!(client.post(&elsewhere, HeaderMap::new(), Vec::new()).await.is_ok());
    clock.advance(Duration::from_secs(1));
    assert!(client.post(&wallet, HeaderMap::new(), Vec::new()).await.is_ok());
}
