//! A key that seals single fields: XChaCha20-Poly1305 with a random nonce. The context (table, column,
//! record) is authenticated, so a sealed value cannot be moved to another place.

use super::{CryptoError, random};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// The first byte of every sealed value: which algorithm made it.
const XCHACHA20_POLY1305: u8 = 1;
const NONCE: usize = 24;

/// A 256-bit key for the fields of one record. Wiped from memory when dropped.
#[derive(Clone)]
pub struct FieldKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for FieldKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FieldKey(…)")
    }
}

impl FieldKey {
    /// A new random key.
    pub fn generate() -> Self {
        Self(Zeroizing::new(random()))
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }

    /// Seals `plain` for the place that `context` names: 1 byte algorithm, 24 bytes nonce, ciphertext and tag.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let nonce: [u8; NONCE] = random();
        let cipher = self
            .cipher()
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: context.as_bytes(),
                },
            )
            .map_err(|_| CryptoError::Cipher)?;
        let mut sealed = Vec::with_capacity(1 + NONCE + cipher.len());
        sealed.push(XCHACHA20_POLY1305);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&cipher);
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made for the same context. Errors: changed bytes, another key, another context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let (algorithm, rest) = sealed.split_first().ok_or(CryptoError::DoesNotOpen)?;
        if *algorithm != XCHACHA20_POLY1305 {
            return Err(CryptoError::UnknownAlgorithm(*algorithm));
        }
        let (nonce, cipher) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(CryptoError::DoesNotOpen)?;
        self.cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: cipher,
                    aad: context.as_bytes(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| CryptoError::DoesNotOpen)
    }
}
