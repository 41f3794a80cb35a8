//! The master key, read from a file of its own; it wraps the records' keys. Blind indexes are made with a key that comes of
//! the first master key and stays when that one is changed: else nothing that was indexed would be found any more.
//!
//! The file: the master key on its first line; after a change of keys a line `blind` with the key of the blind indexes, and,
//! while records are still wrapped by them, a line `old` with each former master key.

use super::{CryptoError, FieldKey, hex, random, sha256, unhex};
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use zeroize::{Zeroize as _, Zeroizing};

/// A record's key as it is stored: which master key wrapped it (4 bytes), and the wrapped key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey(pub Vec<u8>);

/// What a master key wraps with, under the name that stands before what it wrapped.
struct Wrap {
    id: [u8; 4],
    key: FieldKey,
}

/// The master key with what is derived from it, and the former ones as long as records need them.
pub struct Keyring {
    wrap: Wrap,
    old: Vec<Wrap>,
    blind: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({})", hex(&self.wrap.id))
    }
}

const WRAP: &str = "record key";
const BLIND: &str = "blind";
const OLD: &str = "old";

/// What a key file says.
struct Kept {
    master: Zeroizing<[u8; 32]>,
    blind: Option<Zeroizing<[u8; 32]>>,
    old: Vec<Zeroizing<[u8; 32]>>,
}

fn key_of(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = unhex(text.trim()).map(Zeroizing::new)?;
    <[u8; 32]>::try_from(bytes.as_slice())
        .ok()
        .map(Zeroizing::new)
}

impl Kept {
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut kept = Self {
            master: key_of(lines.next()?)?,
            blind: None,
            old: Vec::new(),
        };
        for line in lines.filter(|line| !line.trim().is_empty()) {
            match line.trim().split_once(' ')? {
                (BLIND, key) => kept.blind = Some(key_of(key)?),
                (OLD, key) => kept.old.push(key_of(key)?),
                _ => return None,
            }
        }
        Some(kept)
    }

    fn blind(&self) -> Zeroizing<[u8; 32]> {
        let own = || Zeroizing::new(derive(&self.master, b"hotline blind index"));
        self.blind.clone().unwrap_or_else(own)
    }

    fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("{}\n", hex(self.master.as_slice())));
        // Writing into a text cannot fail.
        if let Some(blind) = &self.blind {
            let _ = writeln!(text, "{BLIND} {}", hex(blind.as_slice()));
        }
        for old in &self.old {
            let _ = writeln!(text, "{OLD} {}", hex(old.as_slice()));
        }
        text
    }
}

fn derive(master: &[u8; 32], label: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    // 32 bytes are far below HKDF's limit, so expanding cannot fail.
    let _ = hkdf::Hkdf::<Sha256>::new(None, master).expand(label, &mut out);
    out
}

fn wrap_of(master: &[u8; 32]) -> Wrap {
    let digest = sha256(&derive(master, b"hotline id"));
    Wrap {
        id: [digest[0], digest[1], digest[2], digest[3]],
        key: FieldKey::from_bytes(derive(master, b"hotline wrap")),
    }
}

fn fault(path: &Path) -> impl Fn(std::io::Error) -> CryptoError + '_ {
    |error| CryptoError::KeyFile {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}

/// Writes a private file that is on the disk, with its name, when this returns.
fn put(path: &Path, text: &str, new: bool) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if new {
        options.create_new(true);
    } else {
        options.create(true).truncate(true);
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    // The key must be on the disk before anything is sealed with it.
    file.sync_all()
}

/// The names of a folder are on the disk when this returns.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        std::fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Option<Kept>, CryptoError> {
    match std::fs::read_to_string(path) {
        Ok(mut text) => {
            let kept = Kept::parse(&text);
            text.zeroize();
            kept.map(Some).ok_or_else(|| CryptoError::KeyFile {
                path: path.to_owned(),
                problem: "64 hexadecimal digits are expected; restore the file from its copy"
                    .to_owned(),
            })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault(path)(error)),
    }
}

impl Keyring {
    /// Reads the key file (64 hexadecimal digits), or makes one that only its owner can read.
    /// Losing the file loses every sealed field: keep a copy apart from the database.
    pub fn load_or_create(path: &Path) -> Result<Self, CryptoError> {
        match read(path)? {
            Some(kept) => Ok(Self::of(&kept)),
            None => Self::create(path),
        }
    }

    fn create(path: &Path) -> Result<Self, CryptoError> {
        let kept = Kept {
            master: Zeroizing::new(random()),
            blind: None,
            old: Vec::new(),
        };
        put(path, &kept.text(), true).map_err(fault(path))?;
        sync_folder(path).map_err(fault(path))?;
        Ok(Self::of(&kept))
    }

    /// A keyring with a random key that is kept nowhere: what it seals can be read by this process only.
    pub fn ephemeral() -> Self {
        Self::of(&Kept {
            master: Zeroizing::new(random()),
            blind: None,
            old: Vec::new(),
        })
    }

    fn of(kept: &Kept) -> Self {
        Self {
            wrap: wrap_of(&kept.master),
            old: kept.old.iter().map(|old| wrap_of(old)).collect(),
            blind: kept.blind(),
        }
    }

    /// Puts a new master key into the file, the former one beside it: what was wrapped by that one still opens. A change
    /// that is under way is gone on with instead of begun anew; answers the keyring, and whether the key is new.
    pub fn change(path: &Path) -> Result<(Self, bool), CryptoError> {
        let Some(kept) = read(path)? else {
            return Self::create(path).map(|ring| (ring, true));
        };
        if !kept.old.is_empty() {
            return Ok((Self::of(&kept), false));
        }
        let next = Kept {
            master: Zeroizing::new(random()),
            blind: Some(kept.blind()),
            old: vec![kept.master],
        };
        replace(path, &next)?;
        Ok((Self::of(&next), true))
    }

    /// Takes the former master keys out of the file: nothing is wrapped by them any more.
    pub fn forget_old(path: &Path) -> Result<(), CryptoError> {
        let Some(mut kept) = read(path)? else {
            return Ok(());
        };
        kept.old.clear();
        replace(path, &kept)
    }

    /// A new key for a record, with the form in which it is stored.
    pub fn new_key(&self) -> Result<(WrappedKey, FieldKey), CryptoError> {
        let key = FieldKey::generate();
        Ok((self.wrapped(&key)?, key))
    }

    fn wrapped(&self, key: &FieldKey) -> Result<WrappedKey, CryptoError> {
        let mut wrapped = self.wrap.id.to_vec();
        wrapped.extend(self.wrap.key.seal(WRAP, key.bytes())?);
        Ok(WrappedKey(wrapped))
    }

    /// The record's key. Errors: wrapped by another master key; changed bytes.
    pub fn unwrap(&self, wrapped: &WrappedKey) -> Result<FieldKey, CryptoError> {
        let (id, sealed) = wrapped
            .0
            .split_first_chunk::<4>()
            .ok_or(CryptoError::DoesNotOpen)?;
        let mut wraps = std::iter::once(&self.wrap).chain(&self.old);
        let Some(wrap) = wraps.find(|wrap| wrap.id == *id) else {
            return Err(CryptoError::OtherMasterKey {
                found: hex(id),
                have: hex(&self.wrap.id),
            });
        };
        let plain = wrap.key.open(WRAP, sealed)?;
        <[u8; 32]>::try_from(plain.as_slice())
            .map(FieldKey::from_bytes)
            .map_err(|_| CryptoError::DoesNotOpen)
    }

    /// The record's key wrapped by the master key of now; nothing where it is already.
    pub fn rewrapped(&self, wrapped: &WrappedKey) -> Result<Option<WrappedKey>, CryptoError> {
        if wrapped.0.starts_with(&self.wrap.id) {
            return Ok(None);
        }
        let key = self.unwrap(wrapped)?;
        self.wrapped(&key).map(Some)
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

/// Puts a key file in the place of another: whoever reads it reads one of the two whole.
fn replace(path: &Path, kept: &Kept) -> Result<(), CryptoError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    put(&beside, &kept.text(), false).map_err(fault(&beside))?;
    std::fs::rename(&beside, path).map_err(fault(path))?;
    sync_folder(path).map_err(fault(path))
}
