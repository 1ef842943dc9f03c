//! The README: what it tells people to type does what it says.
