//! The forward pass of the encoder: twelve layers of attention and feed-forward over the tokens of several
//! texts at once, each text attending to itself only. The products are `ndarray`'s; it runs on the thread that
//! asks, so that what runs in the background takes one core and no more.

use super::DIMENSIONS;
use super::weights::{HEADS, LONGEST, Layer, Linear, Norm, Weights};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, s};
use std::ops::Range;

const HEAD: usize = DIMENSIONS / HEADS;

impl Linear {
    fn of(&self, x: &Array2<f32>) -> Array2<f32> {
        x.dot(&self.weights) + &self.bias
    }
}

impl Norm {
    /// Normalizes each row.
    fn apply(&self, x: &mut Array2<f32>, epsilon: f32) {
        for mut row in x.rows_mut() {
            let Some(row) = row.as_slice_mut() else {
                continue;
            };
            let mean = row.iter().sum::<f32>() / width(row.len());
            let spread = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>();
            let scale = 1.0 / (spread / width(row.len()) + epsilon).sqrt();
            for ((x, weight), bias) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
                *x = (*x - mean) * scale * weight + bias;
            }
        }
    }
}

fn width(len: usize) -> f32 {
    f32::from(u16::try_from(len).unwrap_or(u16::MAX))
}

/// Makes each row of scores a share of one.
fn softmax(mut scores: ArrayViewMut2<'_, f32>) {
    for mut row in scores.rows_mut() {
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for x in &mut row {
            *x = (*x - most).exp();
            sum += *x;
        }
        row /= sum;
    }
}

/// The Gaussian error linear unit, by its definition.
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2))
}

impl Layer {
    fn attend(&self, x: &Array2<f32>, texts: &[Range<usize>]) -> Array2<f32> {
        let all = self.attention.of(x);
        let mut out = Array2::zeros((x.nrows(), DIMENSIONS));
        for text in texts {
            for head in 0..HEADS {
                let part = |of: usize| -> ArrayView2<'_, f32> {
                    let from = of * DIMENSIONS + head * HEAD;
                    all.slice(s![text.clone(), from..from + HEAD])
                };
                let mut scores = part(0).dot(&part(1).t());
                scores /= width(HEAD).sqrt();
                softmax(scores.view_mut());
                let from = head * HEAD;
                out.slice_mut(s![text.clone(), from..from + HEAD])
                    .assign(&scores.dot(&part(2)));
            }
        }
        self.attended.of(&out)
    }
}

impl Weights {
    /// The mean of the last layer over the tokens of each text. A text has at most [`LONGEST`] tokens; what is
    /// longer is cut.
    pub(super) fn forward(&self, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut ranges = Vec::with_capacity(texts.len());
        let mut rows = 0;
        for text in texts {
            let len = text.len().min(LONGEST);
            ranges.push(rows..rows + len);
            rows += len;
        }
        let mut x = Array2::zeros((rows, DIMENSIONS));
        for (text, range) in texts.iter().zip(&ranges) {
            let mut part = x.slice_mut(s![range.clone(), ..]);
            part.assign(&self.positions.slice(s![..range.len(), ..]));
            for (mut row, token) in part.rows_mut().into_iter().zip(text) {
                if let Some(row) = row.as_slice_mut() {
                    self.add_word(*token, row);
                }
            }
        }
        self.embedding_norm.apply(&mut x, self.epsilon);
        for layer in &self.layers {
            x += &layer.attend(&x, &ranges);
            layer.attended_norm.apply(&mut x, self.epsilon);
            let mut inner = layer.inner.of(&x);
            inner.mapv_inplace(gelu);
            x += &layer.outer.of(&inner);
            layer.outer_norm.apply(&mut x, self.epsilon);
        }
        let mean = |range: Range<usize>| {
            let mean = x.slice(s![range, ..]).mean_axis(Axis(0));
            mean.map_or_else(|| vec![0.0; DIMENSIONS], |mean| mean.to_vec())
        };
        ranges.into_iter().map(mean).collect()
    }
}
