//! Features of config files that other SDKs parse differently.
//!
//! This scans the lines without vestibule's parser, so that a bug of the parser is not mistaken for a
//! feature. If it cannot be sure that a feature is absent, it reports the feature.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;

const TYPES: [&str; 3] = ["profile", "sso-session", "services"];
/// Names that every JavaScript object inherits from its prototype.
const PROTOTYPE: [&str; 3] = ["__proto__", "constructor", "toString"];

/// Returns the features of an input.
pub(super) fn detect(input: &Input) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut blocks = Vec::new();
    for (bytes, credentials) in [(&input.config, false), (&input.credentials, true)] {
        let Some(bytes) = bytes else { continue };
        let mut scan = Scan { credentials, found, ..Scan::default() };
        scan.scan_bytes(bytes);
        found = scan.found;
        blocks.push(scan.keys);
    }
    if let [config, credentials] = &*blocks {
        let both = config.iter().filter_map(|(key, block)| Some((block, credentials.get(key)?)));
        if both.into_iter().any(|(here, there)| *here || *there) {
            found.insert("block-in-both-files");
        }
    }
    found
}

#[derive(Default)]
struct Scan {
    credentials: bool,
    found: BTreeSet<&'static str>,
    section: Option<Section>,
    /// The property that indented lines continue.
    open: Option<OpenProperty>,
    /// The sections read so far.
    sections: BTreeSet<String>,
    /// Whether each key of each section is a block.
    keys: BTreeMap<(String, String), bool>,
}

struct Section {
    name: String,
    ignored: bool,
    /// Whether it may be ignored: this scan does not parse quoted names.
    has_quotes: bool,
    /// Whether a key in it has a value.
    has_value: bool,
}

struct OpenProperty {
    key: String,
    indent: usize,
    /// Whether the value is empty, so that indented lines are a block.
    empty: bool,
    /// The names in the block.
    names: Vec<String>,
    /// Whether a blank line follows it.
    blank: bool,
}

impl Scan {
    /// Records a feature if it is present.
    fn note(&mut self, feature: &'static str, present: bool) {
        if present {
            self.found.insert(feature);
        }
    }

    fn scan_bytes(&mut self, bytes: &[u8]) {
        self.note("utf-16", bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]));
        self.note("not-utf-8", str::from_utf8(bytes).is_err());
        let text = String::from_utf8_lossy(bytes);
        let rest = text.strip_prefix('\u{feff}');
        self.note("byte-order-mark", rest.is_some());
        self.scan_text(rest.unwrap_or(&text));
    }

    fn scan_text(&mut self, text: &str) {
        let separators =
            |it: char| "\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{1f}\u{85}\u{2028}\u{2029}".contains(it);
        self.note("other-separator", text.contains(separators));
        self.note("space-of-one-language", text.contains(['\u{feff}', '\u{85}']));
        for line in text.split('\n') {
            let line = line.trim_end_matches('\r');
            self.note("stray-carriage-return", line.contains('\r'));
            self.scan_line(line);
        }
        self.end_section();
    }

    fn scan_line(&mut self, line: &str) {
        if line.trim().is_empty() {
            if let Some(open) = &mut self.open {
                open.blank = true;
            }
            return;
        }
        let rest = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - rest.len();
        if rest.starts_with(['#', ';']) {
            return;
        }
        self.note("other-indent", rest.trim_start().len() < rest.len());
        self.note(
            "comment-after-other-space",
            has_comment_sign_after(rest, |it| !" \t".contains(it) && it.is_whitespace()),
        );
        let continues = self.open.as_ref().is_some_and(|open| open.indent < indent);
        self.note("indented-header", 0 < indent && rest.starts_with('['));
        if rest.starts_with('[') && (indent == 0 || self.open.is_none()) {
            self.end_section();
            self.scan_header(rest);
        } else if self.section.is_none() {
            self.note("malformed", true);
        } else if continues {
            self.scan_continuation(rest);
        } else {
            self.scan_property(rest, indent);
        }
    }

    fn scan_header(&mut self, rest: &str) {
        let end = rest.find(']');
        let (inner, after) = end.map_or((&rest[1..], ""), |end| (&rest[1..end], &rest[end + 1..]));
        let comment = after.trim_start_matches([' ', '\t']);
        self.note("bracket-after-header", after.contains(']'));
        self.note("text-after-header", !comment.is_empty() && !comment.starts_with(['#', ';']));
        self.note("comment-glued-to-header", after.starts_with(['#', ';']));
        self.note("malformed", end.is_none());
        let quoted = inner.contains(['"', '\'']);
        self.note("quoted-name", quoted && !self.credentials);
        self.note("quoted-name-in-credentials", quoted && self.credentials);
        self.note("sign-in-header", inner.contains(['#', ';']));
        self.note("blanks-in-brackets", inner.trim() != inner);
        self.note("empty-header", inner.is_empty());
        let words: Vec<_> = inner.split_whitespace().collect();
        self.note("wide-header", words.join(" ").len() < inner.trim().len());
        self.note("default-in-capitals", inner.trim() == "DEFAULT");
        self.note("dotted-type", TYPES.iter().any(|kind| inner.contains(&format!("{kind}."))));
        self.note("name-of-prototype", words.iter().any(|word| PROTOTYPE.contains(word)));
        let plain = words.len() <= 2 && words.iter().all(|word| is_plain(word));
        self.note("invalid-name", !plain && !quoted);
        let unquoted = |word: &str| word.replace(['"', '\''], "");
        let (kind, name) = match *words {
            ["default"] if !self.credentials => ("profile", "default".to_owned()),
            [name] if self.credentials => ("profile", unquoted(name)),
            [kind, ..] if !self.credentials && TYPES.contains(&kind) => {
                (kind, unquoted(&words[1..].join(" ")))
            }
            _ => ("", inner.to_owned()),
        };
        let prefixed =
            |kind: &&str| words.first().is_some_and(|it| it.starts_with(kind) && it != kind);
        self.note("prefix-of-a-type", 1 < words.len() && TYPES.iter().any(prefixed));
        self.note("header-of-config-in-credentials", self.credentials && words.len() != 1);
        self.note("empty-header", words.is_empty());
        let name = format!("{kind} {name}");
        let repeated = !self.sections.insert(name.clone());
        self.note("repeated-section", repeated);
        let nameless = !self.credentials && *words == [kind];
        let ignored = kind.is_empty() || nameless || !plain && !quoted;
        self.section = Some(Section { name, ignored, has_quotes: quoted, has_value: false });
    }

    fn scan_continuation(&mut self, rest: &str) {
        let Some(mut open) = self.open.take() else { return };
        if open.empty {
            let (name, value) = rest.split_once('=').unwrap_or((rest, "?"));
            let (name, value) = (name.trim(), value.trim());
            self.note("malformed", !rest.contains('='));
            self.note("nameless-line-in-a-block", rest.contains('=') && name.is_empty());
            self.note("empty-value-in-a-block", value.is_empty());
            self.note("comment-in-a-block", has_comment_sign_after(rest, char::is_whitespace));
            self.note("name-of-prototype", PROTOTYPE.contains(&name));
            let differs_in_case =
                |other: &String| other != name && other.eq_ignore_ascii_case(name);
            self.note("names-that-differ-in-case", open.names.iter().any(differs_in_case));
            open.names.push(name.to_owned());
            if let Some(section) = &mut self.section {
                section.has_value = true;
            }
        } else {
            self.note("continuation", true);
            self.note("blank-line-in-a-value", open.blank);
        }
        self.open = Some(open);
        let skipped = |section: &Section| section.ignored || section.has_quotes;
        let skipped = self.section.as_ref().is_some_and(skipped);
        self.note("line-of-an-ignored-section", skipped && !rest.contains('='));
    }

    fn scan_property(&mut self, rest: &str, indent: usize) {
        self.end_property();
        self.note("comment-after-value", has_comment_sign_after(rest, |it| " \t".contains(it)));
        let Some(section) = &mut self.section else { return };
        let (ignored, skipped) = (section.ignored, section.ignored || section.has_quotes);
        let cut = before_comment(rest);
        let (key, value) = cut.split_once('=').unwrap_or((cut, ""));
        let (key, value) = (key.trim(), value.trim());
        section.has_value |= !value.is_empty();
        let place = (section.name.clone(), key.to_ascii_lowercase());
        let malformed = !cut.contains('=') || key.is_empty();
        self.note("malformed", malformed && !ignored);
        self.note("line-of-an-ignored-section", malformed && skipped);
        self.note("indented-property", 0 < indent);
        self.note("colon-in-key", key.contains(':'));
        self.note("invalid-key", !is_plain(key));
        self.note("key-in-capitals", key.contains(|it: char| it.is_ascii_uppercase()));
        self.note("dotted-key", key.contains('.'));
        self.note("name-of-prototype", PROTOTYPE.contains(&key));
        let empty = value.is_empty();
        if let Some(block) = self.keys.insert(place, empty) {
            self.note("repeated-key", true);
            self.note("block-replaced", block || empty);
        }
        let key = key.to_owned();
        self.open = Some(OpenProperty { key, indent, empty, names: Vec::new(), blank: false });
    }

    fn end_property(&mut self) {
        let Some(open) = self.open.take() else { return };
        self.note("empty-value", open.empty && open.names.is_empty() && !open.key.is_empty());
    }

    fn end_section(&mut self) {
        self.end_property();
        let has_no_value = |section: Section| !section.ignored && !section.has_value;
        let has_no_value = self.section.take().is_some_and(has_no_value);
        self.note("section-without-values", has_no_value);
    }
}

/// Returns whether a word has only characters that are valid in names and keys.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|it| it.is_ascii_alphanumeric() || "_-/.%@:+".contains(it))
}

/// Returns whether `#` or `;` follows a character of the given kind of white space.
fn has_comment_sign_after(line: &str, space: impl Fn(char) -> bool) -> bool {
    let mut pairs = line.chars().zip(line.chars().skip(1));
    pairs.any(|(before, sign)| space(before) && "#;".contains(sign))
}

/// Returns the line without its comment.
fn before_comment(line: &str) -> &str {
    let signs = [" #", " ;", "\t#", "\t;"];
    let at = signs.iter().filter_map(|sign| line.find(sign)).min();
    at.map_or(line, |at| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(config: &str, expected: &[&str]) {
        let input = Input { config: Some(config.into()), credentials: None };
        assert_eq!(Vec::from_iter(detect(&input)), expected, "{config:?}");
    }

    #[test]
    fn plain_file_has_no_features() {
        check(
            "[default] # c\r\nregion = a#b\r\n\r\n# c\r\ns3 =\r\n  x = 1\r\n[services s]\nsts =\n\n y=2",
            &[],
        );
    }

    #[test]
    fn features_of_one_file_are_detected() {
        check("[default]\na = 1 # c\n", &["comment-after-value"]);
        check("[default]\na = 1\n  b\n", &["continuation"]);
        check("[default]\na = 1\n\n  b\n", &["blank-line-in-a-value", "continuation"]);
        check("[default]\na =\nb = 1\n", &["empty-value"]);
        check("[default]\na = 1\nA = 2\n", &["key-in-capitals", "repeated-key"]);
        check("[default]\na = 1\n[profile default]\nb = 1\n", &["repeated-section"]);
        check("[profile 'a b']\na = 1\n", &["quoted-name"]);
        check("[default]\na =\n  b = 1 # c\n", &["comment-in-a-block"]);
        check("[default]\n", &["section-without-values"]);
        check("a = 1\n", &["malformed"]);
    }

    #[test]
    fn block_in_both_files_is_detected() {
        let block = || Some(b"[default]\ns3 =\n  x = 1\n".to_vec());
        let both = Input { config: block(), credentials: block() };
        assert_eq!(Vec::from_iter(detect(&both)), ["block-in-both-files"]);
    }
}
