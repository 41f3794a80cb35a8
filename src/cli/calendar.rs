//! `hotline calendar import`.

use super::args::CalendarImport;
use super::fault::Fault;
use super::{Setup, line, runtime};
use crate::domain::calendar::{NoticeDay, parse_notices};
use crate::protocol::calendar::ImportCalendar;
use crate::words::Cli as Say;

/// Checks a file of holiday notices and puts it in force on the running server; nothing is sent when a line is wrong.
pub fn import(setup: &Setup, import: &CalendarImport) -> Result<(), Fault> {
    let place =
        |error: &dyn std::fmt::Display| Fault::usage(format!("{}: {error}", import.file.display()));
    let text = std::fs::read_to_string(&import.file).map_err(|error| place(&error))?;
    let days = parse_notices(&text).map_err(|error| place(&error))?;
    if import.dry_run {
        let count = [("days", days.len().into())];
        told!("{}", setup.words.say_with(Say::CalendarChecked, &count));
        told!("{}", setup.words.say(Say::ImportDry));
        return Ok(());
    }
    runtime()?.block_on(send(setup, days))
}

async fn send(setup: &Setup, days: Vec<NoticeDay>) -> Result<(), Fault> {
    let count = days.len();
    let api = line::signed_in(setup).await?;
    let imported = api.import_calendar(&ImportCalendar { days }).await;
    line::done(&api).await;
    let imported = imported.map_err(|error| Fault::of_link(&error, &setup.words))?;
    let message = if imported.changed {
        Say::CalendarDone
    } else {
        Say::CalendarSame
    };
    let values = [("version", imported.version.into()), ("days", count.into())];
    told!("{}", setup.words.say_with(message, &values));
    Ok(())
}
