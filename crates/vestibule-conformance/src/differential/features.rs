//! What in a text other readers are known to read differently: found by looking at lines, without
//! our own parser, so that a mistake of the parser is not mistaken for a feature.
//!
//! The rules are those of the specification of config files; where in doubt, a feature is seen.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;

const TYPES: [&str; 3] = ["profile", "sso-session", "services"];
/// What every object of JavaScript has from birth.
const PROTOTYPE: [&str; 3] = ["__proto__", "constructor", "toString"];

pub(super) fn of(input: &Input) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut blocks = Vec::new();
    for (bytes, credentials) in [(&input.config, false), (&input.credentials, true)] {
        let Some(bytes) = bytes else { continue };
        let mut scan = Scan { credentials, found, ..Scan::default() };
        scan.bytes(bytes);
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
    open: Option<Open>,
    /// The sections so far.
    sections: BTreeSet<String>,
    /// Whether each key of each section is a block.
    keys: BTreeMap<(String, String), bool>,
}

struct Section {
    name: String,
    ignored: bool,
    /// Whether it may be ignored for all that this scan knows of quotes.
    doubtful: bool,
    /// Whether a key in it has a value.
    filled: bool,
}

struct Open {
    key: String,
    indent: usize,
    /// Without a value: what follows is a block.
    empty: bool,
    /// The names in the block.
    names: Vec<String>,
    /// A blank line came after it.
    blank: bool,
}

impl Scan {
    fn note(&mut self, feature: &'static str, is: bool) {
        if is {
            self.found.insert(feature);
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.note("utf-16", bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]));
        self.note("not-utf-8", str::from_utf8(bytes).is_err());
        let text = String::from_utf8_lossy(bytes);
        let rest = text.strip_prefix('\u{feff}');
        self.note("byte-order-mark", rest.is_some());
        self.text(rest.unwrap_or(&text));
    }

    fn text(&mut self, text: &str) {
        let separators =
            |it: char| "\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{1f}\u{85}\u{2028}\u{2029}".contains(it);
        self.note("other-separator", text.contains(separators));
        self.note("space-of-one-language", text.contains(['\u{feff}', '\u{85}']));
        for line in text.split('\n') {
            let line = line.trim_end_matches('\r');
            self.note("stray-carriage-return", line.contains('\r'));
            self.line(line);
        }
        self.end_of_section();
    }

    fn line(&mut self, line: &str) {
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
            has_sign_after(rest, |it| !" \t".contains(it) && it.is_whitespace()),
        );
        let continues = self.open.as_ref().is_some_and(|open| open.indent < indent);
        self.note("indented-header", 0 < indent && rest.starts_with('['));
        if rest.starts_with('[') && (indent == 0 || self.open.is_none()) {
            self.end_of_section();
            self.header(rest);
        } else if self.section.is_none() {
            self.note("malformed", true);
        } else if continues {
            self.continuation(rest);
        } else {
            self.property(rest, indent);
        }
    }

    fn header(&mut self, rest: &str) {
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
        self.section = Some(Section { name, ignored, doubtful: quoted, filled: false });
    }

    fn continuation(&mut self, rest: &str) {
        let Some(mut open) = self.open.take() else { return };
        if open.empty {
            let (name, value) = rest.split_once('=').unwrap_or((rest, "?"));
            let (name, value) = (name.trim(), value.trim());
            self.note("malformed", !rest.contains('='));
            self.note("nameless-line-in-a-block", rest.contains('=') && name.is_empty());
            self.note("empty-value-in-a-block", value.is_empty());
            self.note("comment-in-a-block", has_sign_after(rest, char::is_whitespace));
            self.note("name-of-prototype", PROTOTYPE.contains(&name));
            let twins = |other: &String| other != name && other.eq_ignore_ascii_case(name);
            self.note("names-that-differ-in-case", open.names.iter().any(twins));
            open.names.push(name.to_owned());
            if let Some(section) = &mut self.section {
                section.filled = true;
            }
        } else {
            self.note("continuation", true);
            self.note("blank-line-in-a-value", open.blank);
        }
        self.open = Some(open);
        let skipped = |section: &Section| section.ignored || section.doubtful;
        let skipped = self.section.as_ref().is_some_and(skipped);
        self.note("line-of-an-ignored-section", skipped && !rest.contains('='));
    }

    fn property(&mut self, rest: &str, indent: usize) {
        self.end_of_property();
        self.note("comment-after-value", has_sign_after(rest, |it| " \t".contains(it)));
        let Some(section) = &mut self.section else { return };
        let (ignored, skipped) = (section.ignored, section.ignored || section.doubtful);
        let cut = before_comment(rest);
        let (key, value) = cut.split_once('=').unwrap_or((cut, ""));
        let (key, value) = (key.trim(), value.trim());
        section.filled |= !value.is_empty();
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
        self.open = Some(Open { key, indent, empty, names: Vec::new(), blank: false });
    }

    fn end_of_property(&mut self) {
        let Some(open) = self.open.take() else { return };
        self.note("empty-value", open.empty && open.names.is_empty() && !open.key.is_empty());
    }

    fn end_of_section(&mut self) {
        self.end_of_property();
        let hollow = |section: Section| !section.ignored && !section.filled;
        let hollow = self.section.take().is_some_and(hollow);
        self.note("section-without-values", hollow);
    }
}

/// Of letters, digits and what else a name or a key may have.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|it| it.is_ascii_alphanumeric() || "_-/.%@:+".contains(it))
}

fn has_sign_after(line: &str, space: impl Fn(char) -> bool) -> bool {
    let mut pairs = line.chars().zip(line.chars().skip(1));
    pairs.any(|(before, sign)| space(before) && "#;".contains(sign))
}

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
        assert_eq!(Vec::from_iter(of(&input)), expected, "{config:?}");
    }

    #[test]
    fn a_plain_text_has_none() {
        check(
            "[default] # c\r\nregion = a#b\r\n\r\n# c\r\ns3 =\r\n  x = 1\r\n[services s]\nsts =\n\n y=2",
            &[],
        );
    }

    #[test]
    fn each_is_seen_where_it_is() {
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
    fn a_block_in_both_files_is_seen() {
        let block = || Some(b"[default]\ns3 =\n  x = 1\n".to_vec());
        let both = Input { config: block(), credentials: block() };
        assert_eq!(Vec::from_iter(of(&both)), ["block-in-both-files"]);
    }
}
