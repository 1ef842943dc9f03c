//! Files that are what they say, as small as they can be, and any larger size of them.

use crc::{CRC_32_ISO_HDLC, Crc};

/// A JPEG of exactly so many bytes, of which no two chunks are equal.
pub(crate) fn jpeg(bytes: usize) -> Vec<u8> {
    let mut jpeg = jpeg_head(&[]);
    let mut number = 0_u32;
    while jpeg.len() + 2 < bytes {
        // A byte of ff would have to be followed by one of 00.
        jpeg.extend(number.wrapping_mul(2_654_435_761).to_be_bytes().map(|byte| byte & 0x7f));
        number += 1;
    }
    jpeg.truncate(bytes.max(SMALLEST_JPEG) - 2);
    jpeg.extend(b"\xff\xd9");
    jpeg
}

/// A small JPEG with a comment.
pub(crate) fn jpeg_with(comment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(comment.len() + 2).expect("a short comment");
    let segment = [b"\xff\xfe".as_slice(), &length.to_be_bytes(), comment].concat();
    [jpeg_head(&segment), b"entropy\xff\xd9".to_vec()].concat()
}

/// A JPEG that claims to have such a size.
pub(crate) fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = jpeg(64);
    jpeg[7..9].copy_from_slice(&height.to_be_bytes());
    jpeg[9..11].copy_from_slice(&width.to_be_bytes());
    jpeg
}

const SMALLEST_JPEG: usize = 27;

fn jpeg_head(segment: &[u8]) -> Vec<u8> {
    let frame = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00";
    let scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00";
    [frame.as_slice(), segment, scan].concat()
}

/// A PNG of eight pixels by eight.
pub(crate) fn png() -> Vec<u8> {
    png_with(&[])
}

/// The same with more chunks before the picture.
pub(crate) fn png_with(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    png_of(8, 8, chunks)
}

/// A PNG that claims to have such a size.
pub(crate) fn png_of(width: u32, height: u32, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let picture: (&[u8; 4], &[u8]) = (b"IDAT", b"x\x9cc\xe0\x8e\x0f\xc3\x8a\x18\x86\x96\x04\x00\xaf\x16\x30\x01");
    png_from(width, height, COLOURS, &[chunks, &[picture]].concat())
}

/// A PNG of such a size, whose picture is packed so.
pub(crate) fn png_packing(width: u32, height: u32, picture: &[u8]) -> Vec<u8> {
    png_from(width, height, COLOURS, &[(b"IDAT", picture)])
}

/// Three bytes a pixel, not interlaced.
const COLOURS: [u8; 5] = [8, 2, 0, 0, 0];

/// A PNG of such a size and kind, by the bytes of its header, and of such chunks.
pub(crate) fn png_from(width: u32, height: u32, kind: [u8; 5], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &kind].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(png_chunk(b"IHDR", &header));
    for (name, content) in chunks {
        png.extend(png_chunk(*name, content));
    }
    png.extend(png_chunk(b"IEND", b""));
    png
}

fn png_chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
    let checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(&[name, content].concat());
    let length = u32::try_from(content.len()).expect("a short chunk");
    [&length.to_be_bytes()[..], name, content, &checksum.to_be_bytes()].concat()
}

/// A PDF whose catalog has more entries.
pub(crate) fn pdf(entries: &str) -> Vec<u8> {
    format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {entries} >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n\
         trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
    )
    .into_bytes()
}

/// A still WebP, or one with frames.
pub(crate) fn webp(frames: usize) -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| -> Vec<u8> {
        let length = u32::try_from(content.len()).expect("a short chunk");
        [name.as_slice(), &length.to_le_bytes(), content, &vec![0; content.len() % 2]].concat()
    };
    let picture = chunk(b"VP8L", b"\x2f\x07\xc0\x01\x00 pixels");
    let chunks = if frames == 0 {
        picture
    } else {
        let frame = chunk(b"ANMF", &[&[0; 16], picture.as_slice()].concat());
        [chunk(b"VP8X", b"\x02\0\0\0\x07\0\0\x07\0\0"), chunk(b"ANIM", &[0; 6]), frame.repeat(frames)].concat()
    };
    let length = u32::try_from(chunks.len() + 4).expect("a short file");
    [b"RIFF".as_slice(), &length.to_le_bytes(), b"WEBP", &chunks].concat()
}

/// An MP4 with a description and media.
pub(crate) fn mp4() -> Vec<u8> {
    let part = |name: &[u8; 4], content: &[u8]| -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).expect("a short box");
        [&length.to_be_bytes()[..], name, content].concat()
    };
    let description = part(b"mvhd", &[0; 100]);
    [part(b"ftyp", b"isom\0\0\0\x01isomavc1"), part(b"moov", &description), part(b"mdat", b"frames")].concat()
}

/// A `WebM` with a track and a cluster; as browsers record it, or with all sizes known.
pub(crate) fn webm(sizes_known: bool) -> Vec<u8> {
    let header = b"\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm";
    let tracks = b"\x16\x54\xae\x6b\x82\xae\x80";
    // Void, so that there is something to tell the type by.
    let void = [b"\xec\x41\x00".as_slice(), &[0; 256]].concat();
    let block = b"\xe7\x81\x00\xa3\x86frames";
    let (segment, cluster) = if sizes_known {
        let cluster = [b"\x1f\x43\xb6\x75\x8b".as_slice(), block].concat();
        let length = u32::try_from(tracks.len() + void.len() + cluster.len()).expect("a short file");
        ([b"\x18\x53\x80\x67".as_slice(), &(0x1000_0000 | length).to_be_bytes()].concat(), cluster)
    } else {
        let cluster = [b"\x1f\x43\xb6\x75\xff".as_slice(), block].concat();
        (b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff".to_vec(), cluster)
    };
    [header.as_slice(), &segment, tracks, &void, &cluster].concat()
}

/// A zlib stream of so many zeros, of which it needs a thousandth.
pub(crate) fn packed_zeros(bytes: usize) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; bytes], 9)
}
