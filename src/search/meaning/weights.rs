//! Reading the packed model: header, vocabulary, and the tensors by name. Large matrices are in blocks of 32
//! weights: a 16-bit float scale, then 16 bytes, each with weight j in its low half and j + 16 in its high one.

use super::DIMENSIONS;
use super::pieces::Pieces;
use ndarray::{Array1, Array2};
use std::collections::HashMap;

/// Layers of the model, its inner width, and the longest input in tokens.
pub(super) const LAYERS: usize = 12;
pub(super) const HEADS: usize = 12;
pub(super) const INNER: usize = 1_536;
pub(super) const LONGEST: usize = 512;

/// Weights of a block, and its bytes.
const BLOCK: usize = 32;
const BLOCK_BYTES: usize = 18;

/// What is wrong with a model file.
pub(super) type Damage = String;

/// Reads forward through bytes; never past their end.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], Damage> {
        let end = self.at.checked_add(len);
        let found = end.and_then(|end| self.bytes.get(self.at..end));
        let found = found.ok_or_else(|| format!("it ends before byte {}", self.at))?;
        self.at += len;
        Ok(found)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| "a short read".to_owned())
    }

    pub(super) fn u8(&mut self) -> Result<u8, Damage> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Damage> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Damage> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// A 32-bit count or offset.
    pub(super) fn count(&mut self) -> Result<usize, Damage> {
        usize::try_from(self.u32()?).map_err(|error| error.to_string())
    }

    /// A 64-bit count or offset.
    pub(super) fn long(&mut self) -> Result<usize, Damage> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|error| error.to_string())
    }

    /// So many 32-bit counts.
    pub(super) fn counts(&mut self, len: usize) -> Result<Vec<usize>, Damage> {
        (0..len).map(|_| self.count()).collect()
    }

    pub(super) fn floats(&mut self, len: usize) -> Result<Vec<f32>, Damage> {
        let bytes = self.take(len.saturating_mul(4))?;
        Ok(floats(bytes))
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let four = bytes.as_chunks::<4>().0;
    four.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

/// A 16-bit float.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f32::from(bits & 0x3ff) / 1024.0;
    if exponent == 0 {
        sign * fraction * 2f32.powi(-14)
    } else {
        sign * (1.0 + fraction) * 2f32.powi(exponent - 15)
    }
}

/// Unpacks whole blocks onto `out`.
fn unpack(bytes: &[u8], out: &mut [f32]) {
    for (block, out) in bytes
        .chunks_exact(BLOCK_BYTES)
        .zip(out.chunks_exact_mut(BLOCK))
    {
        let [low, high, nibbles @ ..] = block else {
            continue;
        };
        let scale = half(u16::from_le_bytes([*low, *high]));
        let (first, second) = out.split_at_mut(BLOCK / 2);
        for ((byte, first), second) in nibbles.iter().zip(first).zip(second) {
            *first = (f32::from(byte & 0x0f) - 8.0) * scale;
            *second = (f32::from(byte >> 4) - 8.0) * scale;
        }
    }
}

/// `x · weights + bias`, weights turned so that a row is an input.
pub(super) struct Linear {
    pub(super) weights: Array2<f32>,
    pub(super) bias: Array1<f32>,
}

/// What scales a normalized row.
pub(super) struct Norm {
    pub(super) weight: Array1<f32>,
    pub(super) bias: Array1<f32>,
}

/// One layer of the encoder.
pub(super) struct Layer {
    /// Query, key and value side by side.
    pub(super) attention: Linear,
    pub(super) attended: Linear,
    pub(super) attended_norm: Norm,
    pub(super) inner: Linear,
    pub(super) outer: Linear,
    pub(super) outer_norm: Norm,
}

/// The whole model, unpacked but for the words' rows.
pub(super) struct Weights {
    words: Vec<u8>,
    /// A row a position, with the token type's row added.
    pub(super) positions: Array2<f32>,
    pub(super) embedding_norm: Norm,
    pub(super) layers: Vec<Layer>,
    pub(super) epsilon: f32,
}

impl Weights {
    /// Adds a token's row onto `out`.
    pub(super) fn add_word(&self, token: u32, out: &mut [f32]) {
        const ROW: usize = DIMENSIONS / BLOCK * BLOCK_BYTES;
        let mut row = [0.0; DIMENSIONS];
        let start = token as usize * ROW;
        unpack(
            self.words.get(start..start + ROW).unwrap_or_default(),
            &mut row,
        );
        for (out, word) in out.iter_mut().zip(row) {
            *out += word;
        }
    }
}

/// The tensors by name, as bytes.
struct Directory<'a>(HashMap<&'a str, &'a [u8]>);

impl Directory<'_> {
    fn bytes(&self, name: &str, len: usize) -> Result<&[u8], Damage> {
        let found = self.0.get(name).copied();
        found
            .filter(|bytes| bytes.len() == len)
            .ok_or_else(|| format!("{name} is not there in its size"))
    }

    fn vector(&self, name: &str, len: usize) -> Result<Array1<f32>, Damage> {
        Ok(floats(self.bytes(name, len * 4)?).into())
    }

    fn norm(&self, name: &str) -> Result<Norm, Damage> {
        Ok(Norm {
            weight: self.vector(&format!("{name}.w"), DIMENSIONS)?,
            bias: self.vector(&format!("{name}.b"), DIMENSIONS)?,
        })
    }

    /// Linear maps of one input side by side.
    fn linear(&self, names: &[String], inputs: usize, outputs: usize) -> Result<Linear, Damage> {
        let mut weights = vec![0.0; names.len() * inputs * outputs];
        let mut bias = Vec::with_capacity(names.len() * outputs);
        for (name, rows) in names.iter().zip(weights.chunks_mut(inputs * outputs)) {
            let bytes = inputs * outputs / BLOCK * BLOCK_BYTES;
            unpack(self.bytes(&format!("{name}.w"), bytes)?, rows);
            bias.extend(self.vector(&format!("{name}.b"), outputs)?);
        }
        let shape = (names.len() * outputs, inputs);
        let weights = Array2::from_shape_vec(shape, weights).map_err(|error| error.to_string())?;
        Ok(Linear {
            weights: weights.reversed_axes(),
            bias: bias.into(),
        })
    }

    fn layer(&self, number: usize) -> Result<Layer, Damage> {
        let named = |parts: &[&str]| -> Vec<String> {
            parts
                .iter()
                .map(|part| format!("l{number}.{part}"))
                .collect()
        };
        Ok(Layer {
            attention: self.linear(&named(&["q", "k", "v"]), DIMENSIONS, DIMENSIONS)?,
            attended: self.linear(&named(&["ao"]), DIMENSIONS, DIMENSIONS)?,
            attended_norm: self.norm(&format!("l{number}.aln"))?,
            inner: self.linear(&named(&["fi"]), DIMENSIONS, INNER)?,
            outer: self.linear(&named(&["fo"]), INNER, DIMENSIONS)?,
            outer_norm: self.norm(&format!("l{number}.oln"))?,
        })
    }
}

/// Reads a whole model file.
pub(super) fn read(bytes: &[u8]) -> Result<(Weights, Pieces), Damage> {
    let mut reader = Reader::new(bytes);
    if reader.take(4)? != b"E5S1" || reader.u32()? != 1 {
        return Err("it is no model of this kind".to_owned());
    }
    let expected = [DIMENSIONS, LAYERS, HEADS, INNER];
    for (at, expected) in expected.into_iter().enumerate() {
        let found = reader.count()?;
        if found != expected {
            return Err(format!("size {at} is {found} where {expected} is expected"));
        }
    }
    let words = reader.count()?;
    let (positions, types) = (reader.count()?, reader.count()?);
    if positions != LONGEST {
        return Err(format!(
            "it takes {positions} tokens where {LONGEST} are expected"
        ));
    }
    let epsilon = reader.floats(1)?.first().copied().unwrap_or_default();
    if reader.count()? != BLOCK {
        return Err("its blocks have another size".to_owned());
    }
    let pieces = Pieces::read(&mut reader)?;
    let directory = directory(&mut reader)?;
    let word_bytes = words * DIMENSIONS / BLOCK * BLOCK_BYTES;
    let kinds = directory.vector("emb.type", types * DIMENSIONS)?;
    let rows = directory.vector("emb.pos", positions * DIMENSIONS)?;
    let mut rows = Array2::from_shape_vec((positions, DIMENSIONS), rows.to_vec())
        .map_err(|error| error.to_string())?;
    rows += &kinds.slice(ndarray::s![..DIMENSIONS]);
    let weights = Weights {
        words: directory.bytes("emb.word", word_bytes)?.to_vec(),
        positions: rows,
        embedding_norm: directory.norm("emb.ln")?,
        layers: (0..LAYERS)
            .map(|number| directory.layer(number))
            .collect::<Result<_, _>>()?,
        epsilon,
    };
    Ok((weights, pieces))
}

fn directory<'a>(reader: &mut Reader<'a>) -> Result<Directory<'a>, Damage> {
    let mut tensors = HashMap::new();
    for _ in 0..reader.count()? {
        let len = usize::from(reader.u16()?);
        let name = std::str::from_utf8(reader.take(len)?).map_err(|error| error.to_string())?;
        // Its type and how many numbers it has follow from its name.
        let _ = (reader.u8()?, reader.u32()?);
        let (start, len) = (reader.long()?, reader.long()?);
        let bytes = start
            .checked_add(len)
            .and_then(|end| reader.bytes.get(start..end))
            .ok_or_else(|| format!("{name} lies past its end"))?;
        tensors.insert(name, bytes);
    }
    Ok(Directory(tensors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bit_floats_are_read_by_their_definition() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
            (0x7bff, 65_504.0),
        ] {
            assert!((half(bits) - value).abs() <= value.abs() * 1e-6, "{bits:x}");
        }
    }

    #[test]
    fn a_block_is_a_scale_and_two_halves() {
        let mut block = vec![0x00, 0x3c];
        block.extend((0..16).map(|at| at | ((15 - at) << 4)));
        let mut out = [0.0; BLOCK];
        unpack(&block, &mut out);
        assert_eq!((out[0], out[15], out[16], out[31]), (-8.0, 7.0, 7.0, -8.0));
    }

    #[test]
    fn what_is_no_model_is_refused_wherever_it_breaks_off() {
        let mut bytes = b"E5S1".to_vec();
        for number in [1, 384, 12, 12, 1536, 250_037, 512, 2, 0, 32, u32::MAX] {
            bytes.extend(u32::to_le_bytes(number));
        }
        for end in 0..=bytes.len() {
            assert!(read(&bytes[..end]).is_err(), "{end}");
        }
        bytes[8] = 1;
        let error = read(&bytes).err().unwrap();
        assert!(error.contains("expected"), "{error}");
    }
}
