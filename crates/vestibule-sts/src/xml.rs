//! Reading of the XML documents of the query protocol: elements with text, a few levels deep.
//!
//! Attributes are skipped. A document type is an error, so that there are no entities but those of
//! XML itself.

use std::borrow::Cow;

use quick_xml::events::{BytesRef, Event};
use quick_xml::{Reader, escape};

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
        let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
        reader.config_mut().expand_empty_elements = true;
        let mut texts = Vec::new();
        // The names of the open elements, each with a slash before it.
        let mut path = String::new();
        let mut depth = 0;
        let mut text = Cow::Borrowed("");
        let mut is_leaf = false;
        loop {
            match reader.read_event().ok()? {
                Event::Start(element) if depth < MAX_DEPTH && (depth > 0 || path.is_empty()) => {
                    depth += 1;
                    path.push('/');
                    path.push_str(element.name().into_inner());
                    text = Cow::Borrowed("");
                    is_leaf = true;
                }
                Event::End(_) => {
                    if is_leaf {
                        texts.push((path[1..].to_owned(), std::mem::take(&mut text)));
                    }
                    is_leaf = false;
                    depth -= 1;
                    // The root stays, so that a second one is an error.
                    if depth > 0 {
                        path.truncate(path.rfind('/')?);
                    }
                }
                Event::Text(content) if depth > 0 => append(&mut text, content.into_inner()),
                Event::CData(content) if depth > 0 => append(&mut text, content.into_inner()),
                Event::GeneralRef(reference) if depth > 0 => {
                    text.to_mut().push(resolve(&reference)?);
                }
                Event::Text(content) if content.trim().is_empty() => {}
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return (depth == 0 && !path.is_empty()).then_some(Self(texts)),
                _ => return None,
            }
            if MAX_TEXTS < texts.len() || MAX_PATH < path.len() {
                return None;
            }
        }
    }

    /// Returns the text of the first leaf at this path, which starts with the root's name.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(at, _)| at == path).map(|(_, text)| text.as_ref())
    }
}

/// Borrows the text of an element that consists of one piece.
fn append<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character);
    }
    escape::resolve_xml_entity(reference)?.chars().next()
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

        #[test]
        fn escaped_text_is_read_unchanged(text in "[^\u{0}]{0,40}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
            let xml = format!("<a><b>{escaped}</b></a>");
            let document = Document::parse(xml.as_bytes()).unwrap();
            prop_assert_eq!(document.get("a/b"), Some(text.as_str()));
        }
    }
}
