//! Looking for what another program would take for a file of its own: archives, pages, programs, scripts.
//!
//! Such programs find theirs wherever it lies, in the tables of a picture as well as behind its end. So there are two
//! searches: one through the words of a file, as comments are, where four bytes are no chance; and one through all of
//! it as it came, packed pictures and headers included, for what not one of ten thousand files of ten mebibytes has by
//! chance.

use std::sync::LazyLock;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};

use super::Quarantine;

/// How files of other types begin, or in the case of archives end; PDF first.
const AMONG_WORDS: [&[u8]; 19] = [
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x7fELF",
    b"This program cannot be run in DOS mode",
    b"#!/bin/",
    b"#!/usr/",
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<iframe",
    b"<script",
    b"<svg",
    b"<?php",
    b"javascript:",
    b"mshta",
];

/// The same, long enough for packed bytes: PDF first, then the three parts of a ZIP, of which none goes without: a file,
/// its entry in the list, and the end of the list.
const ANYWHERE: [&[u8]; 22] = [
    b"%PDF-1.",
    b"%PDF-2.",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x7fELF\x01\x01\x01",
    b"\x7fELF\x01\x02\x01",
    b"\x7fELF\x02\x01\x01",
    b"\x7fELF\x02\x02\x01",
    b"This program cannot be run in DOS mode",
    b"#!/bin/",
    b"#!/usr/",
    b"<!doctype",
    b"<iframe",
    b"<script",
    b"<svg xmlns",
    b"<?php ",
    b"<?php\n",
    b"<?php\r",
    b"javascript:",
];

/// Tags that are too short without what follows their name ([HTML 13.2.5.8](https://html.spec.whatwg.org/#tag-name-state)).
const TAGS: [&[u8]; 3] = [b"<html", b"<head", b"<body"];

const AFTER_A_TAG: &[u8] = b"> \t\n\x0c\r/";

static WORDS: LazyLock<Signatures> =
    LazyLock::new(|| Signatures { automaton: automaton(&AMONG_WORDS), pdf: 0b1, together: 0 });

static ALL: LazyLock<Signatures> = LazyLock::new(|| {
    let tags = TAGS.iter().flat_map(|tag| AFTER_A_TAG.iter().map(move |end| [*tag, &[*end]].concat()));
    let signatures: Vec<_> = ANYWHERE.iter().map(|signature| signature.to_vec()).chain(tags).collect();
    Signatures { automaton: automaton(&signatures), pdf: 0b11, together: 0b11100 }
});

fn automaton(signatures: &[impl AsRef<[u8]>]) -> DFA {
    DFA::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(signatures)
        .expect("some dozen short patterns")
}

/// What is looked for. Sets of signatures are numbers with the bit of each.
struct Signatures {
    automaton: DFA,
    /// Those of PDF.
    pdf: u64,
    /// Those that say something only all together.
    together: u64,
}

/// A search that goes on from piece to piece.
pub(super) struct Foreign {
    signatures: &'static Signatures,
    state: StateID,
    found: u64,
}

impl Foreign {
    /// Searches bytes that are no packed ones.
    pub(super) fn among_words() -> Self {
        Self::new(&WORDS)
    }

    /// Searches a whole file.
    pub(super) fn anywhere() -> Self {
        Self::new(&ALL)
    }

    fn new(signatures: &'static Signatures) -> Self {
        let state = signatures.automaton.start_state(Anchored::No);
        Self { signatures, state: state.expect("an automaton for searches that are not anchored"), found: 0 }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let automaton = &self.signatures.automaton;
        for byte in bytes {
            self.state = automaton.next_state(Anchored::No, self.state, *byte);
            if automaton.is_special(self.state) && automaton.is_match(self.state) {
                let ended = (0..automaton.match_len(self.state)).map(|at| automaton.match_pattern(self.state, at));
                self.found = ended.fold(self.found, |found, signature| found | 1 << signature.as_usize());
            }
        }
    }

    /// What a file is that holds another one.
    pub(super) fn quarantine(&self) -> Option<Quarantine> {
        self.judge(self.found)
    }

    /// The same of a PDF, which may say so.
    pub(super) fn quarantine_of_pdf(&self) -> Option<Quarantine> {
        self.judge(self.found & !self.signatures.pdf)
    }

    fn judge(&self, found: u64) -> Option<Quarantine> {
        let together = self.signatures.together;
        let is_other = found & !together != 0 || (together != 0 && found & together == together);
        is_other.then_some(Quarantine::Ambiguous)
    }
}
