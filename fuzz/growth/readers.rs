//! What is measured: the fuzz targets, or what they read where a target's own checks grow faster.

use std::hint::black_box;

use vestibule_cache::{Kind, Registration, RoleCredentials, Token};
use vestibule_config::{Dialect, Document, Edit, SectionKind};
use vestibule_fuzz::{
    Target, callback_request, emulator_config, json, process_output, proxy_response, redirect,
    response, serve_request,
};
use vestibule_profile::{Files, Overrides, plan, sign_in_session};
use vestibule_types::Vars;

/// The readers by the name of their corpus.
pub const READERS: &[(&str, Target)] = &[
    ("cache", read_cache),
    ("callback_request", callback_request),
    ("config", read_config),
    ("edit", apply_edits),
    ("emulator_config", emulator_config),
    ("json", json),
    ("plan", make_plans),
    ("process_output", process_output),
    ("proxy_response", proxy_response),
    ("redirect", redirect),
    ("response", response),
    ("serve_request", serve_request),
];

const KINDS: [SectionKind; 3] =
    [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services];

/// Profiles of one file that a plan is made for: what matters is the size of the file.
const PROFILES: usize = 8;

fn read_cache(bytes: &[u8]) {
    black_box(Kind::detect(bytes));
    if let Ok(token) = Token::read(bytes) {
        black_box(token.write());
    }
    if let Ok(registration) = Registration::read(bytes) {
        black_box(registration.write());
    }
    if let Ok(role) = RoleCredentials::read(bytes) {
        black_box(role.write());
    }
}

fn read_config(bytes: &[u8]) {
    for dialect in [Dialect::Config, Dialect::Credentials] {
        let document = Document::parse_bytes(bytes, dialect);
        black_box(document.strict().is_ok());
        for kind in KINDS {
            for name in document.names(kind) {
                black_box(document.section(kind, &name));
            }
        }
    }
}

/// The first three lines of an input are a section name, a key and a value; the rest is the file.
fn apply_edits(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (section, key, value, file) = (line(), line(), line(), line());
    let document = Document::parse(file, Dialect::Config);
    for kind in KINDS {
        for edit in [
            Edit::set(kind, section, key, value),
            Edit::set_nested(kind, section, key, "name", value),
            Edit::remove(kind, section, key),
            Edit::remove_section(kind, section),
            Edit::add_section(kind, section),
        ] {
            let _ = black_box(edit.apply(&document));
        }
    }
}

/// An input is the config file, the credentials file and variables, separated by lines of `---`.
fn make_plans(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split("---\n");
    let mut part = || parts.next().unwrap_or_default();
    let files = Files::from_texts(part(), part());
    let vars: Vars = part().lines().filter_map(|line| line.split_once('=')).collect();
    for name in files.profile_names().take(PROFILES) {
        let overrides = Overrides::default().with_profile(name, "--profile");
        let _ = black_box(plan(&files, &vars, &overrides));
        let _ = black_box(sign_in_session(&files, &vars, &overrides));
    }
}
