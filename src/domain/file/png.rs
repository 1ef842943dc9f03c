//! PNG ([W3C](https://www.w3.org/TR/png-3/#5DataRep)): chunks with their checksums from IHDR to IEND.

use crc::{CRC_32_ISO_HDLC, Crc, Digest, Table};

use super::foreign::Foreign;
use super::packed::{MAX_UNPACKED, Packed};
use super::walk::{Format, Next};
use super::{Broken, Quarantine, big_endian, check_dimensions};

static CHECKSUM: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The content of IHDR.
const HEADER: usize = 13;

pub(super) struct Png {
    state: State,
    chunk: [u8; 4],
    checksum: Digest<'static, u32, Table<1>>,
    packed: Option<Packed>,
    /// What packed chunks may still unpack to.
    left: usize,
    has_header: bool,
    has_picture: bool,
    foreign: Foreign,
}

#[derive(Clone, Copy)]
enum State {
    Signature,
    Chunk,
    Header,
    Content,
    Checksum,
    Trailer,
}

impl Png {
    pub(super) fn new() -> Self {
        Self {
            state: State::Signature,
            chunk: [0; 4],
            checksum: CHECKSUM.digest(),
            packed: None,
            left: MAX_UNPACKED,
            has_header: false,
            has_picture: false,
            foreign: Foreign::new(),
        }
    }

    fn expect(&mut self, state: State, next: Next) -> Next {
        self.state = state;
        next
    }

    fn on_chunk(&mut self, header: &[u8]) -> Result<Next, Broken> {
        let (length, chunk) = header.split_at(4);
        let length = big_endian(length);
        self.chunk.copy_from_slice(chunk);
        self.checksum = CHECKSUM.digest();
        self.checksum.update(chunk);
        self.packed = Packed::new(self.chunk);
        let is_named = self.chunk.iter().all(u8::is_ascii_alphabetic) && length < 1 << 31;
        match &self.chunk {
            _ if !is_named => Err(Broken),
            b"IHDR" if !self.has_header && length == HEADER as u64 => {
                Ok(self.expect(State::Header, Next::Gather(HEADER)))
            }
            // A second header, or an animation, which is no document and can have any number of pictures.
            b"IHDR" | b"acTL" => Err(Broken),
            _ if !self.has_header => Err(Broken),
            b"IEND" if length > 0 || !self.has_picture => Err(Broken),
            b"IDAT" => {
                self.has_picture |= length > 0;
                Ok(self.expect(State::Content, Next::Pass(length)))
            }
            _ => Ok(self.expect(State::Content, Next::Pass(length))),
        }
    }

    fn on_header(&mut self, header: &[u8]) -> Result<Next, Broken> {
        self.checksum.update(header);
        self.has_header = true;
        check_dimensions(big_endian(&header[..4]), big_endian(&header[4..8]))?;
        let (depth, colour) = (header[8], header[9]);
        let is_known = match colour {
            0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
            3 => matches!(depth, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(depth, 8 | 16),
            _ => false,
        };
        if is_known { Ok(self.expect(State::Checksum, Next::Gather(4))) } else { Err(Broken) }
    }

    fn on_checksum(&mut self, checksum: u64) -> Result<Next, Broken> {
        if u64::from(self.checksum.clone().finalize()) != checksum {
            return Err(Broken);
        }
        self.packed.take().map_or(Ok(()), Packed::finish)?;
        Ok(match &self.chunk {
            b"IEND" => self.expect(State::Trailer, Next::Rest),
            _ => self.expect(State::Chunk, Next::Gather(8)),
        })
    }
}

impl Format for Png {
    const START: Next = Next::Gather(SIGNATURE.len());

    fn step(&mut self, gathered: &[u8]) -> Result<Next, Broken> {
        match self.state {
            State::Signature if gathered == SIGNATURE => Ok(self.expect(State::Chunk, Next::Gather(8))),
            State::Chunk => self.on_chunk(gathered),
            State::Header => self.on_header(gathered),
            State::Content => Ok(self.expect(State::Checksum, Next::Gather(4))),
            State::Checksum => self.on_checksum(big_endian(gathered)),
            State::Signature | State::Trailer => Err(Broken),
        }
    }

    fn pass(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        if matches!(self.state, State::Trailer) {
            self.foreign.push(bytes);
            return Ok(());
        }
        self.checksum.update(bytes);
        match (&self.chunk, &mut self.packed) {
            (b"IDAT", _) => {}
            (_, None) => self.foreign.push(bytes),
            (_, Some(packed)) => {
                packed.push(bytes, &mut self.left)?;
                self.foreign.push(bytes);
            }
        }
        Ok(())
    }

    fn finish(self, _: bool) -> Result<Option<Quarantine>, Broken> {
        match self.state {
            State::Trailer => Ok(self.foreign.quarantine()),
            _ => Err(Broken),
        }
    }
}
