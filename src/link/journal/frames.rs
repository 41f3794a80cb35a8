//! How records lie in the file: a header, then frames, each its length and a sealed batch of records. A
//! frame opens only at its own place in the file, so a torn, changed or moved one is told apart.

use super::Record;
use crate::crypto::{CryptoError, FieldKey};

/// The first bytes of every journal.
pub(super) const HEADER: &[u8] = b"hotline journal 1\n";
/// No frame is longer: a length beyond it is none.
const LONGEST: usize = 64 << 20;
/// The least a sealed value takes: algorithm, nonce, tag.
const SHORTEST: usize = 1 + 24 + 16;
const LENGTH: usize = 4;

fn place(ordinal: u64) -> String {
    format!("journal frame {ordinal}")
}

/// The bytes of one frame.
pub(super) fn seal(
    key: &FieldKey,
    ordinal: u64,
    records: &[Record],
) -> Result<Vec<u8>, CryptoError> {
    let plain = serde_json::to_vec(records).map_err(|_| CryptoError::Cipher)?;
    let sealed = key.seal(&place(ordinal), &plain)?;
    let length = u32::try_from(sealed.len()).map_err(|_| CryptoError::Cipher)?;
    let mut frame = Vec::with_capacity(LENGTH + sealed.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&sealed);
    Ok(frame)
}

/// What a file held.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The records, in the order they were written.
    pub records: Vec<Record>,
    /// Where the last good frame ends.
    pub good: usize,
    /// How many frames lie before that, damaged ones included.
    pub frames: u64,
    /// How many frames before that do not open.
    pub damaged: u64,
    /// How many whole frames after that do not open either.
    pub lost: u64,
}

/// Reads what follows the header; `bytes` is the whole file. Stops at what is no frame any more.
pub(super) fn read(key: &FieldKey, bytes: &[u8]) -> Held {
    let mut held = Held {
        good: HEADER.len().min(bytes.len()),
        ..Held::default()
    };
    let (mut at, mut ordinal, mut damaged) = (held.good, 0, 0);
    while let Some(sealed) = frame_at(bytes, at) {
        at += LENGTH + sealed.len();
        let opened = key
            .open(&place(ordinal), sealed)
            .ok()
            .and_then(|plain| serde_json::from_slice::<Vec<Record>>(&plain).ok());
        ordinal += 1;
        match opened {
            Some(records) => {
                held.records.extend(records);
                held.good = at;
                held.frames = ordinal;
                held.damaged = damaged;
            }
            None => damaged += 1,
        }
    }
    held.lost = damaged - held.damaged;
    held
}

fn frame_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.get(at..)?.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    if (SHORTEST..=LONGEST).contains(&length) {
        rest.get(..length)
    } else {
        None
    }
}
