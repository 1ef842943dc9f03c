//! Addresses, memos, and the customers that a token reaches.
//!
//! `A` and `B` are two accounts, `M(A, 5)` is a muxed address of `A`, `C` is a contract. The names of the cases carry
//! the rows of the acceptance list that they keep.

use kycd::domain::account::{Account, Address};
use kycd::domain::memo::{CustomerKey, Memo, MemoError, parse_id};
use kycd::domain::session::{Naming, NamingError, Reach, Selector, Session};
use proptest::prelude::*;
use rstest::rstest;
use stellar_strkey::ed25519::MuxedAccount;
use uuid::Uuid;

const KEY_A: [u8; 32] = [0xa; 32];
const A: Account = Account::Classic(KEY_A);
const B: Account = Account::Classic([0xb; 32]);
const C: Account = Account::Contract([0xc; 32]);
const ID: &str = "7d1f3a52-9c0e-4b8e-8f5e-0a6f3d2c1b40";

fn g(account: Account) -> String {
    account.to_string()
}

fn m(key: [u8; 32], id: u64) -> String {
    format!("{}", MuxedAccount { ed25519: key, id })
}

fn token(account: Account, memo: Option<u64>) -> Session {
    Session::new(account, memo, None).expect("an account that may have the memo")
}

fn customer(account: Account, memo: Option<Memo>) -> CustomerKey {
    CustomerKey::new(account, memo).expect("an account that may have the memo")
}

fn select(
    session: &Session,
    account: Option<&str>,
    memo: Option<&str>,
    memo_type: Option<&str>,
) -> Result<Selector, NamingError> {
    session.select(Naming { id: None, account, memo, memo_type })
}

// ---- memos ----

#[rstest]
#[case::auth_25_nothing("")]
#[case::auth_25_letters("abc")]
#[case::auth_25_negative("-1")]
#[case::auth_25_plus_sign("+1")]
#[case::auth_25_leading_zero("01")]
#[case::auth_25_fraction("1.0")]
#[case::auth_25_beyond_u64("18446744073709551616")]
#[case::auth_25_second_colon("1:2")]
#[case::auth_25_arabic_digit("٣")]
#[case::auth_25_leading_space(" 1")]
#[case::trailing_space("1 ")]
#[case::double_zero("00")]
#[case::exponent("1e3")]
#[case::hexadecimal("0x1")]
#[case::separator("1_000")]
#[case::nul("1\0")]
#[case::full_width_digit("\u{ff11}")]
#[case::twenty_one_digits("100000000000000000000")]
fn a_memo_id_has_one_spelling_and_everything_else_is_refused(#[case] text: &str) {
    assert_eq!(parse_id(text), None);
    assert_eq!(Memo::parse(text, None), Err(MemoError::Id));
    assert_eq!(Memo::parse(text, Some("id")), Err(MemoError::Id));
}

#[rstest]
#[case::zero("0", 0)]
#[case::five("5", 5)]
#[case::beyond_i64("9223372036854775808", 1 << 63)]
#[case::auth_27_greatest("18446744073709551615", u64::MAX)]
fn a_memo_id_is_any_u64_and_the_type_of_a_memo_without_one(#[case] text: &str, #[case] id: u64) {
    assert_eq!(parse_id(text), Some(id));
    assert_eq!(Memo::parse(text, None), Ok(Memo::Id(id)));
}

#[rstest]
#[case::one_byte("a".to_owned(), true)]
#[case::spaces(" a ".to_owned(), true)]
#[case::uuid("21bf91a4-7db1-401d-8108-fab7660a45d6".to_owned(), true)]
#[case::sixty_four_bytes("ä".repeat(32), true)]
#[case::empty(String::new(), false)]
#[case::sixty_five_bytes("a".repeat(65), false)]
#[case::sixty_six_bytes_in_33_characters("ä".repeat(33), false)]
#[case::nul("a\0".to_owned(), false)]
#[case::line_feed("a\nb".to_owned(), false)]
#[case::next_line("a\u{85}".to_owned(), false)]
fn a_text_memo_has_1_to_64_bytes_without_control_characters(#[case] text: String, #[case] accepted: bool) {
    let expected = if accepted { Ok(Memo::Text(text.clone())) } else { Err(MemoError::Text) };
    assert_eq!(Memo::parse(&text, Some("text")), expected);
}

#[rstest]
#[case::of_32_bytes("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=", true)]
#[case::of_31_bytes("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urqw==", false)]
#[case::of_33_bytes("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur", false)]
#[case::without_padding("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s", false)]
#[case::with_other_last_bits("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6t=", false)]
#[case::hexadecimal("abababababababababababababababababababababababababababababababab", false)]
#[case::empty("", false)]
fn a_hash_memo_is_the_base64_of_32_bytes(#[case] text: &str, #[case] accepted: bool) {
    let expected = if accepted { Ok(Memo::Hash([0xab; 32])) } else { Err(MemoError::Hash) };
    assert_eq!(Memo::parse(text, Some("hash")), expected);
}

#[rstest]
#[case::return_memo("return")]
#[case::capitals("ID")]
#[case::empty("")]
#[case::none("none")]
fn other_memo_types_are_refused(#[case] memo_type: &str) {
    assert_eq!(Memo::parse("5", Some(memo_type)), Err(MemoError::Type));
    assert_eq!(select(&token(A, None), None, None, Some(memo_type)), Err(MemoError::Type.into()));
}

// ---- addresses ----

#[rstest]
#[case::muxed_with_memo(m(KEY_A, 5) + ":5")]
#[case::account_with_memo(g(A) + ":5")]
#[case::contract_with_memo(g(C) + ":5")]
#[case::lower_case(g(A).to_lowercase())]
#[case::leading_space(format!(" {}", g(A)))]
#[case::trailing_nul(g(A) + "\0")]
#[case::wrong_checksum("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGA".to_owned())]
#[case::seed("SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR".to_owned())]
#[case::empty(String::new())]
#[case::not_ascii("Gé".to_owned())]
#[case::very_long("G".repeat(65_536))]
#[case::sep_23_length_1_mod_8("GAAAAAAAACGC6".to_owned())]
#[case::sep_23_unused_bit("MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUR".to_owned())]
#[case::sep_23_congruent_length("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZA".to_owned())]
#[case::sep_23_base32_length("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUACUSI".to_owned())]
#[case::sep_23_algorithm("G47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVP2I".to_owned())]
#[case::sep_23_muxed_length("MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAAJLKA".to_owned())]
#[case::sep_23_muxed_base32_length("MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAAAV75I".to_owned())]
#[case::sep_23_muxed_algorithm("M47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ".to_owned())]
#[case::sep_23_padding("MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUK===".to_owned())]
#[case::sep_23_muxed_checksum("MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUO".to_owned())]
fn what_is_no_address_is_refused(#[case] text: String) {
    assert!(Address::parse(&text).is_err());
    assert_eq!(select(&token(A, None), Some(&text), None, None), Err(NamingError::Account));
}

#[test]
fn debug_shows_neither_addresses_nor_memos() {
    let session = token(A, Some(987_654));
    let address = Address::parse(&m(KEY_A, 987_654)).unwrap();
    let text = Memo::Text("987654".to_owned());
    let shown =
        format!("{session:?} {address:?} {text:?} {:?} {:?}", session.reach(), session.select(Naming::default()));
    assert!(!shown.contains("987") && !shown.contains(&g(A)) && !shown.contains("10, 10"), "{shown}");
}

// ---- sessions ----

#[test]
fn auth_26_a_contract_has_no_memo() {
    assert_eq!(Session::new(C, Some(5), None), Err(MemoError::Contract));
    assert_eq!(CustomerKey::new(C, Some(Memo::Text("5".to_owned()))), Err(MemoError::Contract));
}

#[test]
fn a_token_without_memo_reaches_its_account_and_one_with_memo_only_its_customer() {
    assert_eq!(token(A, None).reach(), Reach::Account(A));
    assert_eq!(token(C, None).reach(), Reach::Account(C));
    assert_eq!(token(A, Some(5)).reach(), Reach::Customer(customer(A, Some(Memo::Id(5)))));
}

#[test]
fn idor_07_a_muxed_account_and_its_account_with_memo_are_one_customer() {
    let Address { account, muxed_id } = Address::parse(&m(KEY_A, 5)).unwrap();
    assert_eq!(token(account, muxed_id), token(A, Some(5)));
}

#[rstest]
#[case::idor_04_without_memo(None, None, None)]
#[case::same_memo(None, Some("5"), None)]
#[case::same_memo_of_type_id(None, Some("5"), Some("id"))]
#[case::memo_type_text_is_ignored(None, Some("5"), Some("text"))]
#[case::memo_type_hash_is_ignored(None, Some("5"), Some("hash"))]
#[case::unknown_memo_type_is_ignored(None, Some("5"), Some("bogus"))]
#[case::memo_type_alone_is_ignored(None, None, Some("bogus"))]
#[case::idor_08_its_account(Some(g(A)), None, None)]
#[case::idor_08_its_muxed_address(Some(m(KEY_A, 5)), None, None)]
#[case::account_and_memo(Some(g(A)), Some("5"), None)]
#[case::muxed_address_and_memo(Some(m(KEY_A, 5)), Some("5"), None)]
fn a_token_with_memo_5_means_its_own_customer(
    #[case] account: Option<String>,
    #[case] memo: Option<&str>,
    #[case] memo_type: Option<&str>,
) {
    let selected = select(&token(A, Some(5)), account.as_deref(), memo, memo_type);
    assert_eq!(selected, Ok(Selector::Key(customer(A, Some(Memo::Id(5))))));
}

#[rstest]
#[case::idor_03_other_memo(None, Some("6"), None)]
#[case::other_memo_and_account(Some(g(A)), Some("6"), None)]
#[case::muxed_address_and_other_memo(Some(m(KEY_A, 5)), Some("6"), None)]
#[case::other_muxed_address(Some(m(KEY_A, 6)), None, None)]
#[case::other_muxed_address_and_own_memo(Some(m(KEY_A, 6)), Some("5"), None)]
#[case::text_memo(None, Some("abc"), Some("text"))]
#[case::idor_08_muxed_address_of_another_account(Some(m([0xb; 32], 5)), None, None)]
#[case::another_account(Some(g(B)), None, None)]
#[case::another_account_and_own_memo(Some(g(B)), Some("5"), None)]
#[case::contract(Some(g(C)), None, None)]
fn a_token_with_memo_5_covers_nobody_else(
    #[case] account: Option<String>,
    #[case] memo: Option<&str>,
    #[case] memo_type: Option<&str>,
) {
    let session = token(A, Some(5));
    assert_eq!(select(&session, account.as_deref(), memo, memo_type), Err(NamingError::Forbidden));
    let with_id = Naming { id: Some(ID), account: account.as_deref(), memo, memo_type };
    assert_eq!(session.select(with_id), Err(NamingError::Forbidden), "IDOR-11: the id never wins");
}

#[rstest]
#[case::without_type("05", None, MemoError::Id)]
#[case::empty("", None, MemoError::Id)]
#[case::nul("5\0", None, MemoError::Id)]
#[case::empty_text("", Some("text"), MemoError::Text)]
#[case::hash("6", Some("hash"), MemoError::Hash)]
fn a_malformed_memo_is_told_apart_from_a_foreign_one(
    #[case] memo: &str,
    #[case] memo_type: Option<&str>,
    #[case] error: MemoError,
) {
    for session in [token(A, Some(5)), token(A, None)] {
        assert_eq!(select(&session, None, Some(memo), memo_type), Err(error.into()));
    }
}

#[test]
fn idor_06_a_token_with_memo_never_means_the_text_memo_of_the_same_digits() {
    let as_text = customer(A, Some(Memo::Text("123".to_owned())));
    let session = token(A, Some(123));
    let by_token = select(&session, None, Some("123"), Some("text")).unwrap();
    assert_ne!(by_token, Selector::Key(as_text.clone()));
    assert_ne!(session.reach(), Reach::Customer(as_text.clone()));
    let registered = select(&token(A, None), None, Some("123"), Some("text"));
    assert_eq!(registered, Ok(Selector::Key(as_text)));
}

#[rstest]
#[case::nothing_named(None, None, None, None)]
#[case::account(Some(g(A)), None, None, None)]
#[case::memo_type_alone(None, None, Some("text"), None)]
#[case::memo(None, Some("5"), None, Some(Memo::Id(5)))]
#[case::account_and_memo(Some(g(A)), Some("5"), Some("id"), Some(Memo::Id(5)))]
#[case::text_memo(None, Some("5"), Some("text"), Some(Memo::Text("5".to_owned())))]
#[case::muxed_address(Some(m(KEY_A, 5)), None, None, Some(Memo::Id(5)))]
#[case::muxed_address_and_memo(Some(m(KEY_A, 5)), Some("5"), None, Some(Memo::Id(5)))]
#[case::auth_27_greatest_id(None, Some("18446744073709551615"), None, Some(Memo::Id(u64::MAX)))]
fn a_token_without_memo_means_any_customer_of_its_account(
    #[case] account: Option<String>,
    #[case] memo: Option<&str>,
    #[case] memo_type: Option<&str>,
    #[case] expected: Option<Memo>,
) {
    let selected = select(&token(A, None), account.as_deref(), memo, memo_type);
    assert_eq!(selected, Ok(Selector::Key(customer(A, expected))));
}

#[test]
fn auth_27_a_muxed_token_with_the_greatest_id_agrees_with_its_memo() {
    let Address { account, muxed_id } = Address::parse(&m(KEY_A, u64::MAX)).unwrap();
    let selected = select(&token(account, muxed_id), None, Some("18446744073709551615"), None);
    assert_eq!(selected, Ok(Selector::Key(customer(A, Some(Memo::Id(u64::MAX))))));
}

#[rstest]
#[case::account(g(B), None, NamingError::Forbidden)]
#[case::muxed_address(m([0xb; 32], 5), None, NamingError::Forbidden)]
#[case::contract_of_the_same_bytes(g(Account::Contract(KEY_A)), None, NamingError::Forbidden)]
#[case::memo_against_muxed_address(m(KEY_A, 5), Some("6"), NamingError::Contradiction)]
fn a_token_without_memo_covers_no_other_account(
    #[case] account: String,
    #[case] memo: Option<&str>,
    #[case] error: NamingError,
) {
    let naming = Naming { id: None, account: Some(&account), memo, memo_type: None };
    assert_eq!(token(A, None).select(naming), Err(error));
    assert_eq!(token(A, None).select(Naming { id: Some(ID), ..naming }), Err(error), "IDOR-11: the id never wins");
}

#[test]
fn a_text_memo_contradicts_a_muxed_address_even_with_the_same_digits() {
    let selected = select(&token(A, None), Some(&m(KEY_A, 5)), Some("5"), Some("text"));
    assert_eq!(selected, Err(NamingError::Contradiction));
}

#[rstest]
#[case::idor_10_id("5", None)]
#[case::idor_10_text("five", Some("text"))]
#[case::idor_10_hash("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=", Some("hash"))]
#[case::idor_10_malformed("-1", None)]
#[case::idor_10_empty("", None)]
fn a_contract_token_takes_no_memo(#[case] memo: &str, #[case] memo_type: Option<&str>) {
    let session = token(C, None);
    assert_eq!(select(&session, None, Some(memo), memo_type), Err(MemoError::Contract.into()));
    assert_eq!(select(&session, Some(&g(C)), Some(memo), memo_type), Err(MemoError::Contract.into()));
    assert_eq!(select(&session, Some(&g(C)), None, None), Ok(Selector::Key(customer(C, None))));
}

#[rstest]
#[case::idor_02_memo_of_the_token(Some(5), None, None)]
#[case::memo_of_the_token_repeated(Some(5), Some("5"), None)]
#[case::no_memo(None, None, None)]
#[case::idor_11_memo_that_has_to_agree(None, Some("6"), Some(6))]
fn an_id_is_looked_up_within_the_reach_and_has_to_agree_with_the_memo(
    #[case] own: Option<u64>,
    #[case] memo: Option<&str>,
    #[case] expected: Option<u64>,
) {
    let selected = token(A, own).select(Naming { id: Some(ID), memo, ..Naming::default() });
    let expected = expected.map(|id| customer(A, Some(Memo::Id(id))));
    assert_eq!(selected, Ok(Selector::Id { id: Uuid::parse_str(ID).unwrap(), expected }));
}

#[rstest]
#[case::empty("")]
#[case::number("5")]
#[case::one_character_short(&ID[..35])]
#[case::path("../customer")]
#[case::nul("\0")]
fn what_is_no_uuid_is_an_unknown_id(#[case] id: &str) {
    let naming = Naming { id: Some(id), ..Naming::default() };
    assert_eq!(token(A, None).select(naming), Err(NamingError::UnknownId));
    let foreign = Naming { account: Some(&g(B)), ..naming };
    assert_eq!(token(A, None).select(foreign), Err(NamingError::Forbidden), "the account is decided first");
}

proptest! {
    #[test]
    fn reading_never_panics(text in any::<String>(), memo_type in prop::option::of("id|text|hash|[a-z]{0,4}")) {
        let _ = Address::parse(&text);
        let _ = Memo::parse(&text, memo_type.as_deref());
    }

    #[test]
    fn a_memo_id_is_read_as_it_is_written(id in any::<u64>()) {
        prop_assert_eq!(parse_id(&id.to_string()), Some(id));
    }

    #[test]
    fn whatever_is_named_belongs_to_the_account_of_the_token_and_to_its_memo(
        own in prop::option::of(0_u64..3),
        account in prop_oneof![Just(None), Just(Some(g(A))), Just(Some(g(B))), (0_u64..3).prop_map(|id| Some(m(KEY_A, id)))],
        memo in prop::option::of("[0-3]|a"),
        memo_type in prop::option::of("id|text|hash|x"),
    ) {
        let session = token(A, own);
        if let Ok(Selector::Key(key)) = select(&session, account.as_deref(), memo.as_deref(), memo_type.as_deref()) {
            prop_assert_eq!(key.account(), A);
            if let Some(own) = own {
                prop_assert_eq!(key.memo(), Some(&Memo::Id(own)));
            }
        }
    }
}
