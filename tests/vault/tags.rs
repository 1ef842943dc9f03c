//! Tags: stable, separate by purpose, unambiguous in their parts.

use std::collections::HashSet;

use kycd::vault::{Purpose, Vault};
use proptest::prelude::*;
use rstest::rstest;

use super::{line, master_keys, new_vault};

const PURPOSES: [Purpose; 13] = [
    Purpose::Account,
    Purpose::Target,
    Purpose::FieldValue,
    Purpose::AccessToken,
    Purpose::StartLink,
    Purpose::ProcessCookie,
    Purpose::FormToken,
    Purpose::OperatorKey,
    Purpose::Rejection,
    Purpose::Cursor,
    Purpose::VerificationCode,
    Purpose::CodeBudget,
    Purpose::OperatorSession,
];

#[test]
fn every_purpose_gives_another_tag_of_the_same_parts() {
    let vault = new_vault();
    let tags: HashSet<_> = PURPOSES.iter().map(|purpose| vault.tag(*purpose, &[b"same"])).collect();
    assert_eq!(tags.len(), PURPOSES.len());
}

#[test]
fn a_tag_of_one_purpose_is_not_valid_for_another() {
    let vault = new_vault();
    let tag = vault.tag(Purpose::StartLink, &[b"same"]);
    assert!(vault.verify(Purpose::StartLink, &[b"same"], &tag));
    for purpose in PURPOSES.into_iter().filter(|purpose| *purpose != Purpose::StartLink) {
        assert!(!vault.verify(purpose, &[b"same"], &tag), "{purpose:?}");
    }
}

#[rstest]
#[case::moved_boundary(&["a", "c"], &["a", "bc"])]
#[case::joined(&["a", "c"], &["abc"])]
#[case::empty_part_behind(&["a"], &["a", ""])]
#[case::empty_part_before(&["a"], &["", "a"])]
#[case::no_part(&[], &[""])]
#[case::other_order(&["a", ""], &["", "a"])]
#[case::a_length_within_a_part(&["a", ""], &["a\0\0\0\0\0\0\0\x01"])]
fn different_parts_have_different_tags(#[case] parts: &[&str], #[case] others: &[&str]) {
    let vault = new_vault();
    let tag = |parts: &[&str]| {
        let parts: Vec<_> = parts.iter().map(|part| part.as_bytes()).collect();
        vault.tag(Purpose::Target, &parts)
    };
    assert_ne!(tag(parts), tag(others));
}

#[rstest]
#[case::empty(0)]
#[case::prefix(31)]
fn a_part_of_a_tag_is_not_a_tag(#[case] length: usize) {
    let vault = new_vault();
    let tag = vault.tag(Purpose::FormToken, &[b"x"]);
    assert!(!vault.verify(Purpose::FormToken, &[b"x"], &tag[..length]));
    assert!(!vault.verify(Purpose::FormToken, &[b"x"], &[tag.as_slice(), &[0]].concat()));
}

#[test]
fn no_bit_of_a_tag_can_be_flipped() {
    let vault = new_vault();
    let tag = vault.tag(Purpose::FormToken, &[b"x"]);
    for flipped in super::flips(&tag) {
        assert!(!vault.verify(Purpose::FormToken, &[b"x"], &flipped));
    }
}

#[test]
fn tags_survive_a_restart_and_a_new_first_master_key() {
    let (old, new) = (line("old"), line("new"));
    let (vault, root) = Vault::create(master_keys(&[&old]));
    let tag = vault.tag(Purpose::Account, &[b"x"]);
    for lines in [vec![&old], vec![&new, &old]] {
        let reopened = Vault::open(master_keys(&lines), &root).unwrap();
        assert_eq!(reopened.tag(Purpose::Account, &[b"x"]), tag);
    }
}

#[test]
fn two_databases_under_one_master_key_have_different_tags() {
    let line = line("k1");
    let [one, other] = [(); 2].map(|()| Vault::create(master_keys(&[&line])).0.tag(Purpose::Account, &[b"x"]));
    assert_ne!(one, other);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tags_are_equal_exactly_when_their_parts_are(
        one in prop::collection::vec(prop::collection::vec(0_u8..2, 0..3), 0..4),
        other in prop::collection::vec(prop::collection::vec(0_u8..2, 0..3), 0..4),
    ) {
        let vault = new_vault();
        let [tag, other_tag] = [&one, &other].map(|parts| {
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            vault.tag(Purpose::FieldValue, &parts)
        });
        prop_assert_eq!(tag == other_tag, one == other);
    }
}
