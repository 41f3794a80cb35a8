//! The master key, read from a file of its own; it wraps the records' keys and makes the blind indexes.

use super::{CryptoError, FieldKey, hex, random, sha256, unhex};
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::io::Write as _;
use std::path::Path;
use zeroize::{Zeroize as _, Zeroizing};

/// A record's key as it is stored: which master key wrapped it (4 bytes), and the wrapped key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey(pub Vec<u8>);

/// The master key with what is derived from it.
pub struct Keyring {
    wrap: FieldKey,
    blind: Zeroizing<[u8; 32]>,
    id: [u8; 4],
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({})", hex(&self.id))
    }
}

const WRAP: &str = "record key";

impl Keyring {
    /// Reads the key file (64 hexadecimal digits), or makes one that only its owner can read.
    /// Losing the file loses every sealed field: keep a copy apart from the database.
    pub fn load_or_create(path: &Path) -> Result<Self, CryptoError> {
        match std::fs::read_to_string(path) {
            Ok(mut text) => {
                let key = unhex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
                text.zeroize();
                key.map(Self::from_master)
                    .ok_or_else(|| CryptoError::KeyFile {
                        path: path.to_owned(),
                        problem:
                            "64 hexadecimal digits are expected; restore the file from its copy"
                                .to_owned(),
                    })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(CryptoError::KeyFile {
                path: path.to_owned(),
                problem: error.to_string(),
            }),
        }
    }

    fn create(path: &Path) -> Result<Self, CryptoError> {
        let fault = |error: std::io::Error| CryptoError::KeyFile {
            path: path.to_owned(),
            problem: error.to_string(),
        };
        let master: [u8; 32] = random();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(fault)?;
        writeln!(file, "{}", hex(&master)).map_err(fault)?;
        // The key must be on the disk before anything is sealed with it.
        file.sync_all().map_err(fault)?;
        // So must its name.
        #[cfg(unix)]
        {
            let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
            let parent = std::fs::File::open(parent.unwrap_or(Path::new(".")));
            parent.and_then(|it| it.sync_all()).map_err(fault)?;
        }
        Ok(Self::from_master(master))
    }

    /// A keyring with a random key that is kept nowhere: what it seals can be read by this process only.
    pub fn ephemeral() -> Self {
        Self::from_master(random())
    }

    fn from_master(mut master: [u8; 32]) -> Self {
        let derive = |label: &[u8]| {
            let mut out = [0; 32];
            // 32 bytes are far below HKDF's limit, so expanding cannot fail.
            let _ = hkdf::Hkdf::<Sha256>::new(None, &master).expand(label, &mut out);
            out
        };
        let digest = sha256(&derive(b"hotline id"));
        let ring = Self {
            wrap: FieldKey::from_bytes(derive(b"hotline wrap")),
            blind: Zeroizing::new(derive(b"hotline blind index")),
            id: [digest[0], digest[1], digest[2], digest[3]],
        };
        master.zeroize();
        ring
    }

    /// A new key for a record, with the form in which it is stored.
    pub fn new_key(&self) -> Result<(WrappedKey, FieldKey), CryptoError> {
        let key = FieldKey::generate();
        let mut wrapped = self.id.to_vec();
        wrapped.extend(self.wrap.seal(WRAP, key.bytes())?);
        Ok((WrappedKey(wrapped), key))
    }

    /// The record's key. Errors: wrapped by another master key; changed bytes.
    pub fn unwrap(&self, wrapped: &WrappedKey) -> Result<FieldKey, CryptoError> {
        let (id, sealed) = wrapped
            .0
            .split_first_chunk::<4>()
            .ok_or(CryptoError::DoesNotOpen)?;
        if *id != self.id {
            return Err(CryptoError::OtherMasterKey {
                found: hex(id),
                have: hex(&self.id),
            });
        }
        let plain = self.wrap.open(WRAP, sealed)?;
        <[u8; 32]>::try_from(plain.as_slice())
            .map(FieldKey::from_bytes)
            .map_err(|_| CryptoError::DoesNotOpen)
    }

    /// A blind index: equal texts of a kind give equal bytes, and without the key nobody can tell which text.
    pub fn blind(&self, kind: &str, text: &str) -> [u8; 16] {
        let mut out = [0; 16];
        // HMAC takes a key of any length.
        if let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.blind.as_slice())
        {
            mac.update(kind.as_bytes());
            mac.update(&[0]);
            mac.update(text.as_bytes());
            out.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        }
        out
    }
}
