//! What a good call-taker would say next, and what a good ticket of the call holds: the hints of a coached run, and what
//! the score page shows as the truth.

use super::dialogue::State;
use super::scenario::{At, Ending, Needs, Tongue};
use super::scene::{Known, Scene};
use super::tape::{Done, Finish};
use crate::domain::caller::Caller;
use crate::domain::directory::Element;
use crate::domain::id::{EntryCode, ItemCode, UnitCode};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Elements, Place, Request, Urgency};

/// Below this mood a caller is comforted first.
const UPSET: u8 = 50;
/// So many facts are read back.
const READ: usize = 3;

/// What every call-taker says, in the caller's tongue.
struct Stock {
    greeting: &'static str,
    still_there: &'static str,
    comfort: &'static str,
    assured: &'static str,
    emergency: &'static str,
    next: &'static str,
    anything_else: &'static str,
    closing: &'static str,
    read_back: &'static str,
}

const ZH: Stock = Stock {
    greeting: "您好，济南12345，请问有什么可以帮您？",
    still_there: "您好，能听到我说话吗？您好？",
    comfort: "您先别着急，您的心情我理解。",
    assured: "您放心，您的个人信息我们会严格保密，对方不会知道。",
    emergency: "情况紧急，我马上帮您接通{service}，请您不要挂断。",
    next: "我已经给您登记，会转给承办单位，{deadline}工作人员会联系您。",
    anything_else: "请问您还有其他需要帮助的吗？",
    closing: "感谢您的来电，祝您生活愉快，再见。",
    read_back: "我跟您核对一下：{facts}，对吗？",
};

const EN: Stock = Stock {
    greeting: "Hello, this is Jinan 12345, how can I help you?",
    still_there: "Hello? Can you hear me?",
    comfort: "Please don't worry, I understand.",
    assured: "We will keep it confidential, nobody will know.",
    emergency: "This is urgent, I will connect you to {service} now, please stay on the line.",
    next: "I have registered it, we will pass it on and someone will contact you {deadline}.",
    anything_else: "Is there anything else I can help you with?",
    closing: "Thank you for calling, goodbye.",
    read_back: "Let me repeat: {facts}. Is that right?",
};

/// What to say next; `None` when there is nothing left but to hang up.
pub fn hint(scene: &Scene, state: &State) -> Option<String> {
    if state.over().is_some() {
        return None;
    }
    let stock = match scene.scenario.tongue {
        Tongue::Zh => &ZH,
        Tongue::En => &EN,
    };
    let truth = &scene.scenario.truth;
    if !state.has_done("greeting") {
        return Some(stock.greeting.to_owned());
    }
    if scene.opening.is_empty() {
        return silent(stock, state);
    }
    if state.mood() < UPSET && !state.has_done("comfort") {
        return Some(stock.comfort.to_owned());
    }
    if truth.confidential && !state.has_done("assured") {
        return Some(stock.assured.to_owned());
    }
    let ending = *truth.ending.get_ref();
    if ending == Ending::Emergency {
        if let Some(line) = urgent(scene, state) {
            return Some(line);
        }
        if !state.has_done("emergency") {
            let service = truth
                .service
                .as_ref()
                .map_or("", |service| number(*service.get_ref()));
            return Some(stock.emergency.replace("{service}", service));
        }
        return None;
    }
    question(scene, state)
        .or_else(|| telling(scene, state))
        .or_else(|| read_back(scene, state, stock))
        .or_else(|| Some(farewell(scene, state, stock)))
}

/// A line on which nobody answers: a second greeting, then goodbye.
fn silent(stock: &Stock, state: &State) -> Option<String> {
    if state.has_done("closing") {
        return None;
    }
    let line = if state.lines() < 2 {
        stock.still_there
    } else {
        stock.closing
    };
    Some(line.to_owned())
}

/// In an emergency: where it is and what must be told at once, nothing more.
fn urgent(scene: &Scene, state: &State) -> Option<String> {
    let address = |fact: &Known| fact.address;
    telling(scene, state).or_else(|| first_ask(scene, state, address))
}

/// The next fact that is still to be asked for.
fn question(scene: &Scene, state: &State) -> Option<String> {
    first_ask(scene, state, |fact| fact.written || fact.question.is_some()).or_else(|| {
        (!scene.scenario.truth.confidential)
            .then(|| first_ask(scene, state, |fact| fact.id == "name"))?
    })
}

fn first_ask(scene: &Scene, state: &State, wanted: impl Fn(&Known) -> bool) -> Option<String> {
    let open = scene
        .facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| wanted(fact) && fact.ask.is_some());
    // A wrong version that was told is put right by reading it back.
    let mut open = open.filter(|(at, _)| !state.said(*at));
    open.find_map(|(at, fact)| match fact.needs {
        // Who is not calm yet is comforted; who can't be is left in peace.
        Needs::Calm if state.holds_back(at) && !state.is_calm() => {
            state.can_be_comforted().then(|| STOCK_COMFORT.to_owned())
        }
        _ => fact.ask.clone(),
    })
}

/// A second word of comfort.
const STOCK_COMFORT: &str = "您受委屈了，我非常理解，您消消气。";

fn telling(scene: &Scene, state: &State) -> Option<String> {
    let open = scene
        .tells
        .iter()
        .enumerate()
        .find(|(at, _)| !state.was_told(scene, *at));
    open.map(|(_, tell)| tell.line.clone())
}

fn read_back(scene: &Scene, state: &State, stock: &Stock) -> Option<String> {
    let ending = *scene.scenario.truth.ending.get_ref();
    if state.has_done("read_back")
        || !matches!(ending, Ending::Dispatch | Ending::FollowUp | Ending::Merge)
    {
        return None;
    }
    let known = scene
        .facts
        .iter()
        .enumerate()
        .filter(|(at, fact)| state.said(*at) && fact.written && !fact.keys.is_empty());
    let facts: Vec<String> = known.take(READ).map(|(_, fact)| keys_of(fact)).collect();
    if facts.is_empty() {
        return None;
    }
    Some(stock.read_back.replace("{facts}", &facts.join("，")))
}

fn farewell(scene: &Scene, state: &State, stock: &Stock) -> String {
    let ending = *scene.scenario.truth.ending.get_ref();
    let moves_on = matches!(ending, Ending::Dispatch | Ending::FollowUp | Ending::Merge);
    if moves_on && !(state.has_done("next") && state.has_done("deadline")) {
        let deadline = match (
            scene.scenario.tongue,
            scene.item.as_ref().map(|item| item.clock.name()),
        ) {
            (Tongue::En, _) => "within five working days",
            (Tongue::Zh, Some("utility")) => "24小时内",
            (Tongue::Zh, Some("danger")) => "2小时内",
            (Tongue::Zh, Some("enterprise")) => "2小时内联系您，10个工作日内",
            (Tongue::Zh, Some("consult")) => "2个工作日内",
            (Tongue::Zh, _) => "5个工作日内",
        };
        return stock.next.replace("{deadline}", deadline);
    }
    if !state.has_done("else") {
        return stock.anything_else.to_owned();
    }
    stock.closing.to_owned()
}

fn keys_of(fact: &Known) -> String {
    let first = fact.keys.iter().filter_map(|key| key.split('|').next());
    first.collect::<Vec<_>>().join("")
}

const fn number(service: crate::domain::ticket::EmergencyService) -> &'static str {
    use crate::domain::ticket::EmergencyService;
    match service {
        EmergencyService::Police => "110",
        EmergencyService::Fire => "119",
        EmergencyService::Ambulance => "120",
        EmergencyService::Traffic => "122",
    }
}

/// The ticket as the truth has it.
pub fn right_ticket(scene: &Scene) -> Done {
    Done {
        request: right_request(scene),
        ending: Some(right_finish(scene)),
        ticket: None,
        lead: scene.lead.clone(),
    }
}

fn right_request(scene: &Scene) -> Request {
    let truth = &scene.scenario.truth;
    let written = scene.facts.iter().filter(|fact| fact.written);
    let whole: String = written.map(|fact| fact.text.as_str()).collect();
    let text = |code: &At<String>| code.get_ref().clone();
    Request {
        title: Line::lossy(scene.story.split('。').next().unwrap_or("")),
        kind: truth.kinds.first().copied().unwrap_or_default(),
        item: truth
            .item
            .as_ref()
            .and_then(|code| ItemCode::parse(&text(code)).ok()),
        caller: right_caller(scene),
        place: right_place(scene),
        urgency: truth.urgency.unwrap_or(Urgency::Ordinary),
        elements: right_elements(scene, &whole),
        text: Prose::lossy(&format!("{}\n{whole}", scene.story)),
        accused: truth
            .accused
            .as_ref()
            .and_then(|code| UnitCode::parse(&text(code)).ok()),
        ..Request::default()
    }
}

fn right_caller(scene: &Scene) -> Caller {
    let confidential = scene.scenario.truth.confidential;
    let name = if confidential {
        Line::default()
    } else {
        Line::lossy(&scene.name)
    };
    Caller {
        name,
        kind: scene.lane,
        number: scene.telephone(),
        confidential,
        ..Caller::default()
    }
}

fn right_place(scene: &Scene) -> Place {
    let address: String = scene
        .facts
        .iter()
        .filter(|fact| fact.address)
        .map(keys_of)
        .collect();
    let matters = scene.scenario.truth.place;
    let street = if matters { scene.street.as_str() } else { "" };
    Place {
        district: scene.district.clone().filter(|_| matters),
        street: Line::lossy(street),
        community: Line::default(),
        address: Line::lossy(&address),
    }
}

fn right_elements(scene: &Scene, whole: &str) -> Elements {
    let item = scene.item.as_ref();
    let required = item.map(|item| item.required.as_slice());
    let element = |element: Element| {
        let needed = required.is_some_and(|all| all.contains(&element));
        Line::lossy(if needed { whole } else { "" })
    };
    Elements {
        who: element(Element::Who),
        when: element(Element::When),
        where_: Line::default(),
        cause: element(Element::Cause),
        course: element(Element::Course),
    }
}

fn right_finish(scene: &Scene) -> Finish {
    let truth = &scene.scenario.truth;
    let told = || {
        scene
            .tells
            .iter()
            .map(|tell| tell.line.as_str())
            .collect::<Vec<_>>()
            .join("")
    };
    match truth.ending.get_ref() {
        Ending::Answer => Finish::Answered {
            answer: told(),
            entry: truth
                .entries
                .first()
                .and_then(|code| EntryCode::parse(code.get_ref()).ok()),
        },
        Ending::Emergency => Finish::Emergency {
            service: truth
                .service
                .as_ref()
                .map_or(crate::domain::ticket::EmergencyService::Police, |it| {
                    *it.get_ref()
                }),
        },
        Ending::Decline => Finish::Declined {
            reason: truth
                .declined
                .first()
                .copied()
                .unwrap_or(crate::domain::ticket::DeclineReason::OutOfScope),
            road: told(),
        },
        Ending::Invalid => Finish::Invalid {
            reason: truth
                .invalid
                .first()
                .copied()
                .unwrap_or(crate::domain::ticket::InvalidReason::Silent),
        },
        Ending::Dispatch => Finish::Dispatched,
        Ending::FollowUp => Finish::FollowedUp,
        Ending::Merge => Finish::Merged,
    }
}
