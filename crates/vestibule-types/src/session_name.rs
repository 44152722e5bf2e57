use crate::name::{is_one_line, name};

name! {
    /// The name of an `[sso-session NAME]` section.
    ///
    /// It is kept exactly as written, since the name of the token file is its SHA-1.
    SessionName, "a session name", "one line of text", is_one_line
}
