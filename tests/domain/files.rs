//! Looking into files: what is whole, what is broken, and what is more than it says; however it is cut into pieces.

use kycd::domain::file::{FileError, FileId, FileType, Inspected, Inspection, Quarantine};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use crate::samples;

pub(crate) type Outcome = Result<Inspected, FileError>;

pub(crate) fn inspect(content: &[u8]) -> Outcome {
    inspect_in_pieces(content, content.len().max(1))
}

fn inspect_in_pieces(content: &[u8], piece: usize) -> Outcome {
    let mut inspection = Inspection::new();
    for bytes in content.chunks(piece) {
        inspection.push(bytes)?;
    }
    inspection.finish()
}

pub(crate) fn whole(file_type: FileType) -> Inspected {
    Inspected { file_type, quarantine: None }
}

pub(crate) fn suspicious(file_type: FileType, quarantine: Quarantine) -> Inspected {
    Inspected { file_type, quarantine: Some(quarantine) }
}

/// Every sample that is whole.
fn samples() -> Vec<(FileType, Vec<u8>)> {
    vec![
        (FileType::Jpeg, samples::jpeg(5000)),
        (FileType::Jpeg, samples::jpeg_with(b"a comment")),
        (FileType::Png, samples::png()),
        (FileType::Png, samples::png_with(&[(b"tEXt", b"Comment\0a text")])),
        (FileType::Pdf, samples::pdf("")),
        (FileType::Webp, samples::webp(0)),
        (FileType::Mp4, samples::mp4()),
        (FileType::Webm, samples::webm(true)),
        (FileType::Webm, samples::webm(false)),
    ]
}

#[test]
fn a_whole_file_is_what_it_says() {
    for (file_type, content) in samples() {
        assert_eq!(inspect(&content), Ok(whole(file_type)), "{file_type}");
    }
}

/// Wherever it ends early; what a recording of unknown size loses at the end of a block, nobody can tell.
#[test]
fn a_file_that_is_cut_off_is_refused() {
    for (file_type, content) in samples() {
        let cuts = (1..content.len()).filter(|cut| inspect(&content[..*cut]).is_ok()).collect::<Vec<_>>();
        let allowed = match file_type {
            // The line end behind `%%EOF`.
            FileType::Pdf => content.len() - 1..content.len(),
            FileType::Webm => content.len() - 11..content.len(),
            FileType::Jpeg | FileType::Png | FileType::Webp | FileType::Mp4 => 0..0,
        };
        assert!(cuts.iter().all(|cut| allowed.contains(cut)), "{file_type} is whole up to {cuts:?}");
    }
}

/// FILE-07.
#[rstest]
#[case::nothing(b"")]
#[case::one_byte(b"\xff")]
#[case::html(b"<!doctype html><script>alert(1)</script>")]
#[case::svg(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
#[case::elf(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
#[case::zip(b"PK\x03\x04\x14\0\0\0\x08\0 a file in an archive")]
#[case::json(b"{\"photo\":true}")]
#[case::gif(b"GIF89a\x01\0\x01\0\x80\0\0")]
#[case::heic(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1")]
#[case::quicktime(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ")]
fn another_type_is_refused(#[case] content: &[u8]) {
    assert_eq!(inspect(content), Err(FileError::Type));
    assert_eq!(inspect(&[content, &[0; 4096]].concat()), Err(FileError::Type));
}

/// FILE-08, FILE-09 and FILE-11.
#[rstest]
#[case::huge_png(samples::png_of(60_000, 60_000, &[]))]
#[case::png_of_more_than_anybody_scans(samples::png_of(9_500, 9_500, &[]))]
#[case::empty_png(samples::png_of(0, 8, &[]))]
#[case::huge_jpeg(samples::jpeg_of(65_500, 65_500))]
#[case::jpeg_of_unknown_height(samples::jpeg_of(8, 0))]
#[case::jpeg_without_picture(b"\xff\xd8\xff\xd9".to_vec())]
#[case::jpeg_with_two_frames([&samples::jpeg(64)[..15], &samples::jpeg(64)[2..]].concat())]
#[case::png_with_a_broken_checksum(flipped(samples::png(), 60))]
#[case::png_of_an_unknown_colour(samples::png().into_iter().map(|byte| if byte == 2 { 5 } else { byte }).collect())]
#[case::png_with_two_headers(samples::png_with(&[(b"IHDR", b"\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0")]))]
#[case::png_with_a_packed_bomb(samples::png_with(&[(b"zTXt", &bomb(b"Comment\0\0"))]))]
#[case::png_with_a_bomb_for_a_profile(samples::png_with(&[(b"iCCP", &bomb(b"sRGB\0\0"))]))]
#[case::png_with_a_bomb_in_a_language(samples::png_with(&[(b"iTXt", &bomb(b"Comment\0\x01\0de\0Kommentar\0"))]))]
#[case::png_with_two_halves_of_a_bomb(samples::png_with(&[(b"zTXt", &half_bomb()), (b"zTXt", &half_bomb())]))]
#[case::png_with_a_broken_text(samples::png_with(&[(b"zTXt", b"Comment\0\0no zlib")]))]
#[case::png_with_a_text_that_breaks_off(samples::png_with(&[(b"zTXt", b"Comment\0\0x\x9cc`")]))]
#[case::animated_png(samples::png_with(&[(b"acTL", b"\0\0\x27\x10\0\0\0\0")]))]
#[case::animated_webp(samples::webp(10_000))]
#[case::webp_with_two_pictures(two_pictures())]
#[case::encrypted_pdf(samples::pdf("/Encrypt 5 0 R"))]
#[case::encrypted_pdf_that_hides_it(samples::pdf("/#45ncr#79pt 5 0 R"))]
#[case::encrypted_pdf_behind_a_text(samples::pdf("/Title (a stream b) /Encrypt 5 0 R"))]
#[case::pdf_without_an_end(samples::pdf("").split_last_chunk::<7>().expect("long").0.to_vec())]
#[case::pdf_without_an_object(b"%PDF-1.7\n%%EOF\n".to_vec())]
#[case::pdf_that_goes_on_and_breaks_off([samples::pdf(""), b"4 0 obj\n<< /Type /Page >>".to_vec()].concat())]
#[case::mp4_without_media(samples::mp4()[..samples::mp4().len() - 14].to_vec())]
#[case::mp4_with_something_behind_it([samples::mp4(), b"PK\x03\x04 an archive".to_vec()].concat())]
#[case::webm_of_another_type([&samples::webm(true)[..], b""].concat().into_iter().map(|byte| if byte == 0xae { 0 } else { byte }).collect())]
fn what_nobody_can_or_should_decode_is_refused(#[case] content: Vec<u8>) {
    assert_eq!(inspect(&content), Err(FileError::Broken));
}

fn flipped(mut content: Vec<u8>, at: usize) -> Vec<u8> {
    content[at] ^= 1;
    content
}

/// A gigabyte would be one; a little more than is allowed is enough to tell.
fn bomb(head: &[u8]) -> Vec<u8> {
    [head, &samples::packed_zeros((4 << 20) + 1)].concat()
}

fn half_bomb() -> Vec<u8> {
    [b"Comment\0\0".as_slice(), &samples::packed_zeros(3 << 20)].concat()
}

fn two_pictures() -> Vec<u8> {
    let one = samples::webp(0);
    let chunks = one[12..].repeat(2);
    let length = u32::try_from(chunks.len() + 4).expect("short");
    [b"RIFF".as_slice(), &length.to_le_bytes(), b"WEBP", &chunks].concat()
}

#[rstest]
#[case::as_large_as_anybody_scans(samples::png_packing(9_000, 9_000, &samples::packed_zeros(9_000 * 27_001)))]
#[case::packed_text(samples::png_with(&[(b"zTXt", &[b"Comment\0\0".as_slice(), &samples::packed_zeros(1 << 20)].concat())]))]
#[case::text_in_a_language(samples::png_with(&[(b"iTXt", b"Comment\0\0\0de\0Kommentar\0ein Text")]))]
#[case::something_unknown_behind_it([samples::png(), vec![7; 5000]].concat())]
fn an_unusual_png_is_whole(#[case] content: Vec<u8>) {
    assert_eq!(inspect(&content), Ok(whole(FileType::Png)));
}

/// Phones put a film behind the photo.
#[test]
fn a_jpeg_may_have_something_harmless_behind_it() {
    assert_eq!(inspect(&[samples::jpeg(5000), samples::mp4()].concat()), Ok(whole(FileType::Jpeg)));
    assert_eq!(inspect(&[samples::jpeg(5000), samples::jpeg(5000)].concat()), Ok(whole(FileType::Jpeg)));
}

/// Fill bytes, restart markers and stuffed bytes; two scans.
#[test]
fn a_jpeg_may_use_all_of_its_grammar() {
    let jpeg = samples::jpeg(64);
    let (frame, scan) = (&jpeg[..15], &jpeg[15..25]);
    let table = b"\xff\xff\xff\xc4\x00\x05\x00\x01\x02";
    let data = b"a\xff\x00b\xff\xd0c\xff\xff";
    let content = [frame, table, scan, data, table, scan, data, b"\xd9"].concat();
    assert_eq!(inspect(&content), Ok(whole(FileType::Jpeg)));
}

/// FILE-09: whatever a stream would unpack to.
#[test]
fn streams_of_a_pdf_are_passed_over() {
    let bomb = samples::packed_zeros(64 << 20);
    let words = b"/JS /AA /EF %%EOF endobj obj ( ";
    let content = [b"%PDF-1.7\n1 0 obj\n<<>>\nstream\r\n".as_slice(), &bomb, words, b"/x", b"endstream\nendobj\n%%EOF"];
    assert_eq!(inspect(&content.concat()), Ok(whole(FileType::Pdf)));
}

#[test]
fn an_object_in_a_stream_of_a_pdf_is_for_a_person() {
    let content = b"%PDF-1.7\n1 0 obj\n<<>>\nstream\r\n 9 0 obj <</AA 4 0 R>> endobj endstream\nendobj\n%%EOF";
    assert_eq!(inspect(content), Ok(suspicious(FileType::Pdf, Quarantine::Ambiguous)));
}

/// FILE-11.
#[rstest]
#[case::script("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")]
#[case::script_in_disguise("/Names << /#4aava#53cript 4 0 R >>")]
#[case::short("/AA << /O 4 0 R >>")]
#[case::launch("/A << /S /Launch /F (calc.exe) >>")]
#[case::attachment("/Names << /EmbeddedFiles 4 0 R >>")]
#[case::attached_file("/FS << /F (a.exe) /EF << /F 9 0 R >> >>")]
#[case::behind_a_text("/Title (a stream b) /AA << /O 4 0 R >>")]
#[case::behind_a_text_in_a_text("/Title (a \\( (b\\\\) stream (\\) ) stream ) /AA << /O 4 0 R >>")]
#[case::at_the_end("/JS")]
#[case::before_a_bracket("/JS(x)")]
fn a_pdf_that_can_do_something_is_for_a_person(#[case] entries: &str) {
    assert_eq!(inspect(&samples::pdf(entries)), Ok(suspicious(FileType::Pdf, Quarantine::ActiveContent)));
}

#[rstest]
#[case::archive(b"PK\x03\x04\x14\0\0\0\x08\0 a file in an archive PK\x05\x06")]
#[case::end_of_an_archive(b"PK\x05\x06")]
#[case::page(b"<!DOCTYPE html><HTML>")]
#[case::script(b"<ScRiPt>alert(1)</script>")]
#[case::php(b"<?php system($_GET['c']); ?>")]
#[case::shell(b"#!/bin/sh\nid")]
#[case::program(b"\x7fELF\x02\x01\x01")]
fn a_file_that_is_something_else_as_well_is_for_a_person(#[case] other: &[u8]) {
    for (file_type, content) in samples() {
        let allowed = match file_type {
            // Nothing can stand behind a part of these.
            FileType::Mp4 | FileType::Webm => continue,
            other => Ok(suspicious(other, Quarantine::Ambiguous)),
        };
        assert_eq!(inspect(&[content.as_slice(), b"\n\0", other].concat()), allowed, "{file_type}");
    }
    assert_eq!(inspect(&samples::jpeg_with(other)), Ok(suspicious(FileType::Jpeg, Quarantine::Ambiguous)));
    assert_eq!(
        inspect(&samples::png_with(&[(b"tEXt", &[b"Comment\0", other].concat())])),
        Ok(suspicious(FileType::Png, Quarantine::Ambiguous))
    );
}

#[test]
fn a_pdf_in_another_file_is_for_a_person() {
    let pdf = samples::pdf("");
    assert_eq!(
        inspect(&[samples::jpeg(500), pdf.clone()].concat()),
        Ok(suspicious(FileType::Jpeg, Quarantine::Ambiguous))
    );
    assert_eq!(inspect(&samples::jpeg_with(&pdf)), Ok(suspicious(FileType::Jpeg, Quarantine::Ambiguous)));
    assert_eq!(inspect(&[samples::png(), pdf].concat()), Ok(suspicious(FileType::Png, Quarantine::Ambiguous)));
}

#[rstest]
#[case::line_end(b"\n")]
#[case::words(b"something that other programs take for theirs ")]
#[case::as_much_as_readers_bear(&[b' '; 1000])]
fn a_pdf_that_begins_late_is_for_a_person(#[case] before: &[u8]) {
    let content = [before, &samples::pdf("")].concat();
    assert_eq!(inspect(&content), Ok(suspicious(FileType::Pdf, Quarantine::Ambiguous)));
}

#[test]
fn a_pdf_that_goes_on_after_its_end_is_for_a_person() {
    let content = [samples::pdf(""), vec![b' '; 1100]].concat();
    assert_eq!(inspect(&content), Ok(suspicious(FileType::Pdf, Quarantine::Ambiguous)));
    let changed = [samples::pdf(""), samples::pdf("")[9..].to_vec()].concat();
    assert_eq!(inspect(&changed), Ok(whole(FileType::Pdf)), "a change is appended");
}

#[test]
fn a_recording_that_carries_files_is_for_a_person() {
    let attachments = b"\x19\x41\xa4\x69\x84file";
    let content = [samples::webm(false).as_slice(), attachments].concat();
    assert_eq!(inspect(&content), Ok(suspicious(FileType::Webm, Quarantine::ActiveContent)));
}

#[test]
fn what_a_file_has_to_be_is_said_in_words() {
    let (photo, files) = ("photo_id_front", FileType::ALL);
    assert_eq!(
        FileError::Type.refuse(photo, &FileType::DOCUMENTS).to_string(),
        "'photo_id_front' must be jpg, png or pdf"
    );
    assert_eq!(
        FileError::Broken.refuse("file", &files).to_string(),
        "'file' cannot be decoded: it must be jpg, png, pdf, webp, mp4 or webm, whole and unprotected"
    );
}

#[rstest]
#[case::without_prefix("00000000-0000-0000-0000-000000000007")]
#[case::in_capitals("file_00000000-0000-0000-0000-00000000000A")]
#[case::in_braces("file_{00000000-0000-0000-0000-000000000007}")]
#[case::without_hyphens("file_00000000000000000000000000000007")]
#[case::words("file_abc")]
#[case::nothing("")]
fn another_form_of_an_id_is_nobodys(#[case] text: &str) {
    assert_eq!(FileId::parse(text), None);
    let id = FileId::new(Uuid::from_u128(7));
    assert_eq!(FileId::parse(&id.to_string()), Some(id));
}

/// Something that begins like a file, so that more than its type is looked at.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let begun = (0..samples().len(), 0..6000_usize, prop::collection::vec(any::<u8>(), 0..3000));
    let begun = begun.prop_map(|(sample, cut, rest)| {
        let (_, whole) = samples().swap_remove(sample);
        [&whole[..cut.min(whole.len())], &rest].concat()
    });
    let changed = (0..samples().len(), any::<prop::sample::Index>(), any::<u8>(), 0..40_usize);
    let changed = changed.prop_map(|(sample, at, byte, more)| {
        let (_, mut whole) = samples().swap_remove(sample);
        let at = at.index(whole.len());
        whole[at] = byte;
        whole.extend(std::iter::repeat_n(byte, more));
        whole
    });
    prop_oneof![begun, changed, prop::collection::vec(any::<u8>(), 0..3000)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn how_a_file_is_cut_makes_no_difference(content in content(), piece in 1..2000_usize) {
        let outcome = inspect(&content);
        prop_assert_eq!(inspect_in_pieces(&content, 1), outcome);
        prop_assert_eq!(inspect_in_pieces(&content, piece), outcome);
    }
}
