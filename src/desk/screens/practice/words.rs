//! Words for what a practice server tells.

use crate::desk::state::State;
use crate::protocol::practice::{Check, Evidence, Fatal, Happened, Inject, Mode, Why};
use crate::words::{Lang, Practice as Say};

/// A title in the screen's language.
pub fn titled<'a>(state: &State, zh: &'a str, en: &'a str) -> &'a str {
    match state.words.lang() {
        Lang::ZhCn => zh,
        Lang::En => en,
    }
}

/// A mode.
pub fn mode(state: &State, mode: Mode) -> String {
    state.say(match mode {
        Mode::Coached => Say::ModeCoached,
        Mode::Exam => Say::ModeExam,
    })
}

/// A moment of a call: `01:05`.
pub fn clock(at: u32) -> String {
    format!("{:02}:{:02}", at / 60_000, at / 1_000 % 60)
}

/// A piece of evidence in a line.
pub fn evidence(state: &State, evidence: &Evidence) -> String {
    let at = evidence.at.map(clock);
    // An act that was not said is named by the check; what was done is named by its code.
    let text = match evidence.why {
        Why::NotSaid => String::new(),
        Why::Ended => ending(state, &evidence.text),
        _ => evidence.text.clone(),
    };
    let right = match (evidence.right.as_str(), evidence.why) {
        ("", _) => String::new(),
        (right, Why::Ended) => {
            let right = ending(state, right);
            state.say_with(Say::Should, &[("right", right.into())])
        }
        (right, _) => state.say_with(Say::Should, &[("right", right.into())]),
    };
    let parts = [
        at.unwrap_or_default(),
        state.say(why(evidence.why)),
        text,
        right,
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// An ending by its name in files.
fn ending(state: &State, name: &str) -> String {
    let word = match name {
        "answer" => Say::EndingAnswer,
        "dispatch" => Say::EndingDispatch,
        "emergency" => Say::EndingEmergency,
        "decline" => Say::EndingDecline,
        "invalid" => Say::EndingInvalid,
        "follow_up" => Say::EndingFollowUp,
        "merge" => Say::EndingMerge,
        _ => return name.to_owned(),
    };
    state.say(word)
}

/// What happened, in a word.
pub fn happened(state: &State, what: Happened) -> String {
    state.say(match what {
        Happened::Answered => Say::HappenedAnswered,
        Happened::Said => Say::HappenedSaid,
        Happened::Heard => Say::HappenedHeard,
        Happened::Repeated => Say::HappenedRepeated,
        Happened::HeldBack => Say::HappenedHeldBack,
        Happened::ReadBack => Say::HappenedReadBack,
        Happened::Corrected => Say::HappenedCorrected,
        Happened::WrongPolicy => Say::HappenedWrongPolicy,
        Happened::Guarded => Say::HappenedGuarded,
        Happened::Leaked => Say::HappenedLeaked,
        Happened::Silence => Say::HappenedSilence,
        Happened::Mood => Say::HappenedMood,
        Happened::Turned => Say::HappenedTurned,
        Happened::Injected => Say::HappenedInjected,
        Happened::Held => Say::HappenedHeld,
        Happened::Resumed => Say::HappenedResumed,
        Happened::Over => Say::HappenedOver,
    })
}

/// What a trainer lets happen.
pub fn inject(state: &State, what: Inject) -> String {
    state.say(match what {
        Inject::Angrier => Say::InjectAngrier,
        Inject::WrongAddress => Say::InjectWrongAddress,
        Inject::SecondCaller => Say::InjectSecondCaller,
        Inject::Drops => Say::InjectDrops,
    })
}

/// A fatal error.
pub fn fatal(state: &State, fatal: Fatal) -> String {
    state.say(match fatal {
        Fatal::EmergencyMissed => Say::FatalEmergencyMissed,
        Fatal::ConfidenceLeaked => Say::FatalConfidenceLeaked,
        Fatal::OutcomePromised => Say::FatalOutcomePromised,
        Fatal::ForbiddenWords => Say::FatalForbiddenWords,
        Fatal::HungUp => Say::FatalHungUp,
        Fatal::PassedTheBuck => Say::FatalPassedTheBuck,
        Fatal::WrongPolicy => Say::FatalWrongPolicy,
    })
}

/// A point of the sheet.
pub fn check(state: &State, check: Check) -> String {
    state.say(match check {
        Check::Greeted => Say::CheckGreeted,
        Check::AskedElse => Say::CheckAskedElse,
        Check::SaidGoodbye => Say::CheckSaidGoodbye,
        Check::AskedOnce => Say::CheckAskedOnce,
        Check::NoSilence => Say::CheckNoSilence,
        Check::Comforted => Say::CheckComforted,
        Check::ItemQuestions => Say::CheckItemQuestions,
        Check::FactsHeard => Say::CheckFactsHeard,
        Check::Kind => Say::CheckKind,
        Check::Place => Say::CheckPlace,
        Check::Written => Say::CheckWritten,
        Check::Secrecy => Say::CheckSecrecy,
        Check::ReadBack => Say::CheckReadBack,
        Check::Ending => Say::CheckEnding,
        Check::Item => Say::CheckItem,
        Check::Source => Say::CheckSource,
        Check::Told => Say::CheckTold,
        Check::Words => Say::CheckWords,
        Check::Urgency => Say::CheckUrgency,
        Check::Elements => Say::CheckElements,
    })
}

const fn why(why: Why) -> Say {
    match why {
        Why::Said => Say::WhySaid,
        Why::NotSaid => Say::WhyNotSaid,
        Why::Asked => Say::WhyAsked,
        Why::NotAsked => Say::WhyNotAsked,
        Why::AskedAgain => Say::WhyAskedAgain,
        Why::Silence => Say::WhySilence,
        Why::ReadBack => Say::WhyReadBack,
        Why::NotReadBack => Say::WhyNotReadBack,
        Why::Written => Say::WhyWritten,
        Why::NotWritten => Say::WhyNotWritten,
        Why::OtherWritten => Say::WhyOtherWritten,
        Why::Mute => Say::WhyMute,
        Why::NothingDone => Say::WhyNothingDone,
        Why::Ended => Say::WhyEnded,
    }
}
