//! Rounds, medians and the table.

use std::time::Duration;

use crate::Contender;
use crate::ratio::{self, median};

/// One round of one contender: requests per second, and microseconds of CPU time for one request.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) rate: f64,
    pub(crate) client: f64,
    pub(crate) server: f64,
    pub(crate) postgres: f64,
}

/// All rounds of contenders that took turns.
pub(crate) struct Report {
    names: Vec<&'static str>,
    rounds: Vec<Vec<Sample>>,
}

impl Report {
    /// Lets everybody run in every round, after a short round that does not count.
    pub(crate) fn take_turns(contenders: &[Contender<'_>], rounds: u64, duration: Duration) -> Self {
        let round = |duration| contenders.iter().map(|(_, run)| run(duration)).collect();
        let _: Vec<Sample> = round(Duration::from_secs(1));
        Self {
            names: contenders.iter().map(|(name, _)| *name).collect(),
            rounds: (0..rounds).map(|_| round(duration)).collect(),
        }
    }

    /// Prints the medians of each contender.
    pub(crate) fn print(&self) {
        for (index, name) in self.names.iter().enumerate() {
            let of = |value: fn(&Sample) -> f64| median(self.rounds.iter().map(|round| value(&round[index])).collect());
            println!(
                "{name:<36}{:>12.0}{:>12.1}{:>12.1}{:>12.1}",
                of(|sample| sample.rate),
                of(|sample| sample.client),
                of(|sample| sample.server),
                of(|sample| sample.postgres),
            );
        }
    }

    /// Prints the median ratio of two contenders, each taken within a round, and its range.
    pub(crate) fn print_ratio(&self, name: &str, of: usize, to: usize, floor: Option<f64>) {
        let ratios = self.rounds.iter().map(|round| round[of].rate / round[to].rate).collect();
        ratio::print(name, ratios, floor);
    }
}

/// Prints what the columns are.
pub(crate) fn print_header() {
    println!("\n{:<36}{:>12}{:>36}", "", "", "CPU time of a request in µs");
    println!("{:<36}{:>12}{:>12}{:>12}{:>12}", "medians", "requests/s", "client", "server", "PostgreSQL");
}
