//! SSRF-08, -09 and -11: what a name resolves to, and when.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use kycd::egress::{EgressError, FetchError, NotPublic, Resolver};
use rstest::rstest;

use crate::receiver::Receiver;
use crate::{Script, lenient, strict, url};

#[rstest]
#[case::private("10.0.0.1")]
#[case::loopback("127.0.0.1")]
#[case::metadata("169.254.169.254")]
#[case::public_before_private("93.184.216.34 10.0.0.1")]
#[case::private_before_public("10.0.0.1 93.184.216.34")]
#[case::public_and_private_v6("93.184.216.34 fd00:ec2::254")]
#[tokio::test]
async fn one_address_that_is_not_public_fails_the_name(#[case] addresses: &str) {
    let client = strict(Script::new(&[addresses]));
    assert_eq!(client.check(&url("https://wallet.example/cb")).await, Err(NotPublic::Address));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_may_be_named_and_cannot_be_called() {
    let client = strict(Script::new(&[""]));
    let wallet = url("https://wallet.example/cb");
    assert_eq!(client.check(&wallet).await, Ok(()));
    let called = client.post(&wallet, HeaderMap::new(), Vec::new()).await;
    assert!(matches!(called, Err(FetchError::Egress(EgressError::Unreachable(_)))));
}

/// A name that moves once it was checked, as often as its owner likes.
#[tokio::test]
async fn a_name_that_moves_inwards_after_it_was_checked_is_not_called() {
    let canary = Receiver::start("200 OK").await;
    let wallet = url(&format!("https://wallet.example:{}/cb", canary.port));
    for _ in 0..200 {
        let client = strict(Script::new(&["93.184.216.34", "127.0.0.1"]));
        assert_eq!(client.check(&wallet).await, Ok(()));
        let called = client.post(&wallet, HeaderMap::new(), Vec::new()).await;
        assert!(matches!(called, Err(FetchError::NotPublic(NotPublic::Address))));
    }
    assert_eq!(canary.connections(), 0);
}

/// What is connected to is what the one and only question found, whatever the next one would find.
#[tokio::test]
async fn a_call_asks_for_a_name_once() {
    let receiver = Receiver::start("200 OK").await;
    for _ in 0..200 {
        let resolver = Script::new(&["127.0.0.1", "169.254.169.254"]);
        let client = lenient(resolver.clone());
        let wallet = url(&format!("http://wallet.localhost:{}/cb", receiver.port));
        client.post(&wallet, HeaderMap::new(), Vec::new()).await.unwrap();
        assert_eq!(resolver.asked(), 1);
    }
    assert_eq!(receiver.connections(), 200);
}

#[tokio::test]
async fn every_call_checks_the_name_anew() {
    let receiver = Receiver::start("200 OK").await;
    let client = lenient(Script::new(&["127.0.0.1", "10.0.0.1"]));
    let wallet = url(&format!("http://wallet.localhost:{}/cb", receiver.port));
    assert!(client.post(&wallet, HeaderMap::new(), Vec::new()).await.is_ok());
    let again = client.post(&wallet, HeaderMap::new(), Vec::new()).await;
    assert!(matches!(again, Err(FetchError::NotPublic(NotPublic::Address))));
}

struct Silent;

impl Resolver for Silent {
    fn resolve(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        std::future::pending().boxed()
    }
}

#[tokio::test]
async fn a_name_server_that_never_answers_is_given_up() {
    let client = strict(Arc::new(Silent));
    let wallet = url("https://wallet.example/cb");
    let (checked, called) = tokio::join!(client.check(&wallet), client.post(&wallet, HeaderMap::new(), Vec::new()));
    assert_eq!(checked, Ok(()));
    assert!(matches!(called, Err(FetchError::Egress(_))));
}
