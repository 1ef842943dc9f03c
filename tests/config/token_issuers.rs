//! What can be wrong with an issuer of tokens.

use rstest::rstest;

use crate::{Folder, at};

const ISSUER: &str = "[[token_issuers]]\nkind = \"sep10\"\nissuer = \"https://a.example/auth\"\n";

#[rstest]
#[case::kind(
    "kind = \"sep24\"\nissuer = \"https://a.example\"\nalgorithm = \"HS256\"\nsecret_file = \"{dir}/jwt.secret\"",
    "2:1: token_issuers[0].kind: must be \"sep10\" or \"sep45\""
)]
#[case::nothing(
    "# nothing",
    "1:1: token_issuers[0].algorithm: is required\nconfig.toml:1:1: token_issuers[0].issuer: is required\nconfig.toml:1:1: token_issuers[0].kind: is required"
)]
fn reports_what_is_wrong_with_an_issuer(#[case] toml: &str, #[case] expected: &str) {
    let problems = Folder::new().serve_problems(&format!("[[token_issuers]]\n{toml}"));
    assert_eq!(problems.join("\n"), at(expected));
}

#[rstest]
#[case::no_algorithm("secret_file = \"{dir}/jwt.secret\"", "1:1: token_issuers[0].algorithm: is required")]
#[case::algorithm_none(
    "algorithm = \"none\"",
    "4:1: token_issuers[0].algorithm: must be \"HS256\" or \"EdDSA\" or \"ES256\" or \"RS256\""
)]
#[case::no_secret("algorithm = \"HS256\"", "1:1: token_issuers[0].secret_file: is required for HS256")]
#[case::no_public_key(
    "algorithm = \"EdDSA\"",
    "1:1: token_issuers[0].public_key_file: is required for this algorithm, or jwks_url"
)]
#[case::public_key_for_hs256(
    "algorithm = \"HS256\"\nsecret_file = \"{dir}/jwt.secret\"\npublic_key_file = \"{dir}/issuer.pem\"",
    "6:1: token_issuers[0].public_key_file: HS256 has a secret, not a public key"
)]
#[case::key_set_for_hs256(
    "algorithm = \"HS256\"\nsecret_file = \"{dir}/jwt.secret\"\njwks_url = \"https://a.example\"",
    "6:1: token_issuers[0].jwks_url: HS256 has a secret, not a public key"
)]
#[case::secret_for_eddsa(
    "algorithm = \"EdDSA\"\npublic_key_file = \"{dir}/issuer.pem\"\nsecret_file = \"{dir}/jwt.secret\"",
    "6:1: token_issuers[0].secret_file: only HS256 has a secret"
)]
#[case::two_public_keys(
    "algorithm = \"ES256\"\npublic_key_file = \"{dir}/issuer.pem\"\njwks_url = \"https://a.example\"",
    "6:1: token_issuers[0].jwks_url: a public key is given already"
)]
#[case::key_set_over_http(
    "algorithm = \"ES256\"\njwks_url = \"http://localhost/jwks\"",
    "5:1: token_issuers[0].jwks_url: must be an https URL"
)]
#[case::public_key_that_is_none(
    "algorithm = \"RS256\"\npublic_key_file = \"{dir}/jwt.secret\"",
    "5:1: token_issuers[0].public_key_file: the file must be a public key in SPKI PEM (BEGIN PUBLIC KEY)"
)]
#[case::inline_secret(
    "algorithm = \"HS256\"\nsecret = \"0123456789abcdef0123456789abcdef\"",
    "5:1: token_issuers[0].secret: a secret stands in a file of its own; only `kycd dev` takes it here"
)]
#[case::empty_home_domain(
    "algorithm = \"HS256\"\nsecret_file = \"{dir}/jwt.secret\"\nhome_domains = [\"\"]",
    "6:17: token_issuers[0].home_domains[0]: must not be empty"
)]
#[case::audience_that_is_no_array(
    "algorithm = \"HS256\"\nsecret_file = \"{dir}/jwt.secret\"\naudience = \"a\"",
    "6:1: token_issuers[0].audience: must be an array"
)]
fn reports_what_is_wrong_with_the_key_of_an_issuer(#[case] toml: &str, #[case] expected: &str) {
    assert_eq!(Folder::new().serve_problems(&format!("{ISSUER}{toml}")), [at(expected)]);
}

#[rstest]
#[case::without_unit("24")]
#[case::unknown_unit("24w")]
#[case::upper_case("24H")]
#[case::two_units("1h30m")]
#[case::fraction("1.5h")]
#[case::sign("+1h")]
#[case::negative("-1h")]
#[case::space("24 h")]
#[case::zero("0h")]
#[case::unit_alone("h")]
#[case::empty("")]
#[case::beyond_a_century("36501d")]
#[case::overflow("18446744073709551615d")]
#[case::arabic_digits("٣h")]
fn refuses_a_duration(#[case] text: &str) {
    assert!(kycd::config::parse_duration(text).is_err());
    let key = "algorithm = \"HS256\"\nsecret_file = \"{dir}/jwt.secret\"\nmax_lifetime = ";
    let problems = Folder::new().serve_problems(&format!("{ISSUER}{key}\"{text}\""));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("config.toml:6:1: token_issuers[0].max_lifetime: must "), "{problems:?}");
}

#[rstest]
#[case::seconds("30s", 30)]
#[case::minutes("10m", 600)]
#[case::hours("24h", 86_400)]
#[case::days("365d", 31_536_000)]
#[case::a_century("36500d", 3_153_600_000)]
fn reads_a_duration(#[case] text: &str, #[case] seconds: u64) {
    assert_eq!(kycd::config::parse_duration(text).map(|duration| duration.as_secs()), Ok(seconds));
}
