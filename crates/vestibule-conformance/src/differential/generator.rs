//! Generator of config files, deterministic for a seed.

use super::input::Input;

/// Names of sections; few, so that both files often have the same ones.
const NAMES: &[&str] = &["a", "b", "dev-1", "team.x", "x@y", "A", "p/q"];
const KEYS: &[&str] = &[
    "region",
    "output",
    "sso_session",
    "role_arn",
    "aws_access_key_id",
    "x-1",
    "credential_process",
];
const VALUES: &[&str] = &[
    "1",
    "us-east-1",
    "a=b",
    "ab#cd;ef",
    "https://x/y",
    "\"quoted\"",
    "'x y'",
    "%(a)s",
    "${HOME}",
    "back\\slash\\",
    "[brackets]",
    "\u{e9}\u{1f600}",
    "~/x",
    "a  b",
    "true",
];
const BLOCKS: &[&str] = &["s3", "sts", "sso_oidc"];
const PLAIN_LINES: &[&str] = &["", "# comment", "; comment", "  ", "#[profile z]", "  # indented"];

/// Headers on which parsers disagree, and similar ones.
const ODD_HEADERS: &[&str] = &[
    "[default]",
    "[profile default]",
    "[profile a]",
    "[profile  a]",
    "[ profile a ]",
    "[profile a ]",
    "[profile 'a']",
    "[profile \"b c\"]",
    "[profile 'it'\"'\"'s']",
    "[profile a b]",
    "[profile a#b]",
    "[profile a]#c",
    "[profile a] # c",
    "[profile a] ; ]",
    "[profile a] x",
    "[profile a",
    "[a]]",
    "[[a]]",
    "[]",
    "[ ]",
    "[default ]",
    "[DEFAULT]",
    "[Default]",
    "[Profile a]",
    "[profile]",
    "[profilefoo]",
    "[profilefoo bar]",
    "[foo]",
    "[foo bar]",
    "[plugins]",
    "[preview]",
    "[profile \u{e9}]",
    "[profile a!]",
    "  [profile c]",
    "\t[profile c]",
    "[sso-session a]",
    "[sso-session 'a b']",
    "[sso-sessions a]",
    "[services a]",
    "[services  b]",
    "[servicesx b]",
    "[profile.x]",
    "[profile services.x]",
    "[__proto__]",
    "[profile __proto__]",
    "[profile constructor]",
    "[profile \"a]",
    "[profile \"a\"b]",
    "[profile 'x]y']",
    "[profile a\\b]",
];
const ODD_LINES: &[&str] = &[
    "region = 1 # c",
    "region = 1 ;c",
    "region = 1\t#c",
    "region = # c",
    "region =# c",
    "region = 1\u{a0}# c",
    "region: 1",
    "a:b = c",
    "a = b:c",
    "no separator",
    "= 1",
    " = 1",
    "Region = 1",
    "REGION=2",
    "region = 2",
    "a.b = 1",
    "s3.x = 9",
    "sts.x = 9",
    "a! = 1",
    "\"a\" = 1",
    "\u{e9} = 1",
    "empty =",
    "s3 =",
    "s3 = 1",
    "s3 = # c",
    "  x = 1",
    "  X = 2",
    "    deep = 3",
    "  more",
    "\tmore",
    "  a:b",
    "  x = 1 # c",
    "  = 1",
    "  y =",
    "  # comment",
    "  ; c",
    "\u{a0}x = 1",
    "\u{c}",
    "\u{85}",
    "  u = a\u{85}b",
    "  u = a\u{2028}b",
    "a = b\u{c}",
    "a = b\u{a0}",
    "a = \u{1f}b",
    "a = \u{feff}b",
    "a = b\rc",
    "a = \0",
    "constructor = 1",
    "__proto__ = 1",
    "a.b = 1",
    "s3.x = 9",
    "sts.x = 9",
    "  __proto__ = 1",
    "x",
    "export a = 1",
    "]",
    "[x = 1",
    "[x] = 1",
    "<<<<<<< a",
    "  [x]",
    "  [x",
    "a=",
    "  k",
];

pub(super) struct Generator(u64);

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Generates one or both files. Half of the inputs have no odd lines.
    pub(super) fn input(&mut self) -> Input {
        let odd = *self.pick(&[0, 0, 0, 1, 3, 6]);
        let mut file = |credentials| {
            let absent = self.one_in(if credentials { 3 } else { 12 });
            (!absent).then(|| self.file(credentials, odd))
        };
        Input { config: file(false), credentials: file(true) }
    }

    fn file(&mut self, credentials: bool, odd: u64) -> Vec<u8> {
        let mut lines = Vec::new();
        let mut headers = if credentials { self.credentials_headers() } else { self.headers() };
        for _ in 0..self.below(5) {
            if self.one_in(3) {
                lines.push((*self.pick(PLAIN_LINES)).to_owned());
            }
            if !headers.is_empty() {
                let at = self.index(headers.len());
                lines.push(headers.swap_remove(at));
            }
            self.section(&mut lines);
        }
        for _ in 0..if odd == 0 { 0 } else { 1 + self.below(odd) } {
            let line = if self.one_in(3) { self.pick(ODD_HEADERS) } else { self.pick(ODD_LINES) };
            let at = self.index(lines.len() + 1);
            lines.insert(at, (*line).to_owned());
        }
        let end = if self.one_in(8) { "\r\n" } else { "\n" };
        let mut text = lines.join(end);
        if !self.one_in(6) {
            text.push_str(end);
        }
        match self.below(if 3 < odd { 40 } else { u64::MAX }) {
            0 => format!("\u{feff}{text}").into_bytes(),
            1 => text.encode_utf16().fold(vec![0xff, 0xfe], |mut bytes, unit| {
                bytes.extend(unit.to_le_bytes());
                bytes
            }),
            2 => {
                let mut bytes = text.into_bytes();
                bytes.insert(self.index(bytes.len() + 1), 0xff);
                bytes
            }
            _ => text.into_bytes(),
        }
    }

    fn headers(&mut self) -> Vec<String> {
        let mut headers: Vec<_> = NAMES.iter().map(|name| format!("[profile {name}]")).collect();
        headers.extend(NAMES.iter().take(3).map(|name| format!("[sso-session {name}]")));
        headers.extend(NAMES.iter().take(2).map(|name| format!("[services {name}]")));
        headers.push(if self.one_in(2) { "[default]".into() } else { "[profile default]".into() });
        headers.push("[plugins]".into());
        self.vary_headers(headers)
    }

    fn credentials_headers(&mut self) -> Vec<String> {
        let names = NAMES.iter().chain(&["default"]);
        let headers = names.map(|name| format!("[{name}]")).collect();
        self.vary_headers(headers)
    }

    /// Adds a comment or a tab to some headers, or replaces their blanks by tabs.
    fn vary_headers(&mut self, headers: Vec<String>) -> Vec<String> {
        let varied = headers.into_iter().map(|header| match self.below(12) {
            0 => format!("{header} # comment"),
            1 => format!("{header}\t"),
            2 => header.replace(' ', "\t"),
            _ => header,
        });
        varied.collect()
    }

    fn section(&mut self, lines: &mut Vec<String>) {
        let mut keys = KEYS.to_vec();
        let mut blocks = BLOCKS.to_vec();
        for number in 0..=self.below(4) {
            match if number == 0 { 2 } else { self.below(6) } {
                0 if !blocks.is_empty() => {
                    let at = self.index(blocks.len());
                    lines.push(format!("{} =", blocks.swap_remove(at)));
                    for name in ["x", "endpoint_url"].iter().take(1 + self.index(2)) {
                        let indent = *self.pick(&["  ", "    ", "\t", " "]);
                        lines.push(format!("{indent}{name} = {}", self.pick(VALUES)));
                    }
                }
                1 => lines.push((*self.pick(PLAIN_LINES)).to_owned()),
                _ => {
                    let at = self.index(keys.len());
                    let key = keys.swap_remove(at);
                    let equals = *self.pick(&["=", " = ", " =", "= ", "  =\t"]);
                    lines.push(format!("{key}{equals}{}", self.pick(VALUES)));
                }
            }
        }
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// `SplitMix64`, <https://prng.di.unimi.it/splitmix64.c>.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_generate_equal_inputs() {
        let inputs = |seed| {
            let mut generator = Generator::new(seed);
            (0..100).map(|_| generator.input()).collect::<Vec<_>>()
        };
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
    }
}
