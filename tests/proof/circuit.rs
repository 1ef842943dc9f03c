//! When a provider is left alone, for any course of events.

use std::num::NonZeroU32;
use std::time::Duration;

use kycd::domain::clock::Timestamp;
use kycd::proof::Circuit;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{collection, prop_assert, prop_assert_eq, proptest};

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
    Failed,
    Busy(u64),
    SomebodyComes,
}

fn any_course() -> impl Strategy<Value = Vec<(u64, Event)>> {
    let event = prop_oneof![
        1 => Just(Event::Answered),
        4 => Just(Event::Failed),
        1 => (0..10_000_u64).prop_map(Event::Busy),
        4 => Just(Event::SomebodyComes),
    ];
    collection::vec((0..40_u64, event), 0..40)
}

proptest! {
    #[test]
    fn whoever_comes_is_let_through_unless_it_is_known_to_be_in_vain(course in any_course()) {
        let circuit = circuit();
        let mut now = NOW;
        let (mut failures, mut busy_until, mut open_until) = (0, NOW, NOW);
        for (seconds, event) in course {
            now = now + Duration::from_secs(seconds);
            match event {
                Event::Answered => {
                    circuit.answered();
                    (failures, open_until) = (0, NOW);
                }
                Event::Failed | Event::Busy(_) => {
                    let wait = if let Event::Busy(wait) = event { Some(Duration::from_secs(wait)) } else { None };
                    failures += 1;
                    prop_assert_eq!(circuit.failed(now, wait), failures == LIMIT, "it is told once");
                    let longest = Duration::from_hours(1);
                    busy_until = busy_until.max(wait.map_or(NOW, |wait| now + wait.min(longest)));
                    open_until = if failures >= LIMIT { now + PAUSE } else { open_until };
                }
                Event::SomebodyComes => {
                    let until = busy_until.max(open_until);
                    let expected = if now < until { Err(until.since(now)) } else { Ok(()) };
                    prop_assert_eq!(circuit.check(now), expected, "looking changes nothing");
                    prop_assert_eq!(circuit.admit(now), expected);
                    if expected.is_ok() && failures >= LIMIT {
                        open_until = now + PAUSE;
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
            if let Event::Busy(wait) = event {
                circuit.failed(now, Some(Duration::from_secs(wait)));
            } else {
                circuit.failed(now, None);
            }
        }
        prop_assert!(circuit.admit(now + Duration::from_hours(1)).is_ok());
    }
}

fn fail(circuit: &Circuit, times: u32, now: Timestamp) {
    for _ in 0..times {
        circuit.failed(now, None);
    }
}

#[test]
fn one_in_each_pause_finds_out_whether_the_provider_is_back() {
    let circuit = circuit();
    fail(&circuit, LIMIT - 1, NOW);
    assert_eq!(circuit.admit(NOW), Ok(()));
    fail(&circuit, 1, NOW);
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
fn an_answer_does_not_cut_short_what_the_provider_asked_for() {
    let circuit = circuit();
    circuit.failed(NOW, Some(Duration::from_mins(2)));
    circuit.answered();
    assert_eq!(circuit.admit(NOW), Err(Duration::from_mins(2)));
    circuit.failed(NOW, Some(Duration::from_mins(1)));
    assert_eq!(circuit.admit(NOW), Err(Duration::from_mins(2)), "nor does a shorter wish");
    assert_eq!(circuit.admit(NOW + Duration::from_mins(2)), Ok(()));
}
