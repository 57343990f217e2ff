//! The test function in Rust: see test/images/functions/README.md for what its events do.
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

static CALLS: AtomicU64 = AtomicU64::new(0);

async fn handle(invocation: LambdaEvent<Value>) -> Result<Value, Error> {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    let (event, context) = invocation.into_parts();
    if let Some(text) = event["log"].as_str() {
        println!("{text}");
    }
    if let Some(ms) = event["sleep"].as_u64() {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if let Some(text) = event["throw"].as_str() {
        return Err(text.to_owned().into());
    }
    if let Some(code) = event["exit"].as_i64() {
        std::process::exit(code as i32);
    }
    let env = event["env"].as_str().and_then(|name| std::env::var(name).ok());
    Ok(json!({ "runtime": "rust", "event": event, "requestId": context.request_id, "calls": calls, "env": env }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
