//! Payment targets: normal forms, hashes, what is refused and what is shown.

use kycd::domain::account::{Account, Address};
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::payto::{Payto, PaytoError, PaytoHash};
use proptest::prelude::*;
use rstest::rstest;

/// An account, a muxed address of it and a contract, from SEP-23.
const G: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
const M: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";
const C: &str = "CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA";

fn normal(text: &str) -> Result<String, PaytoError> {
    Payto::parse(text).map(|payto| payto.normal_form().to_owned())
}

#[rstest]
#[case::iban(
    "payto://iban/DE75512108001245126199?receiver-name=Alice",
    "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0"
)]
#[case::iban_with_bic(
    "payto://iban/SOGEDEFFXXX/DE75512108001245126199?receiver-name=Alice",
    "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0"
)]
#[case::iban_in_capitals(
    "PAYTO://IBAN/CH9300762011623852957?receiver-name=Example",
    "R9ZC8S4YS72JWHDNTH8F15V4M2X14XH1RC53A80EQ9AH6195K6K0"
)]
#[case::x_taler_bank_keeps_the_case_of_the_user(
    "payto://x-taler-bank/Bank.Example.com/Alice?receiver-name=Alice",
    "QXVV9KF4PZA3J4AP2016GFTWC3N3M0BPBAM269A0Z3BVSVBAVB50"
)]
#[case::x_taler_bank(
    "payto://x-taler-bank/bank.example.com/alice",
    "C3EYV22QWZNZ98Q22B8ZDWRZH1TRPQ8YR71H2B1CCZGJP4GPTW90"
)]
#[case::upi("payto://upi/Alice@Example.COM?receiver-name=A", "54FSWNBGQXQZNZ53ES7QTQY384W2XTC2PG4WGTH9RAJMZQD18KSG")]
#[case::bitcoin(
    "payto://bitcoin/12A1MyfXbW6RhdRAZEqofac5jCQQjwEPBu",
    "R1F9RVFRF0Y640R6RH03C8WDYNAMF1QJJQP1SC8K6PC9PEGXVHWG"
)]
#[case::ilp("payto://ilp/g.acme.Bob", "5HFZPSS39SHXQCJVCJKY106W2VHD9R0YFRA6ETF68QA4GGPJ842G")]
#[case::void("payto://void/", "07572X1NM5RC2N9SZA9DDWNGH59YTVBRTA7N9SJ3YQ6DBTMAZADG")]
fn the_documented_targets_have_the_documented_hash(#[case] uri: &str, #[case] hash: &str) {
    let payto = Payto::parse(uri).unwrap();
    assert_eq!(payto.hash().to_string(), hash);
    assert_eq!(PaytoHash::parse(hash).unwrap(), payto.hash());
}

#[rstest]
#[case::lower_case_iban("payto://iban/de75512108001245126199", "payto://iban/DE75512108001245126199")]
#[case::lower_case_iban_after_bic(
    "payto://iban/sogedeffxxx/de75512108001245126199",
    "payto://iban/DE75512108001245126199"
)]
#[case::iban_of_four_characters("payto://iban/DE36", "payto://iban/DE36")]
#[case::iban_without_valid_inner_structure("payto://iban/DE77ABC", "payto://iban/DE77ABC")]
#[case::x_taler_bank_with_port(
    "Payto://X-Taler-Bank/LOCALHOST:8082/Some/Path/User",
    "payto://x-taler-bank/localhost:8082/Some/Path/User"
)]
#[case::x_taler_bank_without_path("payto://X-TALER-BANK/Host", "payto://x-taler-bank/host")]
#[case::bitcoin("PAYTO://BitCoin/12A1MyfXbW?amount=BTC:1", "payto://bitcoin/12A1MyfXbW")]
#[case::ilp("PAYTO://ILP/G.Acme.Bob", "payto://ilp/g.acme.bob")]
#[case::other_types_are_only_cut("PAYTO://Sepa-X/Some/Thing?a=b?c", "PAYTO://Sepa-X/Some/Thing")]
fn each_target_type_has_its_normal_form(#[case] uri: &str, #[case] expected: &str) {
    assert_eq!(normal(uri).unwrap(), expected);
}

#[rstest]
#[case::account(format!("payto://stellar/{G}"), format!("payto://stellar/{G}"))]
#[case::any_case_of_scheme_and_type(format!("PAYTO://STELLAR/{G}?amount=1"), format!("payto://stellar/{G}"))]
#[case::contract(format!("payto://stellar/{C}"), format!("payto://stellar/{C}"))]
#[case::muxed(format!("payto://stellar/{M}"), format!("payto://stellar/{G}/id/9223372036854775808"))]
#[case::id(format!("payto://stellar/{G}/id/0"), format!("payto://stellar/{G}/id/0"))]
#[case::greatest_id(format!("payto://stellar/{G}/id/18446744073709551615"), format!("payto://stellar/{G}/id/18446744073709551615"))]
#[case::text(format!("payto://stellar/{G}/text/Wm_Dqw"), format!("payto://stellar/{G}/text/Wm_Dqw"))]
#[case::hash(format!("payto://stellar/{G}/hash/{}", "aB".repeat(32)), format!("payto://stellar/{G}/hash/{}", "ab".repeat(32)))]
fn stellar_targets_have_the_normal_form_of_their_customer(#[case] uri: String, #[case] expected: String) {
    let payto = Payto::parse(&uri).unwrap();
    assert_eq!(payto.normal_form(), expected);
    let customer = payto.customer_key().unwrap();
    assert!(Payto::from(&customer) == payto);
}

#[rstest]
#[case::lower_case_address(format!("payto://stellar/{}", G.to_lowercase()))]
#[case::bad_checksum(format!("payto://stellar/{}A", &G[..55]))]
#[case::seed("payto://stellar/SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR".to_owned())]
#[case::no_address("payto://stellar/".to_owned())]
#[case::trailing_slash(format!("payto://stellar/{G}/"))]
#[case::memo_without_kind(format!("payto://stellar/{G}/5"))]
#[case::unknown_kind(format!("payto://stellar/{G}/return/5"))]
#[case::kind_in_capitals(format!("payto://stellar/{G}/ID/5"))]
#[case::id_without_value(format!("payto://stellar/{G}/id/"))]
#[case::id_with_leading_zero(format!("payto://stellar/{G}/id/05"))]
#[case::id_with_sign(format!("payto://stellar/{G}/id/+5"))]
#[case::id_too_great(format!("payto://stellar/{G}/id/18446744073709551616"))]
#[case::id_and_more(format!("payto://stellar/{G}/id/5/5"))]
#[case::text_empty(format!("payto://stellar/{G}/text/"))]
#[case::text_padded(format!("payto://stellar/{G}/text/YQ=="))]
#[case::text_with_other_last_bits(format!("payto://stellar/{G}/text/YR"))]
#[case::text_not_utf8(format!("payto://stellar/{G}/text/_w"))]
#[case::text_with_nul(format!("payto://stellar/{G}/text/AA"))]
#[case::text_of_65_bytes(format!("payto://stellar/{G}/text/{}YWE", "YWFh".repeat(21)))]
#[case::hash_of_31_bytes(format!("payto://stellar/{G}/hash/{}", "ab".repeat(31)))]
#[case::hash_in_base64(format!("payto://stellar/{G}/hash/{}=", "A".repeat(43)))]
#[case::muxed_with_id(format!("payto://stellar/{M}/id/5"))]
#[case::contract_with_id(format!("payto://stellar/{C}/id/5"))]
fn stellar_targets_that_name_no_customer_are_refused(#[case] uri: String) {
    assert_eq!(normal(&uri), Err(PaytoError::Stellar));
}

#[rstest]
#[case::wrong_check_digits("DE75512108001245126198")]
#[case::unknown_country("XX75512108001245126199")]
#[case::unknown_country_with_right_check_digits("ZZ66")]
#[case::three_characters("DE7")]
#[case::thirty_five_characters("DE755121080012451261991234567890123")]
#[case::no_iban("")]
#[case::spaces_as_percent("DE75%205121")]
#[case::two_segments_before("A/B/DE75512108001245126199")]
#[case::iban_before_bic("DE75512108001245126199/SOGEDEFFXXX")]
fn what_is_no_iban_is_refused(#[case] iban: &str) {
    assert_eq!(normal(&format!("payto://iban/{iban}")), Err(PaytoError::Iban));
}

#[rstest]
#[case::empty("", PaytoError::Form)]
#[case::other_scheme("https://iban/DE75512108001245126199", PaytoError::Form)]
#[case::one_slash("payto:/iban/DE75512108001245126199", PaytoError::Form)]
#[case::no_slash_after_type("payto://void", PaytoError::Form)]
#[case::slash_among_the_parameters_alone("payto://void?a=/", PaytoError::Form)]
#[case::space("payto://void/a b", PaytoError::Character)]
#[case::leading_space(" payto://void/", PaytoError::Character)]
#[case::newline("payto://void/\n", PaytoError::Character)]
#[case::nul("payto://void/\0", PaytoError::Character)]
#[case::quote("payto://void/\"", PaytoError::Character)]
#[case::apostrophe("payto://void/'", PaytoError::Character)]
#[case::less_than("payto://void/<", PaytoError::Character)]
#[case::fragment("payto://void/#a", PaytoError::Character)]
#[case::umlaut_among_the_parameters("payto://void/?receiver-name=Zoë", PaytoError::Character)]
#[case::backslash("payto://void/\\", PaytoError::Character)]
fn what_is_no_payto_uri_is_refused(#[case] uri: &str, #[case] error: PaytoError) {
    assert_eq!(normal(uri), Err(error));
}

#[rstest]
#[case::longest(2_048, true)]
#[case::one_more(2_049, false)]
fn a_uri_has_at_most_2048_bytes(#[case] length: usize, #[case] accepted: bool) {
    let prefix = "payto://void/";
    let uri = format!("{prefix}{}", "a".repeat(length - prefix.len()));
    assert_eq!(normal(&uri), if accepted { Ok(uri) } else { Err(PaytoError::Length) });
}

#[test]
fn every_allowed_character_is_accepted() {
    let uri = "payto://void/AZaz09/:$&!-_.,;=*+%~@()[]";
    assert_eq!(normal(uri).unwrap(), uri);
}

#[rstest]
#[case::lower_case(|text: &str| text.to_lowercase())]
#[case::letter_o_for_0(|text: &str| text.replace('0', "O"))]
#[case::small_letter_o_for_0(|text: &str| text.replace('0', "o"))]
#[case::letter_i_for_1(|text: &str| text.replace('1', "I"))]
#[case::small_letter_i_for_1(|text: &str| text.replace('1', "i"))]
#[case::letter_l_for_1(|text: &str| text.replace('1', "L"))]
#[case::small_letter_l_for_1(|text: &str| text.replace('1', "l"))]
#[case::letter_u_for_v(|text: &str| text.replace('V', "U"))]
#[case::small_letter_u_for_v(|text: &str| text.replace('V', "u"))]
#[case::last_bits_set(|text: &str| format!("{}F", &text[..51]))]
fn many_spellings_are_one_hash_and_are_written_canonically(#[case] spell: fn(&str) -> String) {
    let canonical = "01VBRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XG0";
    let spelling = spell(canonical);
    assert_ne!(spelling, canonical);
    assert_eq!(PaytoHash::parse(&spelling).unwrap().to_string(), canonical);
}

#[rstest]
#[case::empty("")]
#[case::fifty_one("0".repeat(51))]
#[case::fifty_three("0".repeat(53))]
#[case::padded(format!("{}====", "0".repeat(52)))]
#[case::hyphen(format!("-{}", "0".repeat(51)))]
#[case::space(format!(" {}", "0".repeat(51)))]
#[case::not_ascii(format!("٠{}", "0".repeat(50)))]
fn what_is_no_hash_is_refused(#[case] text: impl AsRef<str>) {
    assert!(PaytoHash::parse(text.as_ref()).is_none());
}

#[rstest]
#[case::iban("payto://iban/DE75512108001245126199", "Payto(iban)")]
#[case::stellar(&format!("payto://stellar/{G}/id/1234"), "Payto(stellar)")]
#[case::account_number_as_type("payto://DE75512108001245126199/", "Payto(other)")]
fn debug_shows_neither_target_nor_hash(#[case] uri: &str, #[case] debug: &str) {
    let payto = Payto::parse(uri).unwrap();
    assert_eq!(format!("{payto:?}"), debug);
    assert_eq!(format!("{:?}", payto.hash()), "PaytoHash(…)");
}

#[test]
fn only_stellar_targets_are_customers() {
    assert!(Payto::parse("payto://iban/DE75512108001245126199").unwrap().customer_key().is_none());
    assert!(Payto::parse(&format!("payto://stellarx/{G}")).unwrap().customer_key().is_none());
}

/// Texts that are near to payto URIs.
fn near_payto() -> impl Strategy<Value = String> {
    let types = "(?i:iban|x-taler-bank|bitcoin|upi|ilp|stellar|void)";
    let targets = format!(
        "[A-Za-z0-9/@:._?=-]{{0,40}}|{G}(/(id|text|hash)/[A-Za-z0-9_-]{{0,9}})?|(ABC/)?[dD][eE]75512108001245126199"
    );
    let uri = format!("(?i:payto)://{types}/({targets})(\\?[a-z=]{{0,9}})?");
    proptest::string::string_regex(&uri).expect("a regular expression")
}

fn any_memo() -> impl Strategy<Value = Option<Memo>> {
    prop_oneof![
        Just(None),
        any::<u64>().prop_map(|id| Some(Memo::Id(id))),
        "[^\\p{Cc}]{1,16}".prop_map(|text| Some(Memo::Text(text))),
        any::<[u8; 32]>().prop_map(|hash| Some(Memo::Hash(hash))),
    ]
}

proptest! {
    #[test]
    fn parsing_never_panics(text in prop_oneof![any::<String>(), "payto://\\PC{0,60}", near_payto()]) {
        let _ = Payto::parse(&text).map(|payto| (payto.hash(), format!("{payto:?}")));
        let _ = PaytoHash::parse(&text);
    }

    #[test]
    fn normalising_twice_changes_nothing(text in near_payto()) {
        if let Ok(once) = normal(&text) {
            prop_assert_eq!(normal(&once), Ok(once));
        }
    }

    #[test]
    fn every_customer_is_a_target_in_normal_form(key in any::<[u8; 32]>(), memo in any_memo()) {
        let customer = CustomerKey::new(Account::Classic(key), memo).unwrap();
        let payto = Payto::parse(&customer.to_payto()).unwrap();
        prop_assert_eq!(payto.normal_form(), customer.to_payto());
        prop_assert_eq!(payto.customer_key(), Some(customer));
    }

    #[test]
    fn a_muxed_address_and_its_account_with_id_are_one_target(key in any::<[u8; 32]>(), id in any::<u64>()) {
        let muxed = stellar_strkey::ed25519::MuxedAccount { ed25519: key, id }.to_string();
        let account = Account::Classic(key);
        prop_assert_eq!(Address::parse(&muxed).unwrap().account, account);
        prop_assert_eq!(normal(&format!("payto://stellar/{muxed}")), normal(&format!("payto://stellar/{account}/id/{id}")));
    }

    #[test]
    fn a_hash_survives_its_text_in_any_case(bytes in any::<[u8; 32]>(), lower in any::<u64>()) {
        let text = kycd::domain::crockford::encode(&bytes);
        let mixed: String = text
            .chars()
            .enumerate()
            .map(|(index, symbol)| if lower >> index & 1 == 1 { symbol.to_ascii_lowercase() } else { symbol })
            .collect();
        prop_assert_eq!(PaytoHash::parse(&mixed).map(|hash| *hash.as_bytes()), Some(bytes));
    }
}
