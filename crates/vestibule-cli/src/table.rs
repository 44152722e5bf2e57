//! Rows and columns for people, as wide as the terminal and no wider.

use crate::printer::{Printer, Tone};
use crate::screen;

/// Between two columns.
const GAP: usize = 2;
/// No column is cut to less, so that there is something to recognize.
const NARROWEST: usize = 8;

/// A cell, and what its color means.
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

/// The lines of a table. Where it does not fit, the widest columns give way first.
pub(crate) fn lines<const N: usize>(
    printer: &Printer,
    heads: [&str; N],
    rows: &[[Cell; N]],
    width: usize,
) -> Vec<String> {
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| screen::width_of(&row[column].text));
        cells.chain([screen::width_of(heads[column])]).max().unwrap_or_default()
    };
    let mut widths: [usize; N] = std::array::from_fn(widest);
    fit(&mut widths, width.saturating_sub(GAP * N.saturating_sub(1)));
    let head = heads.map(|head| Cell::toned(head, Tone::Quiet));
    [&head].into_iter().chain(rows).map(|row| line(printer, row, &widths)).collect()
}

fn fit(widths: &mut [usize], room: usize) {
    while room < widths.iter().sum() {
        let Some(widest) = widths.iter_mut().max().filter(|widest| NARROWEST < **widest) else {
            return;
        };
        *widest -= 1;
    }
}

fn line(printer: &Printer, row: &[Cell], widths: &[usize]) -> String {
    let mut line = String::new();
    let mut owed = 0;
    for (cell, &width) in row.iter().zip(widths) {
        let text = screen::cut(&cell.text, width);
        // Blanks are owed until something follows, so that no line ends in them.
        if !text.is_empty() {
            line.extend(std::iter::repeat_n(' ', owed));
            owed = 0;
            line += &cell.tone.map_or_else(|| text.clone(), |tone| printer.tone(tone, &text));
        }
        owed += width.saturating_sub(screen::width_of(&text)) + GAP;
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
        let printer = Printer::new(false, color, false);
        let lines = lines(&printer, ["ACCOUNT", "NAME", "EMAIL"], &rows, width);
        assert!(lines.iter().all(|line| screen::width_of(line) <= width));
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
            444455556666  開発[31m
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
            444455556666  開発[31m
            777788889999                     ops@example.com"#]],
        );
        check(
            Color::Always,
            30,
            &expect![[r#"
            ␛[2mACCOUNT␛[0m    ␛[2mNAME␛[0m       ␛[2mEMAIL␛[0m
            11112222…  Sample P…  sample-…
            44445555…  開発[31m
            77778888…             ops@exa…"#]],
        );
    }
}
