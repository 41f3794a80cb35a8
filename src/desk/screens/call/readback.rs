//! What is read back to a caller before a form goes out: number, kind, item, place, story, who they are, and what is
//! out of the ordinary.

use crate::desk::names;
use crate::desk::state::State;
use crate::domain::number::TicketNumber;
use crate::domain::ticket::Urgency;
use crate::words::Desk;

/// What is read back to the caller: number, kind, item, place, story, who will handle it.
pub fn read_back(state: &State) -> String {
    let form = &state.call.form;
    let guess = state.call.suggestion.as_ref();
    let number = form
        .number
        .map_or_else(|| state.say(Desk::NumberLater), TicketNumber::tail);
    let kind = state.say(names::kind(form.kind(guess).0));
    let item = form.item(guess).map_or_else(
        || state.say(Desk::ItemUnknown),
        |(item, _)| state.names.item_path(item),
    );
    let text = if form.text.is_blank() {
        state.say(Desk::TextNone)
    } else {
        form.text.text().to_owned()
    };
    let told = state.say_with(
        Desk::ReadBackText,
        &[
            ("number", number.into()),
            ("kind", kind.into()),
            ("item", item.into()),
            ("place", place_words(state).into()),
            ("text", text.into()),
        ],
    );
    let lines = std::iter::once(told).chain(read_back_who(state));
    let lines = lines.chain(read_back_more(state));
    lines.collect::<Vec<_>>().join("\n")
}

/// Who calls and at which number they are reached; nothing where neither is known.
fn read_back_who(state: &State) -> Option<String> {
    let form = &state.call.form;
    let name = form.name.text().trim();
    if name.is_empty() && form.telephone.is_none() {
        return None;
    }
    let name = if name.is_empty() {
        state.say(Desk::NameUnknown)
    } else {
        name.to_owned()
    };
    let number = form.telephone.as_ref().map(names::telephone);
    let number = number.unwrap_or_else(|| state.say(Desk::NumberHidden));
    let values = [("name", name.into()), ("number", number.into())];
    Some(state.say_with(Desk::ReadBackWho, &values))
}

/// Where it is, in words; empty where nobody has said.
pub(super) fn place_words(state: &State) -> String {
    let form = &state.call.form;
    let area = form.area(state.call.suggestion.as_ref());
    let area = area.map_or_else(String::new, |(district, street, _)| {
        format!("{}{street}", state.names.district(district))
    });
    format!("{area}{}", form.address.text().trim())
}

/// What was answered to the item's questions, and what is out of the ordinary.
fn read_back_more(state: &State) -> Vec<String> {
    let form = &state.call.form;
    let mut lines = Vec::new();
    let answers: Vec<String> = form
        .answered()
        .map(|(question, answer)| format!("{question} {answer}"))
        .collect();
    if !answers.is_empty() {
        let list = [("list", answers.join("  ").into())];
        lines.push(state.say_with(Desk::ReadBackAsked, &list));
    }
    if form.urgency != Urgency::default() {
        let urgency = state.say(names::urgency(form.urgency));
        lines.push(state.say_with(Desk::FormUrgency, &[("urgency", urgency.into())]));
    }
    if form.confidential {
        lines.push(state.say(Desk::ReadBackSecret));
    }
    if let Some(unit) = &form.fixed.accused {
        let unit = [("unit", state.names.unit(unit).into())];
        lines.push(state.say_with(Desk::AccusedIs, &unit));
    }
    lines
}
