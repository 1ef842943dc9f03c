//! MP4 ([ISO/IEC 14496-12](https://www.iso.org/standard/83102.html) section 4.2): the boxes at the top, to the last byte.

use super::foreign::Foreign;
use super::walk::{Format, Next};
use super::{Broken, Quarantine, big_endian};

/// The longest `ftyp`: a brand, a version, and some hundred brands more.
const MAX_FILE_TYPE: u64 = 1024;

pub(super) struct Mp4 {
    state: State,
    kind: [u8; 4],
    is_first: bool,
    has_description: bool,
    has_media: bool,
    foreign: Foreign,
}

#[derive(Clone, Copy)]
enum State {
    Box,
    /// A size that did not fit the first header.
    LargeSize,
    Content,
}

impl Mp4 {
    pub(super) fn new() -> Self {
        Self {
            state: State::Box,
            kind: [0; 4],
            is_first: true,
            has_description: false,
            has_media: false,
            foreign: Foreign::among_words(),
        }
    }

    fn expect(&mut self, state: State, next: Next) -> Next {
        self.state = state;
        next
    }

    fn on_box(&mut self, header: &[u8]) -> Result<Next, Broken> {
        self.kind.copy_from_slice(&header[4..]);
        if !self.kind.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b' ') {
            return Err(Broken);
        }
        match big_endian(&header[..4]) {
            // Up to the end of the file: for media alone, or it would hide what follows.
            0 if &self.kind == b"mdat" && !self.is_first => {
                self.has_media = true;
                Ok(self.expect(State::Content, Next::Rest))
            }
            1 => Ok(self.expect(State::LargeSize, Next::Gather(8))),
            size => self.on_size(size.checked_sub(8).ok_or(Broken)?),
        }
    }

    fn on_size(&mut self, content: u64) -> Result<Next, Broken> {
        let is_file_type = &self.kind == b"ftyp";
        if is_file_type != std::mem::take(&mut self.is_first) || (is_file_type && content > MAX_FILE_TYPE) {
            return Err(Broken);
        }
        match &self.kind {
            b"moov" if content > 0 => self.has_description = true,
            b"mdat" | b"moof" => self.has_media = true,
            b"moov" => return Err(Broken),
            _ => {}
        }
        Ok(self.expect(State::Content, Next::Pass(content)))
    }
}

impl Format for Mp4 {
    const START: Next = Next::Gather(8);

    fn step(&mut self, gathered: &[u8]) -> Result<Next, Broken> {
        match self.state {
            State::Box => self.on_box(gathered),
            State::LargeSize => self.on_size(big_endian(gathered).checked_sub(16).ok_or(Broken)?),
            State::Content => Ok(self.expect(State::Box, Next::Gather(8))),
        }
    }

    fn pass(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        if &self.kind != b"mdat" {
            self.foreign.push(bytes);
        }
        Ok(())
    }

    fn finish(self, between: bool) -> Result<Option<Quarantine>, Broken> {
        if between && self.has_description && self.has_media { Ok(self.foreign.quarantine()) } else { Err(Broken) }
    }
}
