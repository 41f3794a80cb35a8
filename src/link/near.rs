//! The local copy of what stands for the entries' meaning: one file beside the index, written whole. A file that is
//! damaged, of another knowledge base or of another model is none: the vectors are pulled anew.

use super::error::LinkError;
use crate::crypto::{hex, sha256, unhex};
use crate::domain::id::EntryCode;
use crate::protocol::knowledge::VectorDelta;
use crate::search::meaning::{MODEL, Vector, Vectors};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// The file's name in the copies' folder.
pub(super) const FILE: &str = "vectors";
const CHECKSUM: usize = 32;

/// What the file begins with, as one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Head {
    base: String,
    model: String,
    upto: u64,
}

/// The vectors that are here, and which entries' revisions they were made of.
#[derive(Debug, Clone, Default)]
pub struct Near {
    head: Head,
    revisions: HashMap<EntryCode, u64>,
    vectors: Vectors<EntryCode>,
}

impl Near {
    /// What the copies' folder has.
    pub(super) fn read(dir: &Path) -> Self {
        let read = std::fs::read(dir.join(FILE)).ok();
        read.and_then(|bytes| Self::parse(&bytes))
            .unwrap_or_default()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (checksum, body) = bytes.split_at_checked(CHECKSUM)?;
        if sha256(body) != checksum {
            return None;
        }
        let mut lines = body.split(|byte| *byte == b'\n');
        let head: Head = serde_json::from_slice(lines.next()?).ok()?;
        let mut near = Self {
            head,
            ..Self::default()
        };
        let text = |bytes| std::str::from_utf8(bytes).ok();
        for line in lines.filter(|line| !line.is_empty()) {
            let mut parts = text(line)?.split(' ');
            let (code, revision) = (parts.next()?, parts.next()?.parse().ok()?);
            near.put(EntryCode::parse(code).ok()?, revision, parts.next()?)?;
        }
        (near.head.model == MODEL).then_some(near)
    }

    /// As bytes of a file.
    pub(super) fn written(&self) -> Vec<u8> {
        let mut body = serde_json::to_string(&self.head).unwrap_or_default();
        for (code, vector) in self.vectors.iter() {
            let revision = self.revisions.get(code).copied().unwrap_or_default();
            let _ = write!(body, "\n{code} {revision} {}", hex(&vector.to_bytes()));
        }
        let mut bytes = sha256(body.as_bytes()).to_vec();
        bytes.extend(body.into_bytes());
        bytes
    }

    fn put(&mut self, code: EntryCode, revision: u64, vector: &str) -> Option<()> {
        let vector = Vector::from_bytes(&unhex(vector)?)?;
        self.vectors.put(code.clone(), &vector);
        self.revisions.insert(code, revision);
        Some(())
    }

    /// The number of the newest vector.
    pub(super) const fn upto(&self) -> u64 {
        self.head.upto
    }

    /// The same, for a knowledge base: of another one there is none.
    pub(super) fn upto_of(&self, base: &str) -> u64 {
        if self.head.base == base {
            self.head.upto
        } else {
            0
        }
    }

    /// Takes a page in; true when it held something new. Error: its checksum is wrong, or a vector is none.
    pub(super) fn take(&mut self, page: VectorDelta) -> Result<bool, LinkError> {
        let wrong = || LinkError::Checksum {
            revision: page.upto,
        };
        let sent = serde_json::to_vec(&page.vectors).unwrap_or_default();
        if !hex(&sha256(&sent)).eq_ignore_ascii_case(&page.checksum) {
            return Err(wrong());
        }
        if page.model != MODEL {
            return Ok(false);
        }
        let mut newer = !page.vectors.is_empty();
        if self.head.base != page.base {
            newer |= !self.is_empty();
            *self = Self::default();
        }
        for sent in &page.vectors {
            self.put(sent.code.clone(), sent.revision, &sent.vector)
                .ok_or_else(wrong)?;
        }
        self.head = Head {
            base: page.base,
            model: page.model,
            upto: page.upto,
        };
        Ok(newer)
    }

    /// True when there is nothing to look through.
    pub const fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// The entries nearest to a query, nearest first, each with the revision that is meant.
    pub fn nearest(&self, query: &Vector, most: usize) -> Vec<(EntryCode, u64)> {
        let near = self.vectors.nearest(query, most).into_iter();
        near.map(|near| {
            let revision = self.revisions.get(near.key).copied();
            (near.key.clone(), revision.unwrap_or_default())
        })
        .collect()
    }
}
