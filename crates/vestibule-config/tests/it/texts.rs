//! Random texts that look enough like config files to reach every rule of the grammar.

use proptest::prelude::*;
use proptest::sample::select;
use vestibule_config::Dialect;

/// Pieces of lines; a handful of names and keys, so that repetitions are common.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[default]",
    "[profile default]",
    "[profile a]",
    "[profile 'a']",
    "[profile  b ] # c",
    "[profile \"b c\"]",
    "[sso-session a]",
    "[services a]",
    "[plugins]",
    "[a]",
    "[profile a",
    "region",
    "Region",
    "s3",
    "x",
    "=",
    " = ",
    "=",
    " ",
    "  ",
    "    ",
    "\t",
    "#",
    " # c",
    ";",
    "'",
    "\"",
    "\\",
    ":",
    "value",
    "é",
    "\u{a0}",
    "\u{85}",
    "\u{feff}",
    "\u{fffd}",
    "\0",
    "\u{c}",
    "\r",
    "region = 1",
    "region = 2 # c",
    "x = y",
    "  x = 1",
    "    y = 2",
    "s3 =",
    "  more",
    "  # c",
    "# c",
    "  [profile b]",
];

const ENDS: &[&str] = &["\n", "\n", "\n", "\n\n", "\r\n", "\r\r\n", ""];

/// Texts of up to some thirty lines.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    let line = (prop::collection::vec(select(PIECES), 0..4), select(ENDS));
    let line = line.prop_map(|(pieces, end)| pieces.concat() + end);
    let bom = prop_oneof![9 => Just(""), 1 => Just("\u{feff}")];
    (bom, prop::collection::vec(line, 0..30))
        .prop_map(|(bom, lines)| bom.to_owned() + &lines.concat())
}

pub(crate) fn dialects() -> impl Strategy<Value = Dialect> {
    select(vec![Dialect::Config, Dialect::Config, Dialect::Credentials])
}

/// Returns a configuration with a number of cases. A failure becomes a case in a table, not a file of seeds.
pub(crate) fn runs(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
