//! The code of a page of the documentation.

/// One block of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "only tests of this package use it")]
pub struct Snippet<'a> {
    /// The word after the backquotes.
    pub language: &'a str,
    /// The lines, each with its end.
    pub text: &'a str,
    /// The name of the file that the block is, if the line before it ends with one and a colon.
    pub file: Option<&'a str>,
}

/// Returns the blocks of code of a page, in order.
#[must_use]
pub fn snippets(page: &str) -> Vec<Snippet<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("\n```") {
        let name = before.trim_end().strip_suffix("`:").and_then(|text| text.rsplit_once('`'));
        let Some((language, after)) = after.split_once('\n') else { break };
        let Some((text, after)) = after.split_once("```") else { break };
        found.push(Snippet { language, text, file: name.map(|(_, name)| name) });
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippet_has_language_text_and_the_name_of_its_file() {
        let page = "# Page\n\nSee `x`.\nIn `a.toml`:\n\n```toml\na = 1\n```\n\nThen `y`\n\n```sh\ntrue\n```\n";
        let toml = Snippet { language: "toml", text: "a = 1\n", file: Some("a.toml") };
        let sh = Snippet { language: "sh", text: "true\n", file: None };
        assert_eq!(snippets(page), [toml, sh]);
    }
}
