//! JPEG ([ITU-T T.81](https://www.w3.org/Graphics/JPEG/itu-t81.pdf) annex B): markers from SOI to EOI.

use super::foreign::Foreign;
use super::walk::{Format, Next};
use super::{Broken, Quarantine, big_endian, check_dimensions};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const COM: u8 = 0xfe;

/// Precision, height, width and the number of components: what every frame header begins with.
const FRAME: usize = 6;

pub(super) struct Jpeg {
    state: State,
    marker: u8,
    /// The scan ended with a byte that may begin a marker.
    after_ff: bool,
    has_frame: bool,
    has_scan: bool,
    foreign: Foreign,
}

#[derive(Clone, Copy)]
enum State {
    Start,
    Marker,
    /// Of a marker that fill bytes stand before.
    MarkerCode,
    Length,
    FrameHeader {
        /// What follows it in its segment.
        rest: u64,
    },
    Segment,
    Scan,
    Trailer,
}

impl Jpeg {
    pub(super) fn new() -> Self {
        Self {
            state: State::Start,
            marker: 0,
            after_ff: false,
            has_frame: false,
            has_scan: false,
            foreign: Foreign::among_words(),
        }
    }

    fn expect(&mut self, state: State, next: Next) -> Next {
        self.state = state;
        next
    }

    fn on_marker(&mut self, code: u8) -> Result<Next, Broken> {
        self.marker = code;
        match code {
            0xff => Ok(self.expect(State::MarkerCode, Next::Gather(1))),
            EOI if self.has_scan => Ok(self.expect(State::Trailer, Next::Rest)),
            // Markers without a segment have no place between segments.
            EOI | SOI | 0x00..=0x01 | 0xd0..=0xd7 => Err(Broken),
            SOS if !self.has_frame => Err(Broken),
            _ => Ok(self.expect(State::Length, Next::Gather(2))),
        }
    }

    fn on_length(&mut self, length: u64) -> Result<Next, Broken> {
        let length = length.checked_sub(2).ok_or(Broken)?;
        if is_frame(self.marker) {
            let rest = length.checked_sub(FRAME as u64).ok_or(Broken)?;
            return Ok(self.expect(State::FrameHeader { rest }, Next::Gather(FRAME)));
        }
        Ok(self.expect(State::Segment, Next::Pass(length)))
    }

    fn on_frame(&mut self, header: &[u8], rest: u64) -> Result<Next, Broken> {
        if std::mem::replace(&mut self.has_frame, true) {
            return Err(Broken);
        }
        check_dimensions(big_endian(&header[3..5]), big_endian(&header[1..3]))?;
        Ok(self.expect(State::Segment, Next::Pass(rest)))
    }
}

/// Start of frame, whatever the process; the gaps are tables.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

impl Format for Jpeg {
    const START: Next = Next::Gather(2);

    fn step(&mut self, gathered: &[u8]) -> Result<Next, Broken> {
        match (self.state, gathered) {
            (State::Marker, [0xff, code]) | (State::MarkerCode, [code]) => self.on_marker(*code),
            (State::Length, length) => self.on_length(big_endian(length)),
            (State::FrameHeader { rest }, header) => self.on_frame(header, rest),
            (State::Segment, _) if self.marker == SOS => {
                self.has_scan = true;
                Ok(self.expect(State::Scan, Next::Scan))
            }
            (State::Start, [0xff, SOI]) | (State::Segment, _) => Ok(self.expect(State::Marker, Next::Gather(2))),
            (State::Scan, _) => self.on_marker(self.marker),
            (State::Start | State::Marker | State::MarkerCode | State::Trailer, _) => Err(Broken),
        }
    }

    fn pass(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        // Tables and frames hold numbers; words are those of applications, comments, and what follows the picture.
        if matches!(self.state, State::Trailer) || matches!(self.marker, 0xe0..=0xef | COM) {
            self.foreign.push(bytes);
        }
        Ok(())
    }

    /// Finds the next marker in entropy-coded data, where a `ff` that is none has `00` or a restart code behind it.
    fn scan(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if !self.after_ff {
                at += bytes[at..].iter().position(|byte| *byte == 0xff)? + 1;
                self.after_ff = true;
                continue;
            }
            let code = bytes[at];
            at += 1;
            match code {
                0xff => {}
                0x00 | 0xd0..=0xd7 => self.after_ff = false,
                _ => {
                    self.after_ff = false;
                    self.marker = code;
                    return Some(at);
                }
            }
        }
        None
    }

    fn finish(self, _: bool) -> Result<Option<Quarantine>, Broken> {
        match self.state {
            State::Trailer => Ok(self.foreign.quarantine()),
            _ => Err(Broken),
        }
    }
}
