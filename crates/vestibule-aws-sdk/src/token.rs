use aws_credential_types::provider::error::TokenError;
use aws_credential_types::provider::future;
use aws_credential_types::provider::token::ProvideToken;
use aws_credential_types::{Token, provider::token::Result};
use vestibule::{ErrorKind, Session};

/// The SSO access token of a session, for services with bearer tokens.
#[derive(Clone, Debug)]
pub struct SessionToken(Session);

impl SessionToken {
    /// Creates a provider of the token of this session.
    pub fn new(session: Session) -> Self {
        Self(session)
    }

    async fn provide(&self) -> Result {
        let token = self.0.token().await.map_err(|error| match error.remedy() {
            // A profile that does not use SSO.
            Some(vestibule::Remedy::SetUp) => TokenError::not_loaded(error),
            _ if error.kind() == ErrorKind::Configuration => {
                TokenError::invalid_configuration(error)
            }
            _ => TokenError::provider_error(error),
        })?;
        Ok(Token::new(token.access_token.expose(), Some(token.expires_at.into())))
    }
}

impl ProvideToken for SessionToken {
    fn provide_token<'a>(&'a self) -> future::ProvideToken<'a>
    where
        Self: 'a,
    {
        future::ProvideToken::new(self.provide())
    }
}
