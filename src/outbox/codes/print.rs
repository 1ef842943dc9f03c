//! On the screen, where whoever tries `kycd dev` reads the code and gives it back.

use std::io::{self, Write as _};

use async_trait::async_trait;

use super::{CodeMessage, Sender};
use crate::domain::delivery::Outcome;

/// Prints codes on standard output. It is for `dev`, where nobody's address is anybody's.
pub struct Print;

#[async_trait]
impl Sender for Print {
    async fn send(&self, message: &CodeMessage) -> Outcome {
        let CodeMessage { field, customer, code, .. } = message;
        // Whoever read it may be gone, as `head` is; the server stays.
        let _ = writeln!(io::stdout(), "{field}_verification of customer {customer}: {}", code.expose());
        Outcome::Arrived { last: false }
    }
}
