//! Measures a call for valid cached credentials: with `Cached`, and with the identity cache of an AWS
//! SDK client. Prints nanoseconds per call for one task, and for eight tasks that share the cache.

use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime_api::client::identity::{ResolveCachedIdentity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::json;
use tokio::runtime::Runtime;
use vestibule_os::TokioClock;
use vestibule_provider::{Cached, Error as ProviderError, Lookup, Provider};
use vestibule_types::{Credentials, SecretAccessKey, SessionToken, Vars};
use vestibule_world::{BoxFuture, World, memory};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const TASKS: usize = 8;
/// Calls per batch: a batch takes much longer than reading the clock, and less than a time slice.
const CALLS_PER_BATCH: u32 = 5_000;
const BATCHES: usize = 1_000;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const VALID: Duration = Duration::from_secs(6 * 3600);

fn main() -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build()?;

    let world = vestibule_os::world(
        Vars::default(),
        Arc::new(memory::Transport::unreachable()),
        Arc::new(TokioClock),
    );
    let cached = Cached::new(Source);
    let ours = async || drop(black_box(cached.get(&world).await));

    let keys = aws_credential_types::Credentials::new(
        ID,
        SECRET,
        Some("token".to_owned()),
        Some(SystemTime::now() + VALID),
        "bench",
    );
    let resolver = SharedIdentityResolver::new(SharedCredentialsProvider::new(keys));
    let components = RuntimeComponentsBuilder::for_tests()
        .with_time_source(Some(SystemTimeSource::new()))
        .with_sleep_impl(Some(TokioSleep::new()))
        .build()?;
    let (cache, bag) = (IdentityCache::lazy().build(), ConfigBag::base());
    let theirs = async || {
        let identity = cache.resolve_cached_identity(resolver.clone(), &components, &bag);
        drop(black_box(identity.await));
    };

    println!(
        "{}",
        json!({
            "vestibule": [median_time(&runtime, 1, &ours), median_time(&runtime, TASKS, &ours)],
            "awsConfig": [median_time(&runtime, 1, &theirs), median_time(&runtime, TASKS, &theirs)],
        })
    );
    Ok(())
}

/// Returns the nanoseconds per call while `tasks` threads call concurrently.
///
/// The result is the median of short batches, to exclude batches that were preempted.
fn median_time(runtime: &Runtime, tasks: usize, call: &(impl AsyncFn() + Sync)) -> f64 {
    let start_barrier = Barrier::new(tasks);
    let task = || {
        start_barrier.wait();
        runtime.block_on(async {
            let mut batches = Vec::with_capacity(BATCHES);
            for _ in 0..BATCHES {
                let start = Instant::now();
                for _ in 0..CALLS_PER_BATCH {
                    call().await;
                }
                batches.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS_PER_BATCH));
            }
            batches
        })
    };
    let mut batches = thread::scope(|scope| {
        let tasks: Vec<_> = (0..tasks).map(|_| scope.spawn(task)).collect();
        tasks.into_iter().flat_map(|task| task.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    batches.sort_by(f64::total_cmp);
    batches[batches.len() / 2]
}

/// A provider that always returns the same keys.
#[derive(Debug)]
struct Source;

impl Provider for Source {
    fn name(&self) -> &'static str {
        "bench"
    }

    fn provide<'a>(
        &'a self,
        world: &'a World,
    ) -> BoxFuture<'a, std::result::Result<Lookup, ProviderError>> {
        Box::pin(async {
            let keys = Credentials::new(ID, SecretAccessKey::new(SECRET))
                .with_session_token(SessionToken::new("token"))
                .with_expires_at(world.clock.now() + VALID);
            Ok(Lookup::Credentials(keys))
        })
    }
}
