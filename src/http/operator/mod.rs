//! The operator's listener: payment targets, and whether the server is alive.
//!
//! Adding an endpoint: as in [`sep12`](super::sep12), with [`OperatorSession`](super::session::OperatorSession) first.

mod get_livez;
mod get_payment_target;
mod get_readyz;
mod put_payment_target;

pub(super) use get_livez::get_livez;
pub(super) use get_payment_target::get_payment_target;
pub(super) use get_readyz::get_readyz;
pub(super) use put_payment_target::put_payment_target;
