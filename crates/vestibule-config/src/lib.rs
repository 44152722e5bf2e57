//! The text of the AWS config and credentials files: total, lossless parsing and editing.
