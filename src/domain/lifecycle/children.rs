//! Children of a main ticket (并单): the hotline answers each of them from the main one's report by a draft that a person
//! confirms, with the child's own points checked (design "States").

use crate::domain::mask;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Point, Stage, Ticket};

/// How many points of its own a child has at most: more could not be met one by one.
pub const MAX_POINTS: usize = 50;

/// What a child asks of its own, a line each: what is asked, else its title, and what the caller added; the first 50. Without
/// its caller, whoever looks: who answers it is mostly somebody who may not see the caller, and the points stand in
/// refusals and events.
pub fn child_points(child: &Ticket) -> Vec<Line> {
    let child = mask::hidden(child);
    let asked = child.request.asked.as_str();
    let mut points: Vec<Line> = asked
        .split(['\n', '。', '；', ';'])
        .map(str::trim)
        .filter(|point| !point.is_empty())
        .map(Line::lossy)
        .collect();
    if points.is_empty() {
        points.push(Line::lossy(&child.title()));
    }
    points.extend(
        child
            .additions
            .iter()
            .map(|text| Line::lossy(text.as_str())),
    );
    points.truncate(MAX_POINTS);
    points
}

/// True where the main ticket's report was passed by a reviewer: children can be answered from it.
pub const fn can_answer_children(stage: Stage) -> bool {
    matches!(stage, Stage::ToCallBack | Stage::Closed | Stage::Archived)
}

/// The draft of a child's answer: the main one's, without its caller. Nothing before the report was passed.
pub fn child_draft(main: &Ticket) -> Option<Prose> {
    let handling = main.state.handling()?;
    can_answer_children(main.state.stage()).then(|| mask::for_others(main, &handling.public_answer))
}

/// The child's points that a confirmation leaves out or answers with nothing.
pub(super) fn points_open(child: &Ticket, points: &[Point]) -> Vec<Line> {
    let answered = |asked: &Line| {
        points
            .iter()
            .any(|point| point.asked == *asked && !point.answer.is_blank())
    };
    let mut open = child_points(child);
    open.retain(|asked| !answered(asked));
    open
}
