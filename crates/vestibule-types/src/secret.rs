use std::fmt;

use zeroize::Zeroizing;

/// A text that must not be seen: wiped when dropped, never printed.
///
/// The only way to the text is [`Secret::expose`]; each place that calls it is listed and
/// reviewed (`cargo xtask expose`).
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text. Do not print it, log it, or put it in an error.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// One type per kind of secret, so that no two can be mixed up.
macro_rules! secret {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Secret);

        impl $name {
            /// Takes the text over.
            pub fn new(text: impl Into<String>) -> Self {
                Self(Secret::new(text))
            }

            /// The text. Do not print it, log it, or put it in an error.
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
    /// The secret half of a key pair.
    SecretAccessKey;
    /// What marks a key pair as temporary.
    SessionToken;
    /// Proof of a sign-in; it opens every account and role of the person.
    AccessToken;
    /// Buys the next access token. Often works once.
    RefreshToken;
    /// What a client got when it registered itself.
    ClientSecret;
    /// Names a pending device authorization.
    DeviceCode;
    /// What the redirect brings back; buys one access token.
    AuthorizationCode;
    /// The half of a PKCE pair that is kept until the code is exchanged.
    CodeVerifier;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_gives_nothing_away() {
        let token = AccessToken::new("very-secret");
        assert_eq!(
            format!("{token:?} {:?}", Secret::new("very-secret")),
            "AccessToken(..) Secret(..)"
        );
        assert_eq!(token.expose(), "very-secret");
    }
}
