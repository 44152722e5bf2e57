//! Two files, and how to make them smaller.

use std::fmt;

use crate::mismatch::Checked;

/// The two files; `None` is one that does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) config: Option<Vec<u8>>,
    pub(super) credentials: Option<Vec<u8>>,
}

impl Input {
    /// The fewest lines that still `fails`.
    pub(super) fn by_lines(&self, fails: impl FnMut(&Self) -> Checked<bool>) -> Checked<Self> {
        let pieces = |bytes: &[u8]| -> Vec<Vec<u8>> {
            bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
        };
        self.shrunk(pieces, fails)
    }

    /// The fewest characters that still `fails`.
    pub(super) fn by_characters(&self, fails: impl FnMut(&Self) -> Checked<bool>) -> Checked<Self> {
        let pieces = |bytes: &[u8]| -> Vec<Vec<u8>> {
            match str::from_utf8(bytes) {
                Ok(text) => text.chars().map(|it| it.to_string().into_bytes()).collect(),
                Err(_) => bytes.iter().map(|&byte| vec![byte]).collect(),
            }
        };
        self.shrunk(pieces, fails)
    }

    /// Leaves out every piece that can be spared, halves first, until none can be.
    fn shrunk(
        &self,
        pieces: impl Fn(&[u8]) -> Vec<Vec<u8>>,
        mut fails: impl FnMut(&Self) -> Checked<bool>,
    ) -> Checked<Self> {
        let of = |file: &Option<Vec<u8>>, number| -> Vec<(u8, Vec<u8>)> {
            let pieces = pieces(file.as_deref().unwrap_or_default());
            pieces.into_iter().map(|piece| (number, piece)).collect()
        };
        let mut left = [of(&self.config, 0), of(&self.credentials, 1)].concat();
        let mut size = left.len();
        while 0 < size {
            let before = left.len();
            let mut at = left.len();
            while 0 < at {
                at = at.saturating_sub(size);
                let end = left.len().min(at + size);
                let without = [&left[..at], &left[end..]].concat();
                if fails(&self.of_pieces(&without))? {
                    left = without;
                }
            }
            if size == 1 && left.len() < before {
                continue;
            }
            size /= 2;
        }
        Ok(self.of_pieces(&left))
    }

    fn of_pieces(&self, pieces: &[(u8, Vec<u8>)]) -> Self {
        let file = |number, was: &Option<Vec<u8>>| {
            was.as_ref().map(|_| {
                let own = pieces.iter().filter(|(file, _)| *file == number);
                own.flat_map(|(_, piece)| piece.iter().copied()).collect()
            })
        };
        Self { config: file(0, &self.config), credentials: file(1, &self.credentials) }
    }
}

/// As literals, so that nothing in them is unseen.
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
    fn what_is_not_needed_is_left_out() {
        let has = |file: &Option<Vec<u8>>, part: &str| {
            let text = String::from_utf8(file.clone().unwrap()).unwrap();
            text.contains(part)
        };
        let fails = |it: &Input| Ok(has(&it.config, "c\n") && has(&it.credentials, "x"));
        let whole = input("a\nb\nc\nd\n", "u\nv\nxy\n");
        let lines = whole.by_lines(fails).unwrap();
        assert_eq!(lines, input("c\n", "xy\n"));
        assert_eq!(lines.by_characters(fails).unwrap(), input("c\n", "x"));
    }

    #[test]
    fn a_file_that_does_not_exist_stays_away() {
        let input = Input { config: Some("a\n".into()), credentials: None };
        assert_eq!(input.by_lines(|_| Ok(false)).unwrap(), input);
        let nothing = Input { config: Some(Vec::new()), credentials: None };
        assert_eq!(input.by_lines(|_| Ok(true)).unwrap(), nothing);
    }
}
