//! Data keys: sealing values and the chunks of files.

use kycd::vault::{DataKey, Place, VaultError};
use proptest::prelude::*;
use rstest::rstest;
use zeroize::Zeroizing;

use super::{OTHER_ROW, PLACE, ROW, flips, new_vault, other_places};

/// Something that must never be found in clear.
const CANARY: &[u8] = b"canary-5d1f9b0c77e2";

fn new_key() -> DataKey {
    new_vault().new_data_key(PLACE).0
}

#[test]
fn what_was_sealed_opens_in_its_place() {
    let key = new_key();
    let sealed = key.seal(PLACE, CANARY);
    assert_eq!(key.open(PLACE, &sealed).unwrap().as_slice(), CANARY);
}

#[test]
fn sealing_twice_gives_different_bytes() {
    let key = new_key();
    assert_ne!(key.seal(PLACE, CANARY), key.seal(PLACE, CANARY));
}

#[test]
fn no_bit_of_a_sealed_value_can_be_flipped() {
    let key = new_key();
    for flipped in flips(&key.seal(PLACE, CANARY)) {
        assert!(key.open(PLACE, &flipped).is_err());
    }
}

#[test]
fn a_sealed_value_cannot_be_cut_extended_or_empty() {
    let key = new_key();
    let sealed = key.seal(PLACE, CANARY);
    for length in 0..sealed.len() {
        assert!(key.open(PLACE, &sealed[..length]).is_err(), "{length}");
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    assert_eq!(key.open(PLACE, &longer), Err(VaultError::Tampered(PLACE)));
    assert_eq!(key.open(PLACE, &[]), Err(VaultError::Malformed(PLACE)));
    assert_eq!(key.open(PLACE, &[1; 28]), Err(VaultError::Malformed(PLACE)));
}

#[test]
fn another_format_is_told_apart() {
    let key = new_key();
    let mut sealed = key.seal(PLACE, CANARY);
    sealed[0] = 2;
    assert_eq!(key.open(PLACE, &sealed), Err(VaultError::Malformed(PLACE)));
}

#[test]
fn a_sealed_value_opens_in_no_other_place() {
    let key = new_key();
    let sealed = key.seal(PLACE, CANARY);
    for place in other_places() {
        assert_eq!(key.open(place, &sealed), Err(VaultError::Tampered(place)));
    }
}

#[test]
fn another_key_does_not_open() {
    let vault = new_vault();
    let sealed = vault.new_data_key(PLACE).0.seal(PLACE, CANARY);
    assert_eq!(vault.new_data_key(PLACE).0.open(PLACE, &sealed), Err(VaultError::Tampered(PLACE)));
}

#[test]
fn errors_name_table_column_and_row_and_nothing_else() {
    let key = new_key();
    let mut sealed = key.seal(PLACE, CANARY);
    sealed[20] ^= 1;
    let error = key.open(PLACE, &sealed).unwrap_err().to_string();
    assert!(error.starts_with(&format!("customers.document of row {ROW} ")), "{error}");
    assert!(!error.contains("canary"), "{error}");
}

#[test]
fn no_part_of_a_plaintext_stands_in_the_sealed_bytes() {
    let plaintext = CANARY.repeat(50);
    let found = |bytes: &[u8]| CANARY.windows(6).any(|part| bytes.windows(6).any(|window| window == part));
    assert!(found(&plaintext), "the search finds what is there");
    assert!(!found(&new_key().seal(PLACE, &plaintext)));
}

// ---- files in chunks ----

const PARTS: [&[u8]; 3] = [b"first", b"second", b"third"];

fn chunk_place(index: usize, last: bool) -> Place {
    Place::chunk("file_chunks", ROW, "sealed", u32::try_from(index).expect("few chunks"), last)
}

fn seal_file(key: &DataKey) -> Vec<Vec<u8>> {
    PARTS.iter().enumerate().map(|(index, part)| key.seal(chunk_place(index, index == PARTS.len() - 1), part)).collect()
}

/// Opens a file as a reader does, who knows of each chunk its position and whether another one follows.
fn open_file(key: &DataKey, chunks: &[Vec<u8>]) -> Result<Vec<Zeroizing<Vec<u8>>>, VaultError> {
    let last = chunks.len() - 1;
    chunks.iter().enumerate().map(|(index, chunk)| key.open(chunk_place(index, index == last), chunk)).collect()
}

#[test]
fn a_file_opens_chunk_by_chunk() {
    let key = new_key();
    let opened = open_file(&key, &seal_file(&key)).unwrap();
    assert_eq!(opened.iter().map(|chunk| chunk.as_slice()).collect::<Vec<_>>(), PARTS);
}

#[rstest]
#[case::swapped(&[1, 0, 2])]
#[case::swapped_with_the_last(&[0, 2, 1])]
#[case::first_dropped(&[1, 2])]
#[case::middle_dropped(&[0, 2])]
#[case::last_dropped(&[0, 1])]
#[case::all_but_the_first_dropped(&[0])]
#[case::all_but_the_last_dropped(&[2])]
#[case::last_appended_again(&[0, 1, 2, 2])]
#[case::first_appended_again(&[0, 1, 2, 0])]
#[case::first_repeated(&[0, 0, 1, 2])]
fn a_file_does_not_open_with_its_chunks_in_another_order_or_number(#[case] order: &[usize]) {
    let key = new_key();
    let chunks = seal_file(&key);
    let tampered: Vec<_> = order.iter().map(|index| chunks[*index].clone()).collect();
    assert!(open_file(&key, &tampered).is_err());
}

#[test]
fn a_file_does_not_open_with_an_empty_chunk_appended() {
    let key = new_key();
    let mut chunks = seal_file(&key);
    chunks.push(Vec::new());
    assert!(open_file(&key, &chunks).is_err());
}

#[test]
fn a_chunk_of_another_file_under_the_same_key_does_not_open() {
    let key = new_key();
    let foreign = key.seal(Place { row: OTHER_ROW, ..chunk_place(1, false) }, PARTS[1]);
    let mut chunks = seal_file(&key);
    chunks[1] = foreign;
    assert!(open_file(&key, &chunks).is_err());
}

#[test]
fn every_chunk_has_a_place_of_its_own() {
    let indexes = [0, 1, 2, u32::MAX - 1, u32::MAX];
    let versions: std::collections::HashSet<_> = indexes
        .into_iter()
        .flat_map(|index| [false, true].map(|last| Place::chunk("t", ROW, "c", index, last).version))
        .collect();
    assert_eq!(versions.len(), 10);
}

proptest! {
    #[test]
    fn any_value_opens_as_it_was_sealed(value in prop::collection::vec(any::<u8>(), 0..300), version in any::<i64>()) {
        let key = new_key();
        let place = Place { version, ..PLACE };
        let sealed = key.seal(place, &value);
        prop_assert_eq!(sealed.len(), value.len() + 29);
        let opened = key.open(place, &sealed);
        prop_assert_eq!(opened.as_deref(), Ok(&value));
    }

    #[test]
    fn any_changed_byte_of_any_value_is_noticed(
        value in prop::collection::vec(any::<u8>(), 0..300),
        position in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let key = new_key();
        let mut sealed = key.seal(PLACE, &value);
        let position = position.index(sealed.len());
        sealed[position] ^= change;
        prop_assert!(key.open(PLACE, &sealed).is_err());
    }

    #[test]
    fn opening_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        prop_assert!(new_key().open(PLACE, &bytes).is_err());
    }
}
