//! The customer's page: what of a target it shows, and what its forms bring.
//!
//! Whoever holds the link may give what the page asks for, and reads nothing of what is stored: a field that was given
//! is shown as given, and only what was typed a moment ago, and not taken, is shown again.

mod choices;
mod complaints;
mod entry;
mod files;
mod inputs;
mod visit;

pub(super) use complaints::Complaints;
pub(super) use entry::Entry;
pub(super) use files::PageFiles;
pub(super) use visit::Visit;

/// What stands behind a field's name where a second input takes its file by camera. No field's name has a colon.
const CAMERA: &str = ":camera";
/// What stands behind a field's name where its code is asked for again.
const AGAIN: &str = ":again";
