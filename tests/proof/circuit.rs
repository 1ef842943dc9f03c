//! When a provider is left alone, for any course of events.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use kycd::domain::clock::Timestamp;
use kycd::proof::Circuit;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{collection, prop_assert, prop_assert_eq, proptest};
use uuid::Uuid;

use crate::NOW;

const PAUSE: Duration = Duration::from_secs(30);
const LIMIT: u32 = 3;

fn circuit() -> Circuit {
    Circuit::new(NonZeroU32::new(LIMIT).unwrap(), PAUSE)
}

/// What happens at a provider, so many seconds after what happened before.
#[derive(Clone, Copy, Debug)]
enum Event {
    Answered,
    Failed(Uuid),
    Busy(Uuid, u64),
    SomebodyComes,
    SomebodyComesAndAsksNothing,
}

fn target(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn any_target() -> impl Strategy<Value = Uuid> {
    (0..5_u32).prop_map(target)
}

fn any_course() -> impl Strategy<Value = Vec<(u64, Event)>> {
    let event = prop_oneof![
        1 => Just(Event::Answered),
        4 => any_target().prop_map(Event::Failed),
        1 => (any_target(), 0..10_000_u64).prop_map(|(target, wait)| Event::Busy(target, wait)),
        4 => Just(Event::SomebodyComes),
        2 => Just(Event::SomebodyComesAndAsksNothing),
    ];
    collection::vec((0..40_u64, event), 0..40)
}

proptest! {
    #[test]
    fn whoever_comes_is_let_through_unless_it_is_known_to_be_in_vain(course in any_course()) {
        let circuit = circuit();
        let mut now = NOW;
        let mut failed = BTreeSet::new();
        let (mut busy_until, mut open_until, mut tried_until) = (NOW, NOW, NOW);
        for (seconds, event) in course {
            now = now + Duration::from_secs(seconds);
            match event {
                Event::Answered => {
                    circuit.answered();
                    failed.clear();
                    (busy_until, open_until, tried_until) = (NOW, NOW, NOW);
                }
                Event::Failed(target) | Event::Busy(target, _) => {
                    let wait = if let Event::Busy(_, wait) = event { Some(Duration::from_secs(wait)) } else { None };
                    let is_new = failed.insert(target);
                    let expected = is_new && failed.len() == LIMIT as usize;
                    prop_assert_eq!(circuit.failed(target, now, wait), expected, "it is told once");
                    let longest = if failed.len() > 1 { Duration::from_hours(1) } else { PAUSE };
                    busy_until = busy_until.max(wait.map_or(NOW, |wait| now + wait.min(longest)));
                    open_until = if failed.len() >= LIMIT as usize { now + PAUSE } else { open_until };
                }
                Event::SomebodyComes | Event::SomebodyComesAndAsksNothing => {
                    let until = busy_until.max(open_until).max(tried_until);
                    let expected = if now < until { Err(until.since(now)) } else { Ok(()) };
                    prop_assert_eq!(circuit.check(now), expected, "looking changes nothing");
                    prop_assert_eq!(circuit.admit(now), expected);
                    let has_asked = matches!(event, Event::SomebodyComes);
                    if expected.is_ok() && !has_asked {
                        circuit.was_not_asked();
                    } else if expected.is_ok() && failed.len() >= LIMIT as usize {
                        tried_until = now + PAUSE;
                    }
                }
            }
        }
    }

    #[test]
    fn a_provider_that_never_fails_is_never_left_alone(comings in collection::vec(0..100_u64, 0..100)) {
        let circuit = circuit();
        let mut now = NOW;
        for seconds in comings {
            now = now + Duration::from_secs(seconds);
            prop_assert!(circuit.admit(now).is_ok());
            circuit.answered();
        }
    }

    #[test]
    fn nobody_waits_longer_than_an_hour(course in any_course()) {
        let circuit = circuit();
        let mut now = NOW;
        for (seconds, event) in course {
            now = now + Duration::from_secs(seconds);
            match event {
                Event::Busy(target, wait) => drop(circuit.failed(target, now, Some(Duration::from_secs(wait)))),
                Event::Failed(target) => drop(circuit.failed(target, now, None)),
                Event::Answered | Event::SomebodyComes | Event::SomebodyComesAndAsksNothing => {}
            }
        }
        prop_assert!(circuit.admit(now + Duration::from_hours(1)).is_ok());
    }
}

fn fail(circuit: &Circuit, times: u32, now: Timestamp) {
    for number in 0..times {
        circuit.failed(target(number), now, None);
    }
}

#[test]
fn one_in_each_pause_finds_out_whether_the_provider_is_back() {
    let circuit = circuit();
    fail(&circuit, LIMIT - 1, NOW);
    assert_eq!(circuit.admit(NOW), Ok(()));
    fail(&circuit, LIMIT, NOW);
    assert_eq!(circuit.admit(NOW), Err(PAUSE));
    let later = NOW + PAUSE;
    assert_eq!(circuit.admit(later), Ok(()), "this one");
    assert_eq!(circuit.admit(later), Err(PAUSE), "and nobody else");
    fail(&circuit, 1, later);
    assert_eq!(circuit.admit(later + PAUSE), Ok(()), "it was in vain: the next one");
    circuit.answered();
    assert_eq!(circuit.admit(later + PAUSE), Ok(()), "it is back, for all");
}

#[test]
fn whoever_asks_the_provider_nothing_keeps_nobody_away() {
    let circuit = circuit();
    fail(&circuit, LIMIT, NOW);
    let later = NOW + PAUSE;
    for _ in 0..3 {
        assert_eq!(circuit.admit(later), Ok(()));
        circuit.was_not_asked();
    }
    circuit.failed(target(0), later, None);
    assert_eq!(circuit.admit(later), Err(PAUSE), "the next failure begins another pause");
}

#[test]
fn one_target_alone_closes_the_way_for_nobody() {
    let circuit = circuit();
    for _ in 0..LIMIT * 2 {
        assert!(!circuit.failed(target(1), NOW, None));
    }
    assert_eq!(circuit.admit(NOW), Ok(()));
}

#[test]
fn what_the_provider_asks_for_counts_in_full_once_it_failed_a_second_target() {
    let circuit = circuit();
    let wish = Some(Duration::from_mins(2));
    circuit.failed(target(1), NOW, wish);
    circuit.failed(target(1), NOW, wish);
    assert_eq!(circuit.admit(NOW), Err(PAUSE));
    circuit.failed(target(2), NOW, wish);
    assert_eq!(circuit.admit(NOW), Err(Duration::from_mins(2)));
    circuit.failed(target(1), NOW, Some(Duration::from_mins(1)));
    assert_eq!(circuit.admit(NOW), Err(Duration::from_mins(2)), "a shorter wish does not cut it short");
    circuit.answered();
    assert_eq!(circuit.admit(NOW), Ok(()), "an answer does");
}
