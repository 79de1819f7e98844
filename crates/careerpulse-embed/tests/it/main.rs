//! The encoder against the reference's own output, and against bad files.

mod bad_files;
mod encoder;
mod oracle;
mod tokens;
mod windows;
