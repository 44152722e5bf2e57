//! Selecting one of many: rows of columns, filtered by what the user types.

use std::fmt;

use console::Key;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::line_editor::LineEditor;
use crate::screen;
use crate::table::{GAP, shorten_widest};

/// Columns are not shortened below this width, which is that of an account id.
const MIN_WIDTH: usize = 12;

/// A row of a list to select from.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    index: usize,
    columns: Vec<String>,
    /// The columns as one line.
    line: String,
    /// Text that is searched, which may be longer than what is shown.
    text: String,
}

impl Row {
    /// Returns the first column.
    pub(crate) fn name(&self) -> &str {
        self.columns.first().map_or("", String::as_str)
    }

    /// Returns the position of the row in the list that [`rows`] received.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    fn set_line(&mut self, widths: &[usize]) {
        self.line.clear();
        for (column, &width) in self.columns.iter().zip(widths).filter(|(_, width)| **width != 0) {
            let column = screen::cut(column, width);
            let padding = width.saturating_sub(screen::text_width(&column)) + GAP;
            self.line.push_str(&column);
            self.line.extend(std::iter::repeat_n(' ', padding));
        }
        self.line.truncate(self.line.trim_end().len());
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// Aligns columns into rows. The first column is the name of a row.
pub(crate) fn rows<const N: usize>(columns: impl IntoIterator<Item = [String; N]>) -> Vec<Row> {
    let row = |(index, columns): (usize, [String; N])| {
        let columns: Vec<_> = columns.iter().map(|column| screen::printable(column)).collect();
        let text = columns.join(" ");
        Row { index, columns, line: String::new(), text }
    };
    let mut rows: Vec<_> = columns.into_iter().enumerate().map(row).collect();
    let widths = widths(&rows);
    for row in &mut rows {
        row.set_line(&widths);
    }
    rows
}

/// Makes rows as narrow as the terminal.
///
/// Columns that tell no rows apart are left out first, the last one before the others. Then the widest
/// columns are shortened, but for the names.
pub(crate) fn fit(rows: &mut [Row], terminal_width: usize) {
    let mut widths = widths(rows);
    let excess = |widths: &[usize]| {
        let shown = widths.iter().filter(|width| **width != 0);
        shown.map(|width| width + GAP).sum::<usize>().saturating_sub(terminal_width + GAP)
    };
    for column in (1..widths.len()).rev().filter(|_| 0 < excess(&widths)).collect::<Vec<_>>() {
        let mut texts = rows.iter().map(|row| &row.columns[column]);
        let first = texts.next();
        if 0 < excess(&widths) && texts.all(|text| Some(text) == first) {
            widths[column] = 0;
        }
    }
    let excess = excess(&widths);
    if let Some((_, others)) = widths.split_first_mut() {
        shorten_widest(others, excess, MIN_WIDTH);
    }
    for row in rows {
        row.set_line(&widths);
        row.line = screen::cut(&row.line, terminal_width);
    }
}

/// Returns the width of each column.
fn widths(rows: &[Row]) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.columns.len(), 0);
        for (width, column) in widths.iter_mut().zip(&row.columns) {
            *width = screen::text_width(column).max(*width);
        }
    }
    widths
}

/// A list to select from: the rows that match the search, and the highlighted one.
#[derive(Debug)]
pub(crate) struct Picker {
    rows: Vec<Row>,
    search: LineEditor,
    /// Indices of the rows that match, the best first.
    matches: Vec<usize>,
    /// Position of the highlighted row among them.
    position: usize,
    page_size: usize,
}

/// The effect of a key.
#[derive(Debug)]
pub(crate) enum Action<'a> {
    /// The list stays open.
    None,
    Select(&'a Row),
}

impl Picker {
    pub(crate) fn new(rows: Vec<Row>, page_size: usize) -> Self {
        let matches = (0..rows.len()).collect();
        Self { rows, search: LineEditor::default(), matches, position: 0, page_size }
    }

    pub(crate) fn handle(&mut self, key: &Key) -> Action<'_> {
        let last = self.matches.len().saturating_sub(1);
        match key {
            Key::Enter => {
                let row = self.matches.get(self.position).and_then(|index| self.rows.get(*index));
                return row.map_or(Action::None, Action::Select);
            }
            // From the first row to the last one, and back.
            Key::ArrowUp | Key::Char('\u{10}') => {
                self.position = self.position.checked_sub(1).unwrap_or(last);
            }
            Key::ArrowDown | Key::Char('\u{e}') => {
                self.position = if self.position < last { self.position + 1 } else { 0 };
            }
            Key::PageUp => self.position = self.position.saturating_sub(self.page_size),
            Key::PageDown => self.position = last.min(self.position + self.page_size),
            Key::Home => self.position = 0,
            Key::End => self.position = last,
            key if self.search.handle(key) => {
                self.matches = matching(&self.rows, &self.search.text());
                self.position = 0;
            }
            _ => {}
        }
        Action::None
    }

    /// Returns the part of the search that fits into this many columns, and the column of the cursor.
    pub(crate) fn search(&self, width: usize) -> (String, usize) {
        self.search.visible(width)
    }

    /// Returns the lines of one page, and whether each is the highlighted one.
    pub(crate) fn lines(&self) -> Vec<(String, bool)> {
        if self.matches.is_empty() {
            return vec![("  no match; Ctrl-U clears the search".to_owned(), false)];
        }
        let end = self.matches.len().saturating_sub(self.page_size);
        let start = self.position.saturating_sub(self.page_size / 2).min(end);
        let page = self.matches.iter().enumerate().skip(start).take(self.page_size);
        let line = |(position, index): (usize, &usize)| {
            let is_selected = position == self.position;
            let mark = match position {
                _ if is_selected => '>',
                _ if position == start && 0 < start => '^',
                _ if position + 1 == start + self.page_size && start < end => 'v',
                _ => ' ',
            };
            Some((format!("{mark} {}", self.rows.get(*index)?), is_selected))
        };
        page.filter_map(line).collect()
    }

    pub(crate) fn help(&self) -> String {
        let (matching, total) = (self.matches.len(), self.rows.len());
        let count = if self.search.is_empty() {
            format!("{total} in all")
        } else {
            format!("{matching} of {total}")
        };
        format!("[{count} · type to filter, ↑↓ to move, Enter to select, Esc to cancel]")
    }
}

/// Returns the indices of the rows that match the typed words, the best first.
fn matching(rows: &[Row], typed: &str) -> Vec<usize> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut scored: Vec<_> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| {
            let score = pattern.score(Utf32Str::new(&row.text, &mut buffer), &mut matcher)?;
            Some((std::cmp::Reverse(score), index))
        })
        .collect();
    scored.sort_unstable();
    scored.into_iter().map(|(_, index)| index).collect()
}

/// Compares names with their numbers by value (`account-2` before `account-10`), ignoring case.
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

    fn picker(page_size: usize, keys: &[Key]) -> Picker {
        let mut picker = Picker::new(sample(), page_size);
        for key in keys {
            picker.handle(key);
        }
        picker
    }

    fn search(typed: &str) -> Vec<Key> {
        typed.chars().map(Key::Char).collect()
    }

    fn shown(picker: &Picker) -> Vec<String> {
        let name = |(line, _): (String, bool)| line.split("  ").next().unwrap().to_owned();
        picker.lines().into_iter().map(name).collect()
    }

    #[test]
    fn rows_align_their_columns() {
        let lines: Vec<_> = sample().iter().map(ToString::to_string).collect();
        assert_eq!(lines[0], "Prod-Admin  111122223333  ops@example.com");
        assert_eq!(lines[2], "Other       777788889999");
    }

    #[test]
    fn narrow_rows_leave_out_or_shorten_columns() {
        let row = |name: &str, account: &str, session: &str| {
            [name, "111122223333", account, "eu-west-1", session].map(str::to_owned)
        };
        let fitted = |columns: [[String; 5]; 2], width| {
            let mut rows = rows(columns);
            fit(&mut rows, width);
            rows.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let account = "Sample Production (Europe)";
        let same = [row("dev", account, "corp"), row("prod", "Other", "corp")];
        let whole = "dev   111122223333  Sample Production (Europe)  eu-west-1  corp";
        assert_eq!(fitted(same.clone(), 63)[0], whole);
        assert_eq!(fitted(same.clone(), 60)[0], whole.strip_suffix("  corp").unwrap());
        assert_eq!(fitted(same.clone(), 50)[0], "dev   111122223333  Sample Production (Europe)");
        assert_eq!(fitted(same, 30)[0], "dev   Sample Production (Euro…");
        let two = [row("dev", account, "corp"), row("prod", "Other", "partner")];
        let expected = ["dev   Sample Product…  corp", "prod  Other            partner"];
        assert_eq!(fitted(two, 30), expected);
    }

    #[test]
    fn search_filters_every_column() {
        let matches = |typed: &str| shown(&picker(9, &search(typed)));
        assert_eq!(matches("4444"), ["> Dev-Admin"]);
        assert_eq!(matches("admin ops"), ["> Prod-Admin"]);
        assert_eq!(matches("padm"), ["> Prod-Admin"]);
    }

    #[test]
    fn search_without_a_match_says_so_and_ctrl_u_clears_it() {
        let mut picker = picker(9, &search("xyz"));
        assert_eq!(picker.lines()[0].0, "  no match; Ctrl-U clears the search");
        assert!(picker.help().starts_with("[0 of 3 · "));
        assert!(matches!(picker.handle(&Key::Enter), Action::None));
        picker.handle(&Key::Char('\u{15}'));
        assert_eq!(picker.lines().len(), 3);
        assert!(picker.help().starts_with("[3 in all · "));
        assert_eq!(picker.search(9), (String::new(), 0));
    }

    #[test]
    fn keys_move_the_highlighted_row_through_the_pages() {
        let check = |keys: &[Key], expected: [&str; 2]| {
            assert_eq!(shown(&picker(2, keys)), expected, "{keys:?}");
        };
        check(&[], ["> Prod-Admin", "v Dev-Admin"]);
        check(&[Key::ArrowUp], ["^ Dev-Admin", "> Other"]);
        check(&[Key::End, Key::ArrowDown], ["> Prod-Admin", "v Dev-Admin"]);
        check(&[Key::PageDown, Key::Char('\u{10}')], ["", "> Dev-Admin"]);
        let mut picker = picker(2, &[Key::ArrowDown]);
        let Action::Select(row) = picker.handle(&Key::Enter) else { panic!("{picker:?}") };
        assert_eq!((row.index(), row.name()), (1, "Dev-Admin"));
    }

    #[test]
    fn search_in_five_thousand_rows_is_fast() {
        let rows = rows((0..5000).map(|n| [format!("Sample-{n}"), format!("{n:012}")]));
        assert_eq!(matching(&rows, "sample-4999")[0], 4999);
    }

    #[test]
    fn natural_order_compares_numbers_by_value() {
        let mut names = ["b", "a10", "A2", "a1b", "a010"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["a1b", "A2", "a10", "a010", "b"]);
    }
}
