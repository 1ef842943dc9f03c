//! What holds for every token.

use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use proptest::sample::Index;

use crate::forge::{Claims, HS256, SECRET, forge, mac, sep10, verify};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        prop_assert_eq!(verify([sep10()], &text).is_ok(), false);
    }

    #[test]
    fn any_three_parts_are_answered(text in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,43}") {
        prop_assert_eq!(verify([sep10()], &text).is_ok(), false);
    }

    #[test]
    fn any_signed_bytes_are_answered(claims in "\\{(\"(exp|sub|iat|aud)\":(-?[0-9]{1,30}|\"[G:0-9]{0,9}\"),?){0,5}\\}?") {
        prop_assert_eq!(verify([sep10()], &forge(HS256, &claims, mac(SECRET))).is_ok(), false);
    }

    #[test]
    fn any_single_changed_byte_is_noticed(position in any::<Index>(), byte in 0_u8..0x80) {
        let token = Claims::valid().token();
        let mut bytes = token.clone().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(verify([sep10()], &changed).is_ok(), changed == token);
    }
}

#[test]
fn every_single_flipped_bit_is_noticed() {
    let token = Claims::valid().token();
    assert!(verify([sep10()], &token).is_ok());
    for bit in (0..token.len() * 8).filter(|bit| bit % 8 != 7) {
        let mut bytes = token.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let flipped = String::from_utf8(bytes).expect("the upper bit stays, so it stays ASCII");
        assert!(verify([sep10()], &flipped).is_err(), "bit {bit}");
    }
}
