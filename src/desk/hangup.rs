//! Notices that the terminal is gone. The signal for it (SIGHUP) goes to the session's leader alone, and a leader
//! that ignores it keeps it from us; then reading would end nothing and drawing would go nowhere, for ever.

use rustix::event::{PollFd, PollFlags, poll};
use std::io::{IsTerminal as _, stdin};
use tokio::sync::oneshot;

/// Resolves when the terminal on standard input is gone; costs a sleeping thread and no wake-up until then. Without
/// a terminal there it never does: keys come from another device then, whose end is found by reading.
pub(super) fn watch() -> std::io::Result<impl Future<Output = ()>> {
    let (tell, told) = oneshot::channel();
    let here = stdin().is_terminal();
    if here {
        std::thread::Builder::new()
            .name("hangup".into())
            .spawn(move || {
                wait();
                // A desk that is left already needs no telling.
                let _ = tell.send(());
            })?;
    }
    Ok(async move {
        if !here || told.await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn wait() {
    let input = stdin();
    loop {
        // Nothing is waited for by name: hang-up and error are always told.
        let mut watched = [PollFd::new(&input, PollFlags::empty())];
        match poll(&mut watched, None) {
            Ok(_)
                if watched[0]
                    .revents()
                    .intersects(PollFlags::HUP | PollFlags::ERR) =>
            {
                return;
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
    }
}
