//! The one table of commands. Key checks, hint bar, palette, help and the keymap files are all made from it.

use crate::domain::lifecycle::Action;
use crate::words::Command as Words;

/// Where a command applies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Place {
    /// Signing in.
    SignIn,
    /// The call.
    Call,
    /// The list of tickets.
    Tickets,
    /// One ticket.
    Ticket,
    /// The list of call-backs.
    Callbacks,
    /// The editors' lists.
    Knowledge,
    /// The form of an entry.
    Draft,
    /// Two versions of an entry.
    Versions,
    /// Questions to the experts of a department.
    Consults,
    /// The figures.
    Figures,
    /// Practice.
    Practice,
}

impl Place {
    /// All places.
    pub const ALL: [Self; 11] = [
        Self::SignIn,
        Self::Call,
        Self::Tickets,
        Self::Ticket,
        Self::Callbacks,
        Self::Knowledge,
        Self::Draft,
        Self::Versions,
        Self::Consults,
        Self::Figures,
        Self::Practice,
    ];
}

/// What a command takes after its name in the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// A unit, by name, pinyin or initials.
    Unit,
    /// A time from now (`30m`, `2h`) or of the day (`14:30`).
    Time,
    /// Words.
    Text,
    /// A seat's number.
    Seat,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The command.
    pub command: Command,
    /// Its name in keymap files and on the command line.
    pub id: &'static str,
    /// Its words.
    pub name: Words,
    /// Its word in the hint bar; `None` keeps it out of there.
    pub hint: Option<Words>,
    /// Where it applies; empty is everywhere after signing in.
    pub places: &'static [Place],
    /// What it takes.
    pub argument: Argument,
}

macro_rules! commands {
    ($($command:ident $id:literal $name:ident $hint:expr, $places:expr, $argument:ident;)*) => {
        /// Something a person can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the table's words are the documentation")]
        pub enum Command { $($command),* }

        /// The table, in the order of help and hint bar.
        pub const TABLE: &[Row] = &[
            $(Row {
                command: Command::$command,
                id: $id,
                name: Words::$name,
                hint: $hint,
                places: $places,
                argument: Argument::$argument,
            }),*
        ];
    };
}

const CALL: &[Place] = &[Place::Call];
const TICKET: &[Place] = &[Place::Ticket];
const CALLBACKS: &[Place] = &[Place::Callbacks];
const LISTS: &[Place] = &[
    Place::Tickets,
    Place::Ticket,
    Place::Callbacks,
    Place::Knowledge,
    Place::Versions,
    Place::Consults,
    Place::Figures,
    Place::Practice,
];
const PHONE: &[Place] = &[Place::Call, Place::Ticket, Place::Callbacks];
const SCOPED: &[Place] = &[
    Place::Tickets,
    Place::Callbacks,
    Place::Knowledge,
    Place::Figures,
    Place::Practice,
];
const PRACTICE: &[Place] = &[Place::Practice];
const KNOWLEDGE: &[Place] = &[Place::Knowledge];
const DRAFT: &[Place] = &[Place::Draft];
const DRAFTS: &[Place] = &[Place::Knowledge, Place::Versions];
const EDITED: &[Place] = &[Place::Knowledge, Place::Draft, Place::Versions];
const READ: &[Place] = &[Place::Call, Place::Knowledge, Place::Versions];
const ANSWERED: &[Place] = &[Place::Call, Place::Ticket, Place::Consults];
const CONSULTS: &[Place] = &[Place::Consults];
const SEATED: &[Place] = &[];

commands! {
    PhoneStep "phone_step" DoPhoneStep Some(Words::DoPhoneStepHint), CALL, None;
    Speak "speak" DoSpeak Some(Words::DoSpeakHint), CALL, None;
    Reject "reject" DoReject Some(Words::DoRejectHint), CALL, None;
    Answers "answers" DoAnswers Some(Words::DoAnswersHint), CALL, None;
    Related "related" DoRelated Some(Words::DoRelatedHint), CALL, None;
    HelpMenu "help_menu" DoHelpMenu Some(Words::DoHelpMenuHint), CALL, None;
    AskExpert "ask_expert" DoAskExpert None, CALL, Unit;
    TakeBackQuestion "take_back_question" DoTakeBackQuestion None, CALL, None;
    PassCall "pass_call" DoPassCall None, CALL, Seat;
    ConsultTake "consult_take" DoConsultTake Some(Words::DoConsultTakeHint), CONSULTS, None;
    ConsultAnswer "consult_answer" DoConsultAnswer Some(Words::DoConsultAnswerHint), CONSULTS, None;
    ConsultTakeOver "consult_take_over" DoConsultTakeOver Some(Words::DoConsultTakeOverHint), CONSULTS, None;
    ConsultDecline "consult_decline" DoConsultDecline Some(Words::DoConsultDeclineHint), CONSULTS, None;
    ConsultRelease "consult_release" DoConsultRelease None, CONSULTS, None;
    Emergency "emergency" DoEmergency Some(Words::DoEmergencyHint), CALL, None;
    Finish "finish" DoFinish Some(Words::DoFinishHint), CALL, None;
    TicketMenu "ticket_menu" DoTicketMenu Some(Words::DoTicketMenuHint), TICKET, None;
    KnowledgeMenu "knowledge_menu" DoKnowledgeMenu Some(Words::DoKnowledgeMenuHint), EDITED, None;
    NewEntry "new_entry" DoNewEntry Some(Words::DoNewEntryHint), KNOWLEDGE, None;
    Dial "dial" DoDial Some(Words::DoDialHint), CALLBACKS, None;
    CallbackDone "callback_done" DoCallbackDone Some(Words::DoCallbackDoneHint), CALLBACKS, None;
    CallbackMissed "callback_missed" DoCallbackMissed Some(Words::DoCallbackMissedHint), CALLBACKS, None;
    CallbackLater "callback_later" DoCallbackLater Some(Words::DoCallbackLaterHint), CALLBACKS, Time;
    CallbackTake "callback_take" DoCallbackTake Some(Words::DoCallbackTakeHint), CALLBACKS, None;
    PracticeMenu "practice_menu" DoPracticeMenu Some(Words::DoPracticeMenuHint), PRACTICE, None;
    Scope "scope" DoScope Some(Words::DoScopeHint), SCOPED, None;
    Refresh "refresh" DoRefresh None, LISTS, None;
    Palette "palette" DoPalette Some(Words::DoPaletteHint), &Place::ALL, None;
    SeatMenu "seat_state" DoSeatMenu Some(Words::DoSeatMenuHint), SEATED, None;
    HangUp "hang_up" DoHangUp Some(Words::DoHangUpHint), PHONE, None;
    ReadBack "read_back" DoReadBack Some(Words::DoReadBackHint), CALL, None;
    Mute "mute" DoMute Some(Words::DoMuteHint), PHONE, None;
    Said "caller_words" DoSaid None, CALL, None;
    GoCall "call_screen" DoGoCall Some(Words::DoGoCallHint), SEATED, None;
    GoTickets "tickets" DoGoTickets Some(Words::DoGoTicketsHint), SEATED, Text;
    GoCallbacks "callbacks" DoGoCallbacks Some(Words::DoGoCallbacksHint), SEATED, None;
    GoConsults "consults" DoGoConsults Some(Words::DoGoConsultsHint), SEATED, None;
    Revise "revise" DoRevise Some(Words::DoReviseHint), READ, None;
    Correct "correct" DoCorrect Some(Words::DoCorrectHint), CALL, None;
    GoKnowledge "knowledge" DoGoKnowledge Some(Words::DoGoKnowledgeHint), SEATED, None;
    GoPractice "practice" DoGoPractice Some(Words::DoGoPracticeHint), &Place::ALL, None;
    Help "help" DoHelp Some(Words::DoHelpHint), &Place::ALL, None;
    DispatchTo "dispatch_to" DoDispatchTo None, CALL, Unit;
    Accused "accused" DoAccused None, CALL, Unit;
    CallBackIn "call_back_in" DoCallBackIn None, CALL, Time;
    Search "search" DoSearch None, CALL, Text;
    DeclineCall "decline" DoDeclineCall None, CALL, None;
    InvalidCall "invalid" DoInvalidCall None, CALL, None;
    NextDraft "next_draft" DoNextDraft None, CALL, None;
    GoFigures "figures" DoGoFigures None, SEATED, None;
    Outages "outages" DoOutages None, SEATED, None;
    Saved "saved" DoSaved None, SEATED, None;
    Unsent "unsent" DoUnsent None, SEATED, None;
    PrintTicket "print_ticket" DoPrintTicket None, TICKET, None;
    Handover "handover" DoHandover None, SEATED, None;
    CopyNumber "copy_number" DoCopyNumber None, SEATED, None;
    Lock "lock" DoLock None, SEATED, None;
    Settings "settings" DoSettings None, SEATED, None;
    Idle "idle" DoIdle None, SEATED, None;
    Busy "busy" DoBusy None, SEATED, None;
    Break "break" DoBreak None, SEATED, None;
    SignOut "sign_out" DoSignOut None, SEATED, None;
    Quit "quit" DoQuit Some(Words::DoQuitHint), &Place::ALL, None;
    WriteDraft "write_draft" DoWriteDraft None, ANSWERED, None;
    SubmitDraft "submit_draft" DoSubmitDraft None, DRAFT, None;
    SaveDraft "save_draft" DoSaveDraft None, DRAFT, None;
    ForgetDraft "forget_draft" DoForgetDraft None, DRAFT, None;
    PublishDraft "publish_draft" DoPublishDraft None, DRAFTS, None;
    ReturnDraft "return_draft" DoReturnDraft None, DRAFTS, None;
    TakeBack "take_back" DoTakeBack None, DRAFTS, None;
    DropDraft "drop_draft" DoDropDraft None, DRAFTS, None;
    RetireEntry "retire_entry" DoRetireEntry None, DRAFTS, None;
    RestoreEntry "restore_entry" DoRestoreEntry None, &[Place::Versions], None;
    AcceptCorrection "accept_correction" DoAcceptCorrection None, KNOWLEDGE, None;
    DismissCorrection "dismiss_correction" DoDismissCorrection None, KNOWLEDGE, None;
    LawChanged "law_changed" DoLawChanged None, KNOWLEDGE, None;
    Sign "sign" DoSign None, TICKET, None;
    Dispatch "dispatch" DoDispatch None, TICKET, Unit;
    Transfer "transfer" DoTransfer None, TICKET, Unit;
    Amend "amend" DoAmend None, TICKET, None;
    Merge "merge" DoMerge None, TICKET, Text;
    AskReturn "ask_return" DoAskReturn None, TICKET, None;
    AcceptReturn "accept_return" DoAcceptReturn None, TICKET, None;
    RejectReturn "reject_return" DoRejectReturn None, TICKET, None;
    Extend "extend" DoExtend None, TICKET, None;
    AskExtension "ask_extension" DoAskExtension None, TICKET, None;
    RefuseExtension "refuse_extension" DoRefuseExtension None, TICKET, None;
    AgreeStage "agree_stage" DoAgreeStage None, TICKET, None;
    RefuseStage "refuse_stage" DoRefuseStage None, TICKET, None;
    ReportCo "report_co" DoReportCo None, TICKET, None;
    ReleaseCo "release_co" DoReleaseCo None, TICKET, None;
    Answer "answer" DoAnswer None, TICKET, None;
    StageAnswer "stage_answer" DoStageAnswer None, TICKET, None;
    AskCoUnits "ask_co_units" DoAskCoUnits None, TICKET, None;
    AddCoUnits "add_co_units" DoAddCoUnits None, TICKET, None;
    Step "step" DoStep None, TICKET, None;
    Rule "rule" DoRule None, TICKET, None;
    AnswerChild "answer_child" DoAnswerChild None, TICKET, None;
    SendBack "send_back" DoSendBack None, TICKET, None;
    Approve "approve" DoApprove None, TICKET, None;
    Close "close" DoClose None, TICKET, None;
    Redo "redo" DoRedo None, TICKET, None;
    Unmerge "unmerge" DoUnmerge None, TICKET, None;
    ReviewDecline "review_decline" DoReviewDecline None, TICKET, None;
    Submit "submit" DoSubmit None, TICKET, None;
    Withdraw "withdraw" DoWithdraw None, TICKET, None;
    AskProgress "ask_progress" DoAskProgress None, TICKET, None;
    Urge "urge" DoUrge None, TICKET, None;
    Add "add" DoAdd None, TICKET, None;
    AskExplanation "ask_explanation" DoAskExplanation None, TICKET, None;
}

/// Short forms for the palette's command line, beside the names and their initials.
pub const ALIASES: [(&str, Command); 6] = [
    ("zb", Command::DispatchTo),
    ("hb", Command::CallBackIn),
    ("k", Command::Search),
    ("gd", Command::GoTickets),
    ("zx", Command::PassCall),
    ("zj", Command::AskExpert),
];

impl Command {
    /// Its row.
    pub fn row(self) -> &'static Row {
        // Every variant is made by the row that names it, in the same order.
        &TABLE[self as usize]
    }

    /// The command of a name, if there is one.
    pub fn from_id(id: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.id == id).map(|row| row.command)
    }

    /// True where it applies.
    pub fn applies(self, place: Place) -> bool {
        let places = self.row().places;
        if places.is_empty() {
            place != Place::SignIn
        } else {
            places.contains(&place)
        }
    }

    /// The name of the ticket action it stands for, as [`Action`] writes it.
    pub fn action(self) -> Option<&'static str> {
        let first = Self::Sign as usize;
        (self as usize >= first).then(|| self.row().id)
    }

    /// The command for a ticket action's name.
    pub fn for_action(name: &str) -> Option<Self> {
        Self::from_id(name).filter(|command| command.action().is_some())
    }
}

/// The name of an action as the wire writes it.
pub fn action_name(action: &Action) -> Option<String> {
    let value = serde_json::to_value(action).ok()?;
    value.get("do")?.as_str().map(str::to_owned)
}
