//! A line of text that is edited with the keys of a terminal.

use console::Key;

use crate::screen;

/// The text and the cursor.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineEditor {
    chars: Vec<char>,
    cursor: usize,
}

impl LineEditor {
    /// Returns the text.
    pub(crate) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Applies a key. Returns whether the text changed.
    pub(crate) fn handle(&mut self, key: &Key) -> bool {
        let length = self.chars.len();
        match key {
            Key::Char('\u{15}') => self.remove(0, self.cursor),
            Key::Char('\u{b}') => self.remove(self.cursor, length),
            Key::Char('\u{17}') => self.remove(self.word_start(), self.cursor),
            Key::Backspace => self.remove(self.cursor.saturating_sub(1), self.cursor),
            Key::Del => self.remove(self.cursor, length.min(self.cursor + 1)),
            Key::ArrowLeft | Key::Char('\u{2}') => self.cursor = self.cursor.saturating_sub(1),
            Key::ArrowRight | Key::Char('\u{6}') => self.cursor = length.min(self.cursor + 1),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = length,
            Key::Char(char) if !char.is_control() => {
                self.chars.insert(self.cursor, *char);
                self.cursor += 1;
            }
            _ => {}
        }
        self.chars.len() != length
    }

    /// Returns the part of the text that fits into this many columns, and the column of the cursor.
    pub(crate) fn visible(&self, width: usize) -> (String, usize) {
        let (before, after) = self.chars.split_at(self.cursor);
        let mut before: String = before.iter().collect();
        // A column is left for the cursor.
        while width <= screen::text_width(&before) && !before.is_empty() {
            before.remove(0);
        }
        let column = screen::text_width(&before);
        let after: String = after.iter().collect();
        (before + &screen::cut(&after, width.saturating_sub(column)), column)
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.chars.drain(from..to);
        self.cursor = from;
    }

    /// Returns the start of the word before the cursor.
    fn word_start(&self) -> usize {
        let before = &self.chars[..self.cursor];
        let word_end = before.iter().rposition(|char| *char != ' ').map_or(0, |last| last + 1);
        before[..word_end].iter().rposition(|char| *char == ' ').map_or(0, |blank| blank + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CTRL_U: Key = Key::Char('\u{15}');
    const CTRL_W: Key = Key::Char('\u{17}');

    fn typed(text: &str, keys: &[Key]) -> LineEditor {
        let mut line = LineEditor::default();
        for key in text.chars().map(Key::Char).chain(keys.iter().cloned()) {
            line.handle(&key);
        }
        line
    }

    #[test]
    fn keys_edit_the_text() {
        for (text, keys, expected) in [
            ("dev", &[CTRL_U][..], ""),
            ("prod admin ", &[CTRL_W], "prod "),
            ("ab", &[Key::ArrowLeft, Key::Backspace, Key::Char('x')], "xb"),
            ("ab", &[Key::Home, Key::Del, Key::Del, Key::Del], ""),
            ("ab", &[Key::ArrowLeft, Key::Char('\u{b}'), Key::End, Key::Char('c')], "ac"),
            ("ab", &[Key::ArrowLeft, CTRL_U], "b"),
            ("a\u{1}\u{7}é", &[Key::Unknown, Key::ArrowRight], "aé"),
            ("", &[Key::Backspace, CTRL_W, Key::ArrowLeft], ""),
        ] {
            assert_eq!(typed(text, keys).text(), expected, "{text} {keys:?}");
        }
    }

    #[test]
    fn long_text_is_visible_around_the_cursor() {
        assert_eq!(typed("abc", &[]).visible(10), ("abc".to_owned(), 3));
        assert_eq!(typed("abcdef", &[]).visible(4), ("def".to_owned(), 3));
        assert_eq!(typed("abcdef", &[Key::Home]).visible(4), ("abc…".to_owned(), 0));
        assert_eq!(typed("開発", &[]).visible(4), ("発".to_owned(), 2));
    }
}
