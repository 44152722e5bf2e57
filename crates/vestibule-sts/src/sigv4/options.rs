/// What services do differently from one another.
///
/// The default is what all but S3 expect, STS among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether `.`, `..` and empty segments are taken out of the path before it is signed.
    /// Default: they are.
    pub normalize_path: bool,
    /// How often the signed path is encoded. Default: twice.
    pub path_encoding: PathEncoding,
    /// Whether the hash of the body also goes into a header, `x-amz-content-sha256`.
    /// Default: it does not.
    pub payload_header: bool,
    /// Whether the session token is covered by the signature. Default: it is. A few services
    /// want it added after signing.
    pub sign_token: bool,
}

/// How often the path is percent-encoded where it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two conventions there are")]
pub enum PathEncoding {
    /// As it is sent.
    Once,
    /// Once more than it is sent: `%3D` is signed as `%253D`.
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
    /// Signs the path with its dots and empty segments, or without.
    #[must_use]
    pub const fn with_normalize_path(mut self, normalize: bool) -> Self {
        self.normalize_path = normalize;
        self
    }

    /// Signs the path encoded once or twice.
    #[must_use]
    pub const fn with_path_encoding(mut self, encoding: PathEncoding) -> Self {
        self.path_encoding = encoding;
        self
    }

    /// Sends the hash of the body as a header, or does not.
    #[must_use]
    pub const fn with_payload_header(mut self, header: bool) -> Self {
        self.payload_header = header;
        self
    }

    /// Signs the session token, or adds it afterwards.
    #[must_use]
    pub const fn with_sign_token(mut self, sign: bool) -> Self {
        self.sign_token = sign;
        self
    }
}
