//! The dispatch directory: replaced as a whole, pulled by version.

use super::Who;
use crate::domain::directory::Directory;
use crate::protocol::directory::{DirectoryAnswer, DirectoryImported, DirectoryRequest};
use crate::protocol::error::ApiError;
use crate::server::core::Core;

/// The directory, if it is newer than the asker's.
pub fn get(core: &Core, request: DirectoryRequest) -> DirectoryAnswer {
    let directory = core.directory();
    DirectoryAnswer {
        version: directory.version,
        directory: (directory.version > request.since).then(|| Directory::clone(&directory)),
    }
}

/// Puts a directory in force. Repeating it changes nothing, so it takes no idempotency key.
pub async fn replace(
    core: &Core,
    who: &Who,
    directory: Directory,
) -> Result<DirectoryImported, ApiError> {
    let _ = (core, who, directory);
    Err(ApiError::Unavailable)
}
