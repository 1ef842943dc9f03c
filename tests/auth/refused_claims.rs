//! Claims that are signed well and refused nevertheless: AUTH-14 to 21 and 29.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use kycd::auth::{Issuer, IssuerSettings, Refusal, TokenVerifier};
use rstest::rstest;

use crate::forge::{Claims, ISSUER, NOW, account, clock, quoted, refused, sep10, verify};

#[rstest]
#[case::absent(None, Refusal::Expired)]
#[case::null(Some("null"), Refusal::Malformed)]
#[case::string(Some(r#""9999999999""#), Refusal::Malformed)]
#[case::boolean(Some("true"), Refusal::Malformed)]
#[case::array(Some("[]"), Refusal::Malformed)]
#[case::object(Some("{}"), Refusal::Malformed)]
#[case::beyond_floats(Some("1e400"), Refusal::Malformed)]
#[case::negative(Some("-1"), Refusal::Expired)]
#[case::float_beyond_integers(Some("9.9e18"), Refusal::Malformed)]
#[case::integer_beyond_i64(Some("9900000000000000000"), Refusal::Malformed)]
#[case::integer_beyond_u64(Some("99000000000000000000"), Refusal::Malformed)]
#[case::largest_i64(Some("9223372036854775807"), Refusal::Lifetime)]
#[case::smallest_i64(Some("-9223372036854775808"), Refusal::Expired)]
#[case::float_of_the_right_size(Some("1780003600.0"), Refusal::Malformed)]
#[case::exponent_of_the_right_size(Some("1.7800036e9"), Refusal::Malformed)]
#[case::now(Some("1780000000"), Refusal::Expired)]
#[case::a_second_ago(Some("1779999999"), Refusal::Expired)]
fn auth_14_exp(#[case] exp: Option<&str>, #[case] refusal: Refusal) {
    let claims = match exp {
        Some(json) => Claims::valid().with("exp", json),
        None => Claims::valid().without("exp"),
    };
    assert_eq!(verify([sep10()], &claims.token()), refused(refusal));
}

#[rstest]
#[case::nbf_string("nbf", "\"99999999999\"", Refusal::Malformed)]
#[case::nbf_null("nbf", "null", Refusal::Malformed)]
#[case::nbf_five_minutes_ahead("nbf", "1780000300", Refusal::NotYet)]
#[case::nbf_beyond_the_leeway("nbf", "1780000061", Refusal::NotYet)]
#[case::nbf_largest_i64("nbf", "9223372036854775807", Refusal::NotYet)]
#[case::iat_ten_minutes_ahead("iat", "1780000600", Refusal::NotYet)]
#[case::iat_beyond_the_leeway("iat", "1780000061", Refusal::NotYet)]
#[case::iat_string("iat", "\"1780000000\"", Refusal::Malformed)]
#[case::iat_null("iat", "null", Refusal::Malformed)]
#[case::iat_float("iat", "1780000000.5", Refusal::Malformed)]
#[case::iat_smallest_i64("iat", "-9223372036854775808", Refusal::Lifetime)]
fn auth_15_times_ahead(#[case] name: &str, #[case] json: &str, #[case] refusal: Refusal) {
    assert_eq!(verify([sep10()], &Claims::valid().with(name, json).token()), refused(refusal));
}

#[rstest]
#[case::from_iat(Claims::valid().with("exp", &(NOW + 86_401).to_string()))]
#[case::from_an_iat_in_the_past(Claims::valid().with("iat", &(NOW - 86_000).to_string()))]
#[case::from_now_without_iat(Claims::valid().without("iat").with("exp", &(NOW + 86_401).to_string()))]
#[case::backwards(Claims::valid().with("iat", &(NOW + 50).to_string()).with("exp", &(NOW + 40).to_string()))]
fn auth_17_lifetime_beyond_the_maximum(#[case] claims: Claims) {
    assert_eq!(verify([sep10()], &claims.token()), refused(Refusal::Lifetime));
}

#[test]
fn a_token_ends_in_the_second_of_its_exp() {
    let clock = clock();
    let verifier = TokenVerifier::new(vec![Issuer::new(sep10()).unwrap()], Arc::clone(&clock) as _);
    let token = Claims::valid().token();
    clock.advance(Duration::from_secs(3599));
    assert!(verifier.verify(&token).now_or_never().unwrap().is_ok());
    clock.advance(Duration::from_secs(1));
    assert_eq!(verifier.verify(&token).now_or_never().unwrap(), refused(Refusal::Expired));
}

#[rstest]
#[case::of_another_server(Claims::valid().with("iss", "\"https://other.example.com/auth\""), Refusal::Issuer)]
#[case::missing(Claims::valid().without("iss"), Refusal::Issuer)]
#[case::with_an_extra_slash(Claims::valid().with("iss", &quoted(&format!("{ISSUER}/"))), Refusal::Issuer)]
#[case::in_other_case(Claims::valid().with("iss", "\"https://anchor.example.com/Auth\""), Refusal::Issuer)]
#[case::empty(Claims::valid().with("iss", "\"\""), Refusal::Issuer)]
#[case::null(Claims::valid().with("iss", "null"), Refusal::Malformed)]
#[case::array(Claims::valid().with("iss", &format!("[{}]", quoted(ISSUER))), Refusal::Malformed)]
fn auth_18_iss(#[case] claims: Claims, #[case] refusal: Refusal) {
    assert_eq!(verify([sep10()], &claims.token()), refused(refusal));
}

#[rstest]
#[case::of_another("\"other.example.com\"", Refusal::HomeDomain)]
#[case::subdomain("\"a.anchor.example.com\"", Refusal::HomeDomain)]
#[case::empty("\"\"", Refusal::HomeDomain)]
#[case::number("5", Refusal::Malformed)]
fn auth_19_home_domain(#[case] json: &str, #[case] refusal: Refusal) {
    let issuer = IssuerSettings { home_domains: vec!["anchor.example.com".to_owned()], ..sep10() };
    assert_eq!(verify([issuer], &Claims::valid().and("home_domain", json).token()), refused(refusal));
}

#[rstest]
#[case::absent(Claims::valid(), Refusal::Audience)]
#[case::null(Claims::valid().and("aud", "null"), Refusal::Malformed)]
#[case::another(Claims::valid().and("aud", "\"other\""), Refusal::Audience)]
#[case::others(Claims::valid().and("aud", r#"["a","b"]"#), Refusal::Audience)]
#[case::none(Claims::valid().and("aud", "[]"), Refusal::Audience)]
#[case::number(Claims::valid().and("aud", "5"), Refusal::Malformed)]
#[case::mixed(Claims::valid().and("aud", r#"["kyc",5]"#), Refusal::Malformed)]
fn an_audience_that_is_not_ours(#[case] claims: Claims, #[case] refusal: Refusal) {
    let issuer = IssuerSettings { audience: vec!["kyc".to_owned()], ..sep10() };
    assert_eq!(verify([issuer], &claims.token()), refused(refusal));
}

/// The shapes in which servers sign other tokens with the secret of their sessions.
#[rstest]
#[case::interactive_url_of_the_anchor_platform(
    Claims::valid().without("iss").without("iat").and("jti", "\"tx\"").and("data", r#"{"amount":"1"}"#),
    Refusal::Issuer
)]
#[case::more_info_url_of_the_anchor_platform(
    Claims::valid().without("iss").without("iat").without("sub").and("jti", "\"tx\""),
    Refusal::Issuer
)]
#[case::interactive_url_of_polaris(
    Claims::valid().with("iss", "\"https://anchor.example.com/sep24/transactions/deposit/interactive\""),
    Refusal::Issuer
)]
#[case::admin_of_the_platform_api(Claims::valid().without("iss").without("sub"), Refusal::Issuer)]
#[case::admin_of_our_issuer(Claims::valid().with("sub", "\"admin\""), Refusal::Subject)]
#[case::start_link_of_our_issuer(Claims::valid().with("sub", "\"tx-1\"").and("purpose", "\"start\""), Refusal::Purpose)]
#[case::interactive_url_of_our_issuer(Claims::valid().and("data", "{}"), Refusal::Purpose)]
#[case::purpose_of_our_issuer(Claims::valid().and("purpose", "\"more_info\""), Refusal::Purpose)]
#[case::scope_of_our_issuer(Claims::valid().and("scope", "\"admin\""), Refusal::Purpose)]
#[case::token_use_of_our_issuer(Claims::valid().and("token_use", "\"id\""), Refusal::Purpose)]
fn auth_21_tokens_of_another_purpose(#[case] claims: Claims, #[case] refusal: Refusal) {
    assert_eq!(verify([sep10()], &claims.token()), refused(refusal));
}

#[rstest]
#[case::sub(Claims::valid().and("sub", "\"GB\""))]
#[case::the_same_sub(Claims::valid().and("sub", &quoted(&account())))]
#[case::exp(Claims::valid().and("exp", "9999999999"))]
#[case::sub_with_an_escape(Claims::valid().and("\u{73}ub", "\"GB\""))]
#[case::an_unknown_claim(Claims::valid().and("x", "1").and("x", "2"))]
#[case::null_domains(Claims::valid().and("client_domain", "null").and("client_domain", "\"a.example\""))]
fn auth_29_repeated_claims(#[case] claims: Claims) {
    assert_eq!(verify([sep10()], &claims.token()), refused(Refusal::Malformed));
}

#[test]
fn auth_29_a_claim_repeated_with_an_escape() {
    let json = Claims::valid().json().replacen('{', r#"{"\u0073ub":"GB","#, 1);
    let token = crate::forge::forge(crate::forge::HS256, &json, crate::forge::mac(crate::forge::SECRET));
    assert_eq!(verify([sep10()], &token), refused(Refusal::Malformed));
}

#[test]
fn more_claims_than_anybody_needs_are_refused() {
    let claims = (0..64).fold(Claims::valid(), |claims, n| claims.and(&format!("c{n}"), "1"));
    assert_eq!(verify([sep10()], &claims.token()), refused(Refusal::Malformed));
}

#[rstest]
#[case::number("5", Refusal::Malformed)]
#[case::empty("\"\"", Refusal::ClientDomain)]
#[case::with_a_newline("\"a\\nb\"", Refusal::ClientDomain)]
#[case::with_a_space("\"a b\"", Refusal::ClientDomain)]
#[case::too_long(&quoted(&"a".repeat(260)), Refusal::ClientDomain)]
fn a_client_domain_that_cannot_be_one(#[case] json: &str, #[case] refusal: Refusal) {
    assert_eq!(verify([sep10()], &Claims::valid().and("client_domain", json).token()), refused(refusal));
}
