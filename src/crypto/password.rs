//! Passwords: argon2id with 19 MiB, two passes, one lane, kept as a PHC string. Slow by design (tens of
//! milliseconds): call it off the async threads.

use super::{CryptoError, random};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

/// Memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

fn argon2() -> Result<Argon2<'static>, CryptoError> {
    let params = Params::new(COST.0, COST.1, COST.2, None).map_err(|_| CryptoError::Cipher)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password, as a PHC string with its own salt.
pub fn hash(password: &str) -> Result<String, CryptoError> {
    let salt: [u8; 16] = random();
    let hash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| CryptoError::Cipher)?;
    Ok(hash.to_string())
}

/// True when the password is the one the hash was made of. Errors: the hash is damaged.
pub fn verify(password: &str, hash: &str) -> Result<bool, CryptoError> {
    let hash = PasswordHash::new(hash).map_err(|_| CryptoError::DamagedHash)?;
    Ok(argon2()?
        .verify_password(password.as_bytes(), &hash)
        .is_ok())
}

/// A key of 32 bytes out of a password and a salt, by the same function.
pub fn derive_key(password: &str, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
    let mut key = Zeroizing::new([0; 32]);
    argon2()?
        .hash_password_into(password.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| CryptoError::Cipher)?;
    Ok(key)
}
