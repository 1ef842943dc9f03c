//! Waiting for what comes by itself.

use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes that happens at all, even after a lease that ran out; less than a test may take.
const PATIENCE: Duration = Duration::from_mins(4);

/// Whoever looks without a pause takes the processor from what it waits for.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks again and again until it is so; `what` is said if it never is.
#[track_caller]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(PAUSE);
    }
}
