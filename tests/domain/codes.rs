//! Codes that are chosen by name.

use std::collections::BTreeSet;

use kycd::domain::clock::{Clock as _, SystemClock};
use kycd::domain::field::{Codes, FieldRef, Notation, find};
use kycd::domain::language::Language;
use rstest::rstest;

#[rstest]
#[case::countries("address_country_code", Codes::Countries, 'A', 3)]
#[case::countries_of_cards("card.country_code", Codes::CountriesAlpha2, 'A', 2)]
#[case::languages("language_code", Codes::Languages, 'a', 2)]
fn whatever_is_taken_has_a_name_and_whatever_has_one_is_taken(
    #[case] field: &str,
    #[case] codes: Codes,
    #[case] first: char,
    #[case] length: usize,
) {
    let field = FieldRef::from(find(field).expect("a field of SEP-9"));
    let today = SystemClock.now().date();
    let longer = |words: Vec<String>| -> Vec<String> {
        words.iter().flat_map(|word| (first..).take(26).map(move |letter| format!("{word}{letter}"))).collect()
    };
    let words = (0..length).fold(vec![String::new()], |words, _| longer(words));
    let taken: BTreeSet<_> = words.into_iter().filter(|word| field.parse(word, today).is_ok()).collect();

    assert_eq!(field.notation(), Notation::Code(codes));
    for language in Language::ALL {
        let named = codes.named(language);
        let known: BTreeSet<_> = named.iter().map(|(code, _)| (*code).to_owned()).collect();
        let names: BTreeSet<_> = named.iter().map(|(_, name)| *name).collect();
        assert_eq!(known, taken);
        assert_eq!((named.len(), names.len()), (taken.len(), taken.len()), "each once: {names:?}");
        assert!(names.iter().all(|name| name.starts_with(char::is_uppercase)), "{names:?}");
    }
}

#[rstest]
#[case::english(Language::En, &["Åland Islands", "Albania", "Austria", "Côte d’Ivoire", "Croatia", "Zimbabwe"])]
#[case::spanish(Language::Es, &["Austria", "Azerbaiyán", "Eslovenia", "España", "Estados Unidos", "Zimbabue"])]
#[case::german(Language::De, &["Afghanistan", "Ägypten", "Ålandinseln", "Oman", "Österreich", "Zypern"])]
fn names_stand_where_they_are_looked_for(#[case] language: Language, #[case] expected: &[&str]) {
    let named = Codes::Countries.named(language);
    let found: Vec<_> = named.iter().map(|(_, name)| *name).filter(|name| expected.contains(name)).collect();
    assert_eq!(found, expected);
}
