//! Following the structure of a file piece by piece, however it is cut into pieces.

use super::{Broken, Quarantine};

/// What a format wants of the bytes that come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// So many at once, at least one and not more than a header has.
    Gather(usize),
    /// So many, as they come.
    Pass(u64),
    /// As they come, until the format finds an end.
    Scan,
    /// As they come, to the end of the file.
    Rest,
}

/// How files of a type are built.
pub(super) trait Format {
    /// How a file begins.
    const START: Next;

    /// Takes what was gathered, or nothing when all has passed or an end was found, and says what comes next.
    fn step(&mut self, gathered: &[u8]) -> Result<Next, Broken>;

    /// Looks at bytes that pass.
    fn pass(&mut self, bytes: &[u8]) -> Result<(), Broken>;

    /// Looks for an end, and gives the number of bytes up to it.
    fn scan(&mut self, _bytes: &[u8]) -> Option<usize> {
        None
    }

    /// Judges the whole file; `between` tells that it ended between two parts of it.
    fn finish(self, between: bool) -> Result<Option<Quarantine>, Broken>;
}

/// A file of some format on its way.
pub(super) struct Walk<F> {
    format: F,
    next: Next,
    gathered: Vec<u8>,
}

impl<F: Format> Walk<F> {
    pub(super) fn new(format: F) -> Self {
        Self { format, next: F::START, gathered: Vec::new() }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            let (taken, is_done) = self.take(bytes)?;
            bytes = &bytes[taken..];
            if is_done {
                let gathered = std::mem::take(&mut self.gathered);
                self.next = self.format.step(&gathered)?;
                while self.next == Next::Pass(0) {
                    self.next = self.format.step(&[])?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Option<Quarantine>, Broken> {
        let between = match self.next {
            Next::Gather(_) => self.gathered.is_empty(),
            Next::Rest => true,
            Next::Pass(_) | Next::Scan => false,
        };
        self.format.finish(between)
    }

    /// Takes as many bytes as are wanted, and tells whether that was all.
    fn take(&mut self, bytes: &[u8]) -> Result<(usize, bool), Broken> {
        match &mut self.next {
            Next::Gather(wanted) => {
                let taken = bytes.len().min(*wanted - self.gathered.len());
                self.gathered.extend_from_slice(&bytes[..taken]);
                Ok((taken, self.gathered.len() == *wanted))
            }
            Next::Pass(left) => {
                let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= taken as u64;
                let is_done = *left == 0;
                self.format.pass(&bytes[..taken])?;
                Ok((taken, is_done))
            }
            Next::Scan => {
                let end = self.format.scan(bytes);
                Ok((end.unwrap_or(bytes.len()), end.is_some()))
            }
            Next::Rest => {
                self.format.pass(bytes)?;
                Ok((bytes.len(), false))
            }
        }
    }
}
