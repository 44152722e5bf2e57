//! Reading of the XML documents of the query protocol: elements with text, a few levels deep.
//!
//! Attributes are skipped. A document type is an error, so that there are no entities but those of
//! XML itself.

use std::borrow::Cow;

use xmlparser::{ElementEnd, Reference, Stream, Token, Tokenizer};

/// AWS's own documents have five levels and a dozen texts. Without bounds, a hostile document would
/// cost time and memory beyond its size.
const MAX_DEPTH: usize = 16;
const MAX_PATH: usize = 1024;
const MAX_TEXTS: usize = 256;

/// The texts of a document's leaf elements, each with the path of its element.
#[derive(Debug)]
pub(crate) struct Document<'a>(Vec<(String, Cow<'a, str>)>);

impl<'a> Document<'a> {
    /// Reads a whole document. `None` if it is not well-formed or exceeds a bound.
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut texts = Vec::new();
        // The names of the open elements, each with a slash before it.
        let mut path = String::new();
        let mut depth = 0;
        let mut text = Cow::Borrowed("");
        let mut is_leaf = false;
        for token in Tokenizer::from(std::str::from_utf8(body).ok()?) {
            match token.ok()? {
                Token::ElementStart { span, .. } if depth < MAX_DEPTH => {
                    depth += 1;
                    path.push('/');
                    path.push_str(span.strip_prefix('<')?);
                    text = Cow::Borrowed("");
                    is_leaf = true;
                }
                Token::ElementEnd { end: ElementEnd::Open, .. }
                | Token::Attribute { .. }
                | Token::Declaration { .. }
                | Token::Comment { .. }
                | Token::ProcessingInstruction { .. } => {}
                Token::ElementEnd { end, span } => {
                    let (outer, name) = path.rsplit_once('/')?;
                    if end != ElementEnd::Empty && closed_name(&span) != Some(name) {
                        return None;
                    }
                    if is_leaf {
                        texts.push((path[1..].to_owned(), std::mem::take(&mut text)));
                    }
                    is_leaf = false;
                    depth -= 1;
                    path.truncate(outer.len());
                }
                Token::Text { text: piece } => append_resolved(&mut text, piece.as_str())?,
                Token::Cdata { text: piece, .. } => append(&mut text, piece.as_str()),
                _ => return None,
            }
            if MAX_TEXTS < texts.len() || MAX_PATH < path.len() {
                return None;
            }
        }
        // A document that ends has at least one leaf.
        (depth == 0 && !texts.is_empty()).then_some(Self(texts))
    }

    /// Returns the text of the first leaf at this path, which starts with the root's name.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(at, _)| at == path).map(|(_, text)| text.as_ref())
    }
}

/// Returns the name in an end tag; the tokenizer does not compare it with that of the start tag.
fn closed_name(tag: &str) -> Option<&str> {
    Some(tag.strip_prefix("</")?.strip_suffix('>')?.trim_end())
}

/// Borrows the text of an element that consists of one piece.
fn append<'a>(text: &mut Cow<'a, str>, piece: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(piece);
    } else {
        text.to_mut().push_str(piece);
    }
}

/// Appends a piece with its references resolved. `None` if one is not of XML itself, or to no character.
fn append_resolved<'a>(text: &mut Cow<'a, str>, piece: &'a str) -> Option<()> {
    let mut rest = piece;
    while let Some(start) = rest.find('&') {
        append(text, &rest[..start]);
        let mut stream = Stream::from(&rest[start..]);
        match stream.consume_reference().ok()? {
            // A number that is not of a character is read as this one.
            Reference::Char(char::REPLACEMENT_CHARACTER) | Reference::Entity(_) => return None,
            Reference::Char(character) => text.to_mut().push(character),
        }
        rest = &rest[start + stream.pos()..];
    }
    append(text, rest);
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(xml: &str, expected: &str) {
        let lines = Document::parse(xml.as_bytes()).map(|document| {
            let lines = document.0.iter().map(|(path, text)| format!("{path}={text}"));
            lines.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(lines.as_deref().unwrap_or("error"), expected, "{xml}");
    }

    #[test]
    fn leaf_elements_have_paths_and_texts() {
        check("<a><b>1</b><c><d>2</d></c></a>", "a/b=1 a/c/d=2");
        check("<?xml version=\"1.0\"?>\n<a x='1' y = \"&lt;\">\n  <b>1</b>\n</a>\n", "a/b=1");
        check("<a><b/><c></c></a>", "a/b= a/c=");
        check("<a>0<b>1</b>2</a>", "a/b=1");
        check("<x:a xmlns:x='y'><x:b>1</x:b ></x:a>", "x:a/x:b=1");
        check("<a/>", "a=");
        check("<a><!-- <b>0</b> --><b>1</b></a>", "a/b=1");
        check("<a>x<!-- y -->z</a>", "a=xz");
        check("<a>x<![CDATA[<&]]></a>", "a=x<&");
        check("<a>1 &lt; 2 &amp;&#x26;&#38; &quot;&apos;&gt;</a>", "a=1 < 2 &&& \"'>");
    }

    #[test]
    fn malformed_document_is_an_error() {
        for xml in [
            "",
            "text",
            "<a>",
            "<a><b></a></b>",
            "<a></a><b></b>",
            "<a></a>text",
            "text<a></a>",
            "<a></a><![CDATA[text]]>",
            "<![CDATA[text]]><a></a>",
            "<a></a>&lt;",
            "</a>",
            "<a>&nbsp;</a>",
            "<a>&amp</a>",
            "<a>&#xD800;</a>",
            "<a>\u{1}</a>",
            "<a>]]></a>",
            "<x:a></y:a>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "<html><p>busy<br></html>",
        ] {
            check(xml, "error");
        }
    }

    #[test]
    fn document_beyond_a_bound_is_an_error() {
        let nested = |depth| format!("{}x{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(Document::parse(nested(16).as_bytes()).is_some());
        check(&nested(17), "error");
        let leaves = |count| format!("<a>{}</a>", "<b/>".repeat(count));
        assert!(Document::parse(leaves(256).as_bytes()).is_some());
        check(&leaves(257), "error");
        let named = |length| format!("<{0}></{0}>", "a".repeat(length));
        assert!(Document::parse(named(1023).as_bytes()).is_some());
        check(&named(1024), "error");
    }

    proptest! {
        #[test]
        fn any_bytes_parse_without_panic(body in "[<>/&;a-c!?=\"' #x-]{0,60}") {
            let _ = Document::parse(body.as_bytes());
        }

        // Any characters that XML has.
        #[test]
        fn escaped_text_is_read_unchanged(
            text in "[^\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{fffe}\u{ffff}]{0,40}",
        ) {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let xml = format!("<a><b>{escaped}</b></a>");
            let document = Document::parse(xml.as_bytes()).unwrap();
            prop_assert_eq!(document.get("a/b"), Some(text.as_str()));
        }
    }
}
