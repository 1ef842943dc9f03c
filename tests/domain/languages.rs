//! Which language is meant, and how refusals are said in it.

use kycd::domain::field;
use kycd::domain::language::{Language, Message, Text};
use proptest::prelude::*;
use rstest::rstest;
use time::macros::date;

use Language::{De, En, Es};

#[rstest]
#[case::english("en", Some(En))]
#[case::a_region("es-MX", Some(Es))]
#[case::a_script_and_a_region("de-Latn-AT", Some(De))]
#[case::another_case("ES", Some(Es))]
#[case::longer_code("spa", None)]
#[case::unknown("tlh", None)]
#[case::a_path("../../etc", None)]
#[case::markup("es-<script>", None)]
#[case::a_blank("es ", None)]
#[case::nul("es\0", None)]
#[case::empty("", None)]
#[case::long(&format!("es-{}", "x".repeat(10 * 1024)), None)]
fn a_tag_is_read_by_its_first_part(#[case] tag: &str, #[case] language: Option<Language>) {
    assert_eq!(Language::parse(tag), language);
}

#[rstest]
#[case::one("de", Some(De))]
#[case::the_first_of_equals("es, de, en", Some(Es))]
#[case::the_heaviest("en;q=0.5, de;q=0.9, es;q=0.7", Some(De))]
#[case::without_weight_it_weighs_most("en;q=0.9, es", Some(Es))]
#[case::of_a_browser("de-AT,de;q=0.9,en;q=0.8,fr;q=0.7", Some(De))]
#[case::unknown_ones_are_passed_over("fr-CH, fr;q=0.9, es;q=0.2", Some(Es))]
#[case::what_is_not_wanted("de;q=0, es;q=0.001", Some(Es))]
#[case::nothing_that_is_spoken_here("fr, tlh;q=0.8", None)]
#[case::anything("*", None)]
#[case::blanks(" de ; q=0.3 ,\tes ; Q=0.4 ", Some(Es))]
#[case::a_weight_that_is_none("de;q=high, es;q=0.1", Some(Es))]
#[case::a_weight_beyond_one("de;q=2, es;q=0.1", Some(Es))]
#[case::a_weight_below_nothing("de;q=-1, es;q=0.1", Some(Es))]
#[case::not_a_number("de;q=NaN, es;q=0.1", Some(Es))]
#[case::another_parameter("de;level=1, es;q=0.1", Some(Es))]
#[case::empty("", None)]
#[case::commas(",,;,", None)]
fn a_browser_says_what_its_owner_likes(#[case] header: &str, #[case] language: Option<Language>) {
    assert_eq!(Language::preferred(header), language);
}

#[rstest]
#[case::text("birth_date", "4.7.1976", [
    "'birth_date' must be a date like 1976-07-04",
    "'birth_date' debe ser una fecha, por ejemplo 1976-07-04",
    "'birth_date' muss ein Datum sein, zum Beispiel 1976-07-04",
])]
#[case::choices("sex", "männlich", [
    "'sex' must be one of: male, female, other",
    "'sex' debe ser uno de estos valores: male, female, other",
    "'sex' muss einer dieser Werte sein: male, female, other",
])]
fn a_refused_value_is_explained_in_every_language(
    #[case] name: &str,
    #[case] value: &str,
    #[case] expected: [&str; 3],
) {
    let error = field::find(name).expect("a field").parse(value, date!(2026 - 03 - 15)).expect_err("no value");

    assert_eq!(Language::ALL.map(|language| error.say(language)), expected);
    let Message::Spoken(text) = Message::from(error) else { panic!("the customer can put it right") };
    assert_eq!(Language::ALL.map(|language| text.get(language).to_string()), expected);
}

#[test]
fn a_language_has_one_code_everywhere() {
    for language in Language::ALL {
        assert_eq!(Language::parse(language.code()), Some(language));
        assert_eq!(serde_json::to_value(language).expect("JSON"), language.code());
        let text = serde_json::to_value(Text::of(Language::code)).expect("JSON");
        assert_eq!(text[language.code()], language.code());
    }
}

proptest! {
    #[test]
    fn whatever_is_sent_is_a_language_or_none(text in any::<String>()) {
        let _ = Language::parse(&text);
        let _ = Language::preferred(&text);
    }

    #[test]
    fn a_header_of_likings_is_read_as_it_is_meant(first in 1..1000_u32, second in 1..1000_u32) {
        let best = if first >= second { De } else { Es };
        prop_assert_eq!(Language::preferred(&format!("de;q=0.{first:03}, es;q=0.{second:03}")), Some(best));
    }
}
