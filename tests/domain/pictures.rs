//! What is packed: PNGs that unpack to something else than their header says, and other files where nobody looks.

use kycd::domain::file::{FileError, FileType, Quarantine};
use miniz_oxide::deflate::compress_to_vec_zlib;
use rstest::rstest;

use crate::files::{Outcome, inspect, suspicious, whole};
use crate::samples;

/// Packs zeros.
fn packed(bytes: usize) -> Vec<u8> {
    compress_to_vec_zlib(&vec![0; bytes], 6)
}

/// Of each kind: bits, colours, and whether it is interlaced.
#[rstest]
#[case::three_colours(8, 8, [8, 2, 0], 8 * 25)]
#[case::nine_bits_a_row(9, 3, [1, 0, 0], 3 * 3)]
#[case::a_palette(5, 2, [2, 3, 0], 2 * 3)]
#[case::grey_and_alpha_of_two_bytes(3, 1, [16, 4, 0], 13)]
#[case::colours_and_alpha_of_two_bytes(2, 2, [16, 6, 0], 2 * 17)]
#[case::interlaced(8, 8, [8, 2, 1], 4 + 4 + 7 + 14 + 26 + 52 + 100)]
#[case::interlaced_in_one_pass(1, 1, [8, 0, 1], 2)]
#[case::interlaced_in_four_passes(3, 2, [1, 0, 1], 4 * 2)]
fn a_png_unpacks_to_what_its_header_says(
    #[case] width: u32,
    #[case] height: u32,
    #[case] kind: [u8; 3],
    #[case] bytes: usize,
) {
    let [depth, colour, interlace] = kind;
    let png = |bytes| {
        let picture = packed(bytes);
        inspect(&samples::png_from(width, height, [depth, colour, 0, 0, interlace], &[(b"IDAT", &picture)]))
    };

    assert_eq!(png(bytes), Ok(whole(FileType::Png)));
    for other in [bytes - 1, bytes + 1, 0] {
        assert_eq!(png(other), Err(FileError::Broken), "{other}");
    }
}

#[test]
fn a_picture_may_come_in_pieces() {
    let picture = packed(200);
    let (first, rest) = picture.split_at(3);
    let chunks: [(&[u8; 4], &[u8]); 3] = [(b"IDAT", first), (b"IDAT", b""), (b"IDAT", rest)];

    assert_eq!(inspect(&samples::png_from(8, 8, [8, 2, 0, 0, 0], &chunks)), Ok(whole(FileType::Png)));
    assert_eq!(inspect(&samples::png_from(8, 8, [8, 2, 0, 0, 0], &chunks[..2])), Err(FileError::Broken));
    assert_eq!(inspect(&samples::png_from(8, 8, [8, 2, 0, 0, 0], &[])), Err(FileError::Broken));
}

#[rstest]
#[case::a_bomb(packed(64 << 20))]
#[case::something_behind_it([packed(200), vec![0]].concat())]
#[case::another_picture_behind_it([packed(200), packed(200)].concat())]
#[case::a_broken_checksum(packed(200).into_iter().rev().enumerate().map(|(at, byte)| byte ^ u8::from(at == 0)).rev().collect())]
#[case::no_zlib(vec![7; 200])]
fn a_picture_that_is_not_packed_as_it_should_be_is_refused(#[case] picture: Vec<u8>) {
    assert_eq!(inspect(&samples::png_packing(8, 8, &picture)), Err(FileError::Broken));
}

#[rstest]
#[case::another_way_to_pack([8, 2, 1, 0, 0])]
#[case::another_way_to_filter([8, 2, 0, 1, 0])]
#[case::another_way_to_interlace([8, 2, 0, 0, 2])]
fn a_png_of_an_unknown_kind_is_refused(#[case] kind: [u8; 5]) {
    assert_eq!(inspect(&samples::png_from(8, 8, kind, &[(b"IDAT", &packed(200))])), Err(FileError::Broken));
}

/// An archive of one file that is not packed.
fn archive() -> Vec<u8> {
    let file = b"\x14\0\0\0\0\0\0\0\0\0\x86\xa6\x10\x36\x05\0\0\0\x05\0\0\0\x01\0\0\0";
    let entry = [b"PK\x01\x02\x14\0".as_slice(), &file[..24], &[0; 16], b"a"].concat();
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(), &[47, 0, 0, 0, 36, 0, 0, 0, 0, 0]].concat();
    [b"PK\x03\x04".as_slice(), file, b"ahello", &entry, &end].concat()
}

/// Files in which some content, without a byte of ff, lies where only numbers are expected.
fn hiding(content: &[u8]) -> Vec<(FileType, Vec<u8>)> {
    let row = [&[0_u8][..], content].concat();
    let width = u32::try_from(content.len()).expect("short");
    let picture = compress_to_vec_zlib(&row, 0);
    let jpeg = samples::jpeg(64);
    let (frame, scan) = jpeg.split_at(15);
    let length = u16::try_from(content.len() + 2).expect("short").to_be_bytes();
    let mut webp = samples::webp(0);
    webp.truncate(20);
    webp.extend([b"\x2f\x07\xc0\x01\x00".as_slice(), content, &vec![0; (content.len() + 1) % 2]].concat());
    let size = u32::try_from(webp.len() - 8).expect("short");
    webp[4..8].copy_from_slice(&size.to_le_bytes());
    webp[16..20].copy_from_slice(&(u32::try_from(content.len()).expect("short") + 5).to_le_bytes());
    let media = [&(width + 8).to_be_bytes()[..], b"mdat", content].concat();
    let block = [b"\xa3".as_slice(), &(0x1000_0000 | width).to_be_bytes(), content].concat();
    vec![
        (FileType::Png, samples::png_from(width, 1, [8, 0, 0, 0, 0], &[(b"IDAT", &picture)])),
        (FileType::Jpeg, [frame, b"\xff\xdb", &length, content, scan].concat()),
        (FileType::Jpeg, [&jpeg[..25], content, &jpeg[25..]].concat()),
        (FileType::Webp, webp),
        (FileType::Mp4, [samples::mp4(), media].concat()),
        (FileType::Webm, [samples::webm(false), block].concat()),
        (FileType::Pdf, pdf(content)),
    ]
}

/// A document with a stream.
fn pdf(stream: &[u8]) -> Vec<u8> {
    [b"%PDF-1.7\n1 0 obj\n<<>>\nstream\r\n".as_slice(), stream, b"\nendstream\nendobj\n%%EOF"].concat()
}

fn all_hiding(content: &[u8], expected: impl Fn(FileType) -> Outcome) {
    for (at, (file_type, file)) in hiding(content).into_iter().enumerate() {
        assert_eq!(inspect(&file), expected(file_type), "{file_type}, {at}: {:?}", String::from_utf8_lossy(content));
    }
}

#[rstest]
#[case::archive(&archive())]
#[case::rar(b"Rar!\x1a\x07\x01\0")]
#[case::seven_zip(b"7z\xbc\xaf\x27\x1c\0\x04")]
#[case::page(b"<HTML>")]
#[case::page_with_a_language(b"<html lang=en>")]
#[case::doctype(b"<!DOCTYPE html>")]
#[case::body(b"<body/onload=alert(1)>")]
#[case::script(b"<ScRiPt>alert(1)</script>")]
#[case::picture_that_runs(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
#[case::php(b"<?php system($_GET['c']); ?>")]
#[case::shell(b"#!/bin/sh\nid")]
#[case::program(b"\x7fELF\x02\x01\x01\0")]
fn another_file_among_packed_bytes_is_for_a_person(#[case] content: &[u8]) {
    all_hiding(content, |file_type| Ok(suspicious(file_type, Quarantine::Ambiguous)));
}

#[test]
fn a_pdf_among_packed_bytes_is_for_a_person_unless_the_file_is_one() {
    all_hiding(b"%PDF-1.7\n", |file_type| match file_type {
        FileType::Pdf => Ok(whole(FileType::Pdf)),
        other => Ok(suspicious(other, Quarantine::Ambiguous)),
    });
}

/// What is found there by chance now and then.
#[rstest]
#[case::beginning_of_an_archive(b"PK\x03\x04")]
#[case::two_parts_of_an_archive(b"PK\x03\x04 pk\x05\x06")]
#[case::program(b"\x7fELF\xc4")]
#[case::picture(b"<svg\xf1")]
#[case::tag(b"<html\xf1 <headx <body\0")]
#[case::script(b"<?php\xf1")]
#[case::pdf(b"%PDF-\xf1")]
#[case::word(b"mshta")]
fn a_few_bytes_among_packed_ones_are_a_chance(#[case] content: &[u8]) {
    all_hiding(content, |file_type| Ok(whole(file_type)));
}

/// Whatever is looked for among them is long enough.
#[test]
fn packed_bytes_alone_are_nothing_else() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u8::try_from(state >> 56).expect("a byte")
    };
    let bytes: Vec<u8> = (0..8 << 20).map(|_| random()).collect();
    let pdf = pdf(&bytes);
    let scan: Vec<_> = bytes.into_iter().filter(|byte| *byte != 0xff).collect();
    let jpeg = samples::jpeg(64);

    assert_eq!(inspect(&[&jpeg[..25], &scan, &jpeg[25..]].concat()), Ok(whole(FileType::Jpeg)));
    assert_eq!(inspect(&pdf), Ok(whole(FileType::Pdf)));
}
