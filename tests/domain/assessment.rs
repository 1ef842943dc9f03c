//! The heart: what follows from a requirement and the facts.

use std::collections::BTreeSet;
use std::time::Duration;

use kycd::domain::assessment::{Assessment, FieldState, ProofNeeded, ProofReason, assess};
use kycd::domain::clock::Timestamp;
use kycd::domain::facts::{Facts, ProofFact, Status};
use proptest::prelude::*;
use rstest::rstest;

use crate::requirements::{PROVIDER, requirement};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const TYPE: &str = "sep6";
const REQUIRED: [&str; 2] = ["first_name", "family_name"];
const OPTIONAL: [&str; 1] = ["photo_id_front"];

fn names(fields: &[&str]) -> BTreeSet<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

/// A proof that stands.
fn standing() -> ProofFact {
    ProofFact {
        expires_at: None,
        contested: false,
        disputed: BTreeSet::new(),
        changed: BTreeSet::new(),
        identity_reused: false,
        confirmed: BTreeSet::new(),
    }
}

fn facts(given: &[&str], proof: Option<ProofFact>) -> Facts {
    let proofs = proof.map(|proof| (PROVIDER.to_owned(), proof)).into_iter().collect();
    Facts { given: names(given), proofs, ..Facts::default() }
}

fn missing(assessment: &Assessment<'_>) -> Vec<String> {
    assessment.fields.iter().map(|missing| missing.asked.spelling.clone()).collect()
}

fn provided(assessment: &Assessment<'_>) -> Vec<(String, FieldState)> {
    assessment.provided_fields.iter().map(|provided| (provided.asked.spelling.clone(), provided.state)).collect()
}

#[rstest]
#[case::nothing(&[], Status::NeedsInfo, &["first_name", "family_name", "photo_id_front"])]
#[case::the_optional_one(&["photo_id_front"], Status::NeedsInfo, &["first_name", "family_name"])]
#[case::one_of_two(&["first_name"], Status::NeedsInfo, &["family_name", "photo_id_front"])]
#[case::all_required_by_their_canonical_names(&["first_name", "last_name"], Status::Accepted, &["photo_id_front"])]
#[case::everything(&["first_name", "last_name", "photo_id_front"], Status::Accepted, &[])]
#[case::what_nobody_asks_for(&["birth_date"], Status::NeedsInfo, &["first_name", "family_name", "photo_id_front"])]
fn fields_alone_decide_where_no_proof_is_asked_for(
    #[case] given: &[&str],
    #[case] status: Status,
    #[case] expected: &[&str],
) {
    let requirement = requirement(&REQUIRED, &OPTIONAL, None);
    // A proof that nobody asked for changes nothing, not even one that is worthless.
    for proof in [None, Some(ProofFact { contested: true, disputed: names(&["birth_date"]), ..standing() })] {
        let facts = facts(given, proof);
        let assessment = assess(TYPE, &requirement, &facts, NOW);

        assert_eq!(assessment.status, status);
        assert_eq!(missing(&assessment), expected);
        assert_eq!(assessment.proof, None);
    }
}

#[rstest]
#[case::none(None, Some(ProofReason::Missing))]
#[case::without_end(Some(standing()), None)]
#[case::until_later(Some(ProofFact { expires_at: Some(NOW + Duration::from_micros(1)), ..standing() }), None)]
#[case::until_now(Some(ProofFact { expires_at: Some(NOW), ..standing() }), Some(ProofReason::Expired))]
#[case::changed(Some(ProofFact { changed: names(&["first_name"]), ..standing() }), Some(ProofReason::Changed))]
#[case::contested_and_expired(
    Some(ProofFact { contested: true, changed: names(&["first_name"]), expires_at: Some(NOW), ..standing() }),
    Some(ProofReason::Expired)
)]
#[case::changed_is_told_before_expired(
    Some(ProofFact { changed: names(&["first_name"]), expires_at: Some(NOW), ..standing() }),
    Some(ProofReason::Changed)
)]
fn a_proof_that_does_not_stand_has_to_be_made(#[case] proof: Option<ProofFact>, #[case] reason: Option<ProofReason>) {
    let requirement = requirement(&REQUIRED, &OPTIONAL, Some(PROVIDER));
    let facts = facts(&["first_name", "last_name"], proof);

    let assessment = assess(TYPE, &requirement, &facts, NOW);

    assert_eq!(assessment.status, if reason.is_none() { Status::Accepted } else { Status::NeedsInfo });
    assert_eq!(assessment.proof, reason.map(|reason| ProofNeeded { provider: PROVIDER, reason }));
}

#[rstest]
#[case::disputed(&["first_name"], &[])]
#[case::corrected(&[], &[])]
#[case::changed_besides(&["first_name"], &["last_name"])]
fn a_contested_proof_waits_for_a_person_whoever_decides_otherwise(#[case] disputed: &[&str], #[case] changed: &[&str]) {
    let requirement = requirement(&REQUIRED, &OPTIONAL, Some(PROVIDER));
    let proof = ProofFact { contested: true, disputed: names(disputed), changed: names(changed), ..standing() };
    let facts = facts(&["first_name", "last_name"], Some(proof));

    let assessment = assess(TYPE, &requirement, &facts, NOW);

    assert_eq!((assessment.status, assessment.proof), (Status::Processing, None));
    let incomplete = Facts { given: names(&["first_name"]), ..facts };
    assert_eq!(assess(TYPE, &requirement, &incomplete, NOW).status, Status::NeedsInfo, "what is missing is asked for");
}

#[test]
fn the_proof_of_another_provider_does_not_count() {
    let (own, other) = (requirement(&[], &[], Some(PROVIDER)), requirement(&[], &[], Some("bank")));
    let facts = facts(&[], Some(standing()));

    assert_eq!(assess(TYPE, &own, &facts, NOW).status, Status::Accepted);
    let proof = assess(TYPE, &other, &facts, NOW).proof;
    assert_eq!(proof, Some(ProofNeeded { provider: "bank", reason: ProofReason::Missing }));
}

#[test]
fn a_proof_does_not_stand_in_for_a_field() {
    let requirement = requirement(&REQUIRED, &[], Some(PROVIDER));
    let facts = facts(&["first_name"], Some(standing()));

    let assessment = assess(TYPE, &requirement, &facts, NOW);

    assert_eq!((assessment.status, assessment.proof), (Status::NeedsInfo, None));
    assert_eq!(missing(&assessment), ["family_name"]);
}

#[test]
fn a_field_tells_how_the_proof_left_it() {
    let requirement = requirement(&REQUIRED, &OPTIONAL, Some(PROVIDER));
    let proof = ProofFact {
        contested: true,
        disputed: names(&["first_name"]),
        changed: names(&["last_name", "birth_date"]),
        ..standing()
    };
    let facts = facts(&["first_name", "last_name", "photo_id_front"], Some(proof));

    let states = provided(&assess(TYPE, &requirement, &facts, NOW));

    let expected = [
        ("first_name", FieldState::Processing),
        ("family_name", FieldState::Processing),
        ("photo_id_front", FieldState::Accepted),
    ];
    assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state)));
}

const NAMES: [&str; 6] = ["first_name", "last_name", "birth_date", "email_address", "photo_id_front", "tax_id"];

fn any_names() -> impl Strategy<Value = BTreeSet<String>> {
    proptest::sample::subsequence(&NAMES[..], 0..=NAMES.len()).prop_map(|chosen| names(&chosen))
}

fn any_proof() -> impl Strategy<Value = ProofFact> {
    let expires_at =
        proptest::option::of((-2..=2_i64).prop_map(|micros| Timestamp::from_micros(NOW.micros() + micros)));
    (expires_at, any::<bool>(), any_names(), any_names()).prop_map(|(expires_at, contested, disputed, changed)| {
        ProofFact { expires_at, contested, disputed, changed, ..standing() }
    })
}

proptest! {
    #[test]
    fn accepted_means_nothing_is_left_to_do(
        required in any_names(),
        optional in any_names(),
        given in any_names(),
        provider in proptest::option::of(Just(PROVIDER)),
        proof in proptest::option::of(any_proof()),
    ) {
        let required: Vec<_> = required.iter().map(String::as_str).collect();
        let optional: Vec<_> = optional.iter().map(String::as_str).filter(|name| !required.contains(name)).collect();
        let given: Vec<_> = given.iter().map(String::as_str).collect();
        let requirement = requirement(&required, &optional, provider);
        let facts = facts(&given, proof.clone());

        let assessment = assess(TYPE, &requirement, &facts, NOW);

        let (missing, provided) = (missing(&assessment), provided(&assessment));
        let all_given = required.iter().all(|name| given.contains(name));
        let proof = proof.filter(|_| provider.is_some());
        let proven = provider.is_none() || proof.as_ref().is_some_and(|proof| proof.stands(NOW));
        let waits = proof.is_some_and(|proof| proof.contested && !proof.is_over(NOW));
        prop_assert_eq!(assessment.status == Status::Accepted, all_given && proven);
        prop_assert_eq!(assessment.status == Status::Processing, all_given && waits);
        prop_assert_eq!(assessment.proof.is_none(), proven || waits);
        // Every asked field is in one list or the other, and no other field is in either.
        prop_assert_eq!(missing.len() + provided.len(), required.len() + optional.len());
        prop_assert!(missing.iter().all(|name| !given.contains(&name.as_str())));
        prop_assert!(provided.iter().all(|(name, _)| given.contains(&name.as_str())));
        prop_assert_ne!(assessment.status, Status::Rejected);
    }

    #[test]
    fn a_proof_stands_until_something_speaks_against_it(proof in any_proof()) {
        let in_time = proof.expires_at.is_none_or(|expires_at| expires_at > NOW);
        prop_assert_eq!(proof.stands(NOW), in_time && !proof.contested && proof.changed.is_empty());
    }
}

#[test]
fn a_person_who_proved_another_customer_is_somebodys_to_look_at() {
    let requirement = requirement(&REQUIRED, &OPTIONAL, Some(PROVIDER));
    let reused = facts(&["first_name", "last_name"], Some(ProofFact { identity_reused: true, ..standing() }));
    let assessment = assess(TYPE, &requirement, &reused, NOW);
    assert_eq!((assessment.status, assessment.proof), (Status::Processing, None));
    // Nor does a change, which would ask for another proof, lead out of it.
    let changed = ProofFact { identity_reused: true, changed: names(&["first_name"]), ..standing() };
    let changed = facts(&["first_name", "last_name"], Some(changed));
    let assessment = assess(TYPE, &requirement, &changed, NOW);
    assert_eq!((assessment.status, assessment.proof), (Status::Processing, None));
}

#[test]
fn a_provider_that_has_not_decided_is_waited_for_until_its_time_is_over() {
    let mut requirement = requirement(&REQUIRED, &OPTIONAL, Some(PROVIDER));
    requirement.provider_fields.insert("last_name".to_owned());
    let until = NOW + Duration::from_hours(1);
    let mut facts = facts(&["first_name"], None);
    facts.pending.insert(PROVIDER.to_owned(), until);
    let assessment = assess(TYPE, &requirement, &facts, NOW);
    assert_eq!((assessment.status, assessment.proof), (Status::Processing, None), "it may give the last name");
    assert_eq!(facts.next_expiry(NOW), Some(until));
    let assessment = assess(TYPE, &requirement, &facts, until);
    assert_eq!(assessment.status, Status::NeedsInfo);
    assert_eq!(assessment.proof.map(|proof| proof.reason), Some(ProofReason::Missing));
}

#[test]
fn what_the_provider_will_not_tell_is_asked_for_while_it_has_not_decided() {
    let mut requirement = requirement(&["first_name", "last_name", "tax_id"], &[], Some(PROVIDER));
    requirement.provider_fields.insert("last_name".to_owned());
    let mut facts = facts(&["first_name"], None);
    facts.pending.insert(PROVIDER.to_owned(), NOW + Duration::from_hours(1));
    let asked = |facts: &Facts| {
        let assessment = assess(TYPE, &requirement, facts, NOW);
        let fields: Vec<_> = assessment.fields.iter().map(|missing| missing.asked.field.name().to_owned()).collect();
        (assessment.status, fields, assessment.proof)
    };

    assert_eq!(asked(&facts), (Status::NeedsInfo, vec!["tax_id".to_owned()], None));
    facts.given.insert("tax_id".to_owned());
    assert_eq!(asked(&facts), (Status::Processing, vec![], None));
    facts.pending.clear();
    assert_eq!(asked(&facts).1, ["last_name"], "afterwards it is the customer's to give, or a new proof's");
}
