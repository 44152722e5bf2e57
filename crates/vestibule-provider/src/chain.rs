use std::sync::Arc;

use vestibule_world::{BoxFuture, World};

use crate::{Answer, ProvideError, Provider, Reason};

/// The first source that answers; one that fails ends it.
#[derive(Clone, Debug, Default)]
pub struct Chain(Vec<Arc<dyn Provider>>);

impl Chain {
    /// Asks this source if all before it are not set up.
    #[must_use]
    pub fn then(mut self, provider: impl Provider + 'static) -> Self {
        self.0.push(Arc::new(provider));
        self
    }
}

impl Provider for Chain {
    fn name(&self) -> &'static str {
        "chain"
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move {
            let mut reasons = Reason::default();
            for provider in &self.0 {
                match provider.provide(world).await.map_err(|error| error.after(reasons.clone()))? {
                    Answer::NotConfigured(reason) => {
                        tracing::debug!(source = provider.name(), %reason, "not configured");
                        reasons.append(reason);
                    }
                    answer @ Answer::Credentials(_) => {
                        tracing::debug!(source = provider.name(), "chosen");
                        return Ok(answer);
                    }
                }
            }
            Ok(Answer::NotConfigured(reasons))
        })
    }
}

#[cfg(test)]
mod tests {
    use vestibule_types::{Credentials, SecretAccessKey};
    use vestibule_world::{block_on, memory};

    use super::*;
    use crate::ProvideErrorKind;

    #[derive(Debug)]
    enum Source {
        Absent,
        Failing,
    }

    impl Provider for Source {
        fn name(&self) -> &'static str {
            "source"
        }

        fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
            Box::pin(async move {
                match self {
                    Self::Absent => Ok(Answer::NotConfigured(Reason::new("source", "nothing set"))),
                    Self::Failing => {
                        Err(ProvideError::new("source", ProvideErrorKind::Refused, "broken"))
                    }
                }
            })
        }
    }

    fn keys() -> Credentials {
        Credentials::new("AKID", SecretAccessKey::new("hidden"))
    }

    #[track_caller]
    fn check(chain: &Chain, expected: &str) {
        let said = match block_on(chain.provide(&memory::world())) {
            Ok(Answer::Credentials(credentials)) => credentials.access_key_id().to_owned(),
            Ok(Answer::NotConfigured(reason)) => reason.to_string(),
            Err(error) => {
                let before = error.passed_over().map(|before| format!(" (before it: {before})"));
                format!("error: {error}{}", before.unwrap_or_default())
            }
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn absent_is_stepped_over_and_broken_is_not() {
        check(&Chain::default().then(Source::Absent).then(keys()), "AKID");
        check(&Chain::default().then(Source::Failing).then(keys()), "error: broken (before it: )");
        check(
            &Chain::default().then(Source::Absent).then(Source::Failing),
            "error: broken (before it: source: nothing set)",
        );
        check(&Chain::default().then(keys()).then(Source::Failing), "AKID");
        check(
            &Chain::default().then(Source::Absent).then(Source::Absent),
            "source: nothing set; source: nothing set",
        );
    }
}
