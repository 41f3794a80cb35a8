//! Where the log goes: a server's to standard error as JSON lines, a desk's to a file, never to the screen.

use super::Setup;
use super::fault::Fault;
use std::path::Path;
use tracing_subscriber::EnvFilter;

fn filter(setup: &Setup) -> EnvFilter {
    EnvFilter::new(format!("warn,hotline={}", setup.settings.text("log.level")))
}

/// JSON lines on standard error.
pub(super) fn to_stderr(setup: &Setup) {
    // A second subscriber in one process (tests) is refused; the first one stays.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter(setup))
        .with_writer(std::io::stderr)
        .try_init();
}

/// A file `hotline.log` in a folder, a new one each day, 14 kept.
pub(super) fn to_file(
    setup: &Setup,
    folder: &Path,
) -> Result<tracing_appender::non_blocking::WorkerGuard, Fault> {
    let file = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("hotline")
        .filename_suffix("log")
        .max_log_files(14)
        .build(folder)
        .map_err(|error| Fault::failed(format!("{}: {error}", folder.display())))?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let _ = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter(filter(setup))
        .with_writer(writer)
        .try_init();
    Ok(guard)
}
