use vestibule_world::Vars;

/// Returns the environment of this process.
///
/// Variables that are not Unicode are left out. On Windows, where case does not matter, all names
/// are upper case.
pub fn vars() -> Vars {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let vars = std::env::vars_os().filter_map(text);
    if cfg!(windows) {
        vars.map(|(name, value)| (name.to_uppercase(), value)).collect()
    } else {
        vars.collect()
    }
}
