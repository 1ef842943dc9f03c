//! The requirements of all types: what is looked up in them, and when they are others than before.

use std::collections::BTreeMap;

use kycd::domain::field::FieldRef;
use kycd::domain::requirement::{Requirement, Requirements};
use rstest::rstest;

use crate::requirements::{PROVIDER, requirement, requirements};

fn configured(name: &str, requirement: Requirement, payment_target: Option<&str>) -> Requirements {
    let types = BTreeMap::from([(name.to_owned(), requirement)]);
    Requirements::new(name.to_owned(), types, payment_target.map(str::to_owned))
}

#[test]
fn a_type_is_found_by_its_name_and_the_default_one_by_none() {
    let requirements = requirements();
    let name = |asked| requirements.find(asked).map(|(name, _)| name);

    assert_eq!(name(None), Some("sep6"));
    assert_eq!(name(Some("sep6-high")), Some("sep6-high"));
    assert_eq!(name(Some("sep31")), None);
    assert_eq!(name(Some(Requirements::BARE)), None);
}

#[test]
fn a_customer_is_assessed_for_every_type_and_a_bare_payto_for_its_proof() {
    let requirements = requirements();
    let names = |is_customer| requirements.of(is_customer).map(|(name, _)| name).collect::<Vec<_>>();

    assert_eq!(names(true), ["sep6", "sep6-high"]);
    assert_eq!(names(false), [Requirements::BARE]);
    let without = configured("sep6", requirement(&[], &[], None), None);
    assert_eq!(without.of(false).count(), 0);
    assert!(without.payment_target().is_none());
    assert_eq!(requirements.payment_target().and_then(|target| target.provider.as_deref()), Some(PROVIDER));
}

#[test]
fn what_no_type_asks_for_is_known() {
    let requirements = requirements();
    let asks_for = |name| requirements.field(name).map(FieldRef::name);

    assert_eq!((asks_for("last_name"), asks_for("family_name")), (Some("last_name"), Some("last_name")));
    assert_eq!((asks_for("photo_id_front"), asks_for("birth_date")), (Some("photo_id_front"), None));
}

#[rstest]
#[case::another_name("sep24", requirement(&["first_name"], &["last_name"], Some(PROVIDER)), Some("bank"))]
#[case::another_field("sep6", requirement(&["birth_date"], &["last_name"], Some(PROVIDER)), Some("bank"))]
#[case::one_field_less("sep6", requirement(&["first_name"], &[], Some(PROVIDER)), Some("bank"))]
#[case::required_now("sep6", requirement(&["first_name", "last_name"], &[], Some(PROVIDER)), Some("bank"))]
#[case::another_provider("sep6", requirement(&["first_name"], &["last_name"], Some("bank")), Some("bank"))]
#[case::other_claims("sep6", Requirement {
    provider_fields: ["first_name".to_owned()].into(), ..requirement(&["first_name"], &["last_name"], Some(PROVIDER))
}, Some("bank"))]
#[case::no_provider("sep6", requirement(&["first_name"], &["last_name"], None), Some("bank"))]
#[case::another_provider_of_payment_targets(
    "sep6", requirement(&["first_name"], &["last_name"], Some(PROVIDER)), Some(PROVIDER)
)]
#[case::no_payment_targets("sep6", requirement(&["first_name"], &["last_name"], Some(PROVIDER)), None)]
fn changed_requirements_have_another_digest(
    #[case] name: &str,
    #[case] changed: Requirement,
    #[case] payment_target: Option<&str>,
) {
    let before = || configured("sep6", requirement(&["first_name"], &["last_name"], Some(PROVIDER)), Some("bank"));
    assert_eq!(before().digest(), before().digest());

    assert_ne!(configured(name, changed, payment_target).digest(), before().digest());
}

#[test]
fn another_spelling_is_no_other_requirement() {
    let spelled = |name| configured("sep6", requirement(&[name], &[], None), None);

    assert_eq!(spelled("last_name").digest(), spelled("family_name").digest());
}
