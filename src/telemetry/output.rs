//! Where lines go: standard error, several in one write when a busy server logs them.
//!
//! A write costs more than everything else about a line. So lines wait for each other, [`DELAY`] as long as somebody
//! takes them; a warning waits for nothing and takes with it what waits. A process that is killed or aborts loses what
//! waits; an orderly end calls [`finish`].

use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::os::fd::AsFd as _;
use std::thread::{self, Thread};
use std::time::Duration;

use parking_lot::Mutex;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others.
const DELAY: Duration = Duration::from_millis(10);
/// How much waits at most; whoever fills it writes it.
const WAITING: usize = 64 * 1024;
/// What the kernel keeps in one piece, also in a pipe that others write to (`PIPE_BUF`).
const PIECE: usize = 4096;

/// The lines of this process.
static LINES: Lines = Lines { waiting: Mutex::new(Vec::new()), sink: Mutex::new(None) };

struct Lines {
    /// Not written yet.
    waiting: Mutex<Vec<u8>>,
    /// Where they go, once there is a log. Whoever has it takes what waits, so that lines keep their order.
    sink: Mutex<Option<Sink>>,
}

struct Sink {
    /// Standard error.
    file: File,
    /// Lines that are being written, else empty. It changes places with `waiting`, so that both keep their room.
    taken: Vec<u8>,
}

/// Takes lines, and has them written.
pub(super) struct Output {
    /// Writes what waits, once it has been woken.
    writer: Thread,
}

/// Takes one line.
pub(super) struct Entry<'a> {
    writer: &'a Thread,
    is_urgent: bool,
}

/// Writes what waits, before the process ends.
pub fn finish() {
    LINES.write();
}

impl Output {
    pub(super) fn start() -> Self {
        let file = io::stderr().as_fd().try_clone_to_owned().expect("standard error is open, as std sees to");
        *LINES.sink.lock() = Some(Sink { file: file.into(), taken: Vec::new() });
        let writer = thread::spawn(|| {
            loop {
                thread::park();
                thread::sleep(DELAY);
                LINES.write();
            }
        });
        Self { writer: writer.thread().clone() }
    }
}

impl Lines {
    /// Writes what waits. A disk that is full or a reader that is gone takes lines, but fails nothing else.
    fn write(&self) {
        let mut sink = self.sink.lock();
        let Some(Sink { file, taken }) = &mut *sink else { return };
        mem::swap(taken, &mut *self.waiting.lock());
        for piece in pieces(taken) {
            let _ = file.write_all(piece);
        }
        taken.clear();
    }
}

/// Cuts lines into pieces of whole lines; a piece is too long only if it is one line.
fn pieces(mut lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_end = |byte: &u8| *byte == b'\n';
    std::iter::from_fn(move || {
        let last = lines[..lines.len().min(PIECE)].iter().rposition(is_end);
        let end = last.or_else(|| lines.iter().position(is_end)).map_or(lines.len(), |end| end + 1);
        lines.split_off(..end).filter(|piece| !piece.is_empty())
    })
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Entry<'a>;

    fn make_writer(&'a self) -> Entry<'a> {
        Entry { writer: &self.writer, is_urgent: true }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Entry<'a> {
        Entry { writer: &self.writer, is_urgent: *about.level() <= Level::WARN }
    }
}

impl Write for Entry<'_> {
    /// Takes a whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = LINES.waiting.lock();
        let is_first = waiting.is_empty();
        waiting.extend_from_slice(line);
        let is_full = waiting.len() >= WAITING;
        drop(waiting);
        if self.is_urgent || is_full {
            LINES.write();
        } else if is_first {
            self.writer.unpark();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        LINES.write();
        Ok(())
    }
}
