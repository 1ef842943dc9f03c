//! The document: values, files, and proofs that bind what they saw.

use std::collections::BTreeMap;

use kycd::domain::clock::Timestamp;
use kycd::domain::document::{Document, ProvidedProof};
use kycd::domain::facts::{Facts, ProofFact};
use kycd::domain::file::Quarantine;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use crate::requirements::{PROVIDER, requirements};

const EXPIRY: Timestamp = Timestamp::from_seconds(1_900_000_000);

/// Stands for the keyed hash.
fn bind(field: &str, value: &str) -> String {
    format!("{field}#{value}")
}

fn given(values: &[(&str, &str)]) -> Document {
    let mut document = Document::default();
    for (field, value) in values {
        document.set_value(field, (*value).to_owned());
    }
    document
}

fn prove(document: &mut Document, values: &[(&str, &str)]) {
    let values = values.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    let word = ProvidedProof {
        subject: "subject".to_owned(),
        verified_at: Timestamp::from_seconds(1_800_000_000),
        expires_at: Some(EXPIRY),
        values,
    };
    document.set_proof(PROVIDER, word, &bind);
}

fn facts(document: &Document) -> Facts {
    document.facts(&requirements(), EXPIRY, &bind)
}

fn proof(document: &Document) -> ProofFact {
    facts(document).proofs.remove(PROVIDER).expect("a proof")
}

fn value(document: &Document, field: &str) -> Option<String> {
    let json = serde_json::to_value(document).expect("JSON");
    json.pointer(&format!("/fields/{field}/value")).and_then(|value| value.as_str()).map(str::to_owned)
}

/// Whether the proof counts, and what it says of `first_name`: contested, disputed, changed.
fn first_name(document: &Document) -> (bool, [bool; 3]) {
    let proof = proof(document);
    let (disputed, changed) = (proof.disputed.contains("first_name"), proof.changed.contains("first_name"));
    assert!(proof.disputed.len() + proof.changed.len() == usize::from(disputed || changed), "of no other field");
    (proof.stands(Timestamp::from_seconds(1_850_000_000)), [proof.contested, disputed, changed])
}

const STANDS: (bool, [bool; 3]) = (true, [false, false, false]);
const CHANGED: (bool, [bool; 3]) = (false, [false, false, true]);
const DISPUTED: (bool, [bool; 3]) = (false, [true, true, false]);
const CORRECTED: (bool, [bool; 3]) = (false, [true, false, false]);

#[test]
fn facts_name_what_is_there_and_no_value() {
    let mut document = given(&[("first_name", "Ada"), ("last_name", "Lovelace")]);
    document.set_file("photo_id_front", Uuid::nil(), None);
    prove(&mut document, &[("first_name", "Ada")]);

    let facts = facts(&document);

    assert_eq!(facts.requirements, requirements().digest());
    assert_eq!(facts.given.iter().collect::<Vec<_>>(), ["first_name", "last_name", "photo_id_front"]);
    assert_eq!(facts.proofs.keys().collect::<Vec<_>>(), [PROVIDER]);
    assert_eq!(facts.proofs[PROVIDER].expires_at, Some(EXPIRY));
    assert!(facts.statuses.is_empty());
    let json = serde_json::to_string(&facts).expect("JSON");
    assert!(!json.contains("Ada") && !json.contains("Lovelace") && !json.contains("subject"));
}

#[test]
fn a_new_file_gives_back_the_one_that_it_replaces() {
    let mut document = given(&[("photo_id_back", "text")]);
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));

    assert_eq!(document.set_file("photo_id_front", one, None), None);
    assert_eq!(document.set_file("photo_id_front", two, None), Some(one));
    assert_eq!(document.set_file("photo_id_back", one, None), None);
}

#[test]
fn a_proof_fills_in_what_is_missing_and_keeps_what_was_given() {
    let mut document = given(&[("first_name", "Ada"), ("email_address", "ada@example.com")]);

    prove(&mut document, &[("first_name", "ADA"), ("last_name", "Lovelace")]);

    assert_eq!(value(&document, "first_name").as_deref(), Some("Ada"));
    assert_eq!(value(&document, "last_name").as_deref(), Some("Lovelace"));
    assert_eq!(value(&document, "email_address").as_deref(), Some("ada@example.com"));
    assert_eq!(first_name(&document), STANDS);
}

#[rstest]
#[case::the_same("Ada Mary", "Ada Mary", true)]
#[case::capitals("Ada Mary", "ADA MARY", true)]
#[case::capitals_beyond_ascii("Zoë Ærø", "ZOË ÆRØ", true)]
#[case::space_around("Ada Mary", "  Ada Mary ", true)]
#[case::space_within("Ada Mary", "Ada \u{a0} Mary", true)]
#[case::another_name("Ada Mary", "Grace", false)]
#[case::one_name_less("Ada Mary", "Ada", false)]
#[case::no_space("Ada Mary", "AdaMary", false)]
#[case::an_accent("Zoe", "Zoë", false)]
fn values_are_equal_but_for_letter_case_and_space(
    #[case] given_value: &str,
    #[case] proven: &str,
    #[case] equal: bool,
) {
    let mut before = given(&[("first_name", given_value)]);
    prove(&mut before, &[("first_name", proven)]);
    assert_eq!(first_name(&before), if equal { STANDS } else { DISPUTED });
    assert_eq!(value(&before, "first_name").as_deref(), Some(given_value), "what was given is kept");

    let mut after = Document::default();
    prove(&mut after, &[("first_name", proven)]);
    after.set_value("first_name", given_value.to_owned());
    assert_eq!(first_name(&after), if equal { STANDS } else { CHANGED });
}

#[test]
fn a_proof_falls_with_a_change_and_stands_again_with_the_old_value() {
    let mut document = given(&[("first_name", "Ada")]);
    prove(&mut document, &[("first_name", "Ada")]);

    document.set_value("first_name", "Grace".to_owned());
    assert_eq!(first_name(&document), CHANGED);
    document.set_value("last_name", "Hopper".to_owned());
    assert_eq!(first_name(&document), CHANGED, "a field that it does not bind changes nothing");

    document.set_value("first_name", "Ada".to_owned());
    assert_eq!(first_name(&document), STANDS);
}

#[test]
fn a_corrected_value_does_not_repair_a_contested_proof() {
    let mut document = given(&[("first_name", "Grace")]);
    prove(&mut document, &[("first_name", "Ada")]);
    assert_eq!(first_name(&document), DISPUTED);

    document.set_value("first_name", "Augusta".to_owned());
    assert_eq!(first_name(&document), DISPUTED, "another value that was not confirmed");
    document.set_value("first_name", "ada".to_owned());
    assert_eq!(first_name(&document), CORRECTED);

    prove(&mut document, &[("first_name", "Ada")]);
    assert_eq!(first_name(&document), STANDS);
}

#[test]
fn a_new_proof_takes_the_place_of_the_old_one() {
    let mut document = Document::default();
    prove(&mut document, &[("first_name", "Ada"), ("last_name", "Lovelace")]);

    prove(&mut document, &[("first_name", "Grace")]);
    assert_eq!(first_name(&document), STANDS, "what the provider filled in, it can renew");
    assert_eq!(value(&document, "first_name").as_deref(), Some("Grace"));
    document.set_value("last_name", "Hopper".to_owned());
    assert_eq!(first_name(&document), STANDS, "the old proof binds nothing any more");
}

#[test]
fn what_a_provider_filled_in_for_one_person_it_cannot_renew_for_another() {
    let mut document = Document::default();
    prove(&mut document, &[("first_name", "Ada")]);
    let values = BTreeMap::from([("first_name".to_owned(), "Grace".to_owned())]);
    let verified_at = Timestamp::from_seconds(1_810_000_000);
    let word = ProvidedProof { subject: "another".to_owned(), verified_at, expires_at: None, values };

    document.set_proof(PROVIDER, word, &bind);

    assert_eq!(first_name(&document), DISPUTED);
    assert_eq!(value(&document, "first_name").as_deref(), Some("Ada"));
}

#[rstest]
#[case::name("first_name", "ADA", true)]
#[case::address("address", "1 main  street", true)]
#[case::email("email_address", "Ada@Example.com", true)]
#[case::crypto_address("crypto_address", "ADA", false)]
#[case::token("card.token", "ADA", false)]
fn only_names_and_places_have_spellings(#[case] field: &str, #[case] spelled: &str, #[case] stands: bool) {
    let mut document = given(&[(field, spelled)]);
    let confirmed = match field {
        "address" => "1 Main Street",
        "email_address" => "ada@example.com",
        _ => "Ada",
    };
    prove(&mut document, &[(field, confirmed)]);
    assert_eq!(!proof(&document).contested, stands);
}

#[test]
fn proofs_of_two_providers_stand_beside_each_other() {
    let mut document = Document::default();
    prove(&mut document, &[("first_name", "Ada")]);
    let values = BTreeMap::from([("first_name".to_owned(), "Grace".to_owned())]);
    let verified_at = Timestamp::from_seconds(0);
    let word = ProvidedProof { subject: String::new(), verified_at, expires_at: None, values };

    document.set_proof("bank", word, &bind);

    let facts = facts(&document);
    assert!(!facts.proofs[PROVIDER].contested);
    assert!(facts.proofs["bank"].contested);
}

#[test]
fn a_document_remembers_which_file_a_person_has_to_look_at() {
    let mut document = Document::default();
    assert!(!serde_json::to_string(&document).expect("JSON").contains("quarantined"), "as it was before");

    document.set_file("photo_id_front", Uuid::from_u128(1), Some(Quarantine::Ambiguous));
    assert!(facts(&document).quarantined.contains("photo_id_front"));

    document.set_file("photo_id_front", Uuid::from_u128(2), None);
    assert!(facts(&document).quarantined.is_empty());
}

#[test]
fn a_document_comes_back_from_json_as_it_was() {
    let mut document = given(&[("first_name", "Ada")]);
    document.set_file("photo_id_front", Uuid::nil(), Some(Quarantine::ActiveContent));
    prove(&mut document, &[("first_name", "Grace")]);
    document.set_wallet("wallet.example");

    let json = serde_json::to_vec(&document).expect("JSON");

    let read: Document = serde_json::from_slice(&json).expect("a document");
    assert!(read == document);
    assert_eq!(read.wallet(), Some("wallet.example"));
}

/// What a customer and a provider can do, in any order.
#[derive(Clone, Debug)]
enum Step {
    Give(String),
    Prove(String),
}

fn any_step() -> impl Strategy<Value = Step> {
    let name = proptest::sample::select(&["Ada", "ADA", " ada ", "Grace", "Hopper"][..]).prop_map(str::to_owned);
    (any::<bool>(), name).prop_map(|(proves, name)| if proves { Step::Prove(name) } else { Step::Give(name) })
}

proptest! {
    /// The model: a proof replaces what the one before it filled in and the customer left alone; it is contested if it
    /// contradicted any other value held when it was made, and counts if it was not and the value held now is the one
    /// that it confirmed.
    #[test]
    fn a_proof_counts_while_it_confirms_what_is_held(steps in proptest::collection::vec(any_step(), 0..12)) {
        let folded = |name: &str| name.trim().to_lowercase();
        let (mut document, mut held, mut proven) = (Document::default(), None::<String>, None::<(String, bool)>);
        let mut filled_in = false;
        for step in steps {
            match step {
                Step::Give(name) => {
                    document.set_value("first_name", name.clone());
                    held = Some(name);
                }
                Step::Prove(name) => {
                    prove(&mut document, &[("first_name", &name)]);
                    let confirmed = proven.as_ref().map(|(confirmed, _)| confirmed.clone());
                    filled_in = match &held {
                        None => true,
                        Some(held) => filled_in && Some(folded(held)) == confirmed,
                    };
                    let differs = held.as_ref().is_none_or(|held| folded(held) != folded(&name));
                    if differs && filled_in {
                        held = Some(name.clone());
                    }
                    proven = Some((folded(&name), differs && !filled_in));
                }
            }
            prop_assert_eq!(value(&document, "first_name"), held.clone());
            if let Some((confirmed, contested)) = &proven {
                let differs = held.as_deref().map(folded).as_ref() != Some(confirmed);
                let expected = [*contested, differs && *contested, differs && !contested];
                prop_assert_eq!(first_name(&document), (!contested && !differs, expected));
            }
        }
    }
}
