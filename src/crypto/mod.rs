//! Encryption at rest: fields of a record under a key of its own, keys wrapped by a master key, blind
//! indexes to look a number up without storing it, hash chains over logs, password hashes, and the vault
//! that keeps one user's journal. Knows nothing of tickets.

pub mod chain;
mod field;
mod keyring;
pub mod password;
mod vault;

pub use field::FieldKey;
pub use keyring::{Keyring, WrappedKey};
pub use vault::Vault;

use std::path::PathBuf;

/// What can go wrong. No variant repeats what was to be encrypted.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// The bytes were changed, or belong to another key or another place.
    #[error("sealed data does not open: it was changed, or belongs to another key")]
    DoesNotOpen,
    /// Sealed by a newer version of the program.
    #[error("sealed by algorithm {0}, which this version does not know")]
    UnknownAlgorithm(u8),
    /// Wrapped by another master key.
    #[error("wrapped by master key {found}, the key file holds {have}")]
    OtherMasterKey {
        /// The key that wrapped it.
        found: String,
        /// The key that is loaded.
        have: String,
    },
    /// The key file is not what it should be.
    #[error("key file {path}: {problem}")]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Wrong password for the vault.
    #[error("the password does not open this journal")]
    WrongPassword,
    /// The password hash in the store is damaged.
    #[error("the stored password hash is damaged; set the password anew")]
    DamagedHash,
    /// The cipher refused (message too long, no randomness).
    #[error("the cipher failed")]
    Cipher,
}

/// Bytes of a generator made for secrets, which the operating system's seeds.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    bytes
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Bytes of hexadecimal digits; `None` when the text is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests;
