use std::time::Duration;

use crate::query::Form;

/// Limits of a role session below those of the role. There are none by default.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Limits<'a> {
    /// The lifetime of the credentials, in whole seconds: 15 minutes to the maximum of the role, 12
    /// hours at most. One hour if unset.
    pub duration: Option<Duration>,
    /// A session policy in JSON, which further restricts the policies of the role.
    pub policy: Option<&'a str>,
    /// ARNs of managed session policies, ten at most.
    pub policy_arns: &'a [&'a str],
}

impl<'a> Limits<'a> {
    /// Sets the lifetime of the credentials.
    #[must_use]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    /// Sets a session policy in JSON.
    #[must_use]
    pub fn with_policy(mut self, policy: impl Into<Option<&'a str>>) -> Self {
        self.policy = policy.into();
        self
    }

    /// Sets managed session policies.
    #[must_use]
    pub fn with_policy_arns(mut self, arns: &'a [&'a str]) -> Self {
        self.policy_arns = arns;
        self
    }

    pub(crate) fn write(&self, form: &mut Form<'a>) {
        for (n, arn) in (1..).zip(self.policy_arns) {
            form.set(format!("PolicyArns.member.{n}.arn"), *arn);
        }
        form.set_if("Policy", self.policy);
        form.set_if("DurationSeconds", self.duration.map(seconds));
    }
}

pub(crate) fn seconds(span: Duration) -> String {
    span.as_secs().to_string()
}
