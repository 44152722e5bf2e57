//! Selecting one of many: rows of columns, filtered by what the user types.

use std::fmt;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::screen;

/// A row of a list to select from.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    index: usize,
    name: String,
    /// The columns as one line.
    line: String,
    /// Text that is searched, which may be longer than what is shown.
    text: String,
}

impl Row {
    /// Returns the first column.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the position of the row in the list that [`rows`] received.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// Cuts the line to the width of the terminal.
    pub(crate) fn cut(&mut self, width: usize) {
        self.line = screen::cut(&self.line, width);
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// Aligns columns into rows. The first column is the name of a row.
pub(crate) fn rows<const N: usize>(columns: impl IntoIterator<Item = [String; N]>) -> Vec<Row> {
    let columns: Vec<[String; N]> =
        columns.into_iter().map(|row| row.map(|column| screen::printable(&column))).collect();
    let mut widths = [0; N];
    for row in &columns {
        for (width, column) in widths.iter_mut().zip(row) {
            *width = screen::text_width(column).max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (column, &width) in row.iter().zip(&widths) {
            if width == 0 {
                continue;
            }
            let padding = width.saturating_sub(screen::text_width(column)) + 2;
            line.push_str(column);
            line.extend(std::iter::repeat_n(' ', padding));
        }
        line.truncate(line.trim_end().len());
        line
    };
    let row = |(index, columns): (usize, &[String; N])| Row {
        index,
        name: columns.first().cloned().unwrap_or_default(),
        line: line(columns),
        text: columns.join(" "),
    };
    columns.iter().enumerate().map(row).collect()
}

/// Scores rows by a fuzzy match of the words that were typed.
#[derive(Debug)]
pub(crate) struct Filter {
    matcher: Matcher,
    typed: String,
    pattern: Pattern,
    buffer: Vec<char>,
}

impl Default for Filter {
    fn default() -> Self {
        let matcher = Matcher::new(Config::DEFAULT);
        Self { matcher, typed: String::new(), pattern: Pattern::default(), buffer: Vec::new() }
    }
}

impl Filter {
    /// Returns the score of a row; `None` if it does not match.
    pub(crate) fn score(&mut self, typed: &str, row: &Row) -> Option<i64> {
        if typed != self.typed {
            typed.clone_into(&mut self.typed);
            self.pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        }
        let text = Utf32Str::new(&row.text, &mut self.buffer);
        self.pattern.score(text, &mut self.matcher).map(i64::from)
    }
}

/// Orders names as people do: `account-2` before `account-10`, without regard to case.
pub(crate) fn natural_order(a: &str, b: &str) -> std::cmp::Ordering {
    natural_key(a).cmp(&natural_key(b)).then_with(|| a.cmp(b))
}

/// Splits a name into text and numbers. Numbers compare by length first, so that any length works.
pub(crate) fn natural_key(name: &str) -> Vec<(usize, String)> {
    let mut parts: Vec<(usize, String)> = Vec::new();
    let mut was_digit = None;
    for char in name.chars().flat_map(char::to_lowercase) {
        let is_digit = char.is_ascii_digit();
        match parts.last_mut() {
            Some((length, part)) if was_digit == Some(is_digit) => {
                part.push(char);
                *length += usize::from(is_digit);
            }
            _ => parts.push((usize::from(is_digit), char.to_string())),
        }
        was_digit = Some(is_digit);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<Row> {
        rows(
            [
                ["Prod-Admin", "111122223333", "ops@example.com"],
                ["Dev-Admin", "444455556666", "開発@example.com"],
                ["Other", "777788889999", ""],
            ]
            .map(|row| row.map(str::to_owned)),
        )
    }

    fn matches(typed: &str) -> Vec<String> {
        let mut filter = Filter::default();
        let rows = sample();
        let matching = rows.iter().filter(|row| filter.score(typed, row).is_some());
        matching.map(|row| row.name().to_owned()).collect()
    }

    #[test]
    fn rows_align_their_columns() {
        let lines: Vec<_> = sample().iter().map(ToString::to_string).collect();
        assert_eq!(lines[0], "Prod-Admin  111122223333  ops@example.com");
        assert_eq!(lines[2], "Other       777788889999");
    }

    #[test]
    fn filter_searches_every_column() {
        assert_eq!(matches(""), ["Prod-Admin", "Dev-Admin", "Other"]);
        assert_eq!(matches("4444"), ["Dev-Admin"]);
        assert_eq!(matches("admin ops"), ["Prod-Admin"]);
        assert_eq!(matches("padm"), ["Prod-Admin"]);
        assert_eq!(matches("xyz"), [""; 0]);
    }

    #[test]
    fn filter_of_five_thousand_rows_is_fast() {
        let rows = rows((0..5000).map(|n| [format!("Sample-{n}"), format!("{n:012}")]));
        let mut filter = Filter::default();
        let best = rows.iter().max_by_key(|row| filter.score("sample-4999", row)).unwrap();
        assert_eq!(best.name(), "Sample-4999");
    }

    #[test]
    fn natural_order_compares_numbers_by_value() {
        let mut names = ["b", "a10", "A2", "a1b", "a010"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["a1b", "A2", "a10", "a010", "b"]);
    }
}
