//! From the operator's colour to those of the pages: as near to it as can be read.

use crate::domain::color::Color;

/// The least contrast of text
/// ([WCAG 2.2, 1.4.3](https://www.w3.org/TR/WCAG22/#contrast-minimum)), and a little more for roundings.
const READABLE: f64 = 4.6;

const BLACK: Color = Color::new(0, 0, 0);
const WHITE: Color = Color::new(255, 255, 255);
/// The grounds of the stylesheet: that of the page and that of the sheet, light and dark.
const LIGHT: [Color; 2] = [Color::new(0xf3, 0xf5, 0xf6), WHITE];
const DARK: [Color; 2] = [Color::new(0x0e, 0x13, 0x13), Color::new(0x17, 0x1e, 0x1e)];

/// Overrides the colours of the stylesheet.
pub(super) fn rules(brand: Color) -> String {
    let (light, dark) = (scheme(brand, LIGHT, BLACK, 6), scheme(brand, DARK, WHITE, 10));
    format!(":root {{{light}}}\n@media (prefers-color-scheme: dark) {{ :root {{{dark}}} }}\n")
}

/// The colours on some grounds, which text leaves in one direction.
fn scheme(brand: Color, grounds: [Color; 2], away: Color, tinge: u8) -> String {
    let tint = grounds[1].towards(brand, tinge);
    let is_readable = |color: &Color| grounds.iter().chain([&tint]).all(|ground| color.contrast(*ground) >= READABLE);
    let steps = (0..=100).map(|step| brand.towards(away, step));
    let accent = steps.into_iter().find(is_readable).unwrap_or(away);
    let strong = accent.towards(away, 25);
    let on_accent = if accent.contrast(WHITE) >= accent.contrast(BLACK) { WHITE } else { BLACK };
    format!("--accent:{accent};--accent-strong:{strong};--on-accent:{on_accent};--tint:{tint}")
}
