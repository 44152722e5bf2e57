//! SAML assertions that the emulator issues and verifies.
//!
//! They have the format of real ones, but for the signature: an HMAC-SHA-256 that only the emulator
//! can verify takes the place of an XML signature, which would need an XML canonicalizer.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html>
//! (read 2026-11)

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::HMAC;
use vestibule_types::{Timestamp, hex};

use crate::escape::{escape, unescape};
use crate::jwt;

/// The issuer of assertions.
pub(crate) const ISSUER: &str = jwt::ISSUER;
/// The recipient of assertions.
pub(crate) const AUDIENCE: &str = "https://signin.aws.amazon.com/saml";

/// The statement that a subject may assume a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assertion {
    pub(crate) provider_arn: String,
    pub(crate) role_arn: String,
    pub(crate) subject: String,
    pub(crate) expires: Timestamp,
}

const ROLE: (&str, &str) = (
    "<saml:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/Role\"><saml:AttributeValue>",
    "</saml:AttributeValue></saml:Attribute>",
);
const SESSION_NAME: (&str, &str) = (
    "<saml:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/RoleSessionName\">\
     <saml:AttributeValue>",
    "</saml:AttributeValue></saml:Attribute>",
);
const EXPIRES: (&str, &str) = ("NotOnOrAfter=\"", "\"");
const SIGNATURE: (&str, &str) = ("<ds:SignatureValue>", "</ds:SignatureValue></samlp:Response>");

impl Assertion {
    /// Returns the assertion in base64, as a browser posts it.
    pub(crate) fn encode(&self, key: &[u8]) -> String {
        let Self { provider_arn, role_arn, subject, expires } = self;
        let (role, subject) = (escape(&format!("{role_arn},{provider_arn}")), escape(subject));
        let text = format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" \
             xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
             <saml:Issuer>{ISSUER}</saml:Issuer><saml:Assertion>\
             <saml:Subject><saml:NameID \
             Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{subject}\
             </saml:NameID><saml:SubjectConfirmation><saml:SubjectConfirmationData \
             NotOnOrAfter=\"{expires}\" Recipient=\"{AUDIENCE}\"/></saml:SubjectConfirmation>\
             </saml:Subject><saml:AttributeStatement>{}{role}{}{}{subject}{}\
             </saml:AttributeStatement></saml:Assertion>",
            ROLE.0, ROLE.1, SESSION_NAME.0, SESSION_NAME.1,
        );
        STANDARD.encode(format!("{text}{}{}{}", SIGNATURE.0, sign(key, &text), SIGNATURE.1))
    }

    /// Decodes an assertion that the emulator issued.
    pub(crate) fn verify(key: &[u8], encoded: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (text, signature) = text.strip_suffix(SIGNATURE.1)?.rsplit_once(SIGNATURE.0)?;
        if sign(key, text) != signature {
            return None;
        }
        let between = |(before, after): (&str, &str)| {
            let (_, rest) = text.split_once(before)?;
            rest.split_once(after).map(|(value, _)| unescape(value))
        };
        let role = between(ROLE)?;
        let (role_arn, provider_arn) = role.split_once(',')?;
        Some(Self {
            provider_arn: provider_arn.to_owned(),
            role_arn: role_arn.to_owned(),
            subject: between(SESSION_NAME)?,
            expires: between(EXPIRES)?.parse().ok()?,
        })
    }
}

fn sign(key: &[u8], text: &str) -> String {
    hex(&HMAC::mac(text, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_assertions_are_verified() {
        let assertion = Assertion {
            provider_arn: "arn:aws:iam::111122223333:saml-provider/corp".into(),
            role_arn: "arn:aws:iam::111122223333:role/R".into(),
            subject: "a&b".into(),
            expires: Timestamp::EPOCH,
        };
        let encoded = assertion.encode(b"key");
        assert_eq!(Assertion::verify(b"key", &encoded), Some(assertion));
        assert_eq!(Assertion::verify(b"other", &encoded), None);
        for text in ["", "=", "PHg+", &encoded[..40]] {
            assert_eq!(Assertion::verify(b"key", text), None, "{text}");
        }
    }
}
