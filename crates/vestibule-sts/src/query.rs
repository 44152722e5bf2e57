//! AWS's query protocol: a form as question, XML as answer.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use std::borrow::Cow;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use vestibule_wire::{Endpoint, Malformed, Request, Response, ServiceError, Unsendable};

use crate::Error;
use crate::xml::Document;

/// The version of the API that AWS has never changed since.
const VERSION: &str = "2011-06-15";

/// The members of one question, in order.
pub(crate) struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Form<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        Self(vec![("Action".into(), action.into()), ("Version".into(), VERSION.into())])
    }

    /// One member.
    pub(crate) fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        self.0.push((name.into(), value.into()));
    }

    /// One member, if there is a value.
    pub(crate) fn set_if(&mut self, name: &'a str, value: Option<impl Into<Cow<'a, str>>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    pub(crate) fn post(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        at.post("/")
            .form(self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
            .finish()
    }
}

/// A good answer to one question.
pub(crate) struct Answer<'a> {
    status: StatusCode,
    action: &'static str,
    document: Document<'a>,
}

impl<'a> Answer<'a> {
    /// Reads an answer; `secrets` of the question never show in an error.
    pub(crate) fn read(
        response: &'a Response,
        action: &'static str,
        secrets: &[&str],
    ) -> Result<Self, Error> {
        let status = response.status();
        if !status.is_success() {
            return Err(Error::Refused(refusal(response, secrets)));
        }
        let document = Document::parse(response.body()).ok_or_else(|| {
            let expected = format!("an answer to {action} in XML");
            Error::Malformed(Malformed::new(status, expected))
        })?;
        Ok(Self { status, action, document })
    }

    /// The text of a member of the result.
    pub(crate) fn get(&self, member: &str) -> Option<&str> {
        let action = self.action;
        self.document.get(&format!("{action}Response/{action}Result/{member}"))
    }

    /// The text of a member that every answer has, as what it means.
    pub(crate) fn require<T>(
        &self,
        member: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        self.get(member).filter(|text| !text.is_empty()).and_then(read).ok_or_else(|| {
            let expected = format!("{member} in the answer to {}", self.action);
            Error::Malformed(Malformed::new(self.status, expected))
        })
    }
}

/// The code of a bad answer.
pub(crate) fn error_code(response: &Response) -> Option<String> {
    if response.status().is_success() {
        return None;
    }
    Document::parse(response.body())?.get("ErrorResponse/Error/Code").map(str::to_owned)
}

/// What a bad answer says. A proxy's page is told by its content type, never by its content.
fn refusal(response: &Response, secrets: &[&str]) -> ServiceError {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let document = Document::parse(response.body());
    let member = |path| document.as_ref().and_then(|document| document.get(path));
    let code = member("ErrorResponse/Error/Code");
    let words = match (member("ErrorResponse/Error/Message"), header(CONTENT_TYPE.as_str())) {
        (None, Some(kind)) if code.is_none() => {
            Some(Cow::Owned(format!("the answer is {kind}, not an error of STS")))
        }
        (words, _) => words.map(Cow::Borrowed),
    };
    ServiceError::new(response.status(), code, words.as_deref())
        .with_request_id(member("ErrorResponse/RequestId").or(header("x-amzn-requestid")))
        .without(secrets)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(status: u16, kind: &str, body: String) -> Response {
        let response = http::Response::builder().status(status).header(CONTENT_TYPE, kind);
        response.body(Bytes::from(body)).unwrap()
    }

    fn error(code: &str, message: &str) -> String {
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender\
             </Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>c6104cbe</RequestId>\
             </ErrorResponse>"
        )
    }

    #[track_caller]
    fn check(response: &Response, expected: &str) {
        let error = Answer::read(response, "Ask", &["hunter2"]).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn refusals_in_the_services_own_words() {
        let response = answer(403, "text/xml", error("AccessDenied", "not you &amp; not now"));
        check(&response, "AccessDenied: not you & not now (HTTP 403)");
        assert_eq!(error_code(&response).as_deref(), Some("AccessDenied"));
        let Err(Error::Refused(refusal)) = Answer::read(&response, "Ask", &[]) else { panic!() };
        assert_eq!(refusal.request_id.as_deref(), Some("c6104cbe"));
    }

    #[test]
    fn secrets_of_the_question_are_not_repeated() {
        let response = answer(400, "text/xml", error("hunter2", "hunter2 is stale"));
        check(&response, "…: … is stale (HTTP 400)");
    }

    #[test]
    fn a_proxys_page_is_not_repeated() {
        let page = "<html><p>Log in, hunter2</html>".to_owned();
        let refused = answer(502, "text/html", page.clone());
        check(&refused, "the answer is text/html, not an error of STS (HTTP 502)");
        assert_eq!(error_code(&refused), None);
        let captive = answer(200, "text/html", page);
        check(&captive, "expected an answer to Ask in XML, got something else (HTTP 200)");
    }
}
