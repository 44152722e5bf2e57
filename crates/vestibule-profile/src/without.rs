//! The files without the credentials of a profile.

use vestibule_config::{Document, Edit, SectionKind};

use crate::Files;
use crate::resolve::{CredentialKind, ROLE};

impl Files {
    /// Returns the texts of the config and the credentials file without the keys that give a profile
    /// credentials. `None` for a file without such keys, and for one that is not UTF-8.
    ///
    /// The SDKs read the profile before they call a container endpoint. A program that is to use the endpoint
    /// gets these files, so that it finds no other credentials first.
    pub fn without_credentials(&self, profile: &str) -> [Option<String>; 2] {
        [self.config(), self.credentials()].map(|document| without(document, profile))
    }
}

fn without(document: &Document, profile: &str) -> Option<String> {
    let section = document.section(SectionKind::Profile, profile)?;
    credential_keys().find(|key| section.get(key).is_some())?;
    let edits: Vec<_> =
        credential_keys().map(|key| Edit::remove(SectionKind::Profile, profile, key)).collect();
    Edit::apply_all(&edits, document).ok().map(|document| document.text().to_owned())
}

/// Returns the keys that give a profile credentials.
fn credential_keys() -> impl Iterator<Item = &'static str> {
    ROLE.iter().chain(CredentialKind::ALL.into_iter().flat_map(CredentialKind::keys)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_credentials_keep_all_other_settings() {
        let config = "# mine\n[default]\nregion = eu-west-1\nsso_session = a\nSSO_Account_Id = 1\n\
                      s3 =\n  addressing_style = path\nrole_arn = x\n[profile dev]\nrole_arn = y\n";
        let credentials = "[dev]\naws_access_key_id = AKID\n";
        let files = Files::from_texts(config, credentials);
        let left = "# mine\n[default]\nregion = eu-west-1\ns3 =\n  addressing_style = path\n\
                    [profile dev]\nrole_arn = y\n";
        assert_eq!(files.without_credentials("default"), [Some(left.to_owned()), None]);
        assert_eq!(files.without_credentials("unknown"), [None, None]);
        let [config, credentials] = files.without_credentials("dev");
        assert!(config.unwrap().ends_with("[profile dev]\n"));
        assert_eq!(credentials.as_deref(), Some("[dev]\n"));
        assert_eq!(Files::from_texts(left, "").without_credentials("default"), [None, None]);
    }
}
