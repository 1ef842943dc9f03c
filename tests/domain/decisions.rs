//! Decisions: what they bind, and what follows from them.

use std::collections::BTreeMap;

use kycd::domain::assessment::{Assessment, Fault, FieldState, assess};
use kycd::domain::clock::Timestamp;
use kycd::domain::decision::{Flaw, Notice, Ruling, Verdict};
use kycd::domain::document::{Document, ProvidedProof};
use kycd::domain::facts::Status;
use kycd::domain::file::Quarantine;
use kycd::domain::requirement::{Requirement, Requirements};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use crate::requirements::{PROVIDER, requirement};

const TYPE: &str = "sep6";
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const FIELDS: [&str; 4] = ["first_name", "last_name", "id_type", "id_expiration_date"];

/// Stands for the keyed hash.
fn bind(field: &str, value: &str) -> String {
    format!("{field}#{value}")
}

/// A customer of one type, whom people decide about.
struct Case {
    requirements: Requirements,
    document: Document,
}

impl Case {
    fn of(requirement: Requirement) -> Self {
        let types = BTreeMap::from([(TYPE.to_owned(), requirement)]);
        Self { requirements: Requirements::new(TYPE.to_owned(), types, None), document: Document::default() }
    }

    /// A type that asks for two names and waits for a person; a photo may be left out.
    fn reviewed() -> Self {
        Self::of(Requirement { review: true, ..requirement(&["first_name", "last_name"], &["photo_id_front"], None) })
    }

    fn give(&mut self, values: &[(&str, &str)]) -> &mut Self {
        for (field, value) in values {
            self.document.set_value(field, (*value).to_owned());
        }
        self
    }

    fn prove(&mut self, at: Timestamp, values: &[(&str, &str)]) -> &mut Self {
        let values = values.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        let word = ProvidedProof { subject: "subject".to_owned(), verified_at: at, expires_at: None, values };
        self.document.set_proof(PROVIDER, word, &bind);
        self
    }

    fn decide(&mut self, verdict: Verdict, flaws: &[(&str, Flaw)]) -> &mut Self {
        let flaws = flaws.iter().map(|(field, flaw)| ((*field).to_owned(), *flaw)).collect();
        self.document.decide(TYPE, Ruling { verdict, notice: None, flaws, decided_at: NOW }, &bind);
        self
    }

    fn assess<T>(&self, now: Timestamp, look: impl FnOnce(&Assessment<'_>) -> T) -> T {
        let facts = self.document.facts(&self.requirements, now, &bind);
        let (name, requirement) = self.requirements.find(None).expect("the type");
        look(&assess(name, requirement, &facts, now))
    }

    fn status(&self) -> Status {
        self.assess(NOW, |assessment| assessment.status)
    }

    fn is_contested(&self) -> bool {
        self.document.facts(&self.requirements, NOW, &bind).proofs.values().any(|proof| proof.contested)
    }

    /// Each provided field with its state, and why it was rejected.
    fn provided(&self) -> Vec<(String, FieldState, Option<Fault>)> {
        self.assess(NOW, |assessment| {
            let fields = assessment.provided_fields.iter();
            fields.map(|field| (field.asked.spelling.clone(), field.state, field.fault)).collect()
        })
    }

    fn required(&self) -> Vec<String> {
        self.assess(NOW, |assessment| {
            let fields = assessment.fields.iter().filter(|field| !field.optional);
            fields.map(|field| field.asked.spelling.clone()).collect()
        })
    }
}

const NAMES: [(&str, &str); 2] = [("first_name", "Ada"), ("last_name", "Lovelace")];

#[test]
fn what_is_complete_waits_for_a_person_where_people_decide() {
    let mut case = Case::reviewed();
    assert_eq!((case.status(), case.required()), (Status::NeedsInfo, vec!["first_name".into(), "last_name".into()]));

    case.give(&NAMES);

    assert_eq!((case.status(), case.required()), (Status::Processing, vec![]));
    assert!(case.provided().iter().all(|(_, state, _)| *state == FieldState::Processing));
}

#[rstest]
#[case::the_same("Ada", Status::Accepted)]
#[case::another_spelling(" ADA ", Status::Accepted)]
#[case::another_name("Grace", Status::Processing)]
fn a_decision_holds_for_the_values_that_it_saw(
    #[case] given_again: &str,
    #[case] status: Status,
    #[values(true, false)] review: bool,
) {
    let mut case = Case::of(Requirement { review, ..requirement(&["first_name", "last_name"], &[], None) });
    case.give(&NAMES).decide(Verdict::Accepted, &[]);
    assert_eq!(case.status(), Status::Accepted);

    case.give(&[("first_name", given_again)]);

    assert_eq!(case.status(), status, "also where nobody decides otherwise: somebody relied on the value");
    let state = if status == Status::Accepted { FieldState::Accepted } else { FieldState::Processing };
    assert_eq!(case.provided()[0], ("first_name".to_owned(), state, None));
    assert_eq!(case.provided()[1], ("last_name".to_owned(), FieldState::Accepted, None));
}

#[test]
fn a_file_or_an_optional_field_given_later_was_not_seen() {
    let mut case = Case::reviewed();
    case.give(&NAMES).decide(Verdict::Accepted, &[]);

    case.document.set_file("photo_id_front", Uuid::from_u128(1), None);
    assert_eq!(case.status(), Status::Processing);
    case.decide(Verdict::Accepted, &[]);
    assert_eq!(case.status(), Status::Accepted);

    case.document.set_file("photo_id_front", Uuid::from_u128(2), None);
    assert_eq!(case.status(), Status::Processing);
}

/// Whether people decide about the type or not; to ask for something else is not to accept it.
#[rstest]
fn a_file_in_quarantine_counts_once_it_is_accepted(#[values(true, false)] review: bool) {
    let photo =
        |case: &Case| case.provided().into_iter().find(|(name, ..)| name == "photo_id_front").map(|found| found.1);
    let requirement = requirement(&["first_name", "last_name"], &["photo_id_front"], None);
    let mut case = Case::of(Requirement { review, ..requirement });
    case.give(&NAMES);
    case.document.set_file("photo_id_front", Uuid::from_u128(1), Some(Quarantine::Ambiguous));
    assert_eq!((case.status(), photo(&case)), (Status::Processing, Some(FieldState::Processing)));

    case.decide(Verdict::NeedsInfo, &[("first_name", Flaw::Incomplete)]);
    assert_eq!((case.status(), photo(&case)), (Status::NeedsInfo, Some(FieldState::Processing)));
    case.decide(Verdict::Accepted, &[]);
    assert_eq!((case.status(), photo(&case)), (Status::Accepted, Some(FieldState::Accepted)));

    case.document.set_file("photo_id_front", Uuid::from_u128(2), Some(Quarantine::Ambiguous));
    assert_eq!((case.status(), photo(&case)), (Status::Processing, Some(FieldState::Processing)));
}

#[test]
fn a_value_that_the_type_does_not_ask_for_concerns_it_not() {
    let mut case = Case::reviewed();
    case.give(&NAMES).decide(Verdict::Accepted, &[]);

    case.give(&[("birth_date", "1815-12-10")]);

    assert_eq!(case.status(), Status::Accepted);
}

#[test]
fn a_field_is_asked_for_again_until_it_holds_something_else() {
    let mut case = Case::reviewed();
    case.give(&NAMES);
    case.document.set_file("photo_id_front", Uuid::from_u128(1), None);

    case.decide(Verdict::NeedsInfo, &[("photo_id_front", Flaw::Unreadable)]);

    assert_eq!((case.status(), case.required()), (Status::NeedsInfo, vec!["photo_id_front".to_owned()]));
    let refused = ("photo_id_front".to_owned(), FieldState::Rejected, Some(Fault::Found(Flaw::Unreadable)));
    assert_eq!(case.provided()[2], refused);
    assert_eq!(case.provided()[0].1, FieldState::Accepted, "what was looked at and is good");
    assert_eq!(case.assess(NOW, |assessment| assessment.notice), Some(Notice::GiveAgain));

    case.give(&[("first_name", "ada")]);
    assert_eq!(case.status(), Status::NeedsInfo, "an equal value is no answer");

    case.document.set_file("photo_id_front", Uuid::from_u128(2), None);
    assert_eq!((case.status(), case.required()), (Status::Processing, vec![]));
    case.decide(Verdict::Accepted, &[]);
    assert_eq!(case.status(), Status::Accepted);
}

#[test]
fn a_rejection_ends_by_another_decision_alone() {
    let mut case = Case::of(requirement(&["first_name", "last_name"], &[], Some(PROVIDER)));
    case.give(&NAMES[..1]).decide(Verdict::Rejected, &[]);
    let told = |case: &Case| {
        case.assess(NOW, |assessment| {
            assert!(
                assessment.fields.is_empty() && assessment.provided_fields.is_empty() && assessment.proof.is_none()
            );
            (assessment.status, assessment.notice)
        })
    };
    let rejected = (Status::Rejected, Some(Notice::NotAccepted));
    assert_eq!(told(&case), rejected);

    case.give(&[("first_name", "Grace"), ("last_name", "Hopper")]);
    assert_eq!(told(&case), rejected, "not by values");
    case.prove(NOW, &[("first_name", "Grace")]);
    assert_eq!(told(&case), rejected, "not by a proof");

    case.decide(Verdict::Accepted, &[]);
    assert_eq!(case.status(), Status::Accepted);
}

#[test]
fn oa_14_a_person_weighs_what_the_provider_contradicts_where_people_decide() {
    let mut case = Case::of(Requirement { review: true, ..requirement(&["first_name"], &[], Some(PROVIDER)) });
    case.give(&NAMES[..1]).prove(NOW, &[("first_name", "Grace")]);
    assert_eq!((case.status(), case.provided()[0].1), (Status::Processing, FieldState::Processing));

    case.decide(Verdict::Accepted, &[]);
    assert_eq!((case.status(), case.provided()[0].1), (Status::Accepted, FieldState::Accepted));

    let later = Timestamp::from_seconds(NOW.seconds() + 1);
    case.prove(later, &[("first_name", "Joan")]);
    assert_eq!(
        (case.status(), case.provided()[0].1),
        (Status::Processing, FieldState::Processing),
        "a new contradiction"
    );
}

#[rstest]
#[case::auto(false, Status::NeedsInfo)]
#[case::review(true, Status::Processing)]
fn a_value_changed_after_the_proof_is_proven_again_or_looked_at(#[case] review: bool, #[case] status: Status) {
    let mut case = Case::of(Requirement { review, ..requirement(&["first_name"], &[], Some(PROVIDER)) });
    case.give(&NAMES[..1]).prove(NOW, &[("first_name", "Ada")]);
    if review {
        case.decide(Verdict::Accepted, &[]);
    }
    assert_eq!(case.status(), Status::Accepted);

    case.give(&[("first_name", "Grace")]);

    assert_eq!((case.status(), case.provided()[0].1), (status, FieldState::Processing));
}

#[rstest]
#[case::a_document("id_expiration_date", "2027-01-15", 1_800_057_600)]
#[case::a_document_of_a_leap_year("id_expiration_date", "2028-02-29", 1_835_481_600)]
#[case::a_card("card.expiration_date", "27-01", 1_801_440_000)]
#[case::a_card_in_december("card.expiration_date", "27-12", 1_830_297_600)]
fn a_document_counts_until_its_last_day_is_over(#[case] field: &str, #[case] value: &str, #[case] over: i64) {
    let mut case = Case::of(requirement(&[field], &[], None));
    case.give(&[(field, value)]).decide(Verdict::Accepted, &[]);
    let over = Timestamp::from_seconds(over);
    let status = |now| case.assess(now, |assessment| assessment.status);

    assert_eq!(status(Timestamp::from_micros(over.micros() - 1)), Status::Accepted);
    assert_eq!(status(over), Status::NeedsInfo);
    let before = case.document.facts(&case.requirements, NOW, &bind);
    let digest = case.requirements.digest();
    assert_eq!((before.next_expiry(NOW), before.are_current(digest, NOW)), (Some(over), true));
    assert_eq!((before.next_expiry(over), before.are_current(digest, over)), (None, false), "it is looked at again");
    let after = case.document.facts(&case.requirements, over, &bind);
    assert_eq!(
        (after.next_expiry(over), after.are_current(digest, over)),
        (None, true),
        "what is over does not end again"
    );
    case.assess(over, |assessment| {
        assert_eq!(assessment.provided_fields[0].fault, Some(Fault::Expired));
        assert_eq!((assessment.fields[0].asked.spelling.as_str(), assessment.fields[0].optional), (field, false));
    });
}

#[test]
fn a_type_takes_its_own_choices_alone() {
    let mut narrow = requirement(&["id_type"], &[], None);
    narrow.fields[0].choices = vec!["passport".to_owned()];
    let mut case = Case::of(narrow);

    case.give(&[("id_type", "id_card")]);
    assert_eq!((case.status(), case.required()), (Status::NeedsInfo, vec!["id_type".to_owned()]));
    assert_eq!(case.provided()[0], ("id_type".to_owned(), FieldState::Rejected, Some(Fault::NotAChoice)));

    case.give(&[("id_type", "passport")]);
    assert_eq!(case.status(), Status::Accepted);
}

#[rstest]
#[case::no_notice(Notice::ALL.as_slice(), Verdict::Accepted, 0)]
#[case::a_rejection(Notice::ALL.as_slice(), Verdict::Rejected, 4)]
#[case::a_question(Notice::ALL.as_slice(), Verdict::NeedsInfo, 1)]
fn a_notice_goes_with_one_verdict(#[case] all: &[Notice], #[case] verdict: Verdict, #[case] fitting: usize) {
    assert_eq!(all.iter().filter(|notice| notice.fits(verdict)).count(), fitting);
}

#[test]
fn keys_are_what_json_has() {
    for notice in Notice::ALL {
        assert_eq!(serde_json::to_value(notice).expect("JSON"), notice.key());
    }
    for flaw in Flaw::ALL {
        assert_eq!(serde_json::to_value(flaw).expect("JSON"), flaw.key());
    }
}

/// Something that happens to a customer.
#[derive(Clone, Debug)]
enum Event {
    Give(usize, usize),
    Prove(usize, bool),
    Decide(Verdict, usize),
}

const VERDICTS: [Verdict; 3] = [Verdict::Accepted, Verdict::Rejected, Verdict::NeedsInfo];

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..FIELDS.len(), 0..3_usize).prop_map(|(field, value)| Event::Give(field, value)),
        (0..3_usize, any::<bool>()).prop_map(|(value, over)| Event::Prove(value, over)),
        (proptest::sample::select(&VERDICTS[..]), 0..FIELDS.len())
            .prop_map(|(verdict, field)| Event::Decide(verdict, field)),
    ]
}

/// The values of a field, of which some are over or not among the choices.
fn value(field: usize, value: usize) -> &'static str {
    match FIELDS[field] {
        "id_type" => ["passport", "id_card", "other"][value],
        "id_expiration_date" => ["2030-01-31", "2020-01-31", "2027-01-15"][value],
        _ => ["Ada", "Grace", "Joan"][value],
    }
}

impl Case {
    /// Lets it happen; gives what was decided, if something was.
    fn happen(&mut self, event: &Event) -> Option<Verdict> {
        let (verdict, flaws) = match event {
            Event::Give(field, which) => {
                self.give(&[(FIELDS[*field], value(*field, *which))]);
                return None;
            }
            Event::Prove(which, over) => {
                let expires_at = over.then_some(Timestamp::from_micros(NOW.micros() - 1));
                let values = BTreeMap::from([("first_name".to_owned(), value(0, *which).to_owned())]);
                let word = ProvidedProof { subject: "subject".to_owned(), verified_at: NOW, expires_at, values };
                self.document.set_proof(PROVIDER, word, &bind);
                return None;
            }
            // Nobody can ask again for what is not there.
            Event::Decide(Verdict::NeedsInfo, field) if self.document.held(FIELDS[*field]).is_none() => return None,
            Event::Decide(Verdict::NeedsInfo, field) => (Verdict::NeedsInfo, vec![(FIELDS[*field], Flaw::Mismatch)]),
            Event::Decide(verdict, _) => (*verdict, vec![]),
        };
        self.decide(verdict, &flaws);
        Some(verdict)
    }
}

fn any_requirement() -> impl Strategy<Value = Requirement> {
    let fields = proptest::sample::subsequence(&FIELDS[..], 0..=FIELDS.len());
    (fields, 0..=FIELDS.len(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(fields, required, provider, review, narrow)| {
            let (required, optional) = fields.split_at(required.min(fields.len()));
            let mut requirement = requirement(required, optional, provider.then_some(PROVIDER));
            let choices = requirement.fields.iter_mut().filter(|asked| narrow && asked.spelling == "id_type");
            choices.for_each(|asked| asked.choices = vec!["passport".to_owned(), "other".to_owned()]);
            Requirement { review, ..requirement }
        },
    )
}

proptest! {
    /// What SEP-12 promises, whatever is asked and whatever happens.
    #[test]
    fn every_assessment_keeps_the_promises_of_sep_12(
        requirement in any_requirement(),
        events in proptest::collection::vec(any_event(), 0..8),
    ) {
        let review = requirement.review;
        let mut case = Case::of(requirement);
        let decided = events.iter().filter_map(|event| case.happen(event)).collect::<Vec<_>>();
        let last = decided.last().copied();

        case.assess(NOW, |assessment| {
            let required = assessment.fields.iter().any(|field| !field.optional);
            let states = || assessment.provided_fields.iter().map(|field| field.state);
            match assessment.status {
                Status::NeedsInfo => prop_assert!(required || assessment.proof.is_some()),
                Status::Accepted => {
                    prop_assert!(!required && assessment.proof.is_none());
                    prop_assert!(states().all(|state| state == FieldState::Accepted));
                    prop_assert!(!review || last == Some(Verdict::Accepted), "nobody accepted it");
                }
                Status::Processing => {
                    prop_assert!(!required && assessment.proof.is_none());
                    prop_assert!(states().all(|state| state != FieldState::Rejected));
                    prop_assert!(review || last.is_some() || case.is_contested(), "nobody would end it");
                }
                Status::Rejected => prop_assert!(assessment.notice.is_some() && assessment.fields.is_empty()),
            }
            prop_assert_eq!(assessment.status == Status::Rejected, last == Some(Verdict::Rejected));
            for field in &assessment.provided_fields {
                prop_assert_eq!(field.state == FieldState::Rejected, field.fault.is_some());
                let again = assessment.fields.iter().find(|missing| missing.asked.spelling == field.asked.spelling);
                prop_assert_eq!(again.map(|missing| missing.optional), field.fault.map(|_| false));
            }
            Ok(())
        })?;
    }
}
