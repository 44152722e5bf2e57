use vestibule_world::Vars;

/// Returns the environment of this process.
///
/// Values that are not Unicode are recorded as such ([`Vars::check`]); variables whose names are not
/// Unicode are left out. On Windows, where case does not matter, all names are upper case.
pub fn vars() -> Vars {
    let mut vars = Vars::default();
    for (name, value) in std::env::vars_os() {
        let Ok(mut name) = name.into_string() else { continue };
        if cfg!(windows) {
            name = name.to_uppercase();
        }
        vars = match value.into_string() {
            Ok(value) => vars.with(name, value),
            Err(_) => vars.with_undecodable(name),
        };
    }
    vars
}
