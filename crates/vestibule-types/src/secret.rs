use std::fmt;

use zeroize::Zeroizing;

/// A secret text, which is wiped when dropped and never printed.
///
/// The only way to the text is [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Creates a secret from a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text. Do not print it, log it, or put it in an error.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Defines one type per kind of secret, so that they cannot be confused.
macro_rules! secret {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Secret);

        impl $name {
            /// Creates a secret from a text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(Secret::new(text))
            }

            /// Returns the text. Do not print it, log it, or put it in an error.
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

secret! {
    /// A secret access key.
    SecretAccessKey;
    /// The session token of temporary credentials.
    SessionToken;
    /// The access token of an SSO session, which gives access to all accounts and roles of the user.
    AccessToken;
    /// A refresh token, with which a client gets the next access token. Many work only once.
    RefreshToken;
    /// The secret of a client registration.
    ClientSecret;
    /// The code of a pending device authorization (RFC 8628).
    DeviceCode;
    /// The authorization code of a redirect (RFC 6749), which a client exchanges for an access token.
    AuthorizationCode;
    /// The code verifier of PKCE (RFC 7636), which is kept until the code is exchanged.
    CodeVerifier;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_text() {
        let token = AccessToken::new("very-secret");
        assert_eq!(
            format!("{token:?} {:?}", Secret::new("very-secret")),
            "AccessToken(..) Secret(..)"
        );
        assert_eq!(token.expose(), "very-secret");
    }
}
