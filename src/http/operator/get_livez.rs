//! `GET /livez`: whether the process answers at all.

/// Answers 200.
pub(in crate::http) async fn get_livez() -> &'static str {
    "ok"
}
