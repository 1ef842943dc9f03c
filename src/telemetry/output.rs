//! Where lines go: standard error, several in one write when a busy server logs them.
//!
//! A write costs more than everything else about a line. So lines wait for each other, at most [`DELAY`]; a warning
//! waits for nothing and takes with it what waits. Whoever kills the process loses what waits, and nothing else does.

use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::os::fd::AsFd as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others at most.
const DELAY: Duration = Duration::from_millis(10);
/// How much waits at most; whoever fills it writes it.
const WAITING: usize = 64 * 1024;
/// What the kernel keeps in one piece, also in a pipe that others write to (`PIPE_BUF`).
const PIECE: usize = 4096;

/// Standard error. Clones share it.
#[derive(Clone)]
pub(super) struct Output {
    lines: Arc<Lines>,
    /// Writes what waits, once it has been woken.
    writer: Thread,
}

struct Lines {
    /// Not written yet.
    waiting: Mutex<Vec<u8>>,
    /// Whoever has it takes what waits, so that lines keep their order.
    file: Mutex<File>,
}

/// Writes the lines that still wait when it goes.
#[must_use = "the last lines are written when it goes"]
pub struct LastLines(Arc<Lines>);

/// Takes one line.
pub(super) struct Entry<'a> {
    output: &'a Output,
    is_urgent: bool,
}

impl Output {
    pub(super) fn start() -> Self {
        let file = io::stderr().as_fd().try_clone_to_owned().expect("standard error is open, as std sees to");
        let lines = Arc::new(Lines { waiting: Mutex::default(), file: Mutex::new(file.into()) });
        let shared = Arc::clone(&lines);
        let writer = thread::spawn(move || {
            loop {
                thread::park();
                thread::sleep(DELAY);
                shared.write();
            }
        });
        Self { lines, writer: writer.thread().clone() }
    }

    pub(super) fn last_lines(&self) -> LastLines {
        LastLines(Arc::clone(&self.lines))
    }
}

impl Lines {
    /// Writes what waits. A disk that is full or a reader that is gone takes lines, but fails nothing else.
    fn write(&self) {
        let mut file = locked(&self.file);
        let waiting = mem::replace(&mut *locked(&self.waiting), Vec::with_capacity(WAITING));
        for piece in pieces(&waiting) {
            let _ = file.write_all(piece);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics between two states of what is locked here.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Cuts lines into pieces of whole lines, of which only a line can be too long.
fn pieces(mut lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_end = |byte: &u8| *byte == b'\n';
    std::iter::from_fn(move || {
        let last = lines[..lines.len().min(PIECE)].iter().rposition(is_end);
        let end = last.or_else(|| lines.iter().position(is_end)).map_or(lines.len(), |end| end + 1);
        lines.split_off(..end).filter(|piece| !piece.is_empty())
    })
}

impl Drop for LastLines {
    fn drop(&mut self) {
        self.0.write();
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Entry<'a>;

    fn make_writer(&'a self) -> Entry<'a> {
        Entry { output: self, is_urgent: true }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Entry<'a> {
        Entry { output: self, is_urgent: *about.level() <= Level::WARN }
    }
}

impl Write for Entry<'_> {
    /// Takes a whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let Output { lines, writer } = self.output;
        let mut waiting = locked(&lines.waiting);
        let is_first = waiting.is_empty();
        waiting.extend_from_slice(line);
        let is_full = waiting.len() >= WAITING;
        drop(waiting);
        if self.is_urgent || is_full {
            lines.write();
        } else if is_first {
            writer.unpark();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.lines.write();
        Ok(())
    }
}
