//! Codes, and what follows from a field that needs one.

use std::collections::{BTreeMap, BTreeSet};

use kycd::domain::assessment::{FieldState, assess};
use kycd::domain::clock::Timestamp;
use kycd::domain::decision::{DecisionFact, Verdict};
use kycd::domain::document::{Document, ProvidedProof};
use kycd::domain::facts::{Facts, ProofFact, Status};
use kycd::domain::field::{self, CustomField, CustomFieldSettings, FieldRef, FieldType};
use kycd::domain::language::Text;
use kycd::domain::requirement::{Requirement, Requirements};
use kycd::domain::verification::{Channel, Code};
use proptest::prelude::*;
use rstest::rstest;

use crate::requirements::{PROVIDER, requirement};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const LATER: Timestamp = Timestamp::from_seconds(1_900_000_000);
const TYPE: &str = "sep6";

/// Asks for a name and an e-mail address, which needs a code.
fn verifying(provider: Option<&str>, review: bool) -> Requirement {
    let mut requirement = requirement(&["first_name", "email_address"], &["mobile_number"], provider);
    requirement.fields[1].verify = true;
    requirement.fields[2].verify = true;
    requirement.review = review;
    requirement
}

fn requirements() -> Requirements {
    Requirements::new(TYPE.to_owned(), BTreeMap::from([(TYPE.to_owned(), verifying(None, false))]), None)
}

fn names(fields: &[&str]) -> BTreeSet<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

fn given(fields: &[&str], verified: &[&str]) -> Facts {
    Facts { given: names(fields), verified: names(verified), ..Facts::default() }
}

/// Stands for the keyed hash.
fn bind(field: &str, value: &str) -> String {
    format!("{field}#{value}")
}

fn state(facts: &Facts, requirement: &Requirement, field: &str) -> (Status, Option<FieldState>) {
    let assessment = assess(TYPE, requirement, facts, NOW);
    let provided = assessment.provided_fields.iter().find(|provided| provided.asked.spelling == field);
    (assessment.status, provided.map(|provided| provided.state))
}

#[rstest]
#[case::neither(&[], FieldState::VerificationRequired, Status::NeedsInfo)]
#[case::of_something_else(&["first_name"], FieldState::VerificationRequired, Status::NeedsInfo)]
#[case::of_this(&["email_address"], FieldState::Accepted, Status::Accepted)]
fn a_field_that_needs_a_code_waits_for_it(
    #[case] verified: &[&str],
    #[case] expected: FieldState,
    #[case] status: Status,
) {
    let facts = given(&["first_name", "email_address"], verified);

    assert_eq!(state(&facts, &verifying(None, false), "email_address"), (status, Some(expected)));
    let plain = requirement(&["first_name", "email_address"], &[], None);
    assert_eq!(assess(TYPE, &plain, &facts, NOW).status, Status::Accepted, "another type wants none");
}

#[test]
fn a_field_that_may_be_left_out_is_verified_once_it_is_there() {
    let requirement = verifying(None, false);
    let without = given(&["first_name", "email_address"], &["email_address"]);
    assert_eq!(state(&without, &requirement, "mobile_number"), (Status::Accepted, None));

    let with = given(&["first_name", "email_address", "mobile_number"], &["email_address"]);
    let expected = (Status::NeedsInfo, Some(FieldState::VerificationRequired));
    assert_eq!(state(&with, &requirement, "mobile_number"), expected);
}

#[test]
fn people_decide_what_a_code_cannot_and_no_more() {
    let requirement = verifying(None, true);
    let mut facts = given(&["first_name", "email_address"], &[]);
    let accepted = DecisionFact {
        verdict: Verdict::Accepted,
        notice: None,
        decided_at: NOW,
        unseen: BTreeSet::new(),
        flaws: BTreeMap::new(),
        weighed: BTreeSet::new(),
    };
    let unverified = (Status::NeedsInfo, Some(FieldState::VerificationRequired));
    assert_eq!(state(&facts, &requirement, "email_address"), unverified, "before a decision");
    facts.decisions.insert(TYPE.to_owned(), accepted);
    assert_eq!(state(&facts, &requirement, "email_address"), unverified, "whatever was decided");

    facts.verified = names(&["email_address"]);
    assert_eq!(state(&facts, &requirement, "email_address"), (Status::Accepted, Some(FieldState::Accepted)));
    facts.decisions.clear();
    assert_eq!(state(&facts, &requirement, "email_address"), (Status::Processing, Some(FieldState::Processing)));
}

#[rstest]
#[case::while_it_stands(None, false, &[], true)]
#[case::before_its_time_is_over(Some(LATER), false, &[], true)]
#[case::when_its_time_is_over(Some(NOW), false, &[], false)]
#[case::when_it_contradicts_the_customer(None, true, &[], false)]
#[case::when_something_was_changed_after_it(None, false, &["first_name"], false)]
fn what_a_provider_confirmed_needs_no_code(
    #[case] expires_at: Option<Timestamp>,
    #[case] contested: bool,
    #[case] changed: &[&str],
    #[case] verified: bool,
) {
    let proof = ProofFact {
        expires_at,
        contested,
        disputed: BTreeSet::new(),
        changed: names(changed),
        identity_reused: false,
        confirmed: names(&["email_address"]),
    };
    let mut facts = given(&["first_name", "email_address"], &[]);
    facts.proofs.insert(PROVIDER.to_owned(), proof);

    assert_eq!(facts.is_verified("email_address", NOW), verified);
    assert!(!facts.is_verified("first_name", NOW));
}

#[test]
fn a_code_speaks_of_the_very_value_it_was_sent_to() {
    let mut document = Document::default();
    let verified = |document: &Document| document.facts(&requirements(), NOW, &bind).verified;
    document.verify("email_address", &bind);
    document.set_value("email_address", "ada@example.com".to_owned());
    assert_eq!(verified(&document), names(&[]), "there was nothing");

    document.verify("email_address", &bind);
    assert_eq!(verified(&document), names(&["email_address"]));
    document.set_value("email_address", "ada@example.com".to_owned());
    assert_eq!(verified(&document), names(&["email_address"]), "the same again");

    for other in ["Ada@example.com", "eve@example.com"] {
        let mut document = document.clone();
        document.set_value("email_address", other.to_owned());
        assert_eq!(verified(&document), names(&[]), "{other}");
        document.set_value("email_address", "ada@example.com".to_owned());
        assert_eq!(verified(&document), names(&[]), "{other}, and back");
    }
}

#[test]
fn a_document_keeps_what_was_verified_and_an_older_one_knows_of_nothing() {
    let mut document = Document::default();
    document.set_value("email_address", "ada@example.com".to_owned());
    let mut older = serde_json::to_value(&document).expect("JSON");
    older.as_object_mut().expect("an object").remove("verified").expect("the member");
    let older: Document = serde_json::from_value(older).expect("a document");
    assert!(older.facts(&requirements(), NOW, &bind).verified.is_empty());

    document.verify("email_address", &bind);
    let json = serde_json::to_string(&document).expect("JSON");
    let again: Document = serde_json::from_str(&json).expect("a document");
    assert_eq!(again.facts(&requirements(), NOW, &bind).verified, names(&["email_address"]));
    let facts = serde_json::from_str::<Facts>(r#"{"requirements":"","given":[],"proofs":{},"statuses":{}}"#);
    assert_eq!(facts.expect("facts of before"), Facts::default());
}

#[test]
fn a_proof_confirms_what_is_held_as_it_says() {
    let word = |email: &str| ProvidedProof {
        subject: "subject".to_owned(),
        verified_at: NOW,
        expires_at: None,
        values: [("email_address", email), ("first_name", "Ada")].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
    };
    let confirmed =
        |document: &Document| document.facts(&requirements(), NOW, &bind).proofs[PROVIDER].confirmed.clone();
    let mut document = Document::default();
    document.set_proof(PROVIDER, word("ada@example.com"), &bind);
    assert_eq!(confirmed(&document), names(&["email_address"]), "a name needs no code");
    document.set_value("email_address", "eve@example.com".to_owned());
    assert_eq!(confirmed(&document), names(&[]));

    let mut document = Document::default();
    document.set_value("email_address", "eve@example.com".to_owned());
    document.verify("email_address", &bind);
    document.set_proof(PROVIDER, word("ada@example.com"), &bind);
    assert_eq!(confirmed(&document), names(&[]));
    assert_eq!(
        document.facts(&requirements(), NOW, &bind).verified,
        names(&["email_address"]),
        "it is the customer's still"
    );
}

#[test]
fn a_type_that_verifies_something_is_another_requirement() {
    let digest = |requirement| {
        let types = BTreeMap::from([(TYPE.to_owned(), requirement)]);
        Requirements::new(TYPE.to_owned(), types, None).digest().to_owned()
    };
    let plain = || requirement(&["first_name", "email_address"], &["mobile_number"], None);
    assert_ne!(digest(verifying(None, false)), digest(plain()));
    assert!(requirements().verifies("email_address") && !requirements().verifies("first_name"));
}

#[test]
fn addresses_and_numbers_of_the_customer_can_be_sent_a_code() {
    let found: Vec<_> = field::all().filter_map(|field| Some((field.name, field.channel?))).collect();
    let expected = [
        ("mobile_number", Channel::Phone),
        ("email_address", Channel::Email),
        ("mobile_money_number", Channel::Phone),
        ("organization.email", Channel::Email),
        ("organization.phone", Channel::Phone),
    ];
    assert_eq!(found, expected);
    for (format, channel) in [("email", Some(Channel::Email)), ("phone", Some(Channel::Phone)), ("website", None)] {
        let settings = CustomFieldSettings {
            name: "acme.contact".to_owned(),
            kind: FieldType::String,
            description: Text::of(|_| "Contact".to_owned()),
            choices: Vec::new(),
            format: Some(format.to_owned()),
            min: None,
            max: None,
        };
        let field = FieldRef::Custom(CustomField::new(settings).expect("a field").into());
        assert_eq!(field.channel(), channel, "{format}");
    }
}

proptest! {
    #[test]
    fn a_code_has_six_digits_and_is_itself_alone(tag: [u8; 32], other: [u8; 32]) {
        let (code, other) = (Code::from_tag(&tag), Code::from_tag(&other));
        let again = Code::parse(code.expose());
        prop_assert!(again.is_some_and(|again| again.is(&code)));
        prop_assert_eq!(code.is(&other), code.expose() == other.expose());
    }
}

#[test]
fn every_digit_comes_up_as_often_as_any_other() {
    let mut counts = [[0_u32; 10]; 6];
    for seed in 0_u64..20_000 {
        let tag = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &seed.to_be_bytes());
        let code = Code::from_tag(tag.as_ref().try_into().expect("32 bytes"));
        for (place, digit) in code.expose().bytes().enumerate() {
            counts[place][usize::from(digit - b'0')] += 1;
        }
    }
    assert!(counts.iter().flatten().all(|count| (1_800..2_200).contains(count)), "{counts:?}");
    assert_eq!(Code::from_tag(&[0; 32]).expose(), "000000");
}
