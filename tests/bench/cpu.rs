//! Where the time goes: the CPU time that each process took, from `/proc`.

use std::fs;

use crate::report::Sample;

/// What Linux counts CPU time in, on every architecture.
const TICKS_A_SECOND: f64 = 100.0;

/// The CPU time of a process in ticks.
#[derive(Clone, Copy)]
struct Ticks {
    own: u32,
    /// That of its children that have ended.
    ended: u32,
}

/// Takes a rate, and the CPU time of client, server and database for one request. The client is this process, or
/// whatever it started and waited for.
pub(crate) fn sample(server: Option<u32>, postmaster: u32, run: impl FnOnce() -> Run) -> Sample {
    let now = || {
        let client = ticks(std::process::id());
        (client.own + client.ended, server.map_or(0, |pid| ticks(pid).own), family(postmaster))
    };
    let before = now();
    let run = run();
    let after = now();
    let micros = |before: u32, after: u32| f64::from(after - before) / TICKS_A_SECOND * 1e6 / run.requests;
    Sample {
        rate: run.requests / run.seconds,
        client: micros(before.0, after.0),
        server: micros(before.1, after.1),
        postgres: micros(before.2, after.2),
    }
}

/// What was done in which time.
pub(crate) struct Run {
    pub(crate) requests: f64,
    pub(crate) seconds: f64,
}

/// The parent of a process.
pub(crate) fn parent(pid: u32) -> u32 {
    stat(pid).expect("the process runs")[1].parse().expect("a process")
}

fn ticks(pid: u32) -> Ticks {
    stat(pid).map_or(Ticks { own: 0, ended: 0 }, |fields| {
        let number = |index: usize| fields[index].parse::<u32>().expect("a number of ticks");
        Ticks { own: number(11) + number(12), ended: number(13) + number(14) }
    })
}

/// The CPU time of a process and all its children, ended ones included.
fn family(head: u32) -> u32 {
    let processes =
        fs::read_dir("/proc").expect("Linux").filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let children = processes.filter(|pid: &u32| stat(*pid).is_some_and(|fields| fields[1].parse() == Ok(head)));
    let head = ticks(head);
    head.own + head.ended + children.map(|pid| ticks(pid).own).sum::<u32>()
}

/// The fields of `/proc/PID/stat` after the name of the program, from the state on.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}
