//! What the commands that talk to a running server share: a client that is signed in, and a password that never
//! stands on the command line.

use super::Setup;
use super::fault::Fault;
use crate::domain::id::Account;
use crate::link::Api;
use crate::protocol::session::SignIn;
use crate::words::Cli as Say;
use std::io::IsTerminal as _;

/// A client for the configured server, not signed in.
pub(super) fn client(setup: &Setup) -> Result<Api, Fault> {
    let ca = match setup.settings.path("desk.ca") {
        Some(path) => {
            let read = std::fs::read(&path);
            Some(read.map_err(|error| Fault::usage(format!("{}: {error}", path.display())))?)
        }
        None => None,
    };
    Api::new(setup.settings.text("desk.server"), ca.as_deref()).map_err(Fault::usage_of)
}

/// A client that is signed in as the configured account, without a seat.
pub(super) async fn signed_in(setup: &Setup) -> Result<Api, Fault> {
    let api = client(setup)?;
    let signed_in = api.sign_in(&who(setup)?).await;
    signed_in.map_err(|error| Fault::of_link(&error, &setup.words))?;
    Ok(api)
}

/// The configured account with its password.
pub(super) fn who(setup: &Setup) -> Result<SignIn, Fault> {
    let account = setup
        .settings
        .set("desk.account")
        .ok_or_else(|| Fault::usage(setup.words.say(Say::NoAccount)))?;
    let account = Account::parse(account).map_err(Fault::usage_of)?;
    let password = password(setup, account.as_str())?;
    Ok(SignIn {
        account,
        password,
        seat: None,
        own_seat: false,
    })
}

/// The password of an account: out of `HOTLINE_PASSWORD`, else asked for in the terminal without an echo.
pub(super) fn password(setup: &Setup, account: &str) -> Result<String, Fault> {
    if let Ok(password) = std::env::var("HOTLINE_PASSWORD") {
        return Ok(password);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Fault::usage(setup.words.say(Say::NoPassword)));
    }
    let prompt = setup
        .words
        .say_with(Say::PasswordPrompt, &[("account", account.into())]);
    rpassword::prompt_password(prompt).map_err(Fault::failed)
}

/// A new password, asked for twice where it is typed.
pub(super) fn new_password(setup: &Setup, account: &str) -> Result<String, Fault> {
    let first = password(setup, account)?;
    if std::env::var_os("HOTLINE_PASSWORD").is_none() {
        let again = rpassword::prompt_password(setup.words.say(Say::PasswordAgain));
        if again.map_err(Fault::failed)? != first {
            return Err(Fault::usage(setup.words.say(Say::PasswordDiffers)));
        }
    }
    if first.chars().count() < 8 {
        return Err(Fault::usage(setup.words.say(Say::PasswordShort)));
    }
    Ok(first)
}

/// Signs out, so that no session is left behind; a line that broke meanwhile is no fault of the command.
pub(super) async fn done(api: &Api) {
    if let Err(error) = api.sign_out().await {
        tracing::info!(%error, "the session could not be ended");
    }
}
