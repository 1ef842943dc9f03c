//! `[operator]`: the listener of our own side.

use std::net::SocketAddr;

use super::parse;
use super::reader::Section;

/// Where the operator's programs and people arrive.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The address to listen on.
    pub listen: SocketAddr,
}

impl Operator {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self { listen: section.or("listen", SocketAddr::from(([127, 0, 0, 1], 8001)), parse::socket_address) }
    }
}
