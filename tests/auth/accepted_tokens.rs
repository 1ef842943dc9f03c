//! What a good token opens.

use std::time::Duration;

use kycd::auth::{IssuerSettings, NewToken, mint};
use kycd::domain::account::Account;
use kycd::domain::clock::Timestamp;
use kycd::domain::pii::Secret;
use kycd::domain::session::Session;
use rstest::rstest;

use crate::forge::{
    Claims, HS256, ISSUER, KEY, NOW, SECRET, SEP45_SECRET, account, contract, forge, mac, muxed, quoted, sep10, sep45,
    verify,
};

fn session(memo: Option<u64>) -> Session {
    Session::new(Account::Classic(KEY), memo, None).unwrap()
}

#[rstest]
#[case::account(account(), None)]
#[case::account_with_memo(format!("{}:5", account()), Some(5))]
#[case::account_with_memo_zero(format!("{}:0", account()), Some(0))]
#[case::account_with_largest_memo(format!("{}:18446744073709551615", account()), Some(u64::MAX))]
#[case::muxed(muxed(5), Some(5))]
#[case::auth_27_muxed_with_largest_id(muxed(u64::MAX), Some(u64::MAX))]
fn a_subject_of_sep_10_is_its_account_and_memo(#[case] sub: String, #[case] memo: Option<u64>) {
    let token = Claims::valid().with("sub", &quoted(&sub)).token();
    assert_eq!(verify([sep10()], &token), Ok(session(memo)));
}

#[test]
fn a_subject_of_sep_45_is_its_contract() {
    let claims = Claims::valid().with("sub", &quoted(&contract())).json();
    let session = Session::new(Account::Contract(KEY), None, None).unwrap();
    assert_eq!(verify([sep45()], &forge(HS256, &claims, mac(SEP45_SECRET))), Ok(session));
}

#[rstest]
#[case::issuers_in_this_order([sep10(), sep45()])]
#[case::issuers_in_that_order([sep45(), sep10()])]
fn two_issuers_of_one_name_are_both_tried(#[case] issuers: [IssuerSettings; 2]) {
    let classic = Claims::valid().token();
    let contract = forge(HS256, &Claims::valid().with("sub", &quoted(&contract())).json(), mac(SEP45_SECRET));
    let verifier = crate::forge::verifier(issuers);
    for token in [classic, contract] {
        let answer = futures_util::FutureExt::now_or_never(verifier.verify(&token)).unwrap();
        assert!(answer.is_ok());
    }
}

#[rstest]
#[case::exp_one_second_ahead(Claims::valid().with("exp", &(NOW + 1).to_string()))]
#[case::iat_absent(Claims::valid().without("iat"))]
#[case::iat_a_minute_ahead(Claims::valid().with("iat", &(NOW + 60).to_string()))]
#[case::nbf_now(Claims::valid().and("nbf", &NOW.to_string()))]
#[case::nbf_a_minute_ahead(Claims::valid().and("nbf", &(NOW + 60).to_string()))]
#[case::lifetime_of_exactly_a_day(Claims::valid().with("exp", &(NOW + 86_400).to_string()))]
#[case::lifetime_of_exactly_a_day_without_iat(Claims::valid().without("iat").with("exp", &(NOW + 86_400).to_string()))]
#[case::domains_null_as_polaris_writes_them(Claims::valid().and("client_domain", "null").and("home_domain", "null"))]
#[case::unknown_claims(Claims::valid().and("jti", "\"a\"").and("deep", r#"{"a":[1,{"a":null}]}"#))]
#[case::audience_that_nobody_asks_for(Claims::valid().and("aud", r#"["somebody"]"#))]
#[case::claims_with_escapes(Claims::valid().with("iss", r#""https:\/\/anchor.example.com\/auth""#))]
fn a_token_is_accepted_with(#[case] claims: Claims) {
    assert_eq!(verify([sep10()], &claims.token()), Ok(session(None)));
}

#[rstest]
#[case::no_typ(r#"{"alg":"HS256"}"#)]
#[case::typ_in_lower_case(r#"{"typ":"jwt","alg":"HS256"}"#)]
#[case::a_key_id(r#"{"alg":"HS256","kid":"2026-05_a/b+c="}"#)]
#[case::an_unknown_member(r#"{"alg":"HS256","x5t":"abc"}"#)]
fn a_token_is_accepted_with_the_header(#[case] header: &str) {
    let token = forge(header, &Claims::valid().json(), mac(SECRET));
    assert_eq!(verify([sep10()], &token), Ok(session(None)));
}

#[rstest]
#[case::one_string(r#""kyc""#)]
#[case::several(r#"["other","kyc"]"#)]
fn the_configured_audience_is_found_in(#[case] aud: &str) {
    let issuer = IssuerSettings { audience: vec!["kyc".to_owned()], ..sep10() };
    assert_eq!(verify([issuer], &Claims::valid().and("aud", aud).token()), Ok(session(None)));
}

#[rstest]
#[case::listed(Claims::valid().and("home_domain", "\"anchor.example.com\""))]
#[case::listed_in_other_case(Claims::valid().and("home_domain", "\"Anchor.Example.com\""))]
#[case::absent(Claims::valid())]
fn a_home_domain_is_accepted_when(#[case] claims: Claims) {
    let issuer = IssuerSettings { home_domains: vec!["anchor.example.com".to_owned()], ..sep10() };
    assert_eq!(verify([issuer], &claims.token()), Ok(session(None)));
}

#[test]
fn the_client_domain_goes_to_the_session() {
    let token = Claims::valid().and("client_domain", "\"wallet.example.org\"").token();
    let session = verify([sep10()], &token).unwrap();
    assert_eq!(session.client_domain(), Some("wallet.example.org"));
}

#[test]
fn a_minted_token_opens_the_session_it_was_minted_for() {
    let subject = format!("{}:9", account());
    let token = NewToken {
        issuer: ISSUER,
        subject: &subject,
        id: None,
        lifetime: Duration::from_hours(1),
        home_domain: Some("anchor.example.com"),
        client_domain: Some("wallet.example.org"),
    };
    let token = mint(&token, &Secret::new(SECRET.to_vec()), Timestamp::from_seconds(NOW));
    let issuer = IssuerSettings { home_domains: vec!["anchor.example.com".to_owned()], ..sep10() };
    let expected = Session::new(Account::Classic(KEY), Some(9), Some("wallet.example.org".to_owned())).unwrap();
    assert_eq!(verify([issuer], &token), Ok(expected));
}
