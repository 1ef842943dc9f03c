//! SSRF-12 and SSRF-13, and how much of an answer is read.

use http::{HeaderMap, HeaderValue};
use kycd::egress::{EgressError, FetchError};
use rstest::rstest;

use crate::receiver::Receiver;
use crate::{Script, lenient, url};

#[tokio::test]
async fn a_post_brings_its_headers_and_body_and_gets_status_and_headers() {
    let receiver = Receiver::start("429 Too Many Requests\r\nretry-after: 7").await;
    let client = lenient(Script::new(&["127.0.0.1"]));
    let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let wallet = url(&format!("http://localhost:{}/cb?x=1", receiver.port));
    let answer = client.post(&wallet, headers, b"{\"a\":1}".to_vec()).await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "7");
    let request = receiver.requests().remove(0);
    assert!(request.starts_with("POST /cb?x=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("content-type: application/json\r\n") && request.ends_with("{\"a\":1}"), "{request}");
}

#[rstest]
#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed(#[values(301, 302, 303, 307, 308)] status: u16) {
    let canary = Receiver::start("200 OK").await;
    let head = format!("{status} Elsewhere\r\nlocation: http://localhost:{}/", canary.port);
    let receiver = Receiver::start(&head).await;
    let client = lenient(Script::new(&["127.0.0.1"]));
    let wallet = url(&format!("http://localhost:{}/cb", receiver.port));
    assert_eq!(client.post(&wallet, HeaderMap::new(), Vec::new()).await.unwrap().status(), status);
    assert_eq!(client.get(&wallet, 1024).await.unwrap().status(), status);
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn a_host_that_speaks_no_tls_gets_no_plain_request() {
    let receiver = Receiver::start("200 OK").await;
    let client = lenient(Script::new(&["127.0.0.1"]));
    let wallet = url(&format!("https://localhost:{}/cb", receiver.port));
    let called = client.post(&wallet, HeaderMap::new(), b"a callback".to_vec()).await;
    assert!(matches!(called, Err(FetchError::Egress(EgressError::Unreachable(_)))));
    assert_eq!(receiver.connections(), 1);
    assert!(receiver.requests().iter().all(|request| !request.contains("POST /cb") && !request.contains("a callback")));
}

#[tokio::test]
async fn a_document_is_read_up_to_its_cap() {
    let receiver = Receiver::with_body(&"x".repeat(1000)).await;
    let client = lenient(Script::new(&["127.0.0.1"]));
    let document = url(&format!("http://localhost:{}/stellar.toml", receiver.port));
    assert_eq!(client.get(&document, 1000).await.unwrap().body().len(), 1000);
    let cut = client.get(&document, 999).await;
    assert!(matches!(cut, Err(FetchError::Egress(EgressError::TooLarge))));
}

#[tokio::test]
async fn the_status_of_a_post_counts_however_long_its_answer_is() {
    let receiver = Receiver::with_body(&"x".repeat(1 << 20)).await;
    let client = lenient(Script::new(&["127.0.0.1"]));
    let wallet = url(&format!("http://localhost:{}/cb", receiver.port));
    assert_eq!(client.post(&wallet, HeaderMap::new(), Vec::new()).await.unwrap().status(), 200);
}
