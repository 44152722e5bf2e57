use crate::name::{is_one_line, name};

name! {
    /// The name of an `[sso-session NAME]` section.
    ///
    /// The name of the token file is its SHA-1, so it is kept exactly as written.
    SessionName, "a session name", "one line of text", is_one_line
}
