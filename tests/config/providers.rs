//! What can be wrong with a provider.

use rstest::rstest;

use crate::{Folder, REQUIRED, at, right};

const PROVIDER: &str =
    "[providers.eid]\nkind = \"oauth2\"\nissuer = \"https://eid.example.com\"\nclient_id = \"kycd\"\n";
const SECRET: &str = "client_secret_file = \"{dir}/eid.secret\"\n";

#[rstest]
#[case::no_secret("", "1:12: providers.eid.client_secret_file: is required")]
#[case::inline_secret(
    "client_secret = \"x\"",
    "5:1: providers.eid.client_secret: a secret stands in a file of its own; only `kycd dev` takes it here"
)]
#[case::keys_without_a_file("client_auth = \"private_key_jwt\"", "1:12: providers.eid.client_key_files: is required")]
#[case::keys_and_a_secret(
    "client_auth = \"private_key_jwt\"\nclient_secret_file = \"{dir}/eid.secret\"\nclient_key_files = [\"{dir}/eid.pem\"]",
    "5:1: providers.eid.client_auth: does not go with a client secret"
)]
#[case::keys_for_a_secret(
    "client_secret_file = \"{dir}/eid.secret\"\nclient_key_files = [\"{dir}/eid.pem\"]",
    "6:1: providers.eid.client_key_files: goes with client_auth = \"private_key_jwt\" only"
)]
#[case::an_algorithm_of_secrets(
    "client_auth = \"private_key_jwt\"\nclient_key_files = [\"{dir}/eid.pem\"]\nclient_key_algorithm = \"HS256\"",
    "7:1: providers.eid.client_key_algorithm: must be \"RS256\" or \"RS384\" or \"RS512\" or \"PS256\" or \"PS384\" or \"PS512\" or \"ES256\" or \"ES384\" or \"EdDSA\""
)]
#[case::other_client_auth(
    "client_auth = \"tls\"\nclient_secret_file = \"{dir}/eid.secret\"",
    "5:1: providers.eid.client_auth: must be \"client_secret_basic\" or \"client_secret_post\" or \"private_key_jwt\" or \"none\""
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
    "6:1: providers.eid.subjects: unknown key; known here: acr, allow_without_pkce, authorize_parameters, authorize_url, browser_binding, claims, client_assertion_audience, client_auth, client_id, client_key_algorithm, client_key_files, client_secret, client_secret_file, display_name, done_url, expires, failure_limit, failure_pause, identity_reuse, issuer, jwks_url, kind, par, par_url, pending, pkce, response_mode, scopes, setup_url, signing_algorithms, subject, success, token_url, userinfo, userinfo_method, userinfo_url, validity, verified_claims, webhook_secret, webhook_secret_file"
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
#[case::symmetric_signatures(
    "signing_algorithms = [\"none\"]",
    "6:23: providers.eid.signing_algorithms[0]: must be \"RS256\" or \"RS384\" or \"RS512\" or \"PS256\" or \"PS384\" or \"PS512\" or \"ES256\" or \"ES384\" or \"EdDSA\""
)]
#[case::userinfo_of_another_kind(
    "userinfo = \"jwe\"",
    "6:1: providers.eid.userinfo: must be \"json\" or \"signed\" or \"id_token\""
)]
#[case::verified_claims_of_any_framework(
    "claims.\"verified_claims.claims.given_name\" = \"first_name\"",
    "1:12: providers.eid.verified_claims: must say which trust_frameworks count, because the claims speak of verified_claims"
)]
#[case::verified_claims_of_no_framework(
    "verified_claims = { assurance_levels = [\"high\"] }",
    "6:1: providers.eid.verified_claims.trust_frameworks: is required"
)]
#[case::par("par = \"maybe\"", "6:1: providers.eid.par: must be \"auto\" or \"require\" or \"off\"")]
#[case::response_mode(
    "response_mode = \"fragment\"",
    "6:1: providers.eid.response_mode: must be \"query\" or \"form_post\""
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

#[test]
fn refuses_a_provider_of_whose_decision_nobody_would_ever_hear() {
    let pending = "userinfo = \"id_token\"\npending = { claim = \"status\", equals = \"pending\" }\n\
        success = { claim = \"status\", equals = \"yes\" }\nclient_auth = \"none\"\n";
    let problems = Folder::new().serve_problems(&format!("{PROVIDER}{pending}"));
    let [problem] = problems.try_into().expect("one problem");
    let fault = "providers.eid.pending: needs webhook_secret_file beside userinfo = \"id_token\": there is nothing to ask again";
    assert!(problem.ends_with(fault), "{problem}");

    let told = format!("{PROVIDER}{pending}webhook_secret_file = \"{{dir}}/eid.secret\"\n");
    right(Folder::new().serve(&told, &REQUIRED));
}

/// What only its user understands is found by `config check`, too, with the key at which to look.
#[rstest]
#[case::no_private_key(
    "client_auth = \"private_key_jwt\"\nclient_key_files = [\"{dir}/eid.secret\"]",
    "providers.eid: client_key_files: key 1 must be an unencrypted PKCS#8 PEM private key: RSA of 2048 bits or more, P-256, P-384 or Ed25519"
)]
#[case::a_key_of_another_type(
    "client_auth = \"private_key_jwt\"\nclient_key_files = [\"{dir}/eid.pem\"]\nclient_key_algorithm = \"RS256\"",
    "providers.eid: client_key_files: the first key cannot sign with the algorithm given"
)]
#[case::no_id_token(
    "client_auth = \"none\"\nuserinfo = \"id_token\"\nscopes = [\"profile\"]",
    "providers.eid: claims of the ID token need the scope openid and an issuer"
)]
fn reports_what_only_its_user_understands(#[case] toml: &str, #[case] expected: &str) {
    let config = right(Folder::new().serve(&format!("{PROVIDER}{toml}"), &REQUIRED));
    let fault = kycd::app::check(&config).expect_err("it is wrong").to_string();
    assert_eq!(fault, expected);
}

#[test]
fn takes_a_provider_that_knows_us_by_our_keys() {
    let toml = "client_auth = \"private_key_jwt\"\nclient_key_files = [\"{dir}/eid.pem\"]\nacr = [\"high\"]\n\
        userinfo = \"signed\"\nuserinfo_method = \"POST\"\npar = \"require\"\nsigning_algorithms = [\"ES256\"]\n";
    let config = right(Folder::new().serve(&format!("{PROVIDER}{toml}"), &REQUIRED));
    kycd::app::check(&config).expect("it is right");
}
