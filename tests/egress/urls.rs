//! SSRF-01, -03, -05 and -07: what a URL may look like.

use kycd::egress::NotPublic;
use rstest::rstest;

use crate::{Script, lenient, strict, url};

/// Somebody out there.
const PUBLIC: &str = "93.184.216.34";

#[rstest]
#[case::http("http://wallet.example/cb", NotPublic::Scheme)]
#[case::ftp("ftp://wallet.example/cb", NotPublic::Scheme)]
#[case::file("file:///etc/passwd", NotPublic::Host)]
#[case::gopher("gopher://wallet.example/cb", NotPublic::Scheme)]
#[case::javascript("javascript:alert(1)", NotPublic::Host)]
#[case::data("data:text/plain,x", NotPublic::Host)]
#[case::http_to_loopback("http://127.0.0.1:8080/cb", NotPublic::Scheme)]
#[case::user("https://wallet@wallet.example/cb", NotPublic::Credentials)]
#[case::password("https://:secret@wallet.example/cb", NotPublic::Credentials)]
#[case::localhost("https://localhost/cb", NotPublic::Host)]
#[case::localhost_with_dot("https://localhost./cb", NotPublic::Host)]
#[case::below_localhost("https://x.localhost/cb", NotPublic::Host)]
#[case::metadata_by_name("https://metadata.google.internal/cb", NotPublic::Host)]
#[case::internal("https://kyc.internal/cb", NotPublic::Host)]
#[case::local("https://printer.local/cb", NotPublic::Host)]
#[case::home("https://nas.home.arpa/cb", NotPublic::Host)]
#[case::single_label("https://intranet/cb", NotPublic::Host)]
#[case::trailing_dot("https://wallet.example./cb", NotPublic::Host)]
#[case::upper_case("https://LOCALHOST/cb", NotPublic::Host)]
#[case::loopback("https://127.0.0.1/cb", NotPublic::Address)]
#[case::decimal_loopback("https://2130706433/cb", NotPublic::Address)]
#[case::octal_loopback("https://0177.0.0.1/cb", NotPublic::Address)]
#[case::hexadecimal_loopback("https://0x7f.1/cb", NotPublic::Address)]
#[case::full_width_loopback("https://127。0。0。1/cb", NotPublic::Address)]
#[case::metadata("https://169.254.169.254/latest", NotPublic::Address)]
#[case::loopback_v6("https://[::1]/cb", NotPublic::Address)]
#[case::mapped_loopback("https://[::ffff:127.0.0.1]/cb", NotPublic::Address)]
#[case::nat64_loopback("https://[64:ff9b::7f00:1]/cb", NotPublic::Address)]
#[case::site_local("https://[fec0::1]/cb", NotPublic::Address)]
#[case::ssh("https://wallet.example:22/cb", NotPublic::Port)]
#[case::smtp("https://wallet.example:25/cb", NotPublic::Port)]
#[case::http_port("https://wallet.example:80/cb", NotPublic::Port)]
#[case::nothing("https://wallet.example:0/cb", NotPublic::Port)]
#[case::postgresql("https://wallet.example:5432/cb", NotPublic::Port)]
#[case::redis("https://wallet.example:6379/cb", NotPublic::Port)]
#[tokio::test]
async fn a_url_that_does_not_lead_to_a_public_host_is_refused(#[case] text: &str, #[case] reason: NotPublic) {
    let resolver = Script::new(&[PUBLIC]);
    let client = strict(resolver.clone());
    assert_eq!(client.check(&url(text)).await, Err(reason));
    assert_eq!(resolver.asked(), 0, "a name that is refused is not looked up either");
}

#[rstest]
#[case::zone("https://[fe80::1%25lo]/cb")]
#[case::port_out_of_range("https://wallet.example:65536/cb")]
#[case::relative("/cb")]
#[case::empty("")]
fn a_url_that_is_none_cannot_be_named(#[case] text: &str) {
    assert!(url::Url::parse(text).is_err());
}

#[rstest]
#[case::plain("https://wallet.example/cb?x=1#y")]
#[case::default_port("https://wallet.example:443/cb")]
#[case::high_port("https://wallet.example:8443/cb")]
#[case::ephemeral_port("https://wallet.example:49152/cb")]
#[case::international("https://bücher.example/cb")]
#[case::inner_word("https://local.wallet.example/cb")]
#[case::like_an_inner_domain("https://mylocal.example/cb")]
#[case::public_address("https://93.184.216.34/cb")]
#[tokio::test]
async fn a_url_that_leads_to_a_public_host_is_taken(#[case] text: &str) {
    assert_eq!(strict(Script::new(&[PUBLIC])).check(&url(text)).await, Ok(()));
}

#[rstest]
#[case::name("http://localhost:8080/cb")]
#[case::below_localhost("http://wallet.localhost:8080/cb")]
#[case::address("http://127.0.0.1:8080/cb")]
#[case::address_v6("http://[::1]:8080/cb")]
#[case::https("https://localhost:8443/cb")]
#[case::http_port("http://localhost/cb")]
#[tokio::test]
async fn dev_may_call_this_machine(#[case] text: &str) {
    assert_eq!(lenient(Script::new(&["127.0.0.1 ::1"])).check(&url(text)).await, Ok(()));
    assert!(strict(Script::new(&["127.0.0.1 ::1"])).check(&url(text)).await.is_err());
}

#[rstest]
#[case::http_elsewhere("http://wallet.example/cb", NotPublic::Scheme)]
#[case::private("https://10.0.0.1/cb", NotPublic::Address)]
#[case::metadata("http://169.254.169.254/cb", NotPublic::Scheme)]
#[case::unspecified("http://0.0.0.0:8080/cb", NotPublic::Scheme)]
#[case::postgresql("http://localhost:5432/cb", NotPublic::Port)]
#[tokio::test]
async fn dev_may_not_call_other_machines_of_its_network(#[case] text: &str, #[case] reason: NotPublic) {
    assert_eq!(lenient(Script::new(&["127.0.0.1"])).check(&url(text)).await, Err(reason));
}
