//! The block by meaning, through keys: below the first answers, each entry once, and nothing moves under the eye.

use super::world::*;
use crate::words::Lang;

fn codes(desk: &Desk) -> Vec<(String, bool)> {
    let hits = &desk.state.call.answers.hits.hits;
    hits.iter()
        .map(|hit| (hit.code.to_string(), hit.near))
        .collect()
}

fn talking(hits: usize, near: &[usize]) -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.hits = hits;
    desk.near = near.to_vec();
    desk.ring();
    desk.keys("f3");
    desk.text("整栋楼没水");
    desk
}

fn named(all: &[(usize, bool)]) -> Vec<(String, bool)> {
    let named = |(n, near): &(usize, bool)| (format!("SW-{n:04}"), *near);
    all.iter().map(named).collect()
}

#[test]
fn what_is_near_stands_below_the_first_answers_and_once() {
    for (hits, near, shown) in [
        (0, vec![], vec![]),
        (0, vec![2, 1], vec![(2, true), (1, true)]),
        (2, vec![], vec![(0, false), (1, false)]),
        (2, vec![1, 2], vec![(0, false), (1, false), (2, true)]),
        (3, vec![1, 0], vec![(0, false), (1, false), (2, false)]),
    ] {
        let desk = talking(hits, &near);
        assert_eq!(codes(&desk), named(&shown), "{hits} {near:?}");
        let says = desk.frame().contains("意思相近");
        assert_eq!(
            says,
            shown.iter().any(|(_, near)| *near),
            "{}",
            desk.frame()
        );
    }
}

#[test]
fn a_filter_that_is_none_is_told_below_the_words_typed_and_not_while_a_story_is_written() {
    for (lang, says) in [(Lang::ZhCn, "没有筛选项"), (Lang::En, "No filter 区域")] {
        let mut desk = Desk::signed_in(lang, (80, 24));
        desk.hits = 2;
        desk.text("区域:历下 停水");
        assert!(desk.frame().contains(says), "{}", desk.frame());
    }
    let mut desk = talking(2, &[]);
    desk.text("区域:历下");
    assert!(!desk.frame().contains("没有筛选项"), "{}", desk.frame());
}

#[test]
fn nothing_moves_under_the_eye_of_who_walks_through_the_list() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    (desk.hits, desk.near) = (2, vec![2]);
    desk.ring();
    desk.keys("f3");
    desk.hold = true;
    desk.text("整栋楼没水");
    desk.release_searches();
    assert_eq!(codes(&desk), named(&[(0, false), (1, false)]));
    desk.keys("f5 down");
    assert_eq!(desk.state.call.answers.list.at, 1);
    desk.release_all();
    assert_eq!(codes(&desk), named(&[(0, false), (1, false)]));
}
