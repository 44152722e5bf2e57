use std::time::Duration;

use crate::query::Form;

/// What makes a session shorter or weaker than its role allows. The default: nothing.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Limits<'a> {
    /// How long the credentials last, in whole seconds: from 15 minutes to what the role allows,
    /// 12 hours at most. Unset, it is an hour.
    pub duration: Option<Duration>,
    /// A policy in JSON that the session is held to besides the role's own.
    pub policy: Option<&'a str>,
    /// ARNs of managed policies with the same effect, ten at most.
    pub policy_arns: &'a [&'a str],
}

impl<'a> Limits<'a> {
    /// With credentials that last this long.
    #[must_use]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    /// With a policy in JSON.
    #[must_use]
    pub fn with_policy(mut self, policy: impl Into<Option<&'a str>>) -> Self {
        self.policy = policy.into();
        self
    }

    /// With managed policies.
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
