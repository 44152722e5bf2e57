//! A refresh by a helper process.

use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use serde::{Deserialize, Serialize};
use vestibule_types::{InvalidName, Region, SessionName, SsoSession, StartUrl, with_causes};
use vestibule_world::{BoxFuture, World};

use crate::kind::{BoxError, SessionKind};
use crate::record::{RefusedRefresh, SessionRecord};
use crate::refresh::{Due, Outcome, is_still_due};
use crate::shared::{Attempt, TokenHandle};

/// The time for which a process waits for the lock before it starts a helper, which waits again.
const QUEUE_WAIT: Duration = Duration::from_secs(30);

/// A helper that refreshes tokens in a process of its own, which survives this one.
///
/// A refresh token may work only once, so a process that is killed between request and store loses
/// the session of every program on the machine. A program that users interrupt has its refreshes
/// done by a helper process instead, which calls `refresh_for_job` and reports back.
pub trait RefreshHelper: fmt::Debug + Send + Sync + 'static {
    /// Runs the job in another process, and returns its report.
    ///
    /// # Errors
    /// The helper could not be started, or exited without a report. The token may have been refreshed.
    fn refresh<'a>(
        &'a self,
        world: &'a World,
        job: &'a RefreshJob,
    ) -> BoxFuture<'a, io::Result<RefreshReport>>;
}

/// A refresh, as a message to a [`RefreshHelper`]. It has no secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshJob {
    session: JobSession,
    /// The access token to replace. The job does nothing if the store has another one by then.
    #[serde(flatten)]
    pub(crate) due: Due,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
enum JobSession {
    Sso { name: Option<String>, start_url: String, region: String, scopes: Vec<String> },
    Console { login_session: String },
}

impl RefreshJob {
    pub(crate) fn sso(session: &SsoSession, due: Due) -> Self {
        let session = JobSession::Sso {
            name: session.name.as_ref().map(ToString::to_string),
            start_url: session.start_url.to_string(),
            region: session.region.to_string(),
            scopes: session.scopes.clone(),
        };
        Self { session, due }
    }

    #[cfg(feature = "console-login")]
    pub(crate) fn console(login_session: &str, due: Due) -> Self {
        let session = JobSession::Console { login_session: login_session.to_owned() };
        Self { session, due }
    }

    /// Returns the SSO session whose token is to be refreshed; `None` for a console login.
    ///
    /// # Errors
    /// The message has an invalid start URL, region or name.
    pub fn sso_session(&self) -> Result<Option<SsoSession>, InvalidName> {
        let JobSession::Sso { name, start_url, region, scopes } = &self.session else {
            return Ok(None);
        };
        let (start_url, region) = (StartUrl::new(start_url)?, Region::new(region)?);
        let session = match name {
            Some(name) => SsoSession::named(SessionName::new(name)?, start_url, region),
            None => SsoSession::legacy(start_url, region),
        };
        Ok(Some(session.with_scopes(scopes)))
    }

    /// Returns the `login_session` of a console login; `None` for an SSO session.
    pub fn login_session(&self) -> Option<&str> {
        match &self.session {
            JobSession::Sso { .. } => None,
            JobSession::Console { login_session } => Some(login_session),
        }
    }

    /// Returns the job as one line of text.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads [`RefreshJob::to_json`].
    ///
    /// # Errors
    /// The text is not a valid job.
    pub fn from_json(text: &str) -> io::Result<Self> {
        serde_json::from_str(text).map_err(io::Error::from)
    }
}

/// The result of a [`RefreshJob`], as a message. Tokens are in the store, not in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum RefreshReport {
    /// The token in the store has changed; read it again.
    Changed,
    /// The service refused the refresh, and the store has a record of that.
    Refused,
    /// The service could not be reached, or failed.
    Unavailable {
        /// The error, on one line without secrets.
        message: String,
        /// Whether trying again later may help.
        is_transient: bool,
        /// Whether an access token that has not expired can be used.
        is_usable: bool,
    },
    /// The token could not be stored, so nothing was sent.
    NotStorable,
}

impl RefreshReport {
    /// Returns the report as one line of text.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads [`RefreshReport::to_json`].
    ///
    /// # Errors
    /// The text is not a valid report.
    pub fn from_json(text: &str) -> io::Result<Self> {
        serde_json::from_str(text).map_err(io::Error::from)
    }
}

impl From<Outcome> for RefreshReport {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Changed => Self::Changed,
            Outcome::Refused => Self::Refused,
            Outcome::NotStorable(_) => Self::NotStorable,
            Outcome::Unavailable { source, is_transient, is_usable } => {
                Self::Unavailable { message: with_causes(&*source), is_transient, is_usable }
            }
        }
    }
}

/// Refreshes the token in a helper process, if there is one and the store is shared with it.
///
/// Returns `None` if this process has to refresh it.
pub(crate) async fn refresh_by_helper<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
    due: &Due,
) -> Option<Outcome> {
    let helper = handle.store.helper.clone().filter(|_| handle.store.tokens.is_shared())?;
    // Processes that find the token expired at the same time start one helper, not many.
    let _queue = handle.lock(world, "queue.lock", QUEUE_WAIT).await;
    match handle.snapshot(world).await {
        Err(error) => return Some(Outcome::NotStorable(error)),
        Ok(current) if !is_still_due::<K>(world, &current, due) => return Some(Outcome::Changed),
        Ok(_) => {}
    }
    let job = handle.kind.job(due.clone());
    Some(match helper.refresh(world, &job).await {
        Ok(RefreshReport::Changed) => Outcome::Changed,
        Ok(RefreshReport::Refused) => {
            record_refusal(world, handle, due).await;
            Outcome::Refused
        }
        Ok(RefreshReport::Unavailable { message, is_transient, is_usable }) => {
            let source: Arc<dyn std::error::Error + Send + Sync> =
                Arc::from(BoxError::from(message));
            handle.record_attempt(Attempt {
                access_token: due.access_token.clone(),
                at: world.clock.now(),
                error: Some(source.clone()),
            });
            Outcome::Unavailable { source, is_transient, is_usable }
        }
        // The helper cannot store the token, but this process may still refresh it in memory.
        Ok(RefreshReport::NotStorable) => return None,
        Err(error) => {
            tracing::debug!(%error, "the helper process could not refresh");
            return None;
        }
    })
}

/// Records a refusal that the helper process could not record, such as on a full disk.
async fn record_refusal<K: SessionKind>(world: &World, handle: &TokenHandle<K>, due: &Due) {
    let now = world.clock.now();
    let Ok(snapshot) = handle.snapshot(world).await else { return };
    let token =
        snapshot.properties::<K>(now).filter(|token| token.access_token == due.access_token);
    let Some(Ok(refresh_token)) = token.map(|token| token.refresh) else { return };
    if snapshot.record.refusal(&refresh_token).is_none() {
        let message = "the helper process could not record why".to_owned();
        let refused = Some(RefusedRefresh {
            refresh_token,
            at: now,
            message,
            response_lost: false,
            ends_session: false,
        });
        handle.store_record(world, SessionRecord { refused, ..snapshot.record }).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fingerprint;

    fn due() -> Due {
        Due { access_token: Fingerprint::new("access"), is_rejected: true }
    }

    #[test]
    fn job_is_read_back_from_one_line() {
        let url = StartUrl::new("https://org.awsapps.com/start").unwrap();
        let region = Region::new("eu-west-1").unwrap();
        let name = SessionName::new("my-sso").unwrap();
        for session in [
            SsoSession::named(name, url.clone(), region.clone()).with_scopes(["a:b", "c:d"]),
            SsoSession::legacy(url, region),
        ] {
            let job = RefreshJob::sso(&session, due());
            let text = job.to_json();
            assert!(!text.contains('\n') && !text.contains("\"access\""), "{text}");
            let read = RefreshJob::from_json(&text).unwrap();
            assert_eq!(read, job);
            assert_eq!(read.sso_session().unwrap(), Some(session));
            assert_eq!(read.login_session(), None);
        }
    }

    #[cfg(feature = "console-login")]
    #[test]
    fn job_of_a_console_login_names_the_user() {
        let arn = "arn:aws:iam::012345678910:user/ann";
        let job = RefreshJob::console(arn, due());
        let read = RefreshJob::from_json(&job.to_json()).unwrap();
        assert_eq!(read, job);
        assert_eq!(read.login_session(), Some(arn));
        assert_eq!(read.sso_session().unwrap(), None);
    }

    #[test]
    fn report_is_read_back_from_one_line() {
        let (message, is_transient, is_usable) = ("two\nlines".to_owned(), true, false);
        for report in [
            RefreshReport::Changed,
            RefreshReport::Refused,
            RefreshReport::Unavailable { message, is_transient, is_usable },
            RefreshReport::NotStorable,
        ] {
            let text = report.to_json();
            assert!(!text.contains('\n'), "{text}");
            assert_eq!(RefreshReport::from_json(&text).unwrap(), report);
        }
    }
}
