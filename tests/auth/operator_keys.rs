//! Keys of operators.

use kycd::auth::OperatorKey;
use proptest::prelude::{any, proptest};
use rstest::rstest;

fn printed(bytes: [u8; 32]) -> String {
    OperatorKey::new(bytes).printable().expose().clone()
}

proptest! {
    #[test]
    fn a_printed_key_is_read_back(bytes in any::<[u8; 32]>()) {
        assert_eq!(OperatorKey::parse(&printed(bytes)).unwrap().bytes(), &bytes);
    }

    #[test]
    fn whatever_is_read_prints_alike(text in "kycd_op_[A-Z2-7]{52}") {
        if let Ok(key) = OperatorKey::parse(&text) {
            assert_eq!(key.printable().expose(), &text);
        }
    }
}

#[rstest]
#[case::empty(|_| String::new())]
#[case::prefix_alone(|_| "kycd_op_".to_owned())]
#[case::without_prefix(|key: String| key.replace("kycd_op_", ""))]
#[case::other_prefix(|key: String| key.replace("kycd_op_", "kycd_xx_"))]
#[case::cut(|key: String| key[..key.len() - 1].to_owned())]
#[case::longer(|key: String| key + "A")]
#[case::padded(|key: String| key + "====")]
#[case::in_lower_case(|key: String| key.to_lowercase())]
#[case::with_a_space(|key: String| key + " ")]
#[case::with_spare_bits_set(|key: String| key[..key.len() - 1].to_owned() + "B")]
fn other_text_is_no_key(#[case] mangle: impl Fn(String) -> String) {
    let key = printed([0; 32]);
    assert!(OperatorKey::parse(&key).is_ok());
    assert!(OperatorKey::parse(&mangle(key)).is_err());
}
