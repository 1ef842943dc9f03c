//! `[branding]`: how the pages look like the operator's own.

use std::io::Read as _;

use super::parse;
use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use crate::domain::color::Color;
use crate::domain::field::line;
use crate::domain::file::{FileType, Inspection};

/// More than a logo needs.
const LARGEST: u64 = 256 * 1024;
/// More than a name has, in characters.
const LONGEST: usize = 60;
/// What a logo can be.
const TYPES: [FileType; 3] = [FileType::Png, FileType::Jpeg, FileType::Webp];

/// Whose pages they are.
#[derive(Clone, Debug)]
pub struct Branding {
    /// The operator's name; the host of `public_url` when left out.
    pub name: Option<String>,
    /// The colour of buttons and links.
    pub color: Option<Color>,
    /// The picture in the place of name and shield.
    pub logo: Option<Logo>,
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Logo {
    /// What it is, told by its content.
    pub file_type: FileType,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Branding {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self {
            name: section.optional("name", name),
            color: section.optional("color", color),
            logo: section.optional("logo_file", logo),
        }
    }
}

fn name(value: &Value) -> Result<String, Fault> {
    let text = line(&parse::text(value)?).map_err(|need| need.en)?;
    let fits = text.trim() == text && text.chars().count() <= LONGEST;
    if fits { Ok(text) } else { Err("must be one line of at most 60 characters".into()) }
}

fn color(value: &Value) -> Result<Color, Fault> {
    Color::parse(&parse::text(value)?).ok_or_else(|| "must be a colour like \"#0b5f56\"".into())
}

fn logo(value: &Value) -> Result<Logo, Fault> {
    let file = parse::open(value)?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| Fault::unreadable(&error))?;
    if bytes.len() as u64 > LARGEST {
        return Err("the file is too large for a logo (256 KiB)".into());
    }
    let mut inspection = Inspection::new();
    let inspected = inspection.push(&bytes).and_then(|()| inspection.finish()).ok();
    let picture = inspected.filter(|found| TYPES.contains(&found.file_type) && found.quarantine.is_none());
    let picture = picture.ok_or("must be a whole PNG, JPEG or WebP picture")?;
    Ok(Logo { file_type: picture.file_type, bytes })
}
