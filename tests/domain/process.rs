//! The state machine of a process: every move from every state, and what a code leads to.

use std::time::Duration;

use kycd::domain::clock::Timestamp;
use kycd::domain::process::{CODES, EXCHANGE, LIFETIME, OnCode, Progress, SpentCodes, State, Trouble};
use proptest::prelude::*;
use rstest::rstest;

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
const END: Timestamp = Timestamp::from_seconds(1_800_003_600);
const DEADLINE: Timestamp = Timestamp::from_seconds(1_800_000_015);
const MOMENT: Duration = Duration::from_micros(1);

const STARTED: State = State::Started { trouble: None };
const TROUBLED: State = State::Started { trouble: Some(Trouble::Busy) };
const EXCHANGING: State = State::Exchanging { deadline: DEADLINE };

fn at(state: State) -> Progress {
    Progress { state, expires_at: END }
}

#[test]
fn a_process_starts_for_an_hour() {
    assert_eq!(Progress::start(START), at(STARTED));
    assert_eq!((LIFETIME, EXCHANGE), (Duration::from_hours(1), Duration::from_secs(15)));
}

#[rstest]
#[case::started(STARTED, START, Some(STARTED))]
#[case::started_to_the_last_moment(STARTED, END - MOMENT, Some(STARTED))]
#[case::started_and_over(STARTED, END, None)]
#[case::after_trouble(TROUBLED, START, Some(STARTED))]
#[case::after_trouble_and_over(TROUBLED, END, None)]
#[case::exchanging(EXCHANGING, DEADLINE - MOMENT, None)]
#[case::exchanging_past_its_deadline(EXCHANGING, DEADLINE, Some(STARTED))]
#[case::exchanging_and_over(EXCHANGING, END, None)]
#[case::verified(State::Verified, START, None)]
#[case::pending(State::Pending, START, None)]
#[case::refused(State::Refused, START, None)]
fn a_browser_is_sent_off_unless_the_process_is_over_or_busy(
    #[case] from: State,
    #[case] now: Timestamp,
    #[case] to: Option<State>,
) {
    assert_eq!(at(from).depart(now).ok(), to.map(at));
    // What can depart can exchange as well, and the other way round.
    let exchanging = to.map(|_| at(State::Exchanging { deadline: now + EXCHANGE }));
    assert_eq!(at(from).exchange(now).ok(), exchanging);
}

#[rstest]
#[case::started(STARTED, false)]
#[case::after_trouble(TROUBLED, false)]
#[case::exchanging(EXCHANGING, true)]
#[case::verified(State::Verified, false)]
#[case::refused(State::Refused, false)]
fn an_exchange_is_settled_once(#[case] from: State, #[case] legal: bool) {
    assert_eq!(at(from).verify().ok(), legal.then_some(at(State::Verified)));
    for trouble in [Trouble::CodeRefused, Trouble::Nonsense, Trouble::TimedOut, Trouble::Busy] {
        let failed = at(State::Started { trouble: Some(trouble) });
        assert_eq!(at(from).fail(trouble).ok(), legal.then_some(failed));
    }
}

#[rstest]
#[case::started(STARTED, END - MOMENT, true)]
#[case::started_and_over(STARTED, END, false)]
#[case::after_trouble(TROUBLED, START, true)]
#[case::exchanging(EXCHANGING, START, true)]
#[case::exchanging_past_its_deadline(EXCHANGING, DEADLINE, true)]
#[case::exchanging_and_over(EXCHANGING, END, false)]
#[case::verified(State::Verified, START, false)]
#[case::pending(State::Pending, START, true)]
#[case::pending_and_over(State::Pending, END, false)]
#[case::refused(State::Refused, START, false)]
fn a_no_closes_what_is_not_over(#[case] from: State, #[case] now: Timestamp, #[case] legal: bool) {
    assert_eq!(at(from).refuse(now).ok(), legal.then_some(at(State::Refused)));
    assert_eq!(at(from).is_over(now), !legal);
    // A customer cancels as long as the provider is not about to decide.
    let is_deciding = matches!(from, State::Pending | State::Exchanging { .. } if now < DEADLINE);
    assert_eq!(at(from).cancel(now).ok(), (legal && !is_deciding).then_some(at(State::Refused)));
}

#[rstest]
#[case::started(STARTED, START, OnCode::Exchange, OnCode::Repeat(Trouble::CodeRefused))]
#[case::after_trouble(TROUBLED, START, OnCode::Exchange, OnCode::Repeat(Trouble::Busy))]
#[case::exchanging(EXCHANGING, DEADLINE - MOMENT, OnCode::Wait, OnCode::Wait)]
#[case::past_the_deadline(EXCHANGING, DEADLINE, OnCode::Exchange, OnCode::Repeat(Trouble::TimedOut))]
#[case::verified(State::Verified, START, OnCode::Verified, OnCode::Verified)]
#[case::pending(State::Pending, START, OnCode::Pending, OnCode::Pending)]
#[case::pending_and_over(State::Pending, END, OnCode::Expired, OnCode::Expired)]
#[case::refused(State::Refused, START, OnCode::Refused, OnCode::Refused)]
#[case::started_and_over(STARTED, END, OnCode::Expired, OnCode::Expired)]
#[case::after_trouble_and_over(TROUBLED, END, OnCode::Expired, OnCode::Expired)]
#[case::exchanging_and_over(EXCHANGING, END, OnCode::Expired, OnCode::Expired)]
#[case::verified_long_ago(State::Verified, END, OnCode::Verified, OnCode::Verified)]
#[case::refused_long_ago(State::Refused, END, OnCode::Refused, OnCode::Refused)]
fn a_code_is_exchanged_once(
    #[case] state: State,
    #[case] now: Timestamp,
    #[case] fresh: OnCode,
    #[case] spent: OnCode,
) {
    let on_code = |this_one, count| at(state).on_code(SpentCodes { this_one, count }, now);
    assert_eq!(on_code(false, 0), fresh);
    assert_eq!(on_code(false, CODES - 1), fresh);
    assert_eq!(on_code(true, 1), spent);
    assert_eq!(on_code(false, CODES), spent, "after too many, another one is as good as a spent one");
}

#[test]
fn a_decision_that_is_still_to_come_is_waited_for_as_long_as_is_said() {
    let long = END + LIFETIME;
    let waiting = at(EXCHANGING).wait(long).ok();
    assert_eq!(waiting, Some(Progress { state: State::Pending, expires_at: long }));
    for from in [STARTED, TROUBLED, State::Pending, State::Verified, State::Refused] {
        assert!(at(from).wait(long).is_err());
    }
    assert_eq!(at(State::Pending).verify().ok(), Some(at(State::Verified)));
    assert!(at(State::Pending).fail(Trouble::Busy).is_err(), "nobody starts again meanwhile");
}

fn any_state() -> impl Strategy<Value = State> {
    let trouble = proptest::sample::select(
        &[None, Some(Trouble::CodeRefused), Some(Trouble::Nonsense), Some(Trouble::TimedOut), Some(Trouble::Busy)][..],
    );
    prop_oneof![
        trouble.prop_map(|trouble| State::Started { trouble }),
        any_moment().prop_map(|deadline| State::Exchanging { deadline }),
        Just(State::Pending),
        Just(State::Verified),
        Just(State::Refused),
    ]
}

fn any_moment() -> impl Strategy<Value = Timestamp> {
    (START.micros()..END.micros() + 1_000_000).prop_map(Timestamp::from_micros)
}

proptest! {
    #[test]
    fn a_spent_code_is_never_sent_again(state in any_state(), now in any_moment(), count in 1..=CODES) {
        prop_assert_ne!(at(state).on_code(SpentCodes { this_one: true, count }, now), OnCode::Exchange);
    }

    #[test]
    fn a_fresh_code_is_exchanged_exactly_when_the_claim_succeeds(state in any_state(), now in any_moment()) {
        let claimed = at(state).exchange(now);
        let on_code = at(state).on_code(SpentCodes { this_one: false, count: 0 }, now);
        prop_assert_eq!(on_code == OnCode::Exchange, claimed.is_ok());
        if let Ok(claimed) = claimed {
            prop_assert!(claimed.exchange(now).is_err(), "two claims at once");
            prop_assert_eq!(claimed.expires_at, END, "an exchange lengthens nothing");
        }
    }

    #[test]
    fn a_closed_process_never_moves_again(now in any_moment()) {
        for closed in [at(State::Verified), at(State::Refused)] {
            prop_assert!(closed.depart(now).is_err() && closed.exchange(now).is_err() && closed.refuse(now).is_err());
            prop_assert!(closed.verify().is_err() && closed.fail(Trouble::Busy).is_err());
        }
    }
}
