//! Effects as they run: one that breaks off is told, and what belongs in order stays in order.

use crate::desk::keymap::{Code, Key};
use crate::desk::message::{Ask, Input, Outcome, Slot};
use crate::desk::ports::*;
use crate::desk::runtime::{Running, step};
use crate::desk::tests::world;
use crate::domain::callback::Callback;
use crate::domain::consult::Consult;
use crate::domain::id::{CallId, EntryCode, TicketId};
use crate::domain::knowledge::PublishedEntry;
use crate::domain::number::TicketNumber;
use crate::domain::outage::Outage;
use crate::domain::role::Person;
use crate::domain::seat::SeatState;
use crate::domain::ticket::Request;
use crate::protocol::call::{CallReport, CallView};
use crate::protocol::callback::CallbackFilter;
use crate::protocol::editors::{EditorsAsk, EditorsGot};
use crate::protocol::figures::{FiguresAsk, FiguresGot};
use crate::protocol::page::Page;
use crate::protocol::practice::{PracticeAsk, PracticeGot};
use crate::protocol::seat::Colleague;
use crate::protocol::session::SignIn;
use crate::protocol::ticket::{ChildDraft, History, TicketFilter, TicketRow, TicketView};
use crate::words::Lang;
use futures_util::FutureExt as _;
use jiff::civil::Date;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Reports wait for what they are given, one after the other; everything else breaks off.
#[derive(Default)]
struct Odd {
    gates: Mutex<Vec<oneshot::Receiver<()>>>,
    reported: Arc<Mutex<Vec<CallReport>>>,
    sent: Arc<Mutex<usize>>,
}

macro_rules! breaks_off {
    ($($name:ident($($arg:ty),*) -> $reply:ty;)*) => {
        $(fn $name(&self, $(_: $arg),*) -> Reply<$reply> {
            async { panic!("as asked") }.boxed()
        })*
    };
}

impl Ports for Odd {
    fn report(&self, _: CallId, report: CallReport) -> Reply<()> {
        let gate = self.gates.lock().unwrap().remove(0);
        let reported = Arc::clone(&self.reported);
        async move {
            gate.await.unwrap();
            reported.lock().unwrap().push(report);
            Ok(())
        }
        .boxed()
    }

    fn configure(&self, _: &'static str, _: String) -> Reply<Configured> {
        std::future::pending().boxed()
    }

    fn send(&self, _: Outgoing) -> Reply<Sent> {
        *self.sent.lock().unwrap() += 1;
        std::future::pending().boxed()
    }

    breaks_off! {
        sign_in(SignIn) -> SignedIn;
        sign_out() -> ();
        people() -> Vec<Person>;
        seats() -> Vec<Colleague>;
        outages() -> Vec<Outage>;
        choose_state(SeatState) -> ();
        call(CallId) -> CallView;
        number() -> TicketNumber;
        unsent() -> Vec<Unsent>;
        retry(Uuid) -> ();
        discard(Uuid) -> ();
        tickets(TicketFilter) -> Page<TicketRow>;
        save(Vec<SavedFile>) -> String;
        ticket(TicketId) -> (TicketView, History);
        child_draft(TicketId) -> ChildDraft;
        consults() -> Vec<Consult>;
        consult(ConsultDeed) -> Consult;
        callbacks(CallbackFilter) -> Page<Callback>;
        editors(EditorsAsk) -> EditorsGot;
        figures(FiguresAsk) -> FiguresGot;
        practice(PracticeAsk) -> PracticeGot;
        search(String, Date) -> Hits;
        entry(EntryCode) -> Option<PublishedEntry>;
        near(String, Date, bool) -> Vec<Hit>;
        suggest(Request) -> Option<Suggestion>;
        look_up(LookUp, String) -> Vec<Choice>;
        phone(PhoneCommand) -> Option<CallId>;
    }
}

#[tokio::test]
async fn a_task_that_breaks_off_is_told() {
    let (done, mut told) = unbounded_channel();
    let mut running = Running::new(Arc::new(Odd::default()), done);
    running.start(Slot::Once(1), 0, Ask::SignOut);
    let Some(Input::Done { slot, outcome, .. }) = told.recv().await else {
        panic!("nothing told")
    };
    assert_eq!(slot, Slot::Once(1));
    assert!(matches!(*outcome, Outcome::SignOut(Err(PortError::Broken))));
}

#[tokio::test]
async fn a_write_is_with_the_port_before_anything_is_waited_for() {
    let (done, _told) = unbounded_channel();
    let odd = Odd::default();
    let sent = Arc::clone(&odd.sent);
    let mut running = Running::new(Arc::new(odd), done);
    let add = serde_json::json!({"version": 3, "do": "add", "text": "电梯也停了"});
    let add = Box::new(serde_json::from_value(add).unwrap());
    let ask = Ask::Send(Outgoing::Act(TicketId(Uuid::from_u128(7)), add));
    running.start(Slot::Once(1), 0, ask);
    assert_eq!(*sent.lock().unwrap(), 1, "the desk may end in this moment");
}

#[tokio::test]
async fn a_report_waits_for_the_one_before_and_a_command_does_not() {
    let (done, mut told) = unbounded_channel();
    let odd = Odd::default();
    let reported = Arc::clone(&odd.reported);
    let (first, wait_first) = oneshot::channel();
    let (second, wait_second) = oneshot::channel();
    odd.gates.lock().unwrap().extend([wait_first, wait_second]);
    let call = CallId(Uuid::from_u128(7));
    let mut running = Running::new(Arc::new(odd), done);
    running.start(Slot::Once(1), 0, Ask::Report(call, CallReport::Answered));
    running.start(Slot::Once(2), 0, Ask::Report(call, CallReport::Held));
    running.start(Slot::Once(3), 0, Ask::Phone(PhoneCommand::HangUp(call)));
    let slot = |input| match input {
        Some(Input::Done { slot, .. }) => slot,
        _ => panic!("something else"),
    };
    assert_eq!(
        slot(told.recv().await),
        Slot::Once(3),
        "the reports wait, hanging up does not"
    );
    second.send(()).unwrap();
    first.send(()).unwrap();
    assert_eq!(slot(told.recv().await), Slot::Once(1));
    assert_eq!(slot(told.recv().await), Slot::Once(2));
    let reported = reported.lock().unwrap();
    assert_eq!(*reported, [CallReport::Answered, CallReport::Held]);
}

#[tokio::test]
async fn what_the_processor_works_out_waits_for_the_frame_and_of_a_burst_the_newest_is_asked() {
    let (done, mut told) = unbounded_channel();
    let mut running = Running::new(Arc::new(Odd::default()), done);
    let mut desk = world::Desk::signed_in(Lang::ZhCn, (80, 24));
    let mut later = Vec::new();
    for letter in "停水".chars() {
        let key = Input::Key(Key::new(Code::Char(letter)));
        let next = step(&mut desk.state, key, &mut running, &mut later);
        assert_eq!(next, None);
    }
    let [(Slot::Search, generation, Ask::Search(text, _))] = later.as_slice() else {
        panic!("one search was expected, {} effects are held", later.len())
    };
    assert_eq!(text, "停水");
    assert!(desk.state.slots.is_current(Slot::Search, *generation));
    tokio::task::yield_now().await;
    assert!(told.try_recv().is_err(), "nothing was started");
}
