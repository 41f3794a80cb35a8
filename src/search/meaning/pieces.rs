//! The model's tokens: a text is normalized character by character as the model's table says, and cut into the
//! pieces of the vocabulary whose scores add up to the most (the unigram model of `SentencePiece`).

use super::weights::{Damage, Reader};
use std::collections::HashMap;

/// Stands for a blank in pieces.
const BLANK: char = '\u{2581}';
/// What a character that no piece has costs, below the least score.
const UNKNOWN_PENALTY: f32 = 10.0;

/// The vocabulary.
pub(super) struct Pieces {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
    scores: Vec<f32>,
    /// The pieces' numbers in the order of their bytes.
    sorted: Vec<u32>,
    replaced: HashMap<char, String>,
    /// Bytes of the longest piece.
    longest: usize,
    unknown: u32,
    unknown_score: f32,
    /// Stands before every text, and after it.
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Pieces {
    /// Reads the vocabulary's part of a model file.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Damage> {
        let count = reader.count()?;
        let (start, end) = (reader.u32()?, reader.u32()?);
        let (padding, unknown) = (reader.u32()?, reader.u32()?);
        let length = reader.long()?;
        let offsets = reader.counts(count.saturating_add(1))?;
        let scores = reader.floats(count)?;
        let bytes = reader.take(length)?.to_vec();
        let in_order = offsets.is_sorted() && offsets.last().is_some_and(|last| *last <= length);
        if !in_order {
            return Err("its pieces are out of order".to_owned());
        }
        let replaced = replacements(reader)?;
        let lengths = offsets.iter().zip(offsets.iter().skip(1));
        let longest = lengths.map(|(from, to)| to - from).max().unwrap_or(0);
        let least = scores.iter().copied().fold(f32::INFINITY, f32::min);
        let mut pieces = Self {
            sorted: Vec::new(),
            unknown_score: least - UNKNOWN_PENALTY,
            bytes,
            offsets,
            scores,
            replaced,
            longest,
            unknown,
            start,
            end,
        };
        // What a person types is text: it can't name the marks that hold a text together.
        let control = [start, end, padding, unknown];
        let mut sorted: Vec<u32> = (0..u32::try_from(count).unwrap_or(0))
            .filter(|id| !control.contains(id) && pieces.piece(*id) != b"<mask>")
            .collect();
        sorted.sort_by(|one, other| pieces.piece(*one).cmp(pieces.piece(*other)));
        pieces.sorted = sorted;
        Ok(pieces)
    }

    fn piece(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let from = self.offsets.get(id).copied().unwrap_or(0);
        let to = self.offsets.get(id + 1).copied().unwrap_or(0);
        self.bytes.get(from..to).unwrap_or_default()
    }

    fn find(&self, piece: &[u8]) -> Option<u32> {
        let at = self.sorted.partition_point(|id| self.piece(*id) < piece);
        let id = *self.sorted.get(at)?;
        (self.piece(id) == piece).then_some(id)
    }

    /// The text as the model wants it: characters replaced, one blank for several, each marked.
    fn normalized(&self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        for letter in text.chars() {
            match self.replaced.get(&letter) {
                Some(instead) => plain.push_str(instead),
                None => plain.push(letter),
            }
        }
        let mut out = String::with_capacity(plain.len() + 8);
        if !plain.starts_with(' ') {
            out.push(BLANK);
        }
        let mut after_blank = false;
        for letter in plain.chars() {
            if letter != ' ' {
                out.push(letter);
            } else if !after_blank {
                out.push(BLANK);
            }
            after_blank = letter == ' ';
        }
        out
    }

    /// The tokens of a text, without start and end.
    pub(super) fn tokens(&self, text: &str) -> Vec<u32> {
        let text = self.normalized(text);
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        // For each character: the best sum of scores before it, where its last piece began, and which that is.
        let mut best = vec![(f32::NEG_INFINITY, 0, self.unknown); ends.len()];
        if let Some(first) = best.first_mut() {
            first.0 = 0.0;
        }
        for (at, from) in ends.iter().enumerate() {
            let so_far = best.get(at).map_or(0.0, |best| best.0);
            for (to_at, to) in ends.iter().enumerate().skip(at + 1) {
                if to - from > self.longest {
                    break;
                }
                let piece = text.as_bytes().get(*from..*to).unwrap_or_default();
                let (score, id) = match self.find(piece) {
                    Some(id) => (self.scores.get(id as usize).copied().unwrap_or(0.0), id),
                    None if to_at == at + 1 => (self.unknown_score, self.unknown),
                    None => continue,
                };
                if let Some(best) = best.get_mut(to_at)
                    && so_far + score > best.0
                {
                    *best = (so_far + score, at, id);
                }
            }
        }
        let mut tokens = Vec::new();
        let mut at = best.len().saturating_sub(1);
        while let Some((_, from, id)) = best.get(at).filter(|_| at > 0) {
            tokens.push(*id);
            at = *from;
        }
        tokens.reverse();
        tokens
    }
}

/// What single characters are replaced by: full-width, compatibility forms, odd blanks.
fn replacements(reader: &mut Reader<'_>) -> Result<HashMap<char, String>, Damage> {
    let (count, bytes) = (reader.count()?, reader.count()?);
    let mut table = Reader::new(reader.take(bytes)?);
    let mut replaced = HashMap::new();
    for _ in 0..count {
        let letter = char::from_u32(table.u32()?);
        let mut instead = String::new();
        for _ in 0..table.u8()? {
            instead.extend(char::from_u32(table.u32()?));
        }
        if let Some(letter) = letter {
            replaced.insert(letter, instead);
        }
    }
    Ok(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vocabulary of these pieces and scores; `Ａ` is written `a`.
    fn vocabulary(pieces: &[(&str, f32)]) -> Pieces {
        let mut all = vec![("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)];
        all.extend(pieces);
        let text: String = all.iter().map(|(piece, _)| *piece).collect();
        let mut bytes = Vec::new();
        for number in [all.len(), 0, 2, 1, 3, text.len(), 0] {
            bytes.extend(u32::try_from(number).unwrap().to_le_bytes());
        }
        let mut at = 0;
        bytes.extend(u32::to_le_bytes(0));
        for (piece, _) in &all {
            at += u32::try_from(piece.len()).unwrap();
            bytes.extend(at.to_le_bytes());
        }
        bytes.extend(all.iter().flat_map(|(_, score)| score.to_le_bytes()));
        bytes.extend(text.as_bytes());
        for number in [1, 9, u32::from('Ａ')] {
            bytes.extend(u32::to_le_bytes(number));
        }
        bytes.push(1);
        bytes.extend(u32::from('a').to_le_bytes());
        Pieces::read(&mut Reader::new(&bytes)).unwrap()
    }

    #[test]
    fn a_text_is_cut_where_the_scores_add_up_to_the_most() {
        let pieces = vocabulary(&[
            ("\u{2581}", -3.0),
            ("公", -5.0),
            ("积", -5.0),
            ("公积", -9.0),
            ("公积金", -6.0),
            ("金", -1.0),
            ("a", -2.0),
        ]);
        for (text, expected) in [
            ("公积金", vec![4, 8]),
            ("公积", vec![4, 7]),
            ("积金", vec![4, 6, 9]),
            // Full width is written half, several blanks are one, and what is unknown is said to be.
            ("Ａ  a", vec![4, 10, 4, 10]),
            (" a", vec![4, 10]),
            ("龘a", vec![4, 3, 10]),
            ("", vec![4]),
            // The marks are no text.
            ("</s>", vec![4, 3, 3, 3, 3]),
        ] {
            assert_eq!(pieces.tokens(text), expected, "{text}");
        }
    }
}
