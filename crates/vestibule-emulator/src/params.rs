use percent_encoding::percent_decode_str;
use vestibule_wire::Request;

/// The pairs of a query or of a form, decoded, in order.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn of_query(request: &Request) -> Self {
        Self::read(request.uri().query().unwrap_or_default())
    }

    /// A form that is no UTF-8 has no pairs.
    pub(crate) fn of_body(request: &Request) -> Self {
        Self::read(std::str::from_utf8(request.body()).unwrap_or_default())
    }

    pub(crate) fn read(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// The first value of that name, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let named = self.0.iter().find(|(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// These, and where they lack a name, those.
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
    fn pairs_are_decoded_and_empty_is_absent() {
        let params = Params::read("a=b%20c+d&&e&f=&a=x&%67=%ff%");
        assert_eq!(params.get("a"), Some("b c d"));
        assert_eq!(params.get("e"), None);
        assert_eq!(params.get("f"), None);
        assert_eq!(params.get("g"), Some("\u{fffd}%"));
    }
}
