//! The loop: lease, try, settle.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::Courier;
use crate::domain::causes::chain;
use crate::domain::delivery::{End, Next, next};
use crate::store::{Message, Store, StoreError};
use crate::vault::random;

/// How often it is looked whether something is due.
const INTERVAL: Duration = Duration::from_millis(500);

/// How many messages of a kind are brought out at once.
const AT_ONCE: usize = 32;

/// Brings out what is due until `shutdown` resolves, then lets attempts under way finish.
pub async fn run(store: &Store, courier: Arc<dyn Courier>, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    let mut attempts = JoinSet::new();
    loop {
        let free = AT_ONCE - attempts.len();
        match store.lease_messages(courier.kind(), free).await {
            Ok(messages) => {
                for message in messages {
                    attempts.spawn(attempt(store.clone(), Arc::clone(&courier), message));
                }
            }
            Err(error) => tracing::warn!(error = chain(&error), "cannot look for messages; trying again later"),
        }
        tokio::select! {
            () = &mut shutdown => break,
            () = tokio::time::sleep(INTERVAL) => {}
            // A place is free again: the next may be due already.
            Some(_) = attempts.join_next() => {}
        }
        while attempts.try_join_next().is_some() {}
    }
    while attempts.join_next().await.is_some() {}
}

async fn attempt(store: Store, courier: Arc<dyn Courier>, message: Message) {
    if let Err(error) = attempt_once(&store, &*courier, &message).await {
        // Its lease runs out, and somebody tries again.
        tracing::warn!(message_id = %message.id, error = chain(&error), "a message was not settled");
    }
}

async fn attempt_once(store: &Store, courier: &dyn Courier, message: &Message) -> Result<(), StoreError> {
    let outcome = courier.deliver(message).await?;
    let next = next(message.kind, message.attempts, outcome, u32::from_be_bytes(random::bytes()));
    report(message, next);
    store.settle_message(message, next).await
}

fn report(message: &Message, next: Next) {
    let Message { id, target, kind, topic, .. } = message;
    let kind = kind.as_str();
    match next {
        Next::End(End::Delivered | End::Finished) => {
            tracing::info!(message_id = %id, target_id = %target, kind, topic, "a message was delivered");
        }
        Next::End(End::Unwanted) => {
            tracing::warn!(message_id = %id, target_id = %target, kind, topic, "the receiver wants no more messages");
        }
        Next::End(End::GivenUp(trouble)) => {
            tracing::warn!(message_id = %id, target_id = %target, kind, topic, %trouble, "a message was given up");
        }
        Next::Again { attempts, trouble: Some(trouble), .. } => {
            tracing::info!(
                message_id = %id, target_id = %target, kind, topic, %trouble, attempts, "a message did not arrive"
            );
        }
        Next::Again { trouble: None, .. } => {}
    }
}
