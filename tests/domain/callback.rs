//! CB-02, CB-10 and SSRF-16: where callbacks go, and what is signed of it.

use kycd::domain::callback::{CallbackBody, CallbackUrl, CallbackUrlError};
use rstest::rstest;

fn parse(text: &str) -> CallbackUrl {
    CallbackUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[rstest]
#[case::plain("https://wallet.example/cb", "wallet.example")]
#[case::explicit_port("https://wallet.example:8443/cb?x=1", "wallet.example:8443")]
#[case::default_port("https://wallet.example:443/cb", "wallet.example")]
#[case::default_port_of_http("http://wallet.example:80/cb", "wallet.example")]
#[case::upper_case("HTTPS://Wallet.EXAMPLE/CB", "wallet.example")]
#[case::international("https://bücher.example/cb", "xn--bcher-kva.example")]
#[case::international_with_port("https://BÜCHER.example:8443/", "xn--bcher-kva.example:8443")]
#[case::address("http://127.0.0.1:3000/cb", "127.0.0.1:3000")]
#[case::address_v6("http://[::1]:3000/cb", "[::1]:3000")]
#[case::user_left_out("https://user:password@wallet.example/cb", "wallet.example")]
fn the_host_is_signed_in_its_normal_form(#[case] url: &str, #[case] signed: &str) {
    assert_eq!(parse(url).signed_host(), signed);
}

#[rstest]
#[case::relative("/cb", CallbackUrlError::Form)]
#[case::empty("", CallbackUrlError::Form)]
#[case::nonsense("nonsense", CallbackUrlError::Form)]
#[case::without_host("data:text/plain,x", CallbackUrlError::Form)]
#[case::newline_in_the_host("https://wallet\n.example/cb", CallbackUrlError::Form)]
#[case::newline_at_the_end("https://wallet.example/cb\n", CallbackUrlError::Form)]
#[case::tab("https://wal\tlet.example/cb", CallbackUrlError::Form)]
#[case::blank("https://wallet.example/c b", CallbackUrlError::Form)]
#[case::backslash("https:\\\\wallet.example\\cb", CallbackUrlError::Form)]
#[case::zone("https://[fe80::1%25lo]/cb", CallbackUrlError::Form)]
#[case::port_out_of_range("https://wallet.example:65536/", CallbackUrlError::Form)]
#[case::number_before_a_dot("https://1.evil/cb", CallbackUrlError::Host)]
#[case::numbers_before_a_dot("https://1780000000.wallet.example/cb", CallbackUrlError::Host)]
#[case::beginning_of_a_body("https://wallet.{example/cb", CallbackUrlError::Host)]
fn a_url_whose_host_could_be_mistaken_is_refused(#[case] url: &str, #[case] error: CallbackUrlError) {
    assert!(CallbackUrl::parse(url).is_err_and(|found| found == error));
}

#[rstest]
#[case::the_longest(2048, true)]
#[case::longer(2049, false)]
fn a_url_has_2048_bytes_at_most(#[case] length: usize, #[case] taken: bool) {
    let start = "https://wallet.example/";
    let url = format!("{start}{}", "x".repeat(length - start.len()));
    assert_eq!(CallbackUrl::parse(&url).is_ok(), taken);
}

#[rstest]
#[case::itself("https://wallet.com/cb", "wallet.com", true)]
#[case::below("https://kyc.wallet.com/cb", "wallet.com", true)]
#[case::with_ports("https://wallet.com:8443/cb", "wallet.com:443", true)]
#[case::other_case("https://WALLET.com/cb", "Wallet.COM", true)]
#[case::international("https://bücher.example/cb", "xn--bcher-kva.example", true)]
#[case::loopback("http://127.0.0.1:3000/cb", "127.0.0.1:4000", true)]
#[case::loopback_name("http://localhost:3000/cb", "localhost:4000", true)]
#[case::look_alike("https://evilwallet.com/cb", "wallet.com", false)]
#[case::above("https://com/cb", "wallet.com", false)]
#[case::in_front("https://wallet.com.evil.com/cb", "wallet.com", false)]
#[case::in_the_path("https://evil.com/wallet.com", "wallet.com", false)]
#[case::in_the_user("https://wallet.com@evil.com/", "wallet.com", false)]
#[case::another_address("http://127.0.0.2/cb", "127.0.0.1", false)]
#[case::nothing("https://wallet.com/cb", "", false)]
fn a_host_is_within_its_own_domain_and_those_above(#[case] url: &str, #[case] domain: &str, #[case] within: bool) {
    assert_eq!(parse(url).is_within(domain), within);
}

#[rstest]
#[case::object(r#"{"status":"ACCEPTED"}"#, true)]
#[case::empty_object("{}", true)]
#[case::transaction_hash("0123456789abcdef0123456789abcdef", false)]
#[case::array("[]", false)]
#[case::text("\"x\"", false)]
#[case::blank_before(" {}", false)]
#[case::two("{}{}", false)]
#[case::broken("{", false)]
#[case::empty("", false)]
fn a_body_is_a_json_object(#[case] text: &str, #[case] taken: bool) {
    assert_eq!(CallbackBody::new(text.to_owned()).is_some(), taken);
}
