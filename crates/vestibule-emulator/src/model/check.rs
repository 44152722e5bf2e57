use serde_json::Value;
use vestibule_types::printable_short;
use vestibule_wire::Request;

use super::generated::MODELS;
use super::{Location, Member, Model, Shape};
use crate::operation::Operation;
use crate::params::Params;
use crate::signature::Signature;

/// Returns the violations of a request for an operation, which contain no values.
pub(crate) fn check_operation(operation: Operation, request: &Request) -> Vec<String> {
    let Some(model) = MODELS.iter().find(|model| model.name == operation.name()) else {
        // Requests of browsers are not in the models.
        return Vec::new();
    };
    if Signature::is_presigned(request) {
        // The members are in the query, between the parameters of the signature.
        return Vec::new();
    }
    let mut violations = Violations::default();
    violations.headers(model, request);
    let query = Params::from_query(request).into_pairs();
    violations.pairs(model, Location::Query, &query);
    match model.version {
        Some(version) => violations.form(model, version, request),
        None => violations.json(model, request.body()),
    }
    violations.0
}

/// Returns the violation of a form whose `Action` is not emulated, unless STS has it.
pub(crate) fn check_unknown_action(request: &Request) -> Vec<String> {
    let form = Params::from_body(request);
    match form.get("Action") {
        Some(action) if MODELS.iter().any(|model| model.name == action) => Vec::new(),
        Some(action) => vec![format!("STS has no action {}", quoted(action))],
        None => vec!["`Action` is missing".to_owned()],
    }
}

/// Returns the violation of a request that no service handles: the method is wrong, or the host is
/// a service's and the path is unknown.
pub(crate) fn check_unknown_path(request: &Request, is_service_host: bool) -> Vec<String> {
    let (method, path) = (request.method().as_str(), request.uri().path());
    let model = MODELS.iter().find(|model| model.path == path && path != "/");
    match model {
        Some(model) if model.method != method => {
            vec![format!("{} has the method {}, not {method}", model.name, model.method)]
        }
        _ if is_service_host => vec![format!("no service has {}", quoted(path))],
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct Violations(Vec<String>);

impl Violations {
    fn headers(&mut self, model: &Model, request: &Request) {
        let headers = model.members.iter().filter(|member| member.location == Location::Header);
        for Member { name, required, .. } in headers {
            if *required && !request.headers().contains_key(*name) {
                self.0.push(format!("the header `{name}` is missing"));
            }
        }
    }

    fn pairs(&mut self, model: &Model, location: Location, pairs: &[(String, String)]) {
        for (name, value) in pairs {
            match member_at(model.members, location, name) {
                Some(shape) => self.text(name, value, shape),
                None => self.0.push(format!("{} has no {}", model.name, quoted(name))),
            }
        }
        for member in model.members.iter().filter(|member| member.location == location) {
            let nested = format!("{}.", member.name);
            let is_present =
                |(name, _): &(String, String)| name == member.name || name.starts_with(&nested);
            if member.required && !pairs.iter().any(is_present) {
                self.0.push(format!("`{}` is missing", member.name));
            }
        }
    }

    fn form(&mut self, model: &Model, version: &str, request: &Request) {
        let mut pairs = Params::from_body(request).into_pairs();
        match pairs.iter().find(|(name, _)| name == "Version") {
            None => self.0.push("`Version` is missing".to_owned()),
            Some((_, given)) if given != version => {
                self.0.push(format!("`Version` is not {version}"));
            }
            Some(_) => {}
        }
        pairs.retain(|(name, _)| !matches!(name.as_str(), "Action" | "Version"));
        self.pairs(model, Location::Form, &pairs);
    }

    fn json(&mut self, model: &Model, body: &[u8]) {
        let members = model.members.iter().filter(|member| member.location == Location::Body);
        if members.clone().next().is_none() {
            if !matches!(body, b"" | b"{}") {
                self.0.push(format!("{} has no body", model.name));
            }
            return;
        }
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
            self.0.push("the body is not a JSON object".to_owned());
            return;
        };
        for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
            match member_at(model.members, Location::Body, name) {
                Some(shape) => self.value(name, value, shape),
                None => self.0.push(format!("{} has no {}", model.name, quoted(name))),
            }
        }
        for member in members.filter(|member| member.required) {
            if object.get(member.name).is_none_or(Value::is_null) {
                self.0.push(format!("`{}` is missing", member.name));
            }
        }
    }

    fn value(&mut self, name: &str, value: &Value, shape: &Shape) {
        match (shape, value) {
            (Shape::Text(..), Value::String(text)) => self.text(name, text, shape),
            (Shape::Number(..), Value::Number(number)) => {
                self.text(name, &number.to_string(), shape);
            }
            (Shape::List(element), Value::Array(values)) => {
                for value in values {
                    self.value(name, value, element);
                }
            }
            (Shape::Structure(_), Value::Object(_)) => {}
            _ => self.0.push(format!("`{name}` is not {}", kind(shape))),
        }
    }

    fn text(&mut self, name: &str, text: &str, shape: &Shape) {
        match shape {
            Shape::Text(min, max) => {
                let length = text.chars().count();
                if length < *min {
                    self.0.push(format!("`{name}` is shorter than {min} characters"));
                } else if *max < length {
                    self.0.push(format!("`{name}` is longer than {max} characters"));
                }
            }
            Shape::Number(min, max) => {
                if !text.parse::<i64>().is_ok_and(|number| (*min..=*max).contains(&number)) {
                    self.0.push(format!("`{name}` is not a number from {min} to {max}"));
                }
            }
            // An empty list is its name without a value.
            Shape::List(_) | Shape::Structure(_) if text.is_empty() => {}
            Shape::List(_) | Shape::Structure(_) => {
                self.0.push(format!("`{name}` is not {}", kind(shape)));
            }
        }
    }
}

/// Returns the shape of a name, which is `List.member.1` or `List.member.1.Member` in a form.
fn member_at<'a>(members: &'a [Member], location: Location, name: &str) -> Option<&'a Shape> {
    let (first, rest) = match name.split_once('.') {
        Some((first, rest)) if location == Location::Form => (first, Some(rest)),
        _ => (name, None),
    };
    let member =
        members.iter().find(|member| member.location == location && member.name == first)?;
    let Some(rest) = rest else { return Some(&member.shape) };
    let Shape::List(element) = member.shape else { return None };
    let number = rest.strip_prefix("member.")?;
    let (number, rest) = number.split_once('.').unwrap_or((number, ""));
    number.parse::<u32>().ok().filter(|number| *number != 0)?;
    match element {
        Shape::Structure(members) if !rest.is_empty() => member_at(members, location, rest),
        _ if rest.is_empty() => Some(element),
        _ => None,
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(..) => "a string",
        Shape::Number(..) => "a number",
        Shape::List(_) => "a list",
        Shape::Structure(_) => "a structure",
    }
}

/// Returns a name from the request.
fn quoted(name: &str) -> String {
    format!("`{}`", printable_short(name, 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str, body: &'static str) -> Request {
        let (method, path) = line.split_once(' ').unwrap();
        let uri = format!("http://localhost{path}");
        http::Request::builder().method(method).uri(uri).body(body.into()).unwrap()
    }

    #[track_caller]
    fn check(operation: Operation, line: &str, body: &'static str, expected: &[&str]) {
        assert_eq!(check_operation(operation, &request(line, body)), expected);
    }

    #[test]
    fn unknown_missing_and_mistyped_members_of_json_are_violations() {
        let check = |body, expected: &[&str]| {
            check(Operation::RegisterClient, "POST /client/register", body, expected);
        };
        check(r#"{"clientName":"x","clientType":"public","scopes":["a"],"issuerUrl":null}"#, &[]);
        check(r#"{"clientName":"x"}"#, &["`clientType` is missing"]);
        check(
            r#"{"clientName":1,"clientType":"public","scopes":"a","grantTypes":[1],"client_id":""}"#,
            &[
                "`clientName` is not a string",
                "RegisterClient has no `client_id`",
                "`grantTypes` is not a string",
                "`scopes` is not a list",
            ],
        );
        check("clientName=x", &["the body is not a JSON object"]);
    }

    #[test]
    fn unknown_and_missing_headers_and_queries_are_violations() {
        let mut good = request("GET /assignment/roles?account_id=1&max_result=100", "");
        good.headers_mut().insert("x-amz-sso_bearer_token", "t".parse().unwrap());
        assert_eq!(check_operation(Operation::ListAccountRoles, &good), [""; 0]);
        check(
            Operation::ListAccountRoles,
            "GET /assignment/roles?max_result=101&nextToken=x",
            "x",
            &[
                "the header `x-amz-sso_bearer_token` is missing",
                "`max_result` is not a number from 1 to 100",
                "ListAccountRoles has no `nextToken`",
                "`account_id` is missing",
                "ListAccountRoles has no body",
            ],
        );
    }

    #[test]
    fn unknown_missing_and_short_fields_of_forms_are_violations() {
        let check =
            |body, expected: &[&str]| check(Operation::AssumeRole, "POST /", body, expected);
        check(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me\
             &RoleArn=arn:aws:iam::111122223333:role/r&TransitiveTagKeys.member.1=k\
             &Tags.member.1.Key=k&Tags.member.1.Value=&PolicyArns=",
            &[],
        );
        check(
            "Action=AssumeRole&Version=2012-01-01&RoleSessionName=m&DurationSeconds=1h\
             &Tags.member.1.Name=k&Tags.1.Key=k&TransitiveTagKeys=k",
            &[
                "`Version` is not 2011-06-15",
                "`RoleSessionName` is shorter than 2 characters",
                "`DurationSeconds` is not a number from 900 to 43200",
                "AssumeRole has no `Tags.member.1.Name`",
                "AssumeRole has no `Tags.1.Key`",
                "`TransitiveTagKeys` is not a list",
                "`RoleArn` is missing",
            ],
        );
    }

    #[test]
    fn wrong_method_or_path_is_a_violation() {
        let check = |line, is_service_host| check_unknown_path(&request(line, ""), is_service_host);
        assert_eq!(check("GET /token", false), ["CreateToken has the method POST, not GET"]);
        assert_eq!(check("GET /favicon.ico", false), [""; 0]);
        assert_eq!(check("GET /tokens", true), ["no service has `/tokens`"]);
        let action = |body| check_unknown_action(&request("POST /", body));
        assert_eq!(action("Action=AssumeRoll"), ["STS has no action `AssumeRoll`"]);
        assert_eq!(action("Action=GetFederationToken"), [""; 0]);
        assert_eq!(action(""), ["`Action` is missing"]);
    }
}
