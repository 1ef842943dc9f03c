//! What `kycd serve` does not start with. Each refusal exits with 2, before anything is opened.

use rstest::rstest;

use crate::serve::prepared;
use crate::workplace::{Outcome, Workplace};

fn refused(spoil: impl FnOnce(&Workplace, String) -> String) -> Outcome {
    let place = prepared("sqlite://kycd.db");
    let spoilt = spoil(&place, place.read("kycd.toml"));
    place.put("kycd.toml", spoilt, 0o644);

    let outcome = place.kycd(&["serve", "--config", "kycd.toml"]);

    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    assert!(!place.path("kycd.db").exists());
    let checked = place.kycd(&["config", "check", "--config", "kycd.toml"]);
    assert_eq!((checked.code, &checked.stderr), (2, &outcome.stderr), "`config check` says the same");
    outcome
}

#[rstest]
#[case::no_keys("master_key_files = [\"keys/master-1.key\"]", "", "keys.master_key_files: is required")]
#[case::keys_that_are_not_there("master-1.key", "none.key", "keys.master_key_files[0]: the file cannot be read")]
#[case::a_public_url_of_http("https://kyc.", "http://kyc.", "server.public_url: must be an https URL")]
#[case::an_unknown_key("[operator]", "[operator]\nlisten_to = \"\"", "operator.listen_to: unknown key")]
#[case::an_unknown_section("[operator]", "[operators]\n[operator]", "operators: unknown key")]
#[case::a_secret_in_the_file(
    "secret_file = \"keys/jwt.secret\"",
    "secret = \"0123456789abcdef0123456789abcdef\"",
    "token_issuers[0].secret: a secret stands in a file of its own"
)]
#[case::an_issuer_of_http("https://anchor", "http://anchor", "token_issuers[0].issuer: must be an https URL")]
#[case::a_provider_of_http("https://eid.", "http://eid.", "providers.eid.issuer: must be an https URL")]
#[case::the_sandbox(
    "issuer = \"https://eid.example.com\"",
    "authorize_url = \"https://kyc.example.com/sandbox/authorize\"",
    "providers.eid.authorize_url: is this server itself"
)]
fn a_setting_that_is_wrong_or_unsafe(#[case] right: &str, #[case] wrong: &str, #[case] message: &str) {
    let outcome = refused(|_, configuration| {
        assert!(configuration.contains(right), "{right}");
        configuration.replace(right, wrong)
    });

    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}

#[rstest]
#[case::a_weak_secret(
    "keys/jwt.secret",
    "0123456789abcdef0123456789abcde",
    0o600,
    "secret of HS256 has at least 32 bytes"
)]
#[case::a_secret_for_all_to_read("keys/jwt.secret", "0123456789abcdef0123456789abcdef", 0o644, "others can read")]
#[case::a_master_key_for_all_to_read(
    "keys/master-1.key",
    "master-1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    0o604,
    "others can read"
)]
#[case::an_empty_secret("keys/jwt.secret", "", 0o600, "the file is empty")]
fn a_secret_file(#[case] name: &str, #[case] content: &str, #[case] mode: u32, #[case] message: &str) {
    let outcome = refused(|place, configuration| {
        place.put(name, content, mode);
        configuration
    });

    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
    assert!(content.is_empty() || !outcome.stderr.contains(content));
}

#[test]
fn everything_at_once() {
    let outcome = refused(|place, _| {
        place.put("keys/jwt.secret", "short", 0o644);
        place.put("keys/weak.secret", "short", 0o600);
        r#"
[server]
public_url = "http://kyc.example.com"
[database]
uri = "sqlite://kycd.db"
[[token_issuers]]
kind = "sep10"
issuer = "https://anchor.example.com/auth"
algorithm = "HS256"
secret_file = "keys/jwt.secret"
[[token_issuers]]
kind = "sep10"
issuer = "https://anchor.example.com/auth"
algorithm = "HS256"
secret_file = "keys/weak.secret"
[customer_types.sep6]
fields = ["first_name", "shoe_size"]
decision = "reviewed"
[providers.sandbox]
kind = "oauth2"
authorize_url = "http://localhost:8000/sandbox/authorize"
token_url = "http://localhost:8000/sandbox/token"
userinfo_url = "http://localhost:8000/sandbox/userinfo"
client_id = "kycd-dev"
client_secret = "the sandbox of kycd dev keeps no secrets"
"#
        .to_owned()
    });

    for key in [
        "server.public_url",
        "database.uri",
        "keys.master_key_files",
        "token_issuers[0].secret_file",
        "token_issuers[1].secret_file",
        "customer_types.sep6.fields[1]",
        "customer_types.sep6.decision",
        "providers.sandbox.authorize_url",
        "providers.sandbox.token_url",
        "providers.sandbox.userinfo_url",
        "providers.sandbox.client_secret",
    ] {
        assert!(outcome.stderr.contains(&format!("{key}: ")), "{key} is not in:\n{}", outcome.stderr);
    }
    assert!(!outcome.stderr.contains("keeps no secrets"));
}
