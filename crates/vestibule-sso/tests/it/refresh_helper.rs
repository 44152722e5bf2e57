//! Refreshes in processes of their own.

use std::io;
use std::sync::{Arc, Mutex};

use vestibule_sso::{RefreshHelper, RefreshJob, RefreshReport};
use vestibule_world::{BoxFuture, Files as _, World, WriteMode, block_on};

use crate::refresh::{REFUSED, rotating};
use crate::support::{LOST, TestEnv, beside};

/// A helper process that keeps its jobs, and reports this; `None` if it cannot be run.
#[derive(Debug)]
struct TestHelper {
    jobs: Mutex<Vec<RefreshJob>>,
    report: Option<RefreshReport>,
}

impl TestHelper {
    fn new(report: Option<RefreshReport>) -> Arc<Self> {
        Arc::new(Self { jobs: Mutex::default(), report })
    }

    /// Returns how often it was started.
    fn runs(&self) -> usize {
        self.jobs.lock().unwrap().len()
    }
}

impl RefreshHelper for TestHelper {
    fn refresh<'a>(
        &'a self,
        _world: &'a World,
        job: &'a RefreshJob,
    ) -> BoxFuture<'a, io::Result<RefreshReport>> {
        self.jobs.lock().unwrap().push(job.clone());
        Box::pin(async { self.report.clone().ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}

#[test]
fn refusal_that_the_helper_could_not_record_is_remembered() {
    let env = TestEnv::new(|_, _| REFUSED);
    env.store(-60, Some("old-refresh"));
    // It cannot record the refusal: the disk is full.
    let helper = TestHelper::new(Some(RefreshReport::Refused));
    let program = env.another_process().with_refresh_helper(helper.clone());
    for _ in 0..2 {
        let error = block_on(program.live_token(&env.world, &env.instance)).unwrap_err();
        assert!(error.needs_sign_in(), "{error:?}");
    }
    assert_eq!(helper.runs(), 1);
}

#[test]
fn process_that_waited_for_the_lock_does_not_send_a_token_that_may_be_spent() {
    let env = TestEnv::new(|_, _| LOST);
    env.store(200, Some("old-refresh"));
    let helper = TestHelper::new(None);
    let program = env.another_process().with_refresh_helper(helper.clone());
    let token = block_on(program.live_token(&env.world, &env.instance)).unwrap();
    assert_eq!(token.access_token.expose(), "old-access");
    assert_eq!(env.requested().len(), 1);
    // The helper got its job before the response was lost, and had to wait for the lock.
    let job = helper.jobs.lock().unwrap().remove(0);
    let report = block_on(env.another_process().refresh_for_job(&env.world, &env.instance, &job));
    assert_eq!(report, RefreshReport::Changed);
    assert_eq!(env.requested().len(), 1);
}

#[test]
fn token_that_another_process_refreshed_meanwhile_is_used() {
    for lock in ["lock", "queue.lock"] {
        let env = rotating();
        env.store(-60, Some("old-refresh"));
        let held = env.take_lock(lock);
        let (files, token) = (env.files.clone(), env.token_text("others", 3_600, Some("others")));
        let world = env.beside_others(vec![(
            10,
            Box::new(move || {
                files.replace(&beside("json"), token.as_bytes(), WriteMode::Durable).unwrap();
                drop(held);
            }),
        )]);
        let helper = TestHelper::new(Some(RefreshReport::Refused));
        let sessions = match lock {
            "lock" => env.another_process(),
            _ => env.another_process().with_refresh_helper(helper.clone()),
        };
        let token = block_on(sessions.live_token(&world, &env.instance)).unwrap();
        assert_eq!(token.access_token.expose(), "others", "{lock}");
        assert!(env.requested().is_empty() && helper.runs() == 0, "{lock}");
    }
}
