//! Looking for what another program would take for a file of its own: archives, pages, programs, scripts.

use std::sync::LazyLock;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};

use super::Quarantine;

/// How files of other types begin, or in the case of archives end. Nothing shorter than four bytes: those would be found
/// by chance in whatever is compressed.
const SIGNATURES: [&[u8]; 19] = [
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

/// Which of them is that of PDF.
const PDF: usize = 0;

static AUTOMATON: LazyLock<DFA> = LazyLock::new(|| {
    DFA::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(SIGNATURES)
        .expect("nineteen short patterns")
});

/// A search that goes on from piece to piece.
pub(super) struct Foreign {
    state: StateID,
    in_pdf: bool,
    found: bool,
}

impl Foreign {
    /// Searches for every signature.
    pub(super) fn new() -> Self {
        let state = AUTOMATON.start_state(Anchored::No).expect("an automaton for searches that are not anchored");
        Self { state, in_pdf: false, found: false }
    }

    /// Searches a PDF, which may say so.
    pub(super) fn in_pdf() -> Self {
        Self { in_pdf: true, ..Self::new() }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.found {
                return;
            }
            self.state = AUTOMATON.next_state(Anchored::No, self.state, *byte);
            if AUTOMATON.is_special(self.state) && AUTOMATON.is_match(self.state) {
                let is_own = self.in_pdf && AUTOMATON.match_pattern(self.state, 0).as_usize() == PDF;
                self.found = !is_own;
            }
        }
    }

    /// What a file is that holds another one.
    pub(super) fn quarantine(&self) -> Option<Quarantine> {
        self.found.then_some(Quarantine::Ambiguous)
    }
}
