//! Knowledge gaps (知识缺口): what was asked and could be answered from nothing, gathered by what is alike, so that
//! an editor sees twenty callers with one question as one line.

use crate::domain::id::{ItemCode, TicketId};
use crate::domain::text::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

/// Two titles belong together when they share at least this part of their pairs of characters (Dice).
const ALIKE: f64 = 0.5;

/// One question that no source answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The ticket; none where it was searched for in vain.
    pub ticket: Option<TicketId>,
    /// Its item, where it has one.
    pub item: Option<ItemCode>,
    /// Its title.
    pub title: Line,
    /// When it was asked.
    pub at: Timestamp,
    /// How often.
    pub count: u64,
}

/// Questions that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// The newest of them, in its words.
    pub title: Line,
    /// Their item, where the newest has one.
    pub item: Option<ItemCode>,
    /// How often it was asked.
    pub count: u64,
    /// When it was last asked.
    #[schema(value_type = String, format = DateTime)]
    pub last: Timestamp,
    /// The tickets, newest first, at most 20; none where it was only searched for in vain.
    pub tickets: Vec<TicketId>,
}

fn pairs(text: &str) -> HashSet<(char, char)> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters
        .windows(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a title has 200 characters at most"
)]
fn alike(one: &HashSet<(char, char)>, other: &HashSet<(char, char)>) -> bool {
    let all = one.len() + other.len();
    all > 0 && 2.0 * one.intersection(other).count() as f64 / all as f64 >= ALIKE
}

/// Gathers questions: the most asked first, of the same count the newest. Each goes to the first heap whose newest
/// title is like its own; titles without two letters make heaps by their whole text.
pub fn gather(mut asked: Vec<Asked>) -> Vec<Gap> {
    asked.sort_by_key(|one| std::cmp::Reverse((one.at, one.ticket)));
    let mut heaps: Vec<(HashSet<(char, char)>, Gap)> = Vec::new();
    for one in asked {
        let own = pairs(one.title.as_str());
        let found = heaps
            .iter_mut()
            .find(|(of, gap)| alike(of, &own) || gap.title == one.title);
        if let Some((_, gap)) = found {
            gap.count += one.count;
            if gap.tickets.len() < 20 {
                gap.tickets.extend(one.ticket);
            }
        } else {
            let gap = Gap {
                title: one.title,
                item: one.item,
                count: one.count,
                last: one.at,
                tickets: one.ticket.into_iter().collect(),
            };
            heaps.push((own, gap));
        }
    }
    let mut gaps: Vec<Gap> = heaps.into_iter().map(|(_, gap)| gap).collect();
    gaps.sort_by_key(|gap| std::cmp::Reverse((gap.count, gap.last)));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_alike_is_one_gap_and_the_most_asked_comes_first() {
        let titles = [
            "咨询公租房续租需要的材料",
            "夜间施工许可找谁办",
            "公租房续租需要什么材料",
            "询问公租房续租需要材料",
            "？",
        ];
        let asked = titles.iter().zip(0..).map(|(title, n): (_, u128)| Asked {
            // What was searched for has no ticket, and may have been asked more than once.
            ticket: (n != 0).then_some(TicketId(Uuid::from_u128(n))),
            count: if n == 0 { 5 } else { 1 },
            item: None,
            title: Line::parse(*title).unwrap(),
            at: Timestamp::from_second(i64::try_from(n).unwrap()).unwrap(),
        });
        let gaps = gather(asked.collect());
        let seen: Vec<_> = gaps
            .iter()
            .map(|gap| (gap.title.as_str(), gap.count, gap.tickets.len()))
            .collect();
        assert_eq!(
            seen,
            [
                ("询问公租房续租需要材料", 7, 2),
                ("？", 1, 1),
                ("夜间施工许可找谁办", 1, 1)
            ]
        );
    }
}
