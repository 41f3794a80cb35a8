//! Hash chains: each link covers the one before it, so nothing in a log can be changed, left out or put
//! elsewhere without every later link changing.

use sha2::{Digest as _, Sha256};

/// What the first link follows.
pub const START: [u8; 32] = [0; 32];

/// The link after `previous` over an item's bytes.
pub fn link(previous: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
    hash.finalize().into()
}
