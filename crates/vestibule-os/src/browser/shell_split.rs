/// Splits a command line as a POSIX shell would, without expanding anything.
///
/// A quote that is not closed ends with the line.
pub(super) fn shell_split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut argument: Option<String> = None;
    let mut quote = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(end), _) if c == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                argument.get_or_insert_default();
            }
            (None, _) if c.is_whitespace() => arguments.extend(argument.take()),
            (None | Some('"'), '\\') => argument.get_or_insert_default().extend(rest.next()),
            _ => argument.get_or_insert_default().push(c),
        }
    }
    arguments.extend(argument);
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        assert_eq!(shell_split(line), expected);
    }

    #[test]
    fn quotes_and_backslashes_group_arguments() {
        check("", &[]);
        check("  a  b ", &["a", "b"]);
        check(r#"a 'b c' "d e" f\ g"#, &["a", "b c", "d e", "f g"]);
        check(r#"a'b'"c" '' "x\"y" '\'"#, &["abc", "", "x\"y", "\\"]);
        check("'open", &["open"]);
    }
}
