//! Which encoding a text file is in: by its mark, else UTF-8 if it is that, else GB 18030 (GBK) if it is that.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// The encoding a file was read as; said to the person, because GB 18030 is a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16, by its mark.
    Utf16,
    /// GB 18030, which contains GBK and GB 2312.
    Gb18030,
}

impl Encoding {
    /// Its name as it is written everywhere.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Gb18030 => "GB 18030",
        }
    }
}

/// The text of a file without its mark, or the first line (counted from 1) that is no text.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Encoding), u64> {
    let marked = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((UTF_16LE, rest)),
        [0xfe, 0xff, rest @ ..] => Some((UTF_16BE, rest)),
        _ => None,
    };
    if let Some((encoding, rest)) = marked {
        return match encoding.decode_without_bom_handling_and_without_replacement(rest) {
            Some(text) => Ok((text.into_owned(), Encoding::Utf16)),
            None => Err(1),
        };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line_of = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default();
        1 + before.split(|byte| *byte == b'\n').skip(1).count() as u64
    };
    // UTF-16 without its mark, or no text at all.
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(line_of(at));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.to_owned(), Encoding::Utf8)),
        Err(error) => GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(|text| (text.into_owned(), Encoding::Gb18030))
            .ok_or_else(|| line_of(error.valid_up_to())),
    }
}
