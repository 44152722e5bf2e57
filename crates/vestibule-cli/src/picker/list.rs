//! The list, what was typed, and what each key does to them: no terminal.

use console::Key;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::printer::{Printer, Tone};
use crate::screen;

/// How much of the list is shown at most.
const ROWS: usize = 12;

/// A list of labels, narrowed by what was typed.
pub(super) struct List<'a> {
    words: &'a str,
    labels: &'a [String],
    typed: String,
    /// Which labels match, the best first.
    found: Vec<usize>,
    /// Which of these is marked, and which one is at the top of the rows.
    at: usize,
    top: usize,
    matcher: Matcher,
}

/// What a key leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another key.
    Key,
    /// This label was chosen.
    Chosen(usize),
    /// Nothing is to be chosen.
    Stopped,
}

impl<'a> List<'a> {
    pub(super) fn new(words: &'a str, labels: &'a [String]) -> Self {
        let found = (0..labels.len()).collect();
        let matcher = Matcher::new(Config::DEFAULT);
        Self { words, labels, typed: String::new(), found, at: 0, top: 0, matcher }
    }

    pub(super) fn press(&mut self, key: &Key) -> Next {
        let last = self.found.len().saturating_sub(1);
        match key {
            Key::Enter => {
                return self.found.get(self.at).map_or(Next::Key, |&label| Next::Chosen(label));
            }
            Key::Escape | Key::CtrlC | Key::Char('\u{4}') => return Next::Stopped,
            Key::ArrowUp | Key::Char('\u{10}') => self.at = self.at.saturating_sub(1),
            Key::ArrowDown | Key::Char('\u{e}') | Key::Tab => self.at = (self.at + 1).min(last),
            Key::PageUp => self.at = self.at.saturating_sub(ROWS),
            Key::PageDown => self.at = (self.at + ROWS).min(last),
            Key::Home => self.at = 0,
            Key::End => self.at = last,
            Key::Backspace => {
                self.typed.pop();
                self.find();
            }
            Key::Char('\u{15}') => {
                self.typed.clear();
                self.find();
            }
            Key::Char(char) if !char.is_control() => {
                self.typed.push(*char);
                self.find();
            }
            _ => {}
        }
        Next::Key
    }

    /// The lines to show: first what was typed, then the rows.
    pub(super) fn lines(&mut self, printer: &Printer, rows: usize, columns: usize) -> Vec<String> {
        let rows = rows.saturating_sub(2).clamp(1, ROWS);
        self.top = self.top.min(self.at).max((self.at + 1).saturating_sub(rows));
        let (found, all) = (self.found.len(), self.labels.len());
        let count = printer.tone(Tone::Quiet, &format!("{found} of {all}"));
        let mut lines = vec![self.question(columns), format!("  {count}")];
        let shown = self.found.clone().into_iter().enumerate().skip(self.top).take(rows);
        for (place, label) in shown {
            let text = screen::cut(&self.labels[label], columns.saturating_sub(3));
            lines.push(if place == self.at {
                format!(
                    "{} {}",
                    printer.tone(Tone::Command, ">"),
                    printer.tone(Tone::Command, &text)
                )
            } else {
                format!("  {}", self.with_matches(printer, &text))
            });
        }
        lines
    }

    /// The first line, behind which the cursor stands.
    pub(super) fn question(&self, columns: usize) -> String {
        screen::cut(&format!("{}: {}", self.words, self.typed), columns.saturating_sub(2))
    }

    fn pattern(&self) -> Pattern {
        Pattern::parse(&self.typed, CaseMatching::Ignore, Normalization::Smart)
    }

    fn find(&mut self) {
        let pattern = self.pattern();
        let mut buffer = Vec::new();
        let mut scored: Vec<_> = (0..self.labels.len())
            .filter_map(|label| {
                let text = Utf32Str::new(&self.labels[label], &mut buffer);
                Some((pattern.score(text, &mut self.matcher)?, label))
            })
            .collect();
        scored.sort_by_key(|&(score, label)| (std::cmp::Reverse(score), label));
        self.found = scored.into_iter().map(|(_, label)| label).collect();
        (self.at, self.top) = (0, 0);
    }

    /// The text with the characters that were typed made to stand out.
    fn with_matches(&mut self, printer: &Printer, text: &str) -> String {
        let (mut buffer, mut places) = (Vec::new(), Vec::new());
        let haystack = Utf32Str::new(text, &mut buffer);
        if self.typed.is_empty()
            || self.pattern().indices(haystack, &mut self.matcher, &mut places).is_none()
        {
            return text.to_owned();
        }
        let mut marked = String::new();
        for (place, char) in (0..).zip(text.chars()) {
            if places.contains(&place) {
                marked += &printer.tone(Tone::Good, char.encode_utf8(&mut [0; 4]));
            } else {
                marked.push(char);
            }
        }
        marked
    }
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::args::Color;

    /// Presses these keys in a terminal of 8 rows and 30 columns.
    fn check(labels: &[&str], keys: &[Key], expect: &Expect) -> Next {
        let labels: Vec<_> = labels.iter().map(|label| (*label).to_owned()).collect();
        let mut list = List::new("Profile", &labels);
        let mut next = Next::Key;
        for key in keys {
            next = list.press(key);
        }
        let printer = Printer::new(false, Color::Never, false);
        expect.assert_eq(&list.lines(&printer, 8, 30).join("\n").replace(" \n", "·\n"));
        next
    }

    fn typed(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    const LABELS: &[&str] = &["Sample-Prod-Admin", "Sample-Dev-Admin", "Other-Prod-ReadOnly"];

    #[test]
    fn all_are_shown_until_something_is_typed() {
        let next = check(
            LABELS,
            &[],
            &expect![[r#"
            Profile:·
              3 of 3
            > Sample-Prod-Admin
              Sample-Dev-Admin
              Other-Prod-ReadOnly"#]],
        );
        assert_eq!(next, Next::Key);
    }

    #[test]
    fn parts_of_words_narrow_the_list() {
        let next = check(
            LABELS,
            &typed("prod ad"),
            &expect![[r#"
            Profile: prod ad
              2 of 3
            > Sample-Prod-Admin
              Other-Prod-ReadOnly"#]],
        );
        assert_eq!(next, Next::Key);
        let enter = [typed("proad"), vec![Key::Enter]].concat();
        assert_eq!(
            check(
                LABELS,
                &enter,
                &expect![[r#"
            Profile: proad
              2 of 3
            > Sample-Prod-Admin
              Other-Prod-ReadOnly"#]]
            ),
            Next::Chosen(0)
        );
    }

    #[test]
    fn arrows_move_and_stop_at_the_ends() {
        let down = [Key::ArrowDown, Key::ArrowDown, Key::ArrowDown, Key::ArrowUp, Key::Enter];
        assert_eq!(
            check(
                LABELS,
                &down,
                &expect![[r#"
            Profile:·
              3 of 3
              Sample-Prod-Admin
            > Sample-Dev-Admin
              Other-Prod-ReadOnly"#]]
            ),
            Next::Chosen(1)
        );
    }

    #[test]
    fn what_matches_nothing_cannot_be_chosen() {
        let keys = [typed("xyz"), vec![Key::Enter]].concat();
        assert_eq!(
            check(
                LABELS,
                &keys,
                &expect![[r#"
            Profile: xyz
              0 of 3"#]]
            ),
            Next::Key
        );
        let keys = [typed("xyz"), vec![Key::Char('\u{15}'), Key::Enter]].concat();
        assert_eq!(
            check(
                LABELS,
                &keys,
                &expect![[r#"
            Profile:·
              3 of 3
            > Sample-Prod-Admin
              Sample-Dev-Admin
              Other-Prod-ReadOnly"#]]
            ),
            Next::Chosen(0)
        );
    }

    #[test]
    fn a_long_list_scrolls_and_long_lines_are_cut() {
        let labels: Vec<_> = (0..40).map(|n| format!("{n} {}", "long ".repeat(9))).collect();
        let labels: Vec<_> = labels.iter().map(String::as_str).collect();
        let next = check(
            &labels,
            &[Key::PageDown, Key::PageDown],
            &expect![[r#"
            Profile:·
              40 of 40
              19 long long long long lon…
              20 long long long long lon…
              21 long long long long lon…
              22 long long long long lon…
              23 long long long long lon…
            > 24 long long long long lon…"#]],
        );
        assert_eq!(next, Next::Key);
    }

    #[test]
    fn escape_and_control_c_stop() {
        for key in [Key::Escape, Key::CtrlC] {
            let mut list = List::new("Profile", &[]);
            assert_eq!(list.press(&key), Next::Stopped);
        }
    }

    #[test]
    fn five_thousand_are_as_quick_as_five() {
        let labels: Vec<_> = (0..5000).map(|n| format!("Sample-{n}-Role{}", n % 7)).collect();
        let mut list = List::new("Profile", &labels);
        for key in typed("4999") {
            assert_eq!(list.press(&key), Next::Key);
        }
        assert_eq!(list.press(&Key::Enter), Next::Chosen(4999));
    }
}
