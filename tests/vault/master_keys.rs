//! Master keys: reading them, wrapping with them, missing one of them.

use data_encoding::BASE64;
use kycd::domain::pii::Secret;
use kycd::vault::{MasterKeyError, Place, Vault, VaultError, master};
use proptest::prelude::*;
use rstest::rstest;

use super::{PLACE, flips, line, master_keys, other_places, parse};

/// 32 bytes and 31 bytes in base64.
const KEY: &str = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=";
const SHORT_KEY: &str = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urqw==";

#[test]
fn no_key_at_all_is_refused() {
    assert_eq!(parse(&[]), Some(MasterKeyError::Missing));
}

#[rstest]
#[case::shortest_kid("k")]
#[case::every_kind_of_character("aZ09_-")]
#[case::longest_kid("abcdefghijklmnopqrstuvwxyz012345")]
fn a_line_of_kid_and_base64_is_a_key(#[case] kid: &str) {
    assert_eq!(parse(&[&format!("{kid}:{KEY}")]), None);
}

#[rstest]
#[case::empty(String::new())]
#[case::key_alone(KEY.to_owned())]
#[case::without_kid(format!(":{KEY}"))]
#[case::key_and_kid_swapped(format!("{KEY}:k2"))]
#[case::space_in_kid(format!("k 2:{KEY}"))]
#[case::dot_in_kid(format!("k.2:{KEY}"))]
#[case::kid_not_ascii(format!("ké:{KEY}"))]
#[case::kid_of_33_characters(format!("{}:{KEY}", "k".repeat(33)))]
fn a_line_of_another_form_is_named_by_its_position(#[case] second: String) {
    let error = parse(&[&format!("k1:{KEY}"), &second]).unwrap();
    assert_eq!(error, MasterKeyError::Form { position: 2 });
    assert!(error.to_string().contains("master key 2"), "{error}");
}

#[rstest]
#[case::empty(String::new())]
#[case::thirty_one_bytes(SHORT_KEY.to_owned())]
#[case::thirty_three_bytes("q6ur".repeat(11))]
#[case::without_padding(KEY.trim_end_matches('=').to_owned())]
#[case::trailing_newline(format!("{KEY}\n"))]
#[case::two_lines(format!("{KEY}\nk3:{KEY}"))]
#[case::hexadecimal("ab".repeat(32))]
#[case::url_alphabet(KEY.replacen('q', "_", 1))]
#[case::third_part(format!("{KEY}:{KEY}"))]
fn a_key_that_is_not_32_bytes_is_named_by_its_kid_and_not_shown(#[case] key: String) {
    let error = parse(&[&format!("k1:{KEY}"), &format!("spare:{key}")]).unwrap();
    assert_eq!(error, MasterKeyError::Length { kid: "spare".to_owned() });
    assert!(error.to_string().contains("spare") && !error.to_string().contains("q6ur"), "{error}");
}

#[test]
fn a_kid_given_twice_is_refused_and_named() {
    let error = parse(&[&format!("k1:{KEY}"), &format!("k2:{KEY}"), &format!("k1:{KEY}")]).unwrap();
    assert_eq!(error, MasterKeyError::Duplicate { kid: "k1".to_owned() });
    assert!(error.to_string().contains("k1"), "{error}");
}

#[test]
fn a_generated_key_is_a_line_with_32_random_bytes() {
    let (one, other) = (line("prod-2026"), line("prod-2026"));
    let key = one.expose().strip_prefix("prod-2026:").unwrap();
    assert_eq!(BASE64.decode(key.as_bytes()).unwrap().len(), 32);
    assert_ne!(one.expose(), other.expose());
    assert_eq!(parse(&[one.expose()]), None);
}

#[rstest]
#[case::empty("")]
#[case::colon("a:b")]
#[case::newline("a\n")]
#[case::too_long("abcdefghijklmnopqrstuvwxyz0123456")]
fn no_key_is_generated_for_a_bad_kid(#[case] kid: &str) {
    assert_eq!(master::generate(kid).err(), Some(MasterKeyError::Kid));
}

#[test]
fn the_first_key_seals_and_all_open() {
    let (old, new) = (line("old"), line("new"));
    let (vault, root) = Vault::create(master_keys(&[&old]));
    let (data_key, wrapped) = vault.new_data_key(PLACE);
    let sealed = data_key.seal(PLACE, b"kept");

    let rotated = Vault::open(master_keys(&[&new, &old]), &root).unwrap();
    let reopened = rotated.open_data_key(PLACE, &wrapped).unwrap();
    assert_eq!(reopened.open(PLACE, &sealed).unwrap().as_slice(), b"kept");

    let (_, wrapped_anew) = rotated.new_data_key(PLACE);
    assert!(vault.open_data_key(PLACE, &wrapped).is_ok());
    let missing = vault.open_data_key(PLACE, &wrapped_anew).err();
    assert_eq!(missing, Some(VaultError::UnknownKid { kid: "new".to_owned(), place: PLACE }));
}

#[test]
fn a_database_whose_master_key_is_missing_does_not_open_and_the_kid_is_named() {
    let (_, root) = Vault::create(master_keys(&[&line("winter")]));
    let error = Vault::open(master_keys(&[&line("summer")]), &root).err().unwrap();
    assert!(matches!(&error, VaultError::UnknownKid { kid, .. } if kid == "winter"));
    assert!(error.to_string().contains("winter"), "{error}");
}

#[test]
fn another_key_by_the_same_kid_does_not_open() {
    let (vault, root) = Vault::create(master_keys(&[&line("k1")]));
    let (_, wrapped) = vault.new_data_key(PLACE);
    let other = Vault::create(master_keys(&[&line("k1")])).0;
    assert_eq!(other.open_data_key(PLACE, &wrapped).err(), Some(VaultError::Tampered(PLACE)));
    assert!(matches!(Vault::open(master_keys(&[&line("k1")]), &root).err(), Some(VaultError::Tampered(_))));
}

#[test]
fn a_wrapped_key_renamed_to_another_configured_kid_does_not_open() {
    let (one, two) = (line("k1"), line("k2"));
    let vault = Vault::create(master_keys(&[&one, &two])).0;
    let (_, mut wrapped) = vault.new_data_key(PLACE);
    let kid = wrapped.windows(2).position(|window| window == b"k1").unwrap();
    wrapped[kid + 1] = b'2';
    assert_eq!(vault.open_data_key(PLACE, &wrapped).err(), Some(VaultError::Tampered(PLACE)));
}

#[test]
fn the_kid_is_authenticated_even_when_two_kids_have_one_key() {
    let vault = Vault::create(master_keys(&[&Secret::new(format!("k1:{KEY}")), &Secret::new(format!("k2:{KEY}"))])).0;
    let (_, mut wrapped) = vault.new_data_key(PLACE);
    wrapped[3] = b'2';
    assert_eq!(vault.open_data_key(PLACE, &wrapped).err(), Some(VaultError::Tampered(PLACE)));
}

#[test]
fn no_bit_of_a_wrapped_key_can_be_flipped() {
    let master = line("k1");
    let (vault, root) = Vault::create(master_keys(&[&master, &line("k2")]));
    let (_, wrapped) = vault.new_data_key(PLACE);
    for flipped in flips(&wrapped) {
        assert!(vault.open_data_key(PLACE, &flipped).is_err());
    }
    for flipped in flips(&root) {
        assert!(Vault::open(master_keys(&[&master]), &flipped).is_err());
    }
}

#[test]
fn a_wrapped_key_cannot_be_cut_extended_or_empty() {
    let (vault, _) = Vault::create(master_keys(&[&line("k1")]));
    let (_, wrapped) = vault.new_data_key(PLACE);
    for length in 0..wrapped.len() {
        assert!(vault.open_data_key(PLACE, &wrapped[..length]).is_err(), "{length}");
    }
    let longer = [wrapped.as_slice(), &[0]].concat();
    assert_eq!(vault.open_data_key(PLACE, &longer).err(), Some(VaultError::Tampered(PLACE)));
    assert_eq!(vault.open_data_key(PLACE, &[]).err(), Some(VaultError::Malformed(PLACE)));
}

#[test]
fn a_wrapped_key_opens_in_no_other_place() {
    let (vault, root) = Vault::create(master_keys(&[&line("k1")]));
    let (_, wrapped) = vault.new_data_key(PLACE);
    for place in other_places() {
        assert_eq!(vault.open_data_key(place, &wrapped).err(), Some(VaultError::Tampered(place)));
    }
    assert!(vault.open_data_key(PLACE, &root).is_err());
}

#[test]
fn neither_master_key_nor_data_key_is_shown_by_what_is_stored() {
    let master = line("k1");
    let key = BASE64.decode(&master.expose().as_bytes()[3..]).unwrap();
    let (vault, root) = Vault::create(master_keys(&[&master]));
    let (_, wrapped) = vault.new_data_key(PLACE);
    let (_, wrapped_again) = vault.new_data_key(PLACE);
    assert_ne!(wrapped, wrapped_again);
    for stored in [&root, &wrapped] {
        assert!(stored.windows(2).any(|window| window == b"k1"), "the search finds what is there");
        assert!(!stored.windows(8).any(|window| key.windows(8).any(|part| part == window)));
    }
}

proptest! {
    #[test]
    fn reading_a_master_key_never_panics_and_never_repeats_it(text in any::<String>()) {
        if let Some(error) = parse(&[&format!("k1:{text}")]) {
            let fixed = MasterKeyError::Length { kid: "k1".to_owned() };
            prop_assert_eq!(error, fixed);
        }
        let _ = parse(&[&text]);
    }

    #[test]
    fn unwrapping_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80), kid in "[ -~]{0,3}") {
        let vault = super::new_vault();
        let place = Place { version: 7, ..PLACE };
        let shaped = [&[1, u8::try_from(kid.len()).unwrap()], kid.as_bytes(), &bytes].concat();
        prop_assert!(vault.open_data_key(place, &bytes).is_err());
        prop_assert!(vault.open_data_key(place, &shaped).is_err());
    }
}
