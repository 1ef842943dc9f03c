//! What can be wrong with a provider.

use rstest::rstest;

use crate::{Folder, at};

const PROVIDER: &str =
    "[providers.eid]\nkind = \"oauth2\"\nissuer = \"https://eid.example.com\"\nclient_id = \"kycd\"\n";
const SECRET: &str = "client_secret_file = \"{dir}/eid.secret\"\n";

#[rstest]
#[case::no_secret("", "1:12: providers.eid.client_secret_file: is required")]
#[case::inline_secret(
    "client_secret = \"x\"",
    "5:1: providers.eid.client_secret: a secret stands in a file of its own; only `kycd dev` takes it here"
)]
#[case::private_key_jwt(
    "client_auth = \"private_key_jwt\"\nclient_secret_file = \"{dir}/eid.secret\"",
    "5:1: providers.eid.client_auth: private_key_jwt is not available yet"
)]
#[case::other_client_auth(
    "client_auth = \"tls\"\nclient_secret_file = \"{dir}/eid.secret\"",
    "5:1: providers.eid.client_auth: must be \"client_secret_basic\" or \"client_secret_post\" or \"none\""
)]
#[case::secret_for_none(
    "client_auth = \"none\"\nclient_secret_file = \"{dir}/eid.secret\"",
    "5:1: providers.eid.client_auth: does not go with a client secret"
)]
fn reports_what_is_wrong_with_client_authentication(#[case] toml: &str, #[case] expected: &str) {
    assert_eq!(Folder::new().serve_problems(&format!("{PROVIDER}{toml}")), [at(expected)]);
}

#[rstest]
#[case::browser_binding(
    "browser_binding = \"lax\"",
    "6:1: providers.eid.browser_binding: must be \"strict\" or \"confirm\" or \"off\""
)]
#[case::pkce("pkce = \"plain\"", "6:1: providers.eid.pkce: must be \"require\" or \"off\"")]
#[case::pkce_off(
    "pkce = \"off\"",
    "6:1: providers.eid.pkce: \"off\" lets a stolen code be used: it needs allow_without_pkce = true"
)]
#[case::pkce_off_refused(
    "pkce = \"off\"\nallow_without_pkce = false",
    "6:1: providers.eid.pkce: \"off\" lets a stolen code be used: it needs allow_without_pkce = true"
)]
#[case::pkce_off_without_nonce(
    "pkce = \"off\"\nallow_without_pkce = true\nscopes = [\"email\"]",
    "6:1: providers.eid.pkce: \"off\" needs the scope openid, whose nonce takes the place of PKCE"
)]
#[case::validity(
    "validity = \"0d\"",
    "6:1: providers.eid.validity: must be a duration like \"30s\", \"10m\", \"24h\" or \"365d\", above 0"
)]
#[case::done_url_over_http(
    "done_url = \"http://anchor.example.com\"",
    "6:1: providers.eid.done_url: must be an https URL"
)]
#[case::unknown_key(
    "subjects = \"sub\"",
    "6:1: providers.eid.subjects: unknown key; known here: allow_without_pkce, authorize_parameters, authorize_url, browser_binding, claims, client_auth, client_id, client_secret, client_secret_file, display_name, done_url, issuer, kind, pkce, scopes, subject, success, token_url, userinfo_url, validity"
)]
#[case::subject_by_no_path(
    "subject = \"a..b\"",
    "6:1: providers.eid.subject: must be a dotted path or, with a leading /, a JSON pointer"
)]
#[case::success_by_no_path(
    "success = { claim = \"\", equals = \"yes\" }",
    "6:13: providers.eid.success.claim: must not be empty"
)]
#[case::success_without_answer("success = { claim = \"status\" }", "6:1: providers.eid.success.equals: is required")]
#[case::authorize_parameter_of_another_kind(
    "authorize_parameters = { prompt = 1 }",
    "6:26: providers.eid.authorize_parameters.prompt: must be text or a table"
)]
#[case::one_of_three_urls(
    "token_url = \"https://eid.example.com/token\"",
    "1:12: providers.eid.authorize_url: is required: the three URLs go together\nconfig.toml:1:12: providers.eid.userinfo_url: is required: the three URLs go together"
)]
#[case::claim_to_unknown_field(
    "claims = { a = \"surname\" }",
    "6:12: providers.eid.claims.a.field: is not a SEP-9 field"
)]
#[case::claim_to_binary_field(
    "claims.a = { field = \"photo_id_front\" }",
    "6:14: providers.eid.claims.a.field: is a binary field, which no claim can fill"
)]
#[case::two_claims_to_one_field(
    "[providers.eid.claims]\na = \"first_name\"\nb = \"given_name\"",
    "8:1: providers.eid.claims.b.field: this field is named already, perhaps by its other spelling"
)]
#[case::claim_without_field("claims = { a = { required = false } }", "6:12: providers.eid.claims.a.field: is required")]
#[case::claim_of_another_kind("claims = { a = 1 }", "6:12: providers.eid.claims.a: must be text or a table")]
#[case::claim_with_unknown_key(
    "claims = { a = { field = \"address\", require = true } }",
    "6:37: providers.eid.claims.a.require: unknown key; known here: field, required"
)]
#[case::claim_by_no_path(
    "[providers.eid.claims]\n\"a..b\" = \"address\"",
    "7:1: providers.eid.claims.\"a..b\": must be a dotted path or, with a leading /, a JSON pointer"
)]
fn reports_what_is_wrong_with_a_provider(#[case] toml: &str, #[case] expected: &str) {
    let problems = Folder::new().serve_problems(&format!("{PROVIDER}{SECRET}{toml}"));
    assert_eq!(problems.join("\n"), at(expected));
}

#[rstest]
#[case::neither_issuer_nor_urls(
    "kind = \"oauth2\"",
    "1:12: providers.eid.issuer: is required, or authorize_url, token_url and userinfo_url"
)]
#[case::no_kind("issuer = \"https://eid.example.com\"", "1:12: providers.eid.kind: is required")]
#[case::other_kind(
    "kind = \"saml\"\nissuer = \"https://eid.example.com\"",
    "2:1: providers.eid.kind: must be \"oauth2\""
)]
#[case::issuer_over_http(
    "kind = \"oauth2\"\nissuer = \"http://eid.example.com\"",
    "3:1: providers.eid.issuer: must be an https URL"
)]
#[case::issuer_on_loopback(
    "kind = \"oauth2\"\nissuer = \"http://localhost:8000\"",
    "3:1: providers.eid.issuer: must be an https URL"
)]
#[case::ourselves(
    "kind = \"oauth2\"\nissuer = \"https://kyc.example.com/sandbox\"",
    "3:1: providers.eid.issuer: is this server itself"
)]
fn reports_a_provider_that_cannot_be_reached(#[case] toml: &str, #[case] expected: &str) {
    let problems = Folder::new().serve_problems(&format!("[providers.eid]\n{toml}\nclient_id = \"kycd\"\n{SECRET}"));
    assert_eq!(problems, [at(expected)]);
}

#[test]
fn refuses_the_sandbox_in_production() {
    let toml = "[providers.sandbox]\nkind = \"oauth2\"\nclient_id = \"kycd-dev\"\nclient_auth = \"none\"\n\
        authorize_url = \"https://kyc.example.com/sandbox/authorize\"\n\
        token_url = \"https://KYC.example.com:443/sandbox/token\"\n\
        userinfo_url = \"http://localhost:8000/sandbox/userinfo\"\n";
    assert_eq!(
        Folder::new().serve_problems(toml),
        [
            at("5:1: providers.sandbox.authorize_url: is this server itself"),
            at("6:1: providers.sandbox.token_url: is this server itself"),
            at("7:1: providers.sandbox.userinfo_url: must be an https URL"),
        ]
    );
}
