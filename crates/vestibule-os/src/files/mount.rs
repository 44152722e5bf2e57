use std::path::Path;

/// Returns true for a file that is mounted by itself, as in containers: no rename can replace it.
#[cfg(target_os = "linux")]
pub(super) fn is_mount_point(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else { return false };
    let Ok(mounts) = std::fs::read("/proc/self/mountinfo") else { return false };
    let path = path.as_os_str().as_encoded_bytes();
    // The path is the fifth field, in which blanks and backslashes are octal escapes.
    let escaped = path.iter().flat_map(|byte| match byte {
        b' ' => br"\040".to_vec(),
        b'\t' => br"\011".to_vec(),
        b'\n' => br"\012".to_vec(),
        b'\\' => br"\134".to_vec(),
        byte => vec![*byte],
    });
    let escaped: Vec<u8> = escaped.collect();
    mounts
        .split(|byte| *byte == b'\n')
        .any(|line| line.split(|byte| *byte == b' ').nth(4) == Some(&escaped[..]))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_mount_point(_path: &Path) -> bool {
    false
}
