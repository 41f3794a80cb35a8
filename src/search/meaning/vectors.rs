//! Vectors of length one in eight bits a number, and all of them side by side: the nearest ones are found by
//! looking at each.

use super::DIMENSIONS;
use std::collections::HashMap;

/// The length of a vector written down: its scale and its numbers.
const BYTES: usize = 4 + DIMENSIONS;

/// A vector of length one, each number in eight bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    scale: f32,
    parts: Vec<i8>,
}

impl Vector {
    /// The direction of these [`DIMENSIONS`] numbers.
    pub fn of(numbers: &[f32]) -> Self {
        let most = numbers.iter().fold(0f32, |most, x| most.max(x.abs()));
        let step = if most > 0.0 { most / 127.0 } else { 1.0 };
        #[allow(clippy::cast_possible_truncation, reason = "within ±127 by the step")]
        let mut parts: Vec<i8> = numbers.iter().map(|x| (x / step).round() as i8).collect();
        parts.resize(DIMENSIONS, 0);
        // By what was kept, so that a vector is as near to itself as can be.
        let length = dot(&parts, &parts).sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        Self { scale, parts }
    }

    /// The direction between several; none has none.
    pub fn mean(vectors: &[Self]) -> Self {
        let mut sum = [0.0; DIMENSIONS];
        for vector in vectors {
            for (sum, part) in sum.iter_mut().zip(&vector.parts) {
                *sum += f32::from(*part) * vector.scale;
            }
        }
        Self::of(&sum)
    }

    /// As bytes, always as many.
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = self.parts.iter().map(|part| part.cast_unsigned());
        self.scale.to_le_bytes().into_iter().chain(parts).collect()
    }

    /// Out of its bytes; `None` for what no vector was written to.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (scale, parts) = bytes.split_first_chunk::<4>()?;
        let scale = f32::from_le_bytes(*scale);
        let sound = bytes.len() == BYTES && scale.is_finite() && scale >= 0.0;
        sound.then(|| Self {
            scale,
            parts: parts.iter().map(|byte| byte.cast_signed()).collect(),
        })
    }

    /// How near another one is: 1 for the same direction, 0 for none in common.
    pub fn near(&self, other: &Self) -> f32 {
        dot(&self.parts, &other.parts) * self.scale * other.scale
    }
}

/// The product over all parts. Its sum stays below 2²⁴, where every whole number is a float.
#[allow(clippy::cast_precision_loss, reason = "384 products of two bytes")]
fn dot(one: &[i8], other: &[i8]) -> f32 {
    let products = one
        .iter()
        .zip(other)
        .map(|(a, b)| i32::from(*a) * i32::from(*b));
    products.sum::<i32>() as f32
}

/// An entry that is near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near<'a, K> {
    /// Which.
    pub key: &'a K,
    /// How near, 1 at most.
    pub likeness: f32,
}

/// Many vectors by their keys.
#[derive(Debug, Clone)]
pub struct Vectors<K> {
    keys: Vec<K>,
    scales: Vec<f32>,
    parts: Vec<i8>,
    places: HashMap<K, usize>,
}

impl<K> Default for Vectors<K> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            scales: Vec::new(),
            parts: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<K: Clone + Eq + std::hash::Hash> Vectors<K> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// True when there is none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Puts a vector in, in place of the key's former one.
    pub fn put(&mut self, key: K, vector: &Vector) {
        if let Some(at) = self.places.get(&key).copied() {
            let room = self.parts.get_mut(at * DIMENSIONS..(at + 1) * DIMENSIONS);
            if let (Some(room), Some(scale)) = (room, self.scales.get_mut(at)) {
                room.copy_from_slice(&vector.parts);
                *scale = vector.scale;
            }
            return;
        }
        self.places.insert(key.clone(), self.keys.len());
        self.keys.push(key);
        self.scales.push(vector.scale);
        self.parts.extend(&vector.parts);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&K, Vector)> {
        let parts = self.parts.chunks_exact(DIMENSIONS);
        let each = self.keys.iter().zip(&self.scales).zip(parts);
        each.map(|((key, scale), parts)| {
            let vector = Vector {
                scale: *scale,
                parts: parts.to_vec(),
            };
            (key, vector)
        })
    }

    /// Takes a key's vector out.
    pub fn remove(&mut self, key: &K) {
        let Some(at) = self.places.remove(key) else {
            return;
        };
        // The last one takes its place.
        self.keys.swap_remove(at);
        self.scales.swap_remove(at);
        let last = self.parts.len() - DIMENSIONS;
        self.parts.copy_within(last.., at * DIMENSIONS);
        self.parts.truncate(last);
        if let Some(moved) = self.keys.get(at) {
            self.places.insert(moved.clone(), at);
        }
    }

    /// The nearest ones, nearest first, at most `most`. Equals stand as they lie here: as they were put in, until one is
    /// taken out and the last takes its place.
    pub fn nearest(&self, to: &Vector, most: usize) -> Vec<Near<'_, K>> {
        let mut scores: Vec<(f32, usize)> = self
            .parts
            .chunks_exact(DIMENSIONS)
            .zip(&self.scales)
            .map(|(parts, scale)| dot(parts, &to.parts) * scale * to.scale)
            .zip(0..)
            .collect();
        let better = |one: &(f32, usize), other: &(f32, usize)| {
            other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
        };
        if scores.len() > most && most > 0 {
            scores.select_nth_unstable_by(most - 1, better);
        }
        scores.truncate(most);
        scores.sort_unstable_by(better);
        let near = |(likeness, at): (f32, usize)| {
            let key = self.keys.get(at)?;
            Some(Near { key, likeness })
        };
        scores.into_iter().filter_map(near).collect()
    }
}
