//! PNG ([W3C](https://www.w3.org/TR/png-3/#5DataRep)): chunks with their checksums from IHDR to IEND.

use crc::{CRC_32_ISO_HDLC, Crc, Digest, Table};

use super::foreign::Foreign;
use super::packed::{MAX_UNPACKED, Packed, Picture};
use super::walk::{Format, Next};
use super::{Broken, Quarantine, big_endian, check_dimensions};

static CHECKSUM: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The content of IHDR.
const HEADER: usize = 13;

/// The most that a picture may unpack to: more than anybody scans, and little work.
const MAX_PICTURE: u64 = 256 << 20;

/// Of each pass of an interlaced picture, the first column and row, and how many columns and rows further the next ones
/// are ([section 8.1](https://www.w3.org/TR/png-3/#8InterlaceMethods)).
const PASSES: [[u64; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

pub(super) struct Png {
    state: State,
    chunk: [u8; 4],
    checksum: Digest<'static, u32, Table<1>>,
    packed: Option<Packed>,
    /// What packed chunks may still unpack to.
    left: usize,
    /// Since its header was there.
    picture: Option<Picture>,
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
            picture: None,
            foreign: Foreign::among_words(),
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
        match (&self.chunk, &self.picture) {
            _ if !is_named => Err(Broken),
            (b"IHDR", None) if length == HEADER as u64 => Ok(self.expect(State::Header, Next::Gather(HEADER))),
            // A second header, or an animation, which is no document and can have any number of pictures.
            (b"IHDR" | b"acTL", _) | (_, None) => Err(Broken),
            (b"IEND", Some(_)) if length > 0 => Err(Broken),
            (b"IEND", Some(picture)) => {
                picture.finish()?;
                Ok(self.expect(State::Content, Next::Pass(0)))
            }
            (_, Some(_)) => Ok(self.expect(State::Content, Next::Pass(length))),
        }
    }

    fn on_header(&mut self, header: &[u8]) -> Result<Next, Broken> {
        self.checksum.update(header);
        let (width, height) = (big_endian(&header[..4]), big_endian(&header[4..8]));
        check_dimensions(width, height)?;
        let channels = match (header[9], header[8]) {
            (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) => 1,
            (4, 8 | 16) => 2,
            (2, 8 | 16) => 3,
            (6, 8 | 16) => 4,
            _ => return Err(Broken),
        };
        // There is one way to pack, and one to filter.
        let is_interlaced = match &header[10..] {
            [0, 0, 0] => false,
            [0, 0, 1] => true,
            _ => return Err(Broken),
        };
        let bytes = unpacked(width, height, channels * u64::from(header[8]), is_interlaced);
        let bytes = usize::try_from(bytes).ok().filter(|_| bytes <= MAX_PICTURE).ok_or(Broken)?;
        self.picture = Some(Picture::new(bytes));
        Ok(self.expect(State::Checksum, Next::Gather(4)))
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

/// The size of a picture of so many bits a pixel: rows of whole bytes, each behind the number of its filter.
fn unpacked(width: u64, height: u64, bits: u64, is_interlaced: bool) -> u64 {
    let rows = |width: u64, height: u64| if width == 0 { 0 } else { height * (1 + (width * bits).div_ceil(8)) };
    if !is_interlaced {
        return rows(width, height);
    }
    let pass = |[column, row, columns, rows_on]: [u64; 4]| {
        rows(width.saturating_sub(column).div_ceil(columns), height.saturating_sub(row).div_ceil(rows_on))
    };
    PASSES.into_iter().map(pass).sum()
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
        if let (b"IDAT", Some(picture)) = (&self.chunk, &mut self.picture) {
            return picture.push(bytes);
        }
        self.foreign.push(bytes);
        self.packed.as_mut().map_or(Ok(()), |packed| packed.push(bytes, &mut self.left))
    }

    fn finish(self, _: bool) -> Result<Option<Quarantine>, Broken> {
        match self.state {
            State::Trailer => Ok(self.foreign.quarantine()),
            _ => Err(Broken),
        }
    }
}
