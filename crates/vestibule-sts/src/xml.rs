//! As much XML as the query protocol uses: elements with text, no more than a few deep.
//!
//! <https://www.w3.org/TR/2008/REC-xml-20081126/>. Attributes are skipped, and a document type is
//! refused: with it go entities of one's own and all that can be done with them.
//! The parser is nom's, which reads our config files anyway; a crate for XML would be one more.

use std::borrow::Cow;

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_until, take_while_m_n};
use nom::character::complete::{char, multispace0};
use nom::combinator::{map, opt, value};
use nom::multi::many0_count;
use nom::sequence::{delimited, pair, preceded, terminated};
use nom::{IResult, Parser};

/// AWS's own documents are five deep, and have a dozen texts. Without bounds, a hostile one would
/// cost its size squared.
const DEEPEST: usize = 16;
const LONGEST_NAME: usize = 64;
const MOST_TEXTS: usize = 256;

/// The texts of a document, each with the path of its element.
#[derive(Debug)]
pub(crate) struct Document<'a>(Vec<(String, Cow<'a, str>)>);

impl<'a> Document<'a> {
    /// Reads a whole document. `None` for anything that is not well-formed, or is too deep.
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut rest = std::str::from_utf8(body).ok()?;
        let mut texts = Vec::new();
        let mut open: Vec<Element<'a>> = Vec::new();
        // The names of the open elements, a slash before each.
        let mut path = String::new();
        let mut rooted = false;
        while !rest.is_empty() && texts.len() < MOST_TEXTS {
            let (after, token) = token(rest).ok()?;
            rest = after;
            match token {
                Token::Aside => {}
                Token::Open(name) if open.len() < DEEPEST && !(open.is_empty() && rooted) => {
                    rooted = true;
                    if let Some(parent) = open.last_mut() {
                        parent.is_leaf = false;
                    }
                    open.push(Element { name, text: Cow::Borrowed(""), is_leaf: true });
                    path.extend(["/", name]);
                }
                Token::Open(_) => return None,
                Token::Close(name) => {
                    let closed = open.pop().filter(|closed| closed.name == name)?;
                    if closed.is_leaf {
                        texts.push((path[1..].to_owned(), closed.text));
                    }
                    path.truncate(path.len() - "/".len() - name.len());
                }
                Token::Empty(name) => {
                    let parent = open.last_mut()?;
                    parent.is_leaf = false;
                    texts.push((format!("{}/{name}", &path[1..]), Cow::Borrowed("")));
                }
                Token::Text(text) => match open.last_mut() {
                    Some(element) if element.text.is_empty() => element.text = unescape(text)?,
                    Some(element) => element.text.to_mut().push_str(&unescape(text)?),
                    None if text.trim().is_empty() => {}
                    None => return None,
                },
            }
        }
        (rooted && open.is_empty() && rest.is_empty()).then_some(Self(texts))
    }

    /// The text of the first element at this path, the root's name included.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(at, _)| at == path).map(|(_, text)| text.as_ref())
    }
}

struct Element<'a> {
    name: &'a str,
    text: Cow<'a, str>,
    is_leaf: bool,
}

#[derive(Clone, Copy)]
enum Token<'a> {
    Open(&'a str),
    Empty(&'a str),
    Close(&'a str),
    Text(&'a str),
    /// A declaration or a comment.
    Aside,
}

fn token(input: &str) -> IResult<&str, Token<'_>> {
    alt((
        value(Token::Aside, delimited(tag("<?"), take_until("?>"), tag("?>"))),
        value(Token::Aside, delimited(tag("<!--"), take_until("-->"), tag("-->"))),
        map(delimited(tag("</"), name, pair(multispace0, char('>'))), Token::Close),
        element,
        map(is_not("<"), Token::Text),
    ))
    .parse(input)
}

/// `<name a="1" b='2'>` or `<name/>`.
fn element(input: &str) -> IResult<&str, Token<'_>> {
    let (rest, name) = preceded(char('<'), name).parse(input)?;
    let (rest, _) =
        terminated(many0_count(preceded(multispace0, attribute)), multispace0).parse(rest)?;
    let (rest, slash) = terminated(opt(char('/')), char('>')).parse(rest)?;
    Ok((rest, if slash.is_some() { Token::Empty(name) } else { Token::Open(name) }))
}

fn attribute(input: &str) -> IResult<&str, ()> {
    let equals = delimited(multispace0, char('='), multispace0);
    let quoted = alt((
        delimited(char('"'), opt(is_not("\"<")), char('"')),
        delimited(char('\''), opt(is_not("'<")), char('\'')),
    ));
    value((), (name, equals, quoted)).parse(input)
}

fn name(input: &str) -> IResult<&str, &str> {
    let may_occur = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.');
    take_while_m_n(1, LONGEST_NAME, may_occur).parse(input)
}

/// The text that is meant; `None` for a reference to an entity that is not XML's own.
fn unescape(text: &str) -> Option<Cow<'_, str>> {
    let Some((plain, escaped)) = text.split_once('&') else { return Some(Cow::Borrowed(text)) };
    let mut meant = plain.to_owned();
    for piece in escaped.split('&') {
        let (entity, after) = piece.split_once(';')?;
        meant.push(character(entity)?);
        meant.push_str(after);
    }
    Some(Cow::Owned(meant))
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
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
        assert_eq!(lines.as_deref().unwrap_or("refused"), expected, "{xml}");
    }

    #[test]
    fn leaves_have_paths_and_texts() {
        check("<a><b>1</b><c><d>2</d></c></a>", "a/b=1 a/c/d=2");
        check("<?xml version=\"1.0\"?>\n<a x='1' y = \"&lt;\">\n  <b>1</b>\n</a>\n", "a/b=1");
        check("<a><b/><c></c></a>", "a/b= a/c=");
        check("<a><!-- <b>0</b> --><b>1</b></a>", "a/b=1");
        check("<a>x<!-- y -->z</a>", "a=xz");
        check("<a>1 &lt; 2 &amp;&#x26;&#38; &quot;&apos;&gt;</a>", "a=1 < 2 &&& \"'>");
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for xml in [
            "",
            "text",
            "<a>",
            "<a><b></a></b>",
            "<a></a><b></b>",
            "</a>",
            "<a/>",
            "<a>&nbsp;</a>",
            "<a>&amp</a>",
            "<a>&#xD800;</a>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "<a b=1></a>",
            "<html><p>busy<br></html>",
        ] {
            check(xml, "refused");
        }
        check(&format!("{}x{}", "<a>".repeat(17), "</a>".repeat(17)), "refused");
        check(&format!("<a>{}</a>", "<b/>".repeat(257)), "refused");
        check(&format!("<{0}></{0}>", "a".repeat(65)), "refused");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in "[<>/&;a-c!?=\"' #x-]{0,60}") {
            let _ = Document::parse(body.as_bytes());
        }

        #[test]
        fn any_text_survives_escaping(text in "[^\u{0}]{0,40}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
            let xml = format!("<a><b>{escaped}</b></a>");
            let document = Document::parse(xml.as_bytes()).unwrap();
            prop_assert_eq!(document.get("a/b"), Some(text.as_str()));
        }
    }
}
