//! What a PNG packs: unpacked only to see that it is not a bomb, and kept nowhere.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use super::Broken;

/// The window of deflate, which is all that unpacking needs of what it unpacked before.
const WINDOW: usize = 32 * 1024;

/// How much all texts and profiles of one file may unpack to.
pub(super) const MAX_UNPACKED: usize = 4 << 20;

/// The longest keyword or language that stands before a text, in bytes.
const MAX_NAME: usize = 1024;

/// What stands before the packed bytes of a chunk.
#[derive(Clone, Copy)]
enum Head {
    /// Text up to a NUL.
    Name,
    /// Whether what follows is packed.
    Flag,
    /// How it is packed: 0 is the only way there is.
    Method,
}

/// One chunk of type `zTXt`, `iCCP` or `iTXt`.
pub(super) struct Packed {
    heads: &'static [Head],
    name: usize,
    unpacks: bool,
    unpacking: Option<Box<Unpacking>>,
}

/// The picture, whose chunks are one stream.
pub(super) struct Picture {
    unpacking: Box<Unpacking>,
    /// What is still missing of it.
    left: usize,
}

struct Unpacking {
    state: DecompressorOxide,
    window: Box<[u8]>,
    at: usize,
    is_done: bool,
}

impl Packed {
    /// Reads a chunk of that type, if it is one that packs.
    pub(super) fn new(chunk: [u8; 4]) -> Option<Self> {
        let heads: &[Head] = match &chunk {
            b"zTXt" | b"iCCP" => &[Head::Name, Head::Method],
            b"iTXt" => &[Head::Name, Head::Flag, Head::Method, Head::Name, Head::Name],
            _ => return None,
        };
        Some(Self { heads, name: 0, unpacks: true, unpacking: None })
    }

    /// Takes the next bytes of the chunk; `left` is what it may still unpack to.
    pub(super) fn push(&mut self, mut bytes: &[u8], left: &mut usize) -> Result<(), Broken> {
        while let ([head, heads @ ..], [byte, rest @ ..]) = (self.heads, bytes) {
            let is_over = match head {
                Head::Name | Head::Method if *byte == 0 => true,
                Head::Name if self.name < MAX_NAME => false,
                Head::Flag if *byte <= 1 => {
                    self.unpacks = *byte == 1;
                    true
                }
                Head::Name | Head::Flag | Head::Method => return Err(Broken),
            };
            self.name = if is_over { 0 } else { self.name + 1 };
            self.heads = if is_over { heads } else { self.heads };
            bytes = rest;
        }
        if self.unpacks && !bytes.is_empty() {
            self.unpacking.get_or_insert_with(Unpacking::new).push(bytes, left)?;
        }
        Ok(())
    }

    /// Checks that the chunk was whole.
    pub(super) fn finish(self) -> Result<(), Broken> {
        let is_whole = self.heads.is_empty() && (!self.unpacks || self.unpacking.is_some_and(|packed| packed.is_done));
        if is_whole { Ok(()) } else { Err(Broken) }
    }
}

impl Picture {
    /// Reads a picture that unpacks to so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { unpacking: Unpacking::new(), left: bytes }
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.unpacking.push(bytes, &mut self.left)
    }

    /// Checks that the picture is whole.
    pub(super) fn finish(&self) -> Result<(), Broken> {
        if self.unpacking.is_done && self.left == 0 { Ok(()) } else { Err(Broken) }
    }
}

impl Unpacking {
    fn new() -> Box<Self> {
        let window = vec![0; WINDOW].into_boxed_slice();
        Box::new(Self { state: DecompressorOxide::new(), window, at: 0, is_done: false })
    }

    fn push(&mut self, mut bytes: &[u8], left: &mut usize) -> Result<(), Broken> {
        const FLAGS: u32 = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER | inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
        while !self.is_done {
            let (status, taken, given) = decompress(&mut self.state, bytes, &mut self.window, self.at, FLAGS);
            bytes = &bytes[taken..];
            self.at = (self.at + given) % WINDOW;
            *left = left.checked_sub(given).ok_or(Broken)?;
            match status {
                TINFLStatus::Done => self.is_done = true,
                TINFLStatus::HasMoreOutput => {}
                TINFLStatus::NeedsMoreInput => return Ok(()),
                _ => return Err(Broken),
            }
        }
        if bytes.is_empty() { Ok(()) } else { Err(Broken) }
    }
}
