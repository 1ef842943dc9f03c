//! Wrappers that keep personal and secret values out of logs, errors and answers.
//!
//! Neither type has `Debug`, `Display` or `Serialize`, so a struct that holds one cannot be logged by accident,
//! and both overwrite what they held when they are dropped.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A value that tells something about a person.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Pii<T: Zeroize>(T);

impl<T: Zeroize> Pii<T> {
    /// Wraps `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Lends the value; every call is a place where it may leak.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

/// A key, token or password.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Lends the value; every call is a place where it may leak.
    pub fn expose(&self) -> &T {
        &self.0
    }
}
