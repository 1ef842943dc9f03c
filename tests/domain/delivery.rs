//! What follows an attempt to deliver something.

use std::time::Duration;

use kycd::domain::delivery::{End, Kind, Next, Outcome, Trouble, next};
use proptest::prelude::*;
use rstest::rstest;

/// No jitter either way.
const MIDDLE: u32 = u32::MAX / 2;

fn failed(retry_after: Option<Duration>) -> Outcome {
    Outcome::Failed { trouble: Trouble::Status(503), retry_after }
}

/// The delay before the next attempt to deliver a callback, in seconds, if there is one.
fn delay(attempts: u32, outcome: Outcome, jitter: u32) -> Option<f64> {
    delay_of(Kind::Callback, attempts, outcome, jitter)
}

fn delay_of(kind: Kind, attempts: u32, outcome: Outcome, jitter: u32) -> Option<f64> {
    match next(kind, attempts, outcome, jitter) {
        Next::Again { after, .. } => Some(after.as_secs_f64()),
        Next::End(_) => None,
    }
}

#[rstest]
#[case::after_the_first(0, 5.0)]
#[case::after_the_second(1, 300.0)]
#[case::after_the_third(2, 1_800.0)]
#[case::after_the_fourth(3, 7_200.0)]
#[case::after_the_fifth(4, 18_000.0)]
#[case::after_the_sixth(5, 36_000.0)]
#[case::after_the_seventh(6, 50_400.0)]
#[case::after_the_eighth(7, 72_000.0)]
#[case::after_the_ninth(8, 86_400.0)]
fn the_next_attempt_follows_the_schedule(#[case] attempts: u32, #[case] seconds: f64) {
    let near = |found: Option<f64>, wanted: f64| found.is_some_and(|found| (found / wanted - 1.0).abs() < 1e-6);
    assert!(near(delay(attempts, failed(None), MIDDLE), seconds));
    assert!(near(delay(attempts, failed(None), 0), seconds * 0.8));
    assert!(near(delay(attempts, failed(None), u32::MAX), seconds * 1.2));
}

#[test]
fn the_tenth_failure_is_the_last() {
    let counted = |attempts| next(Kind::Callback, attempts, failed(None), MIDDLE);
    assert!(matches!(counted(8), Next::Again { attempts: 9, trouble: Some(Trouble::Status(503)), .. }));
    assert_eq!(counted(9), Next::End(End::GivenUp(Trouble::Status(503))));
    assert_eq!(counted(u32::MAX), Next::End(End::GivenUp(Trouble::Status(503))));
}

#[rstest]
#[case::arrived(Outcome::Arrived { last: false }, End::Delivered)]
#[case::arrived_for_the_last_time(Outcome::Arrived { last: true }, End::Finished)]
#[case::unwanted(Outcome::Unwanted, End::Unwanted)]
#[case::moot(Outcome::Moot, End::GivenUp(Trouble::Moot))]
fn what_is_over_is_not_tried_again(#[case] outcome: Outcome, #[case] end: End) {
    for attempts in [0, 9, u32::MAX] {
        assert_eq!(next(Kind::Callback, attempts, outcome, MIDDLE), Next::End(end));
        assert_eq!(next(Kind::Code, attempts, outcome, MIDDLE), Next::End(end));
    }
}

#[rstest]
#[case::later_than_the_schedule(Duration::from_mins(1), 60.0)]
#[case::sooner_than_the_schedule(Duration::from_secs(1), 5.0)]
#[case::in_a_year(Duration::from_hours(24 * 365), 86_400.0)]
fn a_receiver_can_put_us_off_for_a_day(#[case] retry_after: Duration, #[case] seconds: f64) {
    let found = delay(0, failed(Some(retry_after)), MIDDLE).expect("another attempt");
    assert!((found - seconds).abs() < 0.001, "{found}");
}

/// Nobody waits for a code for days.
#[test]
fn a_code_is_tried_for_an_hour() {
    let delays: Vec<_> = (0..9).filter_map(|attempts| delay_of(Kind::Code, attempts, failed(None), MIDDLE)).collect();
    assert_eq!(delays.len(), 9);
    assert!(delays.is_sorted() && (3_500.0..3_700.0).contains(&delays.iter().sum::<f64>()), "{delays:?}");
    assert_eq!(delay_of(Kind::Code, 9, failed(None), MIDDLE), None);
    let put_off = delay_of(Kind::Code, 0, failed(Some(Duration::from_hours(24))), MIDDLE);
    assert_eq!(put_off, Some(1_500.0), "nor for a day, whatever the receiver wants");
}

proptest! {
    #[test]
    fn a_delay_never_leaves_its_fifth(attempts in 0_u32..9, jitter: u32) {
        let middle = delay(attempts, failed(None), MIDDLE).expect("another attempt");
        let found = delay(attempts, failed(None), jitter).expect("another attempt");
        prop_assert!((0.799_999..=1.200_001).contains(&(found / middle)));
    }

    #[test]
    fn what_could_not_be_tried_does_not_count(attempts: u32, jitter: u32) {
        let postponed = next(Kind::Code, attempts, Outcome::Postponed, jitter);
        let Next::Again { after, attempts: counted, trouble } = postponed else {
            return Err(TestCaseError::fail("it is over"));
        };
        prop_assert_eq!((counted, trouble), (attempts, None));
        prop_assert!(after <= Duration::from_secs(12));
    }

    #[test]
    fn every_message_ends_within_six_days(jitters in prop::collection::vec(any::<u32>(), 10)) {
        let mut total = 0.0;
        for (attempts, jitter) in (0..).zip(jitters) {
            let delay = delay(attempts, failed(None), jitter);
            prop_assert_eq!(delay.is_none(), attempts == 9);
            total += delay.unwrap_or_default();
        }
        prop_assert!(total < 6.0 * 86_400.0);
    }
}
