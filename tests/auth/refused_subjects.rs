//! Subjects that open no session: AUTH-22 to 26.

use kycd::auth::Refusal;
use rstest::rstest;
use stellar_strkey::PreAuthTx;

use crate::forge::{
    Claims, HS256, KEY, SECRET, SEP45_SECRET, account, contract, forge, mac, muxed, quoted, refused, sep10, sep45,
    verify,
};

#[rstest]
#[case::account_by_the_secret_of_sep_45(account(), SEP45_SECRET)]
#[case::account_with_memo_by_the_secret_of_sep_45(format!("{}:5", account()), SEP45_SECRET)]
#[case::muxed_by_the_secret_of_sep_45(muxed(5), SEP45_SECRET)]
#[case::contract_by_the_secret_of_sep_10(contract(), SECRET)]
fn auth_22_an_account_of_the_other_kind(#[case] sub: String, #[case] secret: &[u8]) {
    let token = forge(HS256, &Claims::valid().with("sub", &quoted(&sub)).json(), mac(secret));
    assert_eq!(verify([sep10(), sep45()], &token), refused(Refusal::Subject));
    assert_eq!(verify([sep45(), sep10()], &token), refused(Refusal::Subject));
}

#[rstest]
#[case::absent(None, Refusal::Subject)]
#[case::empty(Some("\"\"".to_owned()), Refusal::Subject)]
#[case::null(Some("null".to_owned()), Refusal::Malformed)]
#[case::number(Some("5".to_owned()), Refusal::Malformed)]
#[case::array(Some(format!("[{}]", quoted(&account()))), Refusal::Malformed)]
#[case::sixty_four_kib(Some(quoted(&"G".repeat(65_536))), Refusal::TooLong)]
#[case::four_kib(Some(quoted(&"G".repeat(4096))), Refusal::Subject)]
#[case::with_nul(Some(format!(r#""{}\u0000""#, account())), Refusal::Subject)]
#[case::with_newline(Some(format!(r#""{}\n""#, account())), Refusal::Subject)]
#[case::with_raw_newline(Some(format!("\"{}\n\"", account())), Refusal::Malformed)]
#[case::with_space_before(Some(format!("\" {}\"", account())), Refusal::Subject)]
#[case::with_space_behind(Some(format!("\"{} \"", account())), Refusal::Subject)]
#[case::in_lower_case(Some(quoted(&account().to_lowercase())), Refusal::Subject)]
#[case::cut(Some(quoted(&account()[..55])), Refusal::Subject)]
#[case::with_a_bad_checksum(Some(quoted(&account().replacen("GADQO", "GADQP", 1))), Refusal::Subject)]
#[case::pre_authorized_transaction(Some(quoted(&format!("{}", PreAuthTx(KEY)))), Refusal::Subject)]
fn auth_23_sub(#[case] sub: Option<String>, #[case] refusal: Refusal) {
    let claims = match sub {
        Some(json) => Claims::valid().with("sub", &json),
        None => Claims::valid().without("sub"),
    };
    assert_eq!(verify([sep10()], &claims.token()), refused(refusal));
}

#[rstest]
#[case::empty("")]
#[case::letters("abc")]
#[case::negative("-1")]
#[case::signed("+1")]
#[case::with_a_leading_zero("01")]
#[case::decimal("1.0")]
#[case::beyond_u64("18446744073709551616")]
#[case::twice("1:2")]
#[case::arabic_digit("٣")]
#[case::with_a_space(" 1")]
fn auth_25_memo_in_sub(#[case] memo: &str) {
    let claims = Claims::valid().with("sub", &quoted(&format!("{}:{memo}", account())));
    assert_eq!(verify([sep10()], &claims.token()), refused(Refusal::Subject));
}

#[test]
fn auth_26_a_muxed_account_with_memo() {
    let claims = Claims::valid().with("sub", &quoted(&format!("{}:5", muxed(5))));
    assert_eq!(verify([sep10()], &claims.token()), refused(Refusal::Subject));
}

#[test]
fn auth_26_a_contract_with_memo() {
    let claims = Claims::valid().with("sub", &quoted(&format!("{}:5", contract()))).json();
    assert_eq!(verify([sep45()], &forge(HS256, &claims, mac(SEP45_SECRET))), refused(Refusal::Subject));
}
