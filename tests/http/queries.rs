//! Query strings.

use rstest::rstest;

use crate::server::Server;

#[rstest]
#[case::twice("memo=5&memo=6")]
#[case::twice_the_same("memo=5&memo=5")]
#[case::twice_in_other_spelling("memo=5&%6Demo=6")]
#[case::nul("memo=%00")]
#[case::nul_in_lang("lang=e%00n")]
#[case::invalid_utf_8("memo=%ff")]
#[case::half_a_character("memo=%C3")]
#[case::broken_escape("memo=%g0")]
#[case::cut_escape("memo=5%")]
fn a_query_without_one_meaning_is_400(#[case] query: &str) {
    let answer = Server::start().get(&format!("/customer?{query}"));
    assert_eq!(answer.status, 400);
    answer.json();
}

#[rstest]
#[case::plain("memo=5", "5")]
#[case::absent("lang=en", "none")]
#[case::empty("memo=", "")]
#[case::without_sign("memo", "")]
#[case::plus("memo=a+b%2B", "a b+")]
#[case::utf_8("memo=%E2%82%AC", "€")]
#[case::second_equals_sign("memo=a=b", "a=b")]
fn a_parameter_is_decoded(#[case] query: &str, #[case] expected: &str) {
    let answer = Server::start().get(&format!("/customer?{query}"));
    assert_eq!((answer.status, answer.text().as_str()), (200, expected));
}

#[test]
fn a_query_of_more_than_twelve_kibibytes_is_400() {
    let server = Server::start();
    assert_eq!(server.get(&format!("/customer?lang={}", "x".repeat(12 * 1024 - 5))).status, 200);
    assert_eq!(server.get(&format!("/customer?lang={}", "x".repeat(12 * 1024 - 4))).status, 400);
}
