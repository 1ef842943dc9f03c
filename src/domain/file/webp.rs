//! WebP ([RFC 9649](https://www.rfc-editor.org/rfc/rfc9649)): the chunks of one still picture.

use super::foreign::Foreign;
use super::walk::{Format, Next};
use super::{Broken, Quarantine, check_dimensions, little_endian};

/// The flag of `VP8X` that announces an animation.
const ANIMATION: u8 = 0x02;

pub(super) struct Webp {
    state: State,
    chunk: [u8; 4],
    /// What is left of the file by its own header.
    left: u64,
    has_picture: bool,
    foreign: Foreign,
}

#[derive(Clone, Copy)]
enum State {
    Start,
    Chunk,
    /// The beginning of a chunk that tells dimensions.
    Head {
        /// What follows it in its chunk.
        rest: u64,
    },
    Content,
    Trailer,
}

impl Webp {
    pub(super) fn new() -> Self {
        Self { state: State::Start, chunk: [0; 4], left: 0, has_picture: false, foreign: Foreign::among_words() }
    }

    fn expect(&mut self, state: State, next: Next) -> Next {
        self.state = state;
        next
    }

    fn on_start(&mut self, header: &[u8]) -> Result<Next, Broken> {
        let size = little_endian(&header[4..8]);
        if &header[..4] != b"RIFF" || &header[8..] != b"WEBP" {
            return Err(Broken);
        }
        self.left = size.checked_sub(4).ok_or(Broken)?;
        Ok(self.next_chunk())
    }

    fn next_chunk(&mut self) -> Next {
        if self.left == 0 {
            self.expect(State::Trailer, Next::Rest)
        } else {
            self.expect(State::Chunk, Next::Gather(8))
        }
    }

    fn on_chunk(&mut self, header: &[u8]) -> Result<Next, Broken> {
        self.chunk.copy_from_slice(&header[..4]);
        let size = little_endian(&header[4..]);
        let padded = size + size % 2;
        self.left = self.left.checked_sub(8 + padded).ok_or(Broken)?;
        let head = match &self.chunk {
            b"ANIM" | b"ANMF" => return Err(Broken),
            b"VP8X" | b"VP8 " => 10,
            b"VP8L" => 5,
            _ => return Ok(self.expect(State::Content, Next::Pass(padded))),
        };
        let rest = padded.checked_sub(head as u64).filter(|_| size >= head as u64).ok_or(Broken)?;
        Ok(self.expect(State::Head { rest }, Next::Gather(head)))
    }

    fn on_head(&mut self, head: &[u8], rest: u64) -> Result<Next, Broken> {
        match &self.chunk {
            b"VP8X" if head[0] & ANIMATION != 0 => return Err(Broken),
            b"VP8X" => check_dimensions(little_endian(&head[4..7]) + 1, little_endian(&head[7..10]) + 1)?,
            b"VP8L" if head[0] == 0x2f => {
                let bits = little_endian(&head[1..5]);
                check_dimensions((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)?;
            }
            // A key frame, its start code, and twice 14 bits.
            b"VP8 " if head[0] & 1 == 0 && head[3..6] == [0x9d, 0x01, 0x2a] => {
                check_dimensions(little_endian(&head[6..8]) & 0x3fff, little_endian(&head[8..10]) & 0x3fff)?;
            }
            _ => return Err(Broken),
        }
        if self.is_picture() && std::mem::replace(&mut self.has_picture, true) {
            return Err(Broken);
        }
        Ok(self.expect(State::Content, Next::Pass(rest)))
    }

    fn is_picture(&self) -> bool {
        matches!(&self.chunk, b"VP8 " | b"VP8L")
    }
}

impl Format for Webp {
    const START: Next = Next::Gather(12);

    fn step(&mut self, gathered: &[u8]) -> Result<Next, Broken> {
        match self.state {
            State::Start => self.on_start(gathered),
            State::Chunk => self.on_chunk(gathered),
            State::Head { rest } => self.on_head(gathered, rest),
            State::Content => Ok(self.next_chunk()),
            State::Trailer => Err(Broken),
        }
    }

    fn pass(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        if matches!(self.state, State::Trailer) || !self.is_picture() {
            self.foreign.push(bytes);
        }
        Ok(())
    }

    fn finish(self, _: bool) -> Result<Option<Quarantine>, Broken> {
        match self.state {
            State::Trailer if self.has_picture => Ok(self.foreign.quarantine()),
            _ => Err(Broken),
        }
    }
}
