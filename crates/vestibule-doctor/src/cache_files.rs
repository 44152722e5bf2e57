//! The files in the caches of AWS's tools: their kinds, writers, and repair.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use vestibule::Timestamp;
use vestibule::world::{BoxFuture, WriteMode, block_on};
use vestibule_cache::{JsonError, Kind, Registration, RoleCredentials, Token, Zeroizing, key};
use vestibule_console_login::LoginToken;

use crate::{Context, Error};

/// A file of a cache folder, without its secrets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CacheFile {
    /// The path.
    pub path: PathBuf,
    /// The kind of the file; `None` for a file of another tool, or one that is not JSON.
    pub kind: Option<Kind>,
    /// The SSO session whose file has this name.
    pub sso_session: Option<String>,
    /// The tools that write in this style.
    pub written_by: Option<Writer>,
    /// When its content expires.
    pub expires_at: Option<Timestamp>,
    /// Whether tools can use it.
    pub state: CacheFileState,
}

/// The state of a cache file: whether tools can use it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CacheFileState {
    /// Its content is valid now, or it is a file of another tool.
    Valid,
    /// Its content has expired.
    Expired,
    /// It records that a token is in the keychain: all of it, or only its refresh token.
    InKeychain {
        /// Whether all of it is in the keychain.
        is_whole: bool,
    },
    /// It cannot be used.
    Corrupt {
        /// The problem.
        reason: JsonError,
        /// Whether it begins with a complete object, which [`repair_cache_file`] keeps.
        is_repairable: bool,
    },
    /// It cannot be read.
    Unreadable(io::ErrorKind),
}

/// The tools that write JSON in one style; files have no other sign of their writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Writer {
    /// Python's style, which the AWS CLI, botocore and vestibule write.
    AwsCliOrVestibule,
    /// On one line without blanks, as by the AWS SDKs for Rust, Go, Java and .NET.
    CompactSdk,
    /// Indented, as by the AWS SDK for JavaScript.
    JavaScriptSdk,
}

impl Writer {
    fn detect(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim_end();
        if text.contains('\n') {
            Some(Self::JavaScriptSdk)
        } else if text.contains("\": ") {
            Some(Self::AwsCliOrVestibule)
        } else {
            text.contains("\":").then_some(Self::CompactSdk)
        }
    }

    /// Returns the names of the tools.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwsCliOrVestibule => "AWS CLI or vestibule",
            Self::CompactSdk => "an SDK (compact)",
            Self::JavaScriptSdk => "an SDK (indented)",
        }
    }
}

/// Returns the files of all caches, sorted by path: tokens, console logins and role credentials.
pub fn cache_files(context: &Context<'_>) -> Vec<CacheFile> {
    let sessions = sessions_by_file(context);
    let files = context.folders();
    let files = files.iter().flat_map(|folder| context.json_files(folder));
    let mut files: Vec<_> =
        files.filter_map(|path| cache_file(context, &path, &sessions)).collect();
    files.extend(keychain_records(context, &sessions));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Returns the records of tokens in the keychain, which are beside the files.
fn keychain_records(context: &Context<'_>, sessions: &HashMap<String, String>) -> Vec<CacheFile> {
    let folders = context.folders();
    let paths = folders.iter().flat_map(|folder| context.world.files.list(folder.path()));
    let paths = paths.flatten().filter(|path| path.extension().is_some_and(|it| it == "keychain"));
    paths
        .map(|path| {
            let token = path.with_extension("json");
            let token = token.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let text = context.world.files.read(&path);
            // The record contains the name of the mode; with `sealed` the whole token is in the keychain.
            let is_whole = text.is_ok_and(|text| text.trim_ascii() == b"sealed");
            CacheFile {
                sso_session: sessions.get(token).cloned(),
                path,
                kind: None,
                written_by: None,
                expires_at: None,
                state: CacheFileState::InKeychain { is_whole },
            }
        })
        .collect()
}

fn sessions_by_file(context: &Context<'_>) -> HashMap<String, String> {
    let configuration = context.configuration;
    let mut sessions = HashMap::new();
    for name in configuration.session_names() {
        if let Ok(center) = configuration.identity_center_named(&name, "its name") {
            sessions.insert(key::token(center.session()), name.clone());
            sessions.insert(key::registration(center.session()), name);
        }
    }
    sessions
}

fn cache_file(
    context: &Context<'_>,
    path: &Path,
    sessions: &HashMap<String, String>,
) -> Option<CacheFile> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let sso_session = sessions.get(name).cloned();
    let unknown = |state| CacheFile {
        path: path.to_owned(),
        kind: None,
        sso_session: sso_session.clone(),
        written_by: None,
        expires_at: None,
        state,
    };
    let bytes = match read_complete(context, path) {
        Ok(bytes) => bytes,
        // Another process removed it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(unknown(CacheFileState::Unreadable(error.kind()))),
    };
    let found = expiration(&bytes);
    let complete = first_object(&bytes);
    let kind = Kind::detect(complete.unwrap_or(&bytes));
    let written_by = Writer::detect(&bytes);
    let (expires_at, state) = match found {
        Ok(expires_at) => {
            let now = context.world.clock.now();
            let is_expired = expires_at.is_some_and(|expires_at| expires_at <= now);
            (expires_at, if is_expired { CacheFileState::Expired } else { CacheFileState::Valid })
        }
        Err(reason) => {
            let is_repairable = complete.is_some_and(|object| expiration(object).is_ok());
            (None, CacheFileState::Corrupt { reason, is_repairable })
        }
    };
    Some(CacheFile { kind, written_by, expires_at, ..unknown(state) })
}

/// The content of a file that is a JSON object.
pub(crate) enum Content {
    Token(Token),
    Registration(Registration),
    RoleCredentials(RoleCredentials),
    ConsoleLogin(LoginToken),
    /// The content of a file of another tool.
    Other,
}

/// Parses a file. A file that is not a JSON object is corrupt; any other may belong to another tool.
pub(crate) fn parse(bytes: &[u8]) -> Result<Content, JsonError> {
    match Kind::detect(bytes) {
        Some(Kind::Token) => Token::read(bytes).map(Content::Token),
        Some(Kind::Registration) => Registration::read(bytes).map(Content::Registration),
        Some(Kind::RoleCredentials) => RoleCredentials::read(bytes).map(Content::RoleCredentials),
        Some(Kind::ConsoleLogin) => LoginToken::read(bytes).map(Content::ConsoleLogin),
        _ => match Token::read(bytes) {
            Err(
                reason @ (JsonError::Truncated | JsonError::Syntax { .. } | JsonError::NotAnObject),
            ) => Err(reason),
            _ => Ok(Content::Other),
        },
    }
}

/// Returns when the content of a file expires, if it does.
fn expiration(bytes: &[u8]) -> Result<Option<Timestamp>, JsonError> {
    Ok(match parse(bytes)? {
        Content::Token(token) => Some(token.expires_at),
        Content::Registration(registration) => Some(registration.expires_at),
        Content::RoleCredentials(found) => found.credentials().expires_at(),
        Content::ConsoleLogin(login) => Some(login.expires_at()),
        Content::Other => None,
    })
}

/// Returns the complete JSON object at the start of a text, whatever follows it.
fn first_object(bytes: &[u8]) -> Option<&[u8]> {
    let mut objects = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    objects.next()?.ok()?;
    let object = bytes.get(..objects.byte_offset())?;
    object.trim_ascii_start().starts_with(b"{").then_some(object)
}

/// Returns the content of a file. While it is truncated it is read again: a tool may be writing it.
pub(crate) fn read_complete(context: &Context<'_>, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let read = || -> BoxFuture<'_, io::Result<Zeroizing<Vec<u8>>>> {
        Box::pin(std::future::ready(context.world.files.read(path)))
    };
    let is_truncated = |bytes: &io::Result<Zeroizing<Vec<u8>>>| {
        bytes
            .as_ref()
            .is_ok_and(|bytes| expiration(bytes).is_err_and(|reason| reason.is_truncated()))
    };
    block_on(context.world.read_until_stable(read, is_truncated))
}

/// Keeps the complete object that a corrupt file begins with. Returns the path of the backup; `None`
/// if there is no such object, or nothing to repair.
///
/// # Errors
/// The file or its backup cannot be written; the file is then unchanged.
pub fn repair_cache_file(context: &Context<'_>, path: &Path) -> Result<Option<PathBuf>, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::file(&path, source)
    };
    let files = &context.world.files;
    let bytes = read_complete(context, path).map_err(failed(path))?;
    let Some(object) = first_object(&bytes) else { return Ok(None) };
    if expiration(&bytes).is_ok() || expiration(object).is_err() {
        return Ok(None);
    }
    // Not `.json`: AWS's tools open every file of that name.
    let backup = path.with_extension("corrupt");
    files.replace(&backup, &bytes, WriteMode::Durable).map_err(failed(&backup))?;
    files.replace(path, object, WriteMode::Durable).map_err(failed(path))?;
    Ok(Some(backup))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_object_is_found_before_trailing_bytes() {
        let first = |text: &'static str| first_object(text.as_bytes());
        assert_eq!(first("{\"a\": 1}}"), Some(&b"{\"a\": 1}"[..]));
        assert_eq!(first(" {} \0\0"), Some(&b" {}"[..]));
        for text in ["", "{", "{\"a\": ", "1 2", "[]"] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn writer_is_detected_by_its_style() {
        let writer = |text: &str| Writer::detect(text.as_bytes());
        assert_eq!(writer("{\"a\": 1, \"b\": 2}"), Some(Writer::AwsCliOrVestibule));
        assert_eq!(writer("{\"a\":1,\"b\":2}"), Some(Writer::CompactSdk));
        assert_eq!(writer("{\n  \"a\": 1\n}"), Some(Writer::JavaScriptSdk));
        assert_eq!(writer(""), None);
    }
}
