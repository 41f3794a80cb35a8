use super::*;
use proptest::prelude::*;

fn numbers(seed: u64) -> Vec<f32> {
    // A fixed rule, so that a failure repeats: a linear congruential sequence.
    let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f32::from(u16::try_from(state >> 48).unwrap()) / 32_768.0 - 1.0
    };
    std::iter::repeat_with(next).take(DIMENSIONS).collect()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

proptest! {
    #[test]
    fn eight_bits_keep_how_near_two_vectors_are(one: u64, other: u64) {
        let (one, other) = (numbers(one), numbers(other));
        let near = Vector::of(&one).near(&Vector::of(&other));
        prop_assert!((near - cosine(&one, &other)).abs() < 0.005, "{near}");
        let itself = Vector::of(&one).near(&Vector::of(&one));
        prop_assert!((itself - 1.0).abs() < 1e-5, "{itself}");
    }

    #[test]
    fn the_nearest_are_those_that_a_sort_of_all_would_give(
        steps in prop::collection::vec((0u8..30, any::<bool>(), 0u64..1000), 0..60),
        query: u64,
        most in 0usize..12,
    ) {
        let mut vectors = Vectors::default();
        let mut plain = std::collections::BTreeMap::new();
        for (key, put, seed) in steps {
            if put {
                let vector = Vector::of(&numbers(seed));
                vectors.put(key, &vector);
                plain.insert(key, vector);
            } else {
                vectors.remove(&key);
                plain.remove(&key);
            }
        }
        prop_assert_eq!(vectors.len(), plain.len());
        let query = Vector::of(&numbers(query));
        let mut expected: Vec<f32> = plain.values().map(|vector| vector.near(&query)).collect();
        expected.sort_by(|one, other| other.total_cmp(one));
        expected.truncate(most);
        let found = vectors.nearest(&query, most);
        let likeness: Vec<f32> = found.iter().map(|near| near.likeness).collect();
        prop_assert_eq!(likeness, expected);
        for near in found {
            prop_assert!((plain[near.key].near(&query) - near.likeness).abs() < 1e-6);
        }
    }
}

#[test]
fn a_vector_is_the_same_after_it_was_written_down() {
    let vector = Vector::of(&numbers(7));
    let bytes = vector.to_bytes();
    assert_eq!(Vector::from_bytes(&bytes), Some(vector));
    assert_eq!(Vector::from_bytes(&bytes[1..]), None);
    assert_eq!(Vector::from_bytes(&[]), None);
    let mut broken = bytes;
    broken[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(Vector::from_bytes(&broken), None);
}

#[test]
fn nothing_has_a_direction_that_is_near_nothing() {
    let nothing = Vector::of(&[0.0; DIMENSIONS]);
    assert!(nothing.near(&Vector::of(&numbers(1))).abs() < f32::EPSILON);
}

#[test]
fn the_mean_lies_between_and_of_none_is_nothing() {
    let (one, other) = (numbers(1), numbers(2));
    let sum: Vec<f32> = one.iter().zip(&other).map(|(a, b)| a + b).collect();
    let lengths = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>().sqrt();
    assert!(
        (lengths(&one) / lengths(&other) - 1.0).abs() < 0.1,
        "alike in length"
    );
    let mean = Vector::mean(&[Vector::of(&one), Vector::of(&other)]);
    assert!(mean.near(&Vector::of(&sum)) > 0.998);
    assert!(Vector::mean(&[]).near(&mean).abs() < f32::EPSILON);
}

/// Reads a text as the axis of its first letter.
struct ByFirstLetter;

impl Encode for ByFirstLetter {
    fn passages(&self, texts: &[String]) -> Vec<Vector> {
        let one = |text: &String| {
            let mut numbers = [0.0; DIMENSIONS];
            numbers[usize::from(text.as_bytes()[0])] = 1.0;
            Vector::of(&numbers)
        };
        texts.iter().map(one).collect()
    }
}

#[test]
fn an_entry_is_read_by_how_it_is_asked_else_by_its_answer() {
    let entry = |question: &str, variants: &[&str], answer: &str| {
        serde_json::from_value::<crate::domain::knowledge::Entry>(serde_json::json!({
            "code": "A-1", "question": question, "variants": variants, "answer": answer,
        }))
        .unwrap()
    };
    let entries = [
        entry("a", &[], "z"),
        entry("a", &["b", " "], "z"),
        entry("", &[], "z"),
    ];
    let read: Vec<_> = entries.iter().collect();
    let vectors = read_entries(&ByFirstLetter, &read);
    let axis = |letter: &str| ByFirstLetter.passages(&[letter.to_owned()]).remove(0);
    for (at, letter, near) in [
        (0, "a", 1.0),
        (0, "z", 0.0),
        (1, "a", 0.707),
        (1, "b", 0.707),
        (1, "z", 0.0),
        (2, "z", 1.0),
    ] {
        let found = vectors[at].near(&axis(letter));
        assert!((found - near).abs() < 0.01, "{at} {letter}: {found}");
    }
}
