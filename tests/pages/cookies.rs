//! The cookies of the customer's browser.

use http::{HeaderMap, HeaderValue, header};
use kycd::domain::language::Language;
use kycd::http::cookies::{ProcessCookie, SecretCookie, language_set_cookie, read_language};
use proptest::prelude::{any, prop_assert, proptest};
use rstest::rstest;

fn request(cookie: &str) -> HeaderMap {
    HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(cookie).expect("a header"))])
}

/// What a browser sends back after this `Set-Cookie`.
fn returned(set_cookie: &str) -> HeaderMap {
    request(set_cookie.split(';').next().expect("split gives a first part"))
}

fn with_entries(entries: &[&str]) -> ProcessCookie {
    entries.iter().fold(ProcessCookie::default(), |cookie, entry| cookie.with(entry))
}

#[rstest]
#[case::https(true, "__Host-kycd-process=b~a; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600")]
#[case::http(false, "kycd-process=b~a; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600")]
fn the_process_cookie_has_the_attributes_of_its_scheme(#[case] secure: bool, #[case] expected: &str) {
    assert_eq!(with_entries(&["a", "b"]).to_set_cookie(secure), expected);
}

#[rstest]
#[case::https(true, "__Host-kycd-form=x1; HttpOnly; SameSite=Lax; Secure; Path=/")]
#[case::http(false, "kycd-form=x1; HttpOnly; SameSite=Lax; Path=/")]
fn the_form_cookie_has_the_attributes_of_its_scheme(#[case] secure: bool, #[case] expected: &str) {
    let cookie = SecretCookie::of_forms(secure);
    assert_eq!(cookie.to_set_cookie("x1"), expected);
    assert_eq!(cookie.read(&returned(expected)).as_deref(), Some("x1"));
}

#[rstest]
#[case::https(true, "__Host-kycd-lang=de; HttpOnly; SameSite=Lax; Secure; Path=/")]
#[case::http(false, "kycd-lang=de; HttpOnly; SameSite=Lax; Path=/")]
fn the_language_cookie_has_the_attributes_of_its_scheme(#[case] secure: bool, #[case] expected: &str) {
    assert_eq!(language_set_cookie(Language::De, secure), expected);
    assert_eq!(read_language(&returned(expected), secure), Some(Language::De));
    assert_eq!(read_language(&request("kycd-lang=../../etc"), false), None);
}

#[test]
fn the_newest_four_processes_come_back_newest_first() {
    let cookie = with_entries(&["one", "two", "three", "four", "five"]);
    let read = ProcessCookie::read(&returned(&cookie.to_set_cookie(true)), true);
    assert_eq!(read.entries().collect::<Vec<_>>(), ["five", "four", "three", "two"]);
}

#[test]
fn a_process_that_starts_again_is_named_once_and_in_front() {
    let cookie = with_entries(&["one", "two", "one"]);
    assert_eq!(cookie.entries().collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn the_longest_cookie_stays_below_4_kib() {
    let entries: Vec<String> = ["a", "b", "c", "d"].iter().map(|letter| letter.repeat(512)).collect();
    let cookie = with_entries(&entries.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(cookie.entries().count(), 4);
    assert!(cookie.to_set_cookie(true).len() <= 4096);
}

#[rstest]
#[case::unprefixed_over_https("kycd-process=a", true)]
#[case::prefixed_over_http("__Host-kycd-process=a", false)]
#[case::other_name("__Host-kycd-processes=a", true)]
#[case::empty("__Host-kycd-process=", true)]
#[case::separators("__Host-kycd-process=~~~", true)]
#[case::no_value("__Host-kycd-process", true)]
#[case::quoted("__Host-kycd-process=\"a b\"", true)]
#[case::percent("__Host-kycd-process=%00", true)]
#[case::path("__Host-kycd-process=../../etc", true)]
fn junk_is_no_process(#[case] cookie: &str, #[case] secure: bool) {
    assert_eq!(ProcessCookie::read(&request(cookie), secure).entries().count(), 0);
}

#[test]
fn junk_between_processes_is_left_out() {
    let long = "x".repeat(513);
    let read = ProcessCookie::read(&request(&format!("a=b; __Host-kycd-process=one~<>~{long}~two~; c")), true);
    assert_eq!(read.entries().collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn an_entry_that_could_end_the_cookie_is_not_written() {
    let cookie = with_entries(&["good", "bad; Domain=example.com", "bad~bad", "", "bad\r\nSet-Cookie: x=y"]);
    assert_eq!(cookie.entries().collect::<Vec<_>>(), ["good"]);
}

#[test]
fn bytes_that_are_no_text_are_no_cookie() {
    let headers =
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_bytes(b"__Host-kycd-form=\xff").expect("opaque"))]);
    assert_eq!(SecretCookie::of_forms(true).read(&headers), None);
}

proptest! {
    #[test]
    fn whatever_a_browser_sends_the_cookie_written_next_is_small_and_well_formed(sent in any::<Vec<u8>>()) {
        let mut value = b"__Host-kycd-process=".to_vec();
        value.extend(sent);
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
            let written = ProcessCookie::read(&headers, true).with("entry").to_set_cookie(true);
            prop_assert!(written.len() <= 4096);
            prop_assert!(HeaderValue::from_str(&written).is_ok());
            prop_assert!(written.matches(';').count() == 5);
        }
    }
}
