use http::Method;
use percent_encoding::percent_decode_str;
use vestibule_wire::Request;

/// The decoded pairs of a query or a form, in order.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn from_query(request: &Request) -> Self {
        Self::parse(request.uri().query().unwrap_or_default())
    }

    /// Returns the parameters of a request to STS, which takes them from either place.
    pub(crate) fn from_action(request: &Request) -> Self {
        if request.method() == Method::GET {
            Self::from_query(request)
        } else {
            Self::from_body(request)
        }
    }

    /// Parses a form. A body that is not UTF-8 has no pairs.
    pub(crate) fn from_body(request: &Request) -> Self {
        Self::parse(std::str::from_utf8(request.body()).unwrap_or_default())
    }

    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// Returns the first value with this name, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let named = self.0.iter().find(|(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Adds `others`, whose values count where a name is not in `self`.
    pub(crate) fn or(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_and_empty_values_are_absent() {
        let params = Params::parse("a=b%20c+d&&e&f=&a=x&%67=%ff%");
        assert_eq!(params.get("a"), Some("b c d"));
        assert_eq!(params.get("e"), None);
        assert_eq!(params.get("f"), None);
        assert_eq!(params.get("g"), Some("\u{fffd}%"));
    }
}
