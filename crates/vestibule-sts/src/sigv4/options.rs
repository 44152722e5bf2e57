/// Options that depend on the service.
///
/// The default is right for all services except S3, which has [`Options::s3`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether `.`, `..` and empty segments are removed from the signed path. On by default.
    pub normalize_path: bool,
    /// The percent-encoding of the signed path. Double by default.
    pub path_encoding: PathEncoding,
    /// Whether the hash of the body is also sent in the header `x-amz-content-sha256`. Off by
    /// default.
    pub payload_header: bool,
    /// Whether the signature covers the session token. On by default; a few services expect it to be
    /// added after signing.
    pub sign_token: bool,
}

/// The percent-encoding of the signed path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "Signature Version 4 has these two")]
pub enum PathEncoding {
    /// The path is signed as it is sent.
    Once,
    /// The path is encoded once more than it is sent: `%3D` is signed as `%253D`.
    Twice,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            normalize_path: true,
            path_encoding: PathEncoding::Twice,
            payload_header: false,
            sign_token: true,
        }
    }
}

impl Options {
    /// Returns the options of S3: the path is signed as it is sent, and the hash of the body is a
    /// header.
    ///
    /// ```
    /// use vestibule_sts::sigv4::{Options, PathEncoding};
    ///
    /// let spelled_out = Options::default()
    ///     .with_normalize_path(false)
    ///     .with_path_encoding(PathEncoding::Once)
    ///     .with_payload_header(true);
    /// assert_eq!(Options::s3(), spelled_out);
    /// ```
    pub const fn s3() -> Self {
        Self {
            normalize_path: false,
            path_encoding: PathEncoding::Once,
            payload_header: true,
            sign_token: true,
        }
    }

    /// Sets whether the path is normalized.
    #[must_use]
    pub const fn with_normalize_path(mut self, normalize: bool) -> Self {
        self.normalize_path = normalize;
        self
    }

    /// Sets how often the path is percent-encoded.
    #[must_use]
    pub const fn with_path_encoding(mut self, encoding: PathEncoding) -> Self {
        self.path_encoding = encoding;
        self
    }

    /// Sets whether the hash of the body is sent in a header.
    #[must_use]
    pub const fn with_payload_header(mut self, header: bool) -> Self {
        self.payload_header = header;
        self
    }

    /// Sets whether the session token is signed.
    #[must_use]
    pub const fn with_sign_token(mut self, sign: bool) -> Self {
        self.sign_token = sign;
        self
    }
}
