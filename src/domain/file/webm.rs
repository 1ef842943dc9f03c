//! `WebM` ([RFC 9559](https://www.rfc-editor.org/rfc/rfc9559), [RFC 8794](https://www.rfc-editor.org/rfc/rfc8794)): the
//! elements of one segment, whose size browsers leave open while they record.

use super::foreign::Foreign;
use super::walk::{Format, Next};
use super::{Broken, Quarantine, big_endian};

const EBML: u64 = 0x1a45_dfa3;
const SEGMENT: u64 = 0x1853_8067;
const TRACKS: u64 = 0x1654_ae6b;
const CLUSTER: u64 = 0x1f43_b675;
const ATTACHMENTS: u64 = 0x1941_a469;
const SIMPLE_BLOCK: u64 = 0xa3;
const BLOCK_GROUP: u64 = 0xa0;

/// The longest EBML header: a few numbers and the document type.
const MAX_HEADER: u64 = 256;

/// The element `DocType` with the only value that `WebM` has.
const DOC_TYPE: &[u8] = b"\x42\x82\x84webm";

pub(super) struct Webm {
    state: State,
    place: Place,
    id: u64,
    /// What is left of the segment, if it says so.
    left: Option<u64>,
    has_tracks: bool,
    has_cluster: bool,
    has_attachments: bool,
    foreign: Foreign,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Header,
    Segment,
    Inside,
}

#[derive(Clone, Copy)]
enum State {
    Id,
    /// The other bytes of an id.
    IdRest,
    Size,
    /// The other bytes of a size that begins so.
    SizeRest {
        first: u64,
    },
    Header,
    Content,
    Trailer,
}

impl Webm {
    pub(super) fn new() -> Self {
        Self {
            state: State::Id,
            place: Place::Header,
            id: 0,
            left: None,
            has_tracks: false,
            has_cluster: false,
            has_attachments: false,
            foreign: Foreign::among_words(),
        }
    }

    fn expect(&mut self, state: State, next: Next) -> Next {
        self.state = state;
        next
    }

    fn next_element(&mut self) -> Next {
        if self.left == Some(0) {
            self.expect(State::Trailer, Next::Rest)
        } else {
            self.expect(State::Id, Next::Gather(1))
        }
    }

    /// Counts bytes of the segment.
    fn count(&mut self, bytes: u64) -> Result<(), Broken> {
        if let (Place::Inside, Some(left)) = (self.place, &mut self.left) {
            *left = left.checked_sub(bytes).ok_or(Broken)?;
        }
        Ok(())
    }

    fn on_id(&mut self, first: u8) -> Result<Next, Broken> {
        self.count(1)?;
        self.id = u64::from(first);
        match first.leading_zeros() as usize {
            0 => Ok(self.expect(State::Size, Next::Gather(1))),
            more @ 1..=3 => Ok(self.expect(State::IdRest, Next::Gather(more))),
            _ => Err(Broken),
        }
    }

    fn on_id_rest(&mut self, rest: &[u8]) -> Result<Next, Broken> {
        self.count(rest.len() as u64)?;
        self.id = self.id << (8 * rest.len()) | big_endian(rest);
        Ok(self.expect(State::Size, Next::Gather(1)))
    }

    fn on_size(&mut self, first: u8) -> Result<Next, Broken> {
        self.count(1)?;
        let more = first.leading_zeros() as usize;
        let value = u64::from(first) & (0x7f >> more);
        match more {
            0 => self.on_element(known_size(value, 7)),
            1..=7 => Ok(self.expect(State::SizeRest { first: value }, Next::Gather(more))),
            _ => Err(Broken),
        }
    }

    fn on_size_rest(&mut self, first: u64, rest: &[u8]) -> Result<Next, Broken> {
        self.count(rest.len() as u64)?;
        let bytes = rest.len();
        self.on_element(known_size(first << (8 * bytes) | big_endian(rest), 7 * (bytes + 1)))
    }

    fn on_element(&mut self, size: Option<u64>) -> Result<Next, Broken> {
        match (self.place, self.id, size) {
            (Place::Header, EBML, Some(size @ 1..=MAX_HEADER)) => {
                let size = usize::try_from(size).map_err(|_| Broken)?;
                Ok(self.expect(State::Header, Next::Gather(size)))
            }
            (Place::Segment, SEGMENT, size) => {
                (self.place, self.left) = (Place::Inside, size);
                Ok(self.next_element())
            }
            // What it holds follows as if it stood beside it.
            (Place::Inside, CLUSTER, None) => {
                self.has_cluster = true;
                Ok(self.next_element())
            }
            (Place::Inside, id, Some(size)) if ![EBML, SEGMENT].contains(&id) => {
                self.has_tracks |= id == TRACKS && size > 0;
                self.has_cluster |= id == CLUSTER;
                self.has_attachments |= id == ATTACHMENTS;
                self.count(size)?;
                Ok(self.expect(State::Content, Next::Pass(size)))
            }
            (Place::Header | Place::Segment | Place::Inside, ..) => Err(Broken),
        }
    }
}

/// A size whose bits are all set is one that is not known yet.
fn known_size(value: u64, bits: usize) -> Option<u64> {
    (value != (1 << bits) - 1).then_some(value)
}

impl Format for Webm {
    const START: Next = Next::Gather(1);

    fn step(&mut self, gathered: &[u8]) -> Result<Next, Broken> {
        match (self.state, gathered) {
            (State::Id, [first]) => self.on_id(*first),
            (State::IdRest, rest) => self.on_id_rest(rest),
            (State::Size, [first]) => self.on_size(*first),
            (State::SizeRest { first }, rest) => self.on_size_rest(first, rest),
            (State::Header, header) if header.windows(DOC_TYPE.len()).any(|found| found == DOC_TYPE) => {
                self.place = Place::Segment;
                Ok(self.next_element())
            }
            (State::Content, _) => Ok(self.next_element()),
            (State::Id | State::Size | State::Header | State::Trailer, _) => Err(Broken),
        }
    }

    fn pass(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let is_media = matches!(self.id, CLUSTER | SIMPLE_BLOCK | BLOCK_GROUP);
        if matches!(self.state, State::Trailer) || !is_media {
            self.foreign.push(bytes);
        }
        Ok(())
    }

    fn finish(self, between: bool) -> Result<Option<Quarantine>, Broken> {
        let is_over = match self.left {
            Some(_) => matches!(self.state, State::Trailer),
            None => between && matches!(self.state, State::Id),
        };
        if !is_over || !self.has_tracks || !self.has_cluster {
            return Err(Broken);
        }
        Ok(self.foreign.quarantine().or(self.has_attachments.then_some(Quarantine::ActiveContent)))
    }
}
