//! AWS's query protocol: a form as request, XML as response.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use std::borrow::Cow;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use vestibule_wire::{
    Endpoint, MalformedResponse, Request, RequestError, Response, ResponseError, ServiceError,
};

use crate::Error;
use crate::xml::Document;

/// The API version; AWS has not published another one.
const VERSION: &str = "2011-06-15";

/// The members of a request, in order.
pub(crate) struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Form<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        Self(vec![("Action".into(), action.into()), ("Version".into(), VERSION.into())])
    }

    /// Adds a member.
    pub(crate) fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        self.0.push((name.into(), value.into()));
    }

    /// Adds a member if there is a value.
    pub(crate) fn set_if(&mut self, name: &'a str, value: Option<impl Into<Cow<'a, str>>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    pub(crate) fn post(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        endpoint
            .post("/")
            .form(self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
            .finish()
    }
}

/// A successful response.
pub(crate) struct QueryResponse<'a> {
    status: StatusCode,
    action: &'static str,
    document: Document<'a>,
}

impl<'a> QueryResponse<'a> {
    /// Parses a response; `secrets` of the request are removed from error messages.
    pub(crate) fn read(
        response: &'a Response,
        action: &'static str,
        secrets: &[&str],
    ) -> Result<Self, Error> {
        let status = response.status();
        if !status.is_success() {
            return Err(ResponseError::Service(service_error(response, secrets)).into());
        }
        let document = Document::parse(response.body())
            .ok_or_else(|| malformed(status, format!("an XML response to {action}")))?;
        Ok(Self { status, action, document })
    }

    /// Returns the text of a member of the result.
    pub(crate) fn get(&self, member: &str) -> Option<&str> {
        let action = self.action;
        self.document.get(&format!("{action}Response/{action}Result/{member}"))
    }

    /// Returns the parsed text of a required member.
    pub(crate) fn require<T>(
        &self,
        member: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        self.get(member).filter(|text| !text.is_empty()).and_then(parse).ok_or_else(|| {
            malformed(self.status, format!("{member} in the response to {}", self.action))
        })
    }
}

fn malformed(status: StatusCode, expected: String) -> Error {
    ResponseError::Malformed(MalformedResponse::new(status, expected)).into()
}

/// Returns the code of an error response.
pub(crate) fn error_code(response: &Response) -> Option<String> {
    if response.status().is_success() {
        return None;
    }
    Document::parse(response.body())?.get("ErrorResponse/Error/Code").map(str::to_owned)
}

/// Reads an error response. Of a response that is not XML, such as a proxy's page, only the content
/// type is shown.
fn service_error(response: &Response, secrets: &[&str]) -> ServiceError {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let document = Document::parse(response.body());
    let member = |path| document.as_ref().and_then(|document| document.get(path));
    let code = member("ErrorResponse/Error/Code");
    let message = match (member("ErrorResponse/Error/Message"), header(CONTENT_TYPE.as_str())) {
        (None, Some(kind)) if code.is_none() => {
            Some(Cow::Owned(format!("the response is {kind}, not an STS error")))
        }
        (message, _) => message.map(Cow::Borrowed),
    };
    ServiceError::new(response.status(), code, message.as_deref())
        .with_request_id(member("ErrorResponse/RequestId").or(header("x-amzn-requestid")))
        .without_secrets(secrets)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn response(status: u16, kind: &str, body: String) -> Response {
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
        let error = QueryResponse::read(response, "Ask", &["hunter2"]).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn error_response_has_code_message_and_request_id() {
        let response = response(403, "text/xml", error("AccessDenied", "not you &amp; not now"));
        check(&response, "AccessDenied: not you & not now (HTTP 403)");
        assert_eq!(error_code(&response).as_deref(), Some("AccessDenied"));
        let error = QueryResponse::read(&response, "Ask", &[]).map(|_| ()).unwrap_err();
        assert_eq!(error.service_error().unwrap().request_id.as_deref(), Some("c6104cbe"));
    }

    #[test]
    fn error_response_without_message_has_its_code_alone() {
        let error = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
        check(&response(403, "text/xml", error.to_owned()), "AccessDenied (HTTP 403)");
    }

    #[test]
    fn secrets_of_the_request_are_removed_from_errors() {
        let response = response(400, "text/xml", error("hunter2", "hunter2 is stale"));
        check(&response, "…: … is stale (HTTP 400)");
    }

    #[test]
    fn html_page_is_not_quoted() {
        let page = "<html><p>Log in, hunter2</html>".to_owned();
        let gateway = response(502, "text/html", page.clone());
        check(&gateway, "the response is text/html, not an STS error (HTTP 502)");
        assert_eq!(error_code(&gateway), None);
        let captive = response(200, "text/html", page);
        check(&captive, "expected an XML response to Ask, got something else (HTTP 200)");
    }
}
