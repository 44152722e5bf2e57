use std::path::Path;

/// Returns true for a file that is mounted by itself, as in containers: no rename can replace it.
#[cfg(target_os = "linux")]
pub(super) fn is_mount_point(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else { return false };
    let Ok(mounts) = std::fs::read("/proc/self/mountinfo") else { return false };
    let path = path.as_os_str().as_encoded_bytes();
    // The path is the fifth field, in which blanks and backslashes are octal escapes.
    let mut escaped = Vec::with_capacity(path.len());
    for byte in path {
        match byte {
            b' ' => escaped.extend_from_slice(br"\040"),
            b'\t' => escaped.extend_from_slice(br"\011"),
            b'\n' => escaped.extend_from_slice(br"\012"),
            b'\\' => escaped.extend_from_slice(br"\134"),
            _ => escaped.push(*byte),
        }
    }
    mounts
        .split(|byte| *byte == b'\n')
        .any(|line| line.split(|byte| *byte == b' ').nth(4) == Some(&escaped[..]))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_mount_point(_path: &Path) -> bool {
    false
}
