use std::str::FromStr;
use std::time::Duration;

/// A duration on the command line: `90s`, `15m`, `1h30m`, `2d`; a number without unit is seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("`{text}` is not a duration; write `90s`, `15m`, `1h30m` or `2d`");
        let mut total: u64 = 0;
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(invalid());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let number: u64 = rest[..digits].parse().map_err(|_| invalid())?;
            let unit = rest[digits..].chars().next();
            let seconds = match unit {
                None | Some('s') => 1,
                Some('m') => 60,
                Some('h') => 3_600,
                Some('d') => 86_400,
                Some(_) => return Err(invalid()),
            };
            let part = number.checked_mul(seconds).ok_or_else(invalid)?;
            total = total.checked_add(part).ok_or_else(invalid)?;
            rest = &rest[digits + unit.map_or(0, char::len_utf8)..];
        }
        Ok(Self(Duration::from_secs(total)))
    }
}

/// Formats a duration with two units: `1h 30m`, `45s`.
pub(crate) fn spell(span: Duration) -> String {
    let seconds = span.as_secs();
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let first = parts.iter().position(|(count, _)| *count != 0).unwrap_or(3);
    let shown = parts.iter().skip(first).take(2).filter(|(count, _)| *count != 0);
    let words: Vec<String> = shown.map(|(count, unit)| format!("{count}{unit}")).collect();
    if words.is_empty() { "0s".into() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_parses_units() {
        for (text, seconds) in
            [("90", 90), ("90s", 90), ("15m", 900), ("1h30m", 5_400), ("2d", 172_800)]
        {
            assert_eq!(text.parse(), Ok(Span(Duration::from_secs(seconds))), "{text}");
        }
        for text in ["", "m", "15 m", "-1m", "1w", "99999999999999999999s", "999999999999999999d"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn duration_prints_two_units() {
        for (seconds, text) in
            [(0, "0s"), (59, "59s"), (3_600, "1h"), (5_430, "1h 30m"), (90_061, "1d 1h")]
        {
            assert_eq!(spell(Duration::from_secs(seconds)), text);
        }
    }
}
