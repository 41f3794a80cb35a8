//! `hotline key rotate`: a new master key. Works on the server's data folder while no server uses it.

use super::fault::Fault;
use super::{Setup, runtime, serve};
use crate::crypto::Keyring;
use crate::server::Core;
use crate::server::service::{Who, keys};
use crate::words::Cli as Say;
use std::path::Path;

/// Puts a new master key into the key file, wraps all records' keys by it, and takes the former one out of the file. Cut
/// off anywhere, it is gone on with the next time.
pub fn rotate(setup: &Setup) -> Result<(), Fault> {
    let config = serve::core_config(setup)?;
    let key_file = config.key_file.clone();
    let count = runtime()?.block_on(async {
        // A key beside no data belongs to a database that is somewhere else: changed here, it would open nothing there.
        let begun = config.database.is_begun(&config.data_dir).await;
        if !key_file.exists() || !begun.map_err(Fault::failed)? {
            return Err(no_data(setup, &key_file));
        }
        // Opened once with the key as it is: it belongs to these data, and no server uses them.
        let core = Core::open(config).await.map_err(Fault::failed)?;
        let lock = core
            .only_server()
            .map_err(|_| Fault::failed(setup.words.say(Say::KeyInUse)))?;
        drop(core);
        Keyring::change(&key_file).map_err(Fault::failed)?;
        let core = Core::open(serve::core_config(setup)?)
            .await
            .map_err(Fault::failed)?;
        let system = Who::system().map_err(Fault::failed)?;
        let count = keys::rewrap(&core, &system).await.map_err(Fault::failed)?;
        if count == 0 {
            // Nothing here was sealed by it: the former key stays in the file for whatever was.
            return Err(no_data(setup, &key_file));
        }
        Keyring::forget_old(&key_file).map_err(Fault::failed)?;
        drop(lock);
        Ok(count)
    })?;
    let values = [
        ("count", count.into()),
        ("file", key_file.display().to_string().into()),
    ];
    told!("{}", setup.words.say_with(Say::KeyRotated, &values));
    Ok(())
}

fn no_data(setup: &Setup, key_file: &Path) -> Fault {
    let values = [("file", key_file.display().to_string().into())];
    Fault::failed(setup.words.say_with(Say::KeyNoData, &values))
}
