//! The grammar of JSON.
//!
//! <https://www.rfc-editor.org/rfc/rfc8259>

use std::borrow::Cow;

use crate::escape::unescape;

/// Steps over a text, part by part.
///
/// A step that answers `None` stops at the byte where the text is no longer JSON: at its end, if
/// what is there might go on to be.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes were stepped over.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The members of an object, their values as JSON.
    pub(crate) fn members(&mut self) -> Option<Vec<(Cow<'a, str>, &'a str)>> {
        let mut members = Vec::new();
        self.list(b'{', b'}', &mut |scanner| {
            members.push((unescape(scanner.key()?)?, scanner.value()?));
            Some(())
        })?;
        Some(members)
    }

    /// The elements of an array, as JSON.
    pub(crate) fn elements(&mut self) -> Option<Vec<&'a str>> {
        let mut elements = Vec::new();
        self.list(b'[', b']', &mut |scanner| {
            elements.push(scanner.value()?);
            Some(())
        })?;
        Some(elements)
    }

    /// Any value.
    pub(crate) fn value(&mut self) -> Option<&'a str> {
        self.space();
        let start = self.at;
        // What closes the brackets that are open: kept here, since a stack of calls has an end.
        let mut open = Vec::new();
        loop {
            self.space();
            match self.peek()? {
                bracket @ (b'{' | b'[') => {
                    self.at += 1;
                    let close = if bracket == b'{' { b'}' } else { b']' };
                    open.push(close);
                    self.space();
                    if self.peek()? != close {
                        self.item(close)?;
                        continue;
                    }
                }
                b'"' => drop(self.string()?),
                b'n' => self.word("null")?,
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                _ => self.number()?,
            }
            while let Some(&close) = open.last() {
                self.space();
                if !self.eat(close) {
                    self.expect(b',')?;
                    self.item(close)?;
                    break;
                }
                open.pop();
            }
            if open.is_empty() {
                return Some(&self.text[start..self.at]);
            }
        }
    }

    /// A string: what is between its quotes, as written.
    pub(crate) fn string(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.escape()?,
                ..b' ' => return None,
                _ => self.at += 1,
            }
        }
        let text = &self.text[start..self.at];
        self.at += 1;
        Some(text)
    }

    /// The end of the text.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.space();
        (self.at == self.text.len()).then_some(())
    }

    fn list(
        &mut self,
        open: u8,
        close: u8,
        item: &mut dyn FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.space();
        self.expect(open)?;
        self.space();
        if self.eat(close) {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.eat(close) {
                return Some(());
            }
            self.expect(b',')?;
        }
    }

    /// What comes before a value between these brackets.
    fn item(&mut self, close: u8) -> Option<()> {
        if close == b'}' { self.key().map(drop) } else { Some(()) }
    }

    fn key(&mut self) -> Option<&'a str> {
        self.space();
        let key = self.string()?;
        self.space();
        self.expect(b':')?;
        Some(key)
    }

    fn escape(&mut self) -> Option<()> {
        self.expect(b'\\')?;
        match self.peek()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
            b'u' => {
                self.at += 1;
                for _ in 0..4 {
                    self.one(u8::is_ascii_hexdigit)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        self.one(u8::is_ascii_digit)?;
        while self.one(u8::is_ascii_digit).is_some() {}
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        word.bytes().try_for_each(|byte| self.expect(byte))
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    /// Steps over this byte, if it is next.
    fn eat(&mut self, byte: u8) -> bool {
        self.one(|next| *next == byte).is_some()
    }

    /// Steps over a byte of a kind.
    fn one(&mut self, kind: impl Fn(&u8) -> bool) -> Option<()> {
        self.peek().filter(kind)?;
        self.at += 1;
        Some(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
