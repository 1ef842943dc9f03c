//! The review console on the operator's listener: pages on which people find customers, look at them, and decide. It does
//! what the routes of [`operator`](super::operator) do, by the same services.
//!
//! The pages are in English. Whoever signs in with an operator key has a session, which the cookie
//! [`SESSION`](super::cookies::SecretCookie::SESSION) names; every form is bound to it. What is refused is refused as the
//! API does, as a page.
//!
//! Adding a page: see the list in [`pages`](super::pages). Its handler takes [`ConsoleSession`](session::ConsoleSession)
//! first, and reads a form by it.

mod customer_page;
mod draft;
mod get_console;
mod get_console_audit;
mod get_console_customer;
mod post_console_decision;
mod post_console_reveal;
mod post_console_session;
mod post_console_sign_out;
mod reasons;
mod refused;
mod session;
mod sign_ins;
mod trail;

pub(super) use get_console::get_console;
pub(super) use get_console_audit::get_console_audit;
pub(super) use get_console_customer::get_console_customer;
pub(super) use post_console_decision::post_console_decision;
pub(super) use post_console_reveal::post_console_reveal;
pub(super) use post_console_session::post_console_session;
pub(super) use post_console_sign_out::post_console_sign_out;
pub use sign_ins::SignIns;
