//! What can be wrong with signing in wallets, and with the file by which they find us.

use std::time::Duration;

use rstest::rstest;

use crate::values::describe;
use crate::{Folder, at, right};

/// What SEP-10 needs, after four lines of its own section.
const NEEDED: &str = "\n[server]\npublic_url = \"https://kyc.example.com\"\n\
    [keys]\nmaster_key_files = [\"{dir}/master-1.key\"]\nsigning_key_file = \"{dir}/signing.seed\"\n\
    [[token_issuers]]\nkind = \"sep10\"\nissuer = \"https://kyc.example.com/auth\"\nalgorithm = \"HS256\"\n\
    secret_file = \"{dir}/jwt.secret\"\n";

const ON: &str = "[sep10]\nenabled = true\nhome_domains = [\"anchor.example.com\"]\n";

const NOT_OUR_ISSUER: &str = "sep10.issuer: must be the issuer of a [[token_issuers]] of kind sep10 that has a secret";
const NOT_A_DOMAIN: &str = "must be a domain in lower case, like \"anchor.example.com\", that fits into a challenge";

#[test]
fn it_is_off_unless_it_is_turned_on() {
    let config = right(Folder::new().serve(&format!("[database]\nurl = \"sqlite://x\"\n{NEEDED}"), &[]));

    assert!(config.sep10.is_none());
    assert!(config.stellar_toml.is_none());
}

#[test]
fn it_needs_its_home_domain_a_key_and_an_issuer_with_a_secret() {
    let config = right(Folder::new().serve(&format!("{ON}{NEEDED}[database]\nurl = \"sqlite://x\""), &[]));

    let sep10 = config.sep10.expect("it is on");
    assert_eq!(sep10.endpoint, "https://kyc.example.com/auth");
    assert_eq!(sep10.issuer, "https://kyc.example.com/auth");
    assert_eq!(sep10.web_auth_domain, "kyc.example.com");
    assert_eq!(sep10.home_domains, ["anchor.example.com"]);
    assert_eq!(sep10.network_passphrase, "Public Global Stellar Network ; September 2015");
    assert_eq!(sep10.challenge_lifetime, Duration::from_mins(15));
    assert_eq!(sep10.token_secret.expose(), b"0123456789abcdef0123456789abcdef");
}

#[rstest]
#[case::a_port("https://kyc.example.com:8443", "kyc.example.com:8443")]
#[case::the_usual_port("https://kyc.example.com:443", "kyc.example.com")]
#[case::an_address("https://[::1]:8443", "[::1]:8443")]
fn challenges_call_the_server_by_host_and_port(#[case] public_url: &str, #[case] domain: &str) {
    let toml = format!("{ON}issuer = \"https://kyc.example.com/auth\"{NEEDED}[database]\nurl = \"sqlite://x\"");

    let config =
        right(Folder::new().serve(&toml.replace("\"https://kyc.example.com\"", &format!("\"{public_url}\"")), &[]));

    assert_eq!(config.sep10.expect("it is on").web_auth_domain, domain);
}

#[rstest]
#[case::public("network = \"public\"", "Public Global Stellar Network ; September 2015")]
#[case::testnet("network = \"testnet\"", "Test SDF Network ; September 2015")]
#[case::another("network_passphrase = \"Standalone\"", "Standalone")]
fn a_network_has_a_passphrase(#[case] line: &str, #[case] passphrase: &str) {
    let config = right(Folder::new().serve(&format!("{ON}{line}{NEEDED}[database]\nurl = \"sqlite://x\""), &[]));

    assert_eq!(config.sep10.expect("it is on").network_passphrase, passphrase);
}

#[rstest]
#[case::network("network = \"test\"", "4:1: sep10.network: must be \"public\" or \"testnet\"".to_owned())]
#[case::home_domain_in_capitals("#\nother = 1", "5:1: sep10.other: unknown key".to_owned())]
#[case::web_auth_domain("web_auth_domain = \"https://kyc\"", format!("4:1: sep10.web_auth_domain: {NOT_A_DOMAIN}"))]
#[case::a_long_web_auth_domain(
    &format!("web_auth_domain = \"{}\"", "a".repeat(65)),
    format!("4:1: sep10.web_auth_domain: {NOT_A_DOMAIN}")
)]
#[case::horizon_over_http("horizon_url = \"http://horizon\"", "4:1: sep10.horizon_url: must be an https URL".to_owned())]
#[case::no_requests(
    "requests_per_minute = 0",
    "4:1: sep10.requests_per_minute: must be a whole number from 1 to 1000".to_owned()
)]
#[case::another_issuer("issuer = \"https://other.example.com/auth\"", format!("4:1: {NOT_OUR_ISSUER}"))]
#[case::tokens_that_live_too_long(
    "token_lifetime = \"25h\"",
    "4:1: sep10.token_lifetime: is longer than the max_lifetime of the token issuer".to_owned()
)]
fn reports_what_is_wrong(#[case] line: &str, #[case] expected: String) {
    let problems = Folder::new().serve_problems(&format!("{ON}{line}{NEEDED}"));

    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with(&at(&expected)), "{problems:?}");
}

#[rstest]
#[case::no_home_domain("[sep10]\nenabled = true", "sep10.home_domains: is required")]
#[case::an_empty_home_domain(
    "[sep10]\nenabled = true\nhome_domains = [\"\"]",
    "sep10.home_domains[0]: must not be empty"
)]
#[case::a_home_domain_in_capitals(
    "[sep10]\nenabled = true\nhome_domains = [\"Anchor.example.com\"]",
    "sep10.home_domains[0]: must be a domain"
)]
#[case::a_home_domain_of_60_bytes(
    "[sep10]\nenabled = true\nhome_domains = [\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffff.org\"]",
    "sep10.home_domains[0]: must be a domain"
)]
fn a_home_domain_fits_into_a_challenge(#[case] section: &str, #[case] expected: &str) {
    let problems = Folder::new().serve_problems(&format!("{section}{NEEDED}"));

    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains(expected), "{problems:?}");
}

#[rstest]
#[case::no_signing_key(
    "signing_key_file = \"{dir}/signing.seed\"\n",
    "",
    "sep10.enabled: sep10 needs keys.signing_key_file"
)]
#[case::an_issuer_of_contracts("kind = \"sep10\"", "kind = \"sep45\"", NOT_OUR_ISSUER)]
#[case::an_issuer_with_a_public_key(
    "algorithm = \"HS256\"\nsecret_file = \"{dir}/jwt.secret\"",
    "algorithm = \"EdDSA\"\npublic_key_file = \"{dir}/issuer.pem\"",
    NOT_OUR_ISSUER
)]
#[case::an_issuer_with_an_audience(
    "algorithm = \"HS256\"",
    "algorithm = \"HS256\"\naudience = [\"us\"]",
    "sep10.issuer: names a token issuer with an audience, but the tokens of sep10 have none"
)]
#[case::an_issuer_with_other_home_domains(
    "algorithm = \"HS256\"",
    "algorithm = \"HS256\"\nhome_domains = [\"bank.example.com\"]",
    "sep10.home_domains: the token issuer does not accept them all"
)]
fn its_tokens_have_to_be_believed(#[case] given: &str, #[case] instead: &str, #[case] expected: &str) {
    let problems = Folder::new().serve_problems(&format!("{ON}{NEEDED}").replace(given, instead));

    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].ends_with(expected), "{problems:?}");
}

#[rstest]
#[case::an_account(
    "accounts = [\"MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ\"]",
    "stellar_toml.accounts[0]: must be a G… address"
)]
#[case::documentation("[stellar_toml.documentation]\nORG_NAME = \"Anchor\"", "ORG_NAME: unknown key")]
#[case::a_name("[stellar_toml.documentation]\norg_name = 5", "stellar_toml.documentation.org_name: must be text")]
fn reports_what_is_wrong_with_the_stellar_toml(#[case] lines: &str, #[case] expected: &str) {
    let problems = Folder::new().serve_problems(&format!("[stellar_toml]\n{lines}"));

    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains(expected), "{problems:?}");
}

/// What `[sep10]` says in the reference is what it is without saying so.
#[test]
fn the_reference_gives_the_defaults() {
    let folder = Folder::new();
    let reference = kycd::config::REFERENCE;
    let start = reference.find("\n[sep10]").expect("the section");
    let end = start + 1 + reference[start + 1..].find("\n\n").expect("its end");
    let section =
        reference[start..end].replace("enabled = false", "enabled = true\nhome_domains = [\"anchor.example.com\"]");
    assert_ne!(section, reference[start..end]);

    let load = |section: &str| {
        describe(&right(folder.serve(&format!("{section}{NEEDED}[database]\nurl = \"sqlite://x\""), &[])))
    };

    assert_eq!(load(&section), load(ON));
}
