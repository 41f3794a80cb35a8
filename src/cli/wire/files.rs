//! Files that a person takes out of the desk: readable by nobody else on this machine. What was printed of tickets goes
//! with its person when they sign out; notes for the next shift stay, for they are another's to read.

use crate::desk::ports::{PortError, SavedAs, SavedFile};
use crate::domain::id::Account;
use crate::link::{private_dir, replace};
use std::path::{Path, PathBuf};

/// The folder of a person's printed tickets under the desk's own.
fn printed(data: &Path, account: &Account) -> PathBuf {
    data.join("print").join(account.as_str())
}

/// Writes them, each into the folder of its kind, which is made when it is missing; a file of the same name is replaced at
/// once. Answers with the folder of the last. A name that would lead elsewhere is refused.
pub(super) fn write(
    data: &Path,
    account: &Account,
    files: &[SavedFile],
) -> Result<String, PortError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| {
            tracing::warn!(path, %error, "a file could not be written");
            PortError::File { path }
        }
    };
    let mut last = String::new();
    for file in files {
        let folder = match file.kind {
            SavedAs::Printed => printed(data, account),
            SavedAs::Note => data.join("handover"),
        };
        private_dir(&folder).map_err(failed(&folder))?;
        let path = folder.join(&file.name);
        let plain = path
            .file_name()
            .is_some_and(|name| name == file.name.as_str());
        if !plain {
            return Err(PortError::File {
                path: file.name.clone(),
            });
        }
        replace(&path, file.text.as_bytes()).map_err(failed(&path))?;
        last = folder.display().to_string();
    }
    Ok(last)
}

/// What a person printed goes with them. What can't be removed is logged: nobody is kept from signing out by it.
pub(super) fn forget(data: &Path, account: &Account) {
    let folder = printed(data, account);
    match std::fs::remove_dir_all(&folder) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            let path = folder.display().to_string();
            tracing::warn!(path, %error, "printed tickets could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn file(name: &str, kind: SavedAs) -> SavedFile {
        SavedFile {
            name: name.to_owned(),
            text: "停水".to_owned(),
            kind,
        }
    }

    #[test]
    fn files_are_this_person_s_alone_and_stay_in_their_folder() {
        let dir = tempfile::tempdir().unwrap();
        let wang = Account::parse("wang").unwrap();
        let folder = dir.path().join("print").join("wang");
        // A folder that others could enter is closed, and a file that others could read is one's own again.
        std::fs::create_dir_all(&folder).unwrap();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&folder, open).unwrap();
        std::fs::write(folder.join("a.txt"), "alt").unwrap();
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(folder.join("a.txt"), open).unwrap();
        let files = [file("a.txt", SavedAs::Printed)];
        let at = write(dir.path(), &wang, &files).unwrap();
        assert_eq!(at, folder.display().to_string());
        assert_eq!(
            std::fs::read_to_string(folder.join("a.txt")).unwrap(),
            "停水"
        );
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("a.txt"))), (0o700, 0o600));
        assert_eq!(
            std::fs::read_dir(&folder).unwrap().count(),
            1,
            "no leftover"
        );
        for bad in ["../b.txt", "c/d.txt", "", ".."] {
            let files = [file(bad, SavedAs::Printed)];
            assert!(write(dir.path(), &wang, &files).is_err(), "{bad}");
        }
        assert!(!dir.path().join("print").join("b.txt").exists());
    }

    #[test]
    fn what_was_printed_goes_at_the_sign_out_and_a_note_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (wang, li) = (
            Account::parse("wang").unwrap(),
            Account::parse("li").unwrap(),
        );
        let printed = [file("a.txt", SavedAs::Printed)];
        write(dir.path(), &wang, &printed).unwrap();
        write(dir.path(), &li, &printed).unwrap();
        let note = [file("handover.txt", SavedAs::Note)];
        write(dir.path(), &wang, &note).unwrap();
        forget(dir.path(), &wang);
        forget(dir.path(), &wang);
        assert!(!dir.path().join("print/wang").exists());
        assert!(dir.path().join("print/li/a.txt").exists());
        assert!(dir.path().join("handover/handover.txt").exists());
    }
}
