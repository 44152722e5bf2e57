//! An input of two files, and shrinking it.

use std::fmt;

use crate::mismatch::Checked;

/// The config and the credentials file; `None` if a file does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) config: Option<Vec<u8>>,
    pub(super) credentials: Option<Vec<u8>>,
}

impl Input {
    /// Shrinks to the fewest lines for which `fails` is still true.
    pub(super) fn shrink_lines(&self, fails: impl FnMut(&Self) -> Checked<bool>) -> Checked<Self> {
        let pieces = |bytes: &[u8]| -> Vec<Vec<u8>> {
            bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
        };
        self.shrink(pieces, fails)
    }

    /// Shrinks to the fewest characters for which `fails` is still true.
    pub(super) fn shrink_characters(
        &self,
        fails: impl FnMut(&Self) -> Checked<bool>,
    ) -> Checked<Self> {
        let pieces = |bytes: &[u8]| -> Vec<Vec<u8>> {
            match str::from_utf8(bytes) {
                Ok(text) => text.chars().map(|it| it.to_string().into_bytes()).collect(),
                Err(_) => bytes.iter().map(|&byte| vec![byte]).collect(),
            }
        };
        self.shrink(pieces, fails)
    }

    /// Removes runs of pieces, halves first, until no single piece can be removed.
    fn shrink(
        &self,
        pieces: impl Fn(&[u8]) -> Vec<Vec<u8>>,
        mut fails: impl FnMut(&Self) -> Checked<bool>,
    ) -> Checked<Self> {
        let numbered_pieces = |file: &Option<Vec<u8>>, number| -> Vec<(u8, Vec<u8>)> {
            let pieces = pieces(file.as_deref().unwrap_or_default());
            pieces.into_iter().map(|piece| (number, piece)).collect()
        };
        let mut kept =
            [numbered_pieces(&self.config, 0), numbered_pieces(&self.credentials, 1)].concat();
        let mut size = kept.len();
        while 0 < size {
            let before = kept.len();
            let mut start = kept.len();
            while 0 < start {
                start = start.saturating_sub(size);
                let end = kept.len().min(start + size);
                let without = [&kept[..start], &kept[end..]].concat();
                if fails(&self.with_pieces(&without))? {
                    kept = without;
                }
            }
            if size == 1 && kept.len() < before {
                continue;
            }
            size /= 2;
        }
        Ok(self.with_pieces(&kept))
    }

    fn with_pieces(&self, pieces: &[(u8, Vec<u8>)]) -> Self {
        let file = |number, original: &Option<Vec<u8>>| {
            original.as_ref().map(|_| {
                let own = pieces.iter().filter(|(file, _)| *file == number);
                own.flat_map(|(_, piece)| piece.iter().copied()).collect()
            })
        };
        Self { config: file(0, &self.config), credentials: file(1, &self.credentials) }
    }
}

/// Shows the files as escaped literals, so that control characters are visible.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = [("config", &self.config), ("credentials", &self.credentials)];
        for (name, bytes) in files {
            match bytes {
                None => writeln!(f, "  {name}: no file")?,
                Some(bytes) => writeln!(f, "  {name}: \"{}\"", bytes.escape_ascii())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(config: &str, credentials: &str) -> Input {
        Input { config: Some(config.into()), credentials: Some(credentials.into()) }
    }

    #[test]
    fn shrunk_input_is_minimal() {
        let has = |file: &Option<Vec<u8>>, part: &str| {
            let text = String::from_utf8(file.clone().unwrap()).unwrap();
            text.contains(part)
        };
        let fails = |it: &Input| Ok(has(&it.config, "c\n") && has(&it.credentials, "x"));
        let whole = input("a\nb\nc\nd\n", "u\nv\nxy\n");
        let lines = whole.shrink_lines(fails).unwrap();
        assert_eq!(lines, input("c\n", "xy\n"));
        assert_eq!(lines.shrink_characters(fails).unwrap(), input("c\n", "x"));
    }

    #[test]
    fn missing_file_stays_missing() {
        let input = Input { config: Some("a\n".into()), credentials: None };
        assert_eq!(input.shrink_lines(|_| Ok(false)).unwrap(), input);
        let empty = Input { config: Some(Vec::new()), credentials: None };
        assert_eq!(input.shrink_lines(|_| Ok(true)).unwrap(), empty);
    }
}
