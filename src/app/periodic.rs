//! What is done again and again while the server runs.

use std::time::Duration;

use tokio::time::sleep;

/// Does something at once and then after each pause, until `shutdown` resolves; what it leaves half done is dropped.
pub(super) async fn repeat<W: Future<Output = ()>>(
    pause: Duration,
    shutdown: impl Future<Output = ()>,
    work: impl Fn() -> W,
) {
    let repeating = async {
        loop {
            work().await;
            sleep(pause).await;
        }
    };
    tokio::select! {
        () = shutdown => (),
        () = repeating => (),
    }
}
