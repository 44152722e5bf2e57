use crate::Mode;
use crate::members::Members;

/// Where the parts of an entry are in a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    File,
    Both,
    Keychain,
}

impl Placement {
    pub(crate) fn new(contents: &[u8], mode: Mode) -> Self {
        let Some(members) = Members::parse(contents) else { return Self::File };
        match mode {
            Mode::Files => Self::File,
            Mode::Sealed if members.is_token() => Self::Keychain,
            _ if !members.has_long_lived() => Self::File,
            Mode::Bridge if members.is_token() && !members.is_console_login() => Self::Both,
            // No tool can use the rest of a client registration or a console login.
            Mode::Bridge | Mode::Sealed => Self::Keychain,
        }
    }
}
