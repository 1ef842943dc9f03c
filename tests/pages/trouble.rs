//! The pages of failure: status, headers, and what they offer.

use std::time::Duration;

use axum::body::to_bytes;
use axum::response::{IntoResponse, Response};
use http::header;
use kycd::http::pages::{Again, Origin, PageError, Quote};
use rstest::rstest;
use url::Url;

fn again() -> Again {
    Again {
        id: "process-1".to_owned(),
        provider: "Example eID".to_owned(),
        form_token: "token-1".to_owned(),
        origins: vec![Origin::of(&Url::parse("https://eid.example.com/authorize").expect("a URL")).expect("https")],
    }
}

async fn html(response: Response) -> String {
    let body = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    String::from_utf8(body.to_vec()).expect("UTF-8")
}

#[rstest]
#[case::malformed(PageError::Malformed, 400, false)]
#[case::code_refused(PageError::CodeRefused(Some(again())), 401, true)]
#[case::other_browser(PageError::OtherBrowser, 401, false)]
#[case::not_confirmed(PageError::NotConfirmed, 401, false)]
#[case::cancelled(PageError::Cancelled { again: Some(again()), said: None }, 403, true)]
#[case::cancelled_elsewhere(PageError::Cancelled { again: None, said: None }, 403, false)]
#[case::refused(PageError::Refused, 403, false)]
#[case::form_expired(PageError::FormExpired, 403, false)]
#[case::unknown(PageError::Unknown, 404, false)]
#[case::method(PageError::MethodNotAllowed("GET"), 405, false)]
#[case::finished(PageError::Finished, 409, false)]
#[case::internal(PageError::internal("the disk is full"), 500, false)]
#[case::broken(PageError::ProviderBroken(Some(again())), 502, true)]
#[case::busy(PageError::ProviderBusy { again: Some(again()), retry_after: Duration::from_secs(30) }, 503, true)]
#[case::silent(PageError::ProviderSilent(Some(again())), 504, true)]
#[tokio::test]
async fn a_failure_has_its_status_and_a_button_only_where_one_may_start_again(
    #[case] error: PageError,
    #[case] status: u16,
    #[case] can_start_again: bool,
) {
    let response = error.into_response();
    assert_eq!(response.status(), status);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("ASCII").to_owned();
    let action = if can_start_again { "form-action 'self' https://eid.example.com" } else { "form-action 'none'" };
    assert!(policy.ends_with(action), "{policy}");
    let html = html(response).await;
    assert_eq!(html.contains("action=\"/kyc-start/process-1\""), can_start_again);
    assert!(!html.contains("disk is full"), "the cause of a failure is for the log");
}

#[test]
fn a_busy_provider_and_a_wrong_method_say_more_in_a_header() {
    let busy = PageError::ProviderBusy { again: None, retry_after: Duration::from_secs(30) }.into_response();
    assert_eq!(busy.headers()[header::RETRY_AFTER], "30");
    let soon = PageError::ProviderBusy { again: None, retry_after: Duration::ZERO }.into_response();
    assert_eq!(soon.headers()[header::RETRY_AFTER], "1");
    let method = PageError::MethodNotAllowed("GET, POST").into_response();
    assert_eq!(method.headers()[header::ALLOW], "GET, POST");
}

#[tokio::test]
async fn what_a_provider_says_is_shown_as_text() {
    let said = Quote::new("<script>alert(1)</script>\u{202e} javascript:alert(1)\r\n\0");
    let page = html(PageError::Cancelled { again: Some(again()), said }.into_response()).await;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt; javascript:alert(1)<"), "{page}");
    assert!(!page.contains("<script") && !page.contains("<a "));
}

#[rstest]
#[case::empty("")]
#[case::space("  \t ")]
#[case::invisible("\u{202e}\u{feff}\u{200b}")]
fn a_provider_that_says_nothing_is_not_quoted(#[case] message: &str) {
    assert!(Quote::new(message).is_none());
}

#[tokio::test]
async fn a_long_message_of_a_provider_is_cut() {
    let page = html(PageError::Cancelled { again: None, said: Quote::new(&"ü".repeat(10_000)) }.into_response()).await;
    assert_eq!(page.matches('ü').count(), 300);
}
