//! PDF ([ISO 32000-2](https://pdfa.org/resource/iso-32000-2/) section 7): its words, read past one by one.
//!
//! Streams are never unpacked, so what hides in a packed one is not seen; what a reader does with it is the reader's.

use super::foreign::Foreign;
use super::{Broken, Quarantine};

/// Names by which a document runs something, or carries other files.
const ACTIVE: [&[u8]; 10] = [
    b"JavaScript",
    b"OpenAction",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"FileAttachment",
    b"RichMedia",
    b"ImportData",
    b"SubmitForm",
    b"GoToE",
];

/// The same, too short to mean anything among packed bytes.
const ACTIVE_OUTSIDE_OF_STREAMS: [&[u8]; 4] = [b"JS", b"AA", b"EF", b"XFA"];

/// The longest word that is looked at whole; of a longer one the end is.
const MAX_WORD: usize = 128;

/// Within how many bytes from its end a document says that it ends.
const MAX_TRAILER: u64 = 1024;

pub(super) struct Pdf {
    word: Vec<u8>,
    is_name: bool,
    /// How many `%` stand before the word.
    percents: usize,
    place: Place,
    /// Whether the word before is a number.
    follows_number: bool,
    objects: Objects,
    /// The bytes since the document last said that it ends.
    since_end: Option<u64>,
    quarantine: Option<Quarantine>,
    foreign: Foreign,
}

/// What the bytes at hand are part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The document's own words.
    Structure,
    /// A text with so many open brackets (section 7.3.4.2), whose words are none of the document's.
    Text(usize),
    /// The same, behind a backslash.
    Escaped(usize),
    /// Packed bytes.
    Stream,
}

/// The objects so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Objects {
    /// There are none.
    None,
    /// One began, and the document did not end since.
    Open,
    /// The document ended after the last one.
    Ended,
}

impl Pdf {
    /// Reads a document whose header may stand behind something else.
    pub(super) fn new(is_moved: bool) -> Self {
        Self {
            word: Vec::with_capacity(MAX_WORD),
            is_name: false,
            percents: 0,
            place: Place::Structure,
            follows_number: false,
            objects: Objects::None,
            since_end: None,
            quarantine: is_moved.then_some(Quarantine::Ambiguous),
            foreign: Foreign::among_words(),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        for byte in bytes {
            // Four bytes are nothing among packed ones.
            if self.place != Place::Stream {
                self.foreign.push(&[*byte]);
            }
            self.since_end = self.since_end.map(|since| since + 1);
            match byte {
                b'%' => self.end_word(self.percents + 1)?,
                b'/' => {
                    self.end_word(0)?;
                    self.is_name = true;
                }
                _ if is_delimiter(*byte) => self.end_word(0)?,
                _ => self.continue_word(*byte),
            }
            self.follow_text(*byte);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Option<Quarantine>, Broken> {
        self.end_word(0)?;
        let since_end = self.since_end.ok_or(Broken)?;
        if self.objects != Objects::Ended {
            return Err(Broken);
        }
        let goes_on = (since_end > MAX_TRAILER).then_some(Quarantine::Ambiguous);
        Ok(self.quarantine.or(self.foreign.quarantine_of_pdf()).or(goes_on))
    }

    /// Whoever opens a text that no reader sees gains nothing: what is a stream then is looked at as if it were none.
    fn follow_text(&mut self, byte: u8) {
        self.place = match (self.place, byte) {
            (Place::Structure, b'(') => Place::Text(1),
            (Place::Text(1), b')') => Place::Structure,
            (Place::Text(depth), b'(') => Place::Text(depth + 1),
            (Place::Text(depth), b')') => Place::Text(depth - 1),
            (Place::Text(depth), b'\\') => Place::Escaped(depth),
            (Place::Escaped(depth), _) => Place::Text(depth),
            (place, _) => place,
        };
    }

    fn continue_word(&mut self, byte: u8) {
        if self.word.len() == MAX_WORD {
            // Whatever it is, it is no name that is looked for; its end may still be one that ends a stream.
            self.word.drain(..MAX_WORD / 2);
            self.is_name = false;
        }
        self.word.push(byte);
        // At once, because whatever follows may go on without a space.
        if self.percents >= 2 && self.word == b"EOF" {
            self.since_end = Some(0);
            if self.objects == Objects::Open {
                self.objects = Objects::Ended;
            }
        }
    }

    fn end_word(&mut self, percents: usize) -> Result<(), Broken> {
        if self.place == Place::Stream && self.word.ends_with(b"endstream") {
            self.place = Place::Structure;
        } else if self.is_name {
            self.on_name()?;
        } else {
            self.on_word();
        }
        if !self.word.is_empty() {
            self.follows_number = self.word.iter().all(u8::is_ascii_digit);
        }
        // Any word ends the row of `%`.
        self.percents = if self.word.is_empty() { percents } else { percents.min(1) };
        self.is_name = false;
        self.word.clear();
        Ok(())
    }

    fn on_name(&mut self) -> Result<(), Broken> {
        let name = unescape(&self.word);
        let name = name.as_slice();
        if name == b"Encrypt" {
            return Err(Broken);
        }
        if ACTIVE.contains(&name) || (self.place != Place::Stream && ACTIVE_OUTSIDE_OF_STREAMS.contains(&name)) {
            self.quarantine = Some(Quarantine::ActiveContent);
        }
        Ok(())
    }

    fn on_word(&mut self) {
        match (self.place, self.word.as_slice()) {
            // A reader that is told to look there finds an object in the middle of the stream.
            (Place::Stream, b"obj") if self.follows_number => self.quarantine = Some(Quarantine::Ambiguous),
            (Place::Structure, b"stream") => self.place = Place::Stream,
            (Place::Structure, b"obj") => self.objects = Objects::Open,
            _ => {}
        }
    }
}

/// White space and brackets (section 7.2.3), but for `/` and `%`, which begin something.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}')
}

/// Reads `#4a` in a name as `J` (section 7.3.5).
fn unescape(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let [byte, more @ ..] = rest {
        let (byte, more) = match more {
            [high, low, more @ ..] if *byte == b'#' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hex(*high) << 4 | hex(*low), more)
            }
            _ => (*byte, more),
        };
        plain.push(byte);
        rest = more;
    }
    plain
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}
