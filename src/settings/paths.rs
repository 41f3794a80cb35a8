//! Files where the platform wants them.

use directories::ProjectDirs;
use std::path::PathBuf;

/// This system says nothing of a home directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no home directory is known; set HOTLINE_DATA (and --config) to say where files belong")]
pub struct NoHome;

fn project() -> Result<ProjectDirs, NoHome> {
    ProjectDirs::from("", "", "hotline").ok_or(NoHome)
}

/// The configuration file that is read unless another is named; it need not exist.
pub fn config_file() -> Result<PathBuf, NoHome> {
    Ok(project()?.config_dir().join("hotline.toml"))
}

/// Where the server keeps its database.
pub fn server_data() -> Result<PathBuf, NoHome> {
    Ok(project()?.data_dir().join("server"))
}

/// Where a practice server keeps its own.
pub fn practice_data() -> Result<PathBuf, NoHome> {
    Ok(project()?.data_dir().join("practice"))
}

/// Where a desk keeps its journal, local copies and log.
pub fn desk_data() -> Result<PathBuf, NoHome> {
    Ok(project()?.data_local_dir().join("desk"))
}

/// Where the model for finding by meaning lies, for server and desks of this user alike.
pub fn model() -> Result<PathBuf, NoHome> {
    Ok(project()?.data_local_dir().join("model"))
}
