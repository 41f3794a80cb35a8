//! The vault of one user's journal: a random key, wrapped under a key that the password gives, so the
//! journal opens without a line to the server, and only for its owner.

use super::{CryptoError, FieldKey, password, random};

const SALT: usize = 16;
const CONTEXT: &str = "journal vault";

/// An open vault.
#[derive(Debug, Clone)]
pub struct Vault {
    key: FieldKey,
}

impl Vault {
    /// A new vault for a password, with the bytes to keep beside the journal: salt and wrapped key.
    pub fn create(password: &str) -> Result<(Self, Vec<u8>), CryptoError> {
        let vault = Self {
            key: FieldKey::generate(),
        };
        let bytes = vault.wrapped_for(password)?;
        Ok((vault, bytes))
    }

    /// Opens a vault. Errors: [`CryptoError::WrongPassword`].
    pub fn open(password: &str, bytes: &[u8]) -> Result<Self, CryptoError> {
        let (salt, sealed) = bytes
            .split_first_chunk::<SALT>()
            .ok_or(CryptoError::DoesNotOpen)?;
        let outer = FieldKey::from_bytes(*password::derive_key(password, salt)?);
        let plain = outer
            .open(CONTEXT, sealed)
            .map_err(|_| CryptoError::WrongPassword)?;
        let key = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| CryptoError::DoesNotOpen)?;
        Ok(Self {
            key: FieldKey::from_bytes(key),
        })
    }

    /// The bytes to keep after the password was changed.
    pub fn wrapped_for(&self, password: &str) -> Result<Vec<u8>, CryptoError> {
        let salt: [u8; SALT] = random();
        let outer = FieldKey::from_bytes(*password::derive_key(password, &salt)?);
        let mut bytes = salt.to_vec();
        bytes.extend(outer.seal(CONTEXT, self.key.bytes())?);
        Ok(bytes)
    }

    /// The key that seals the journal's records.
    pub const fn key(&self) -> &FieldKey {
        &self.key
    }
}
