//! Tables that fit the width of the terminal.

use crate::printer::{Printer, Tone};
use crate::screen;

/// Blanks between two columns.
pub(crate) const GAP: usize = 2;
/// Columns are not cut below this width.
const MIN_WIDTH: usize = 8;

/// A cell and its tone.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    tone: Option<Tone>,
}

impl Cell {
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: screen::printable(&text.into()), tone: Some(tone) }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: screen::printable(text.as_ref()), tone: None }
    }
}

/// Returns the lines of a table. If it is too wide, the widest columns are cut first.
pub(crate) fn lines<const N: usize>(
    printer: &Printer,
    heads: [&str; N],
    rows: &[[Cell; N]],
    width: usize,
) -> Vec<String> {
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| screen::text_width(&row[column].text));
        cells.chain([screen::text_width(heads[column])]).max().unwrap_or_default()
    };
    let mut widths: [usize; N] = std::array::from_fn(widest);
    let total = widths.iter().sum::<usize>() + GAP * N.saturating_sub(1);
    shorten_widest(&mut widths, total.saturating_sub(width), MIN_WIDTH);
    let head = heads.map(|head| Cell::toned(head, Tone::Quiet));
    [&head].into_iter().chain(rows).map(|row| line(printer, row, &widths)).collect()
}

/// Shortens the widest columns by this many characters in all, but none below the minimum.
pub(crate) fn shorten_widest(widths: &mut [usize], excess: usize, minimum: usize) {
    for _ in 0..excess {
        let widest = widths.iter_mut().max().filter(|widest| minimum < **widest);
        let Some(widest) = widest else { return };
        *widest -= 1;
    }
}

fn line(printer: &Printer, row: &[Cell], widths: &[usize]) -> String {
    let mut line = String::new();
    let mut padding = 0;
    for (cell, &width) in row.iter().zip(widths) {
        let text = screen::cut(&cell.text, width);
        // Padding is written only before another cell, so that no line ends in blanks.
        if !text.is_empty() {
            line.extend(std::iter::repeat_n(' ', padding));
            padding = 0;
            line += &cell.tone.map_or_else(|| text.clone(), |tone| printer.tone(tone, &text));
        }
        padding += width.saturating_sub(screen::text_width(&text)) + GAP;
    }
    line
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::args::Color;

    #[track_caller]
    fn check(color: Color, width: usize, expect: &Expect) {
        let rows = [
            ["111122223333", "Sample Production (Europe)", "sample-production@example.com"],
            ["444455556666", "開発\u{1b}[31m", ""],
            ["777788889999", "", "ops@example.com"],
        ];
        let rows = rows.map(|row| row.map(Cell::from));
        let printer = Printer::of_text(color);
        let lines = lines(&printer, ["ACCOUNT", "NAME", "EMAIL"], &rows, width);
        assert!(lines.iter().all(|line| screen::text_width(line) <= width));
        expect.assert_eq(&lines.join("\n").replace('\u{1b}', "␛"));
    }

    #[test]
    fn table_columns_fit_their_cells() {
        check(
            Color::Never,
            120,
            &expect![[r#"
            ACCOUNT       NAME                        EMAIL
            111122223333  Sample Production (Europe)  sample-production@example.com
            444455556666  開発\u{1b}[31m
            777788889999                              ops@example.com"#]],
        );
    }

    #[test]
    fn table_narrow_terminal_cuts_the_widest_columns() {
        check(
            Color::Never,
            50,
            &expect![[r#"
            ACCOUNT       NAME               EMAIL
            111122223333  Sample Productio…  sample-productio…
            444455556666  開発\u{1b}[31m
            777788889999                     ops@example.com"#]],
        );
        check(
            Color::Always,
            30,
            &expect![[r#"
            ␛[2mACCOUNT␛[0m    ␛[2mNAME␛[0m       ␛[2mEMAIL␛[0m
            11112222…  Sample P…  sample-…
            44445555…  開発\u{1…
            77778888…             ops@exa…"#]],
        );
    }
}
