//! Files that a person takes out of the desk: readable by nobody else on this machine.

use crate::desk::ports::{PortError, SavedFile};
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Writes them into a folder, which is made when it is missing; a file of the same name is replaced. A name that would
/// lead elsewhere is refused.
pub(super) fn write(folder: &Path, files: &[SavedFile]) -> Result<(), PortError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| {
            tracing::warn!(path, %error, "a file could not be written");
            PortError::File { path }
        }
    };
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(failed(folder))?;
    for file in files {
        let path = folder.join(&file.name);
        let plain = path
            .file_name()
            .is_some_and(|name| name == file.name.as_str());
        if !plain {
            return Err(PortError::File {
                path: file.name.clone(),
            });
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let written = options.open(&path).and_then(|mut to| {
            to.write_all(file.text.as_bytes())?;
            to.sync_all()
        });
        written.map_err(failed(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn files_are_this_person_s_alone_and_stay_in_their_folder() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("print");
        let file = |name: &str| SavedFile {
            name: name.to_owned(),
            text: "停水".to_owned(),
        };
        write(&folder, &[file("a.txt"), file("a.txt")]).unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.join("a.txt")).unwrap(),
            "停水"
        );
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("a.txt"))), (0o700, 0o600));
        for bad in ["../b.txt", "c/d.txt", "", ".."] {
            assert!(write(&folder, &[file(bad)]).is_err(), "{bad}");
        }
        assert!(!dir.path().join("b.txt").exists());
    }
}
