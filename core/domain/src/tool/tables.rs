//! Tables of scripts for drawing and selecting, and what they lead to; the expectations are worked out by hand.

use super::script::Desk;

pub(super) fn check(table: &[(&str, &str)]) {
    for (script, state) in table {
        assert_eq!(Desk::run(script).state(), *state, "{script}");
    }
}

/// Runs each script after another one.
pub(super) fn check_after(start: &str, table: &[(&str, &str)]) {
    for (script, state) in table {
        assert_eq!(Desk::run(&format!("{start}; {script}")).state(), *state, "{start}; {script}");
    }
}

/// The areas of all objects in ascending order, for results whose points may begin anywhere.
pub(super) fn areas(script: &str) -> Vec<f64> {
    let desk = Desk::run(script);
    let mut areas: Vec<f64> = desk.labels.objects.iter().map(|o| (o.geometry.area_px() * 1e6).round() / 1e6).collect();
    areas.sort_by(f64::total_cmp);
    areas
}

pub(super) const TWO_BOXES: &str = "box; drag 10,10 30,30; drag 50,50 80,80; select";
const NESTED: &str = "box; drag 10,10 60,60; drag 20,20 50,50; drag 25,25 45,45; pick; select";
pub(super) const SQUARE: &str = "polygon; click 10,10; click 50,10; click 50,50; click 10,50; enter";

#[test]
fn boxes_are_drawn_by_their_corners() {
    check(&[
        ("box; drag 10,10 50,40", "box 10,10 50,40*"),
        ("box; drag 50,40 10,10", "box 10,10 50,40*"),
        ("box; drag 10,10 50,40; class 2", "box 10,10 50,40 nut*"),
        ("class 2; box; drag 10,10 50,40", "box 10,10 50,40 nut*"),
        ("box; click 10,10", ""),
        ("box; drag 10,10 50,10", "! NoArea"),
        ("box; press 10,10; to 50,40", "…"),
        ("box; press 10,10; esc; drag 1,1 9,9", "box 1,1 9,9*"),
        ("box; press 10,10; to 50,40; esc; release 50,40", ""),
        ("box; shift+drag 10,10 50,30", "box 10,10 50,50*"),
        ("box; shift+drag 50,50 10,30", "box 10,10 50,50*"),
        ("box; alt+drag 30,30 40,35", "box 20,25 40,35*"),
        ("box; drag 10,10 50,40; drag 50,25 70,25", "box 10,10 70,40*"),
        ("box; drag 10,10 50,40; pick; click 20,20; drag 50,25 70,25", "box 10,10 70,40*"),
        ("box; drag 0,0 90,90; drag 20,20 40,40; click 80,80", "box 0,0 90,90*; box 20,20 40,40"),
        ("box; drag 10,10 50,40; pick; ctrl+drag 51,20 69,41.5", "box 10,10 50,40; box 50,20 69,41.5*"),
        ("box; ctrl+drag 60,60 98.5,99", "box 60,60 100,100*"),
        ("box; drag 10,10 50,40; undo", ""),
    ]);
}

#[test]
fn boxes_are_clicked_at_their_extremes() {
    check_after(
        "extremes; box",
        &[
            ("click 30,10; click 50,20; click 35,40; click 10,25", "box 10,10 50,40*"),
            ("click 10,25; click 35,40; click 50,20; click 30,10", "box 10,10 50,40*"),
            ("click 10,10; click 10,10; click 50,40; click 50,40", "box 10,10 50,40*"),
            ("click 30,10; click 50,20; back; click 45,20; click 35,40; click 10,25", "box 10,10 45,40*"),
            ("click 30,10; enter", "! TooFewExtremes …"),
            ("click 30,10; back", ""),
            ("click 30,10; click 50,20; esc; drag 5,5 9,9", "…"),
            ("click 10,10; click 20,10; click 30,10; click 40,10", "! NoArea"),
        ],
    );
}

#[test]
fn rotated_boxes_and_ellipses_are_drawn_and_reshaped() {
    let drawn = "rotated box; drag 10,10 50,10; click 33,30";
    check(&[
        (drawn, "rotated 30,20 40x20 @0*"),
        ("rotated box; click 10,10; click 50,10; click 33,30", "rotated 30,20 40x20 @0*"),
        ("rotated box; drag 10,10 50,10; click 33,10", "…"),
        ("rotated box; dbl 10,10; dbl 50,10; click 33,30", "rotated 30,20 40x20 @0*"),
        ("rotated box; drag 10,50 10,10; click 30,30", "rotated 20,30 40x20 @270*"),
        ("rotated box; shift+drag 10,10 50,12; click 33,30", "rotated 30,20 40x20 @0*"),
        ("rotated box; click 10,10; click 50,10; back; click 10,50; click 30,30", "rotated 20,30 40x20 @90*"),
        ("rotated box; click 10,10; back", ""),
        ("rotated box; drag 10,10 50,10; esc; click 33,30", "…"),
        ("ellipse; drag 10,10 50,30", "ellipse 30,20 20x10 @0*"),
        ("ellipse; shift+drag 10,10 50,30", "ellipse 30,30 20x20 @0*"),
        ("ellipse; alt+drag 30,30 50,40", "ellipse 30,30 20x10 @0*"),
        ("ellipse; click 10,10", ""),
        ("ellipse; drag 10,10 10,30", "! NoArea"),
        ("ellipse; drag 10,10 50,30; select; drag 50,20 60,20", "ellipse 35,20 25x10 @0*"),
        ("ellipse; drag 10,10 50,30; select; drag 30,4 60,20", "ellipse 30,20 20x10 @90*"),
        ("ellipse; drag 10,10 50,30; select; drag 30,20 32,21", "ellipse 32,21 20x10 @0*"),
    ]);
    check_after(
        drawn,
        &[
            ("select; drag 30,4 60,20", "rotated 30,20 40x20 @90*"),
            ("select; shift+drag 30,4 46,5", "rotated 30,20 40x20 @45*"),
            ("select; drag 50,20 60,20", "rotated 35,20 50x20 @0*"),
            ("drag 50,20 60,20", "rotated 35,20 50x20 @0*"),
            ("select; drag 50,20 10,20", "rotated 30,20 40x20 @0* ! NoArea"),
            ("select; lock o1; drag 50,20 60,20", "rotated 30,20 40x20 @0* ! Locked"),
        ],
    );
}

#[test]
fn clicks_and_bands_select() {
    check_after(
        TWO_BOXES,
        &[
            ("click 20,20", "box 10,10 30,30*; box 50,50 80,80"),
            ("shift+click 20,20", "box 10,10 30,30*; box 50,50 80,80*"),
            ("shift+click 20,20; shift+click 20,20", "box 10,10 30,30; box 50,50 80,80*"),
            ("shift+click 95,5", "box 10,10 30,30; box 50,50 80,80*"),
            ("click 95,5", "box 10,10 30,30; box 50,50 80,80"),
            ("drag 5,5 35,35", "box 10,10 30,30*; box 50,50 80,80"),
            ("drag 5,5 20,20", "box 10,10 30,30; box 50,50 80,80"),
            ("drag 35,35 25,25", "box 10,10 30,30*; box 50,50 80,80"),
            ("drag 35,35 31,31", "box 10,10 30,30; box 50,50 80,80"),
            ("drag 99,99 1,1", "box 10,10 30,30*; box 50,50 80,80*"),
            ("shift+drag 5,5 35,35", "box 10,10 30,30*; box 50,50 80,80*"),
            ("shift+drag 20,20 21,45", "box 10,10 30,30; box 50,50 80,80*"),
            ("press 5,5; to 35,35; esc; release 35,35", "box 10,10 30,30; box 50,50 80,80*"),
            ("lock o1; click 20,20", "box 10,10 30,30*; box 50,50 80,80"),
            ("hide o1; click 20,20", "box 10,10 30,30; box 50,50 80,80"),
            ("hide o1; drag 1,1 99,99", "box 10,10 30,30; box 50,50 80,80*"),
        ],
    );
    check(&[
        ("polyline; click 10,10; click 50,50; enter; pick; select; drag 35,24 25,20", "line 10,10 50,50"),
        ("polyline; click 10,10; click 50,50; enter; pick; select; drag 35,25 25,30", "line 10,10 50,50*"),
        ("polyline; click 10,10; click 10,50; enter; pick; select; drag 15,25 5,20", "line 10,10 10,50*"),
        ("points; click 30,30; pick; select; drag 35,35 29,29", "points 30,30*"),
        ("ellipse; drag 10,10 50,50; pick; select; drag 14,14 9,9", "ellipse 30,30 20x20 @0"),
    ]);
}

#[test]
fn clicks_at_one_place_go_through_what_lies_there() {
    let click = "click 30,30";
    let state = |chosen: usize| {
        let boxes = ["box 10,10 60,60", "box 20,20 50,50", "box 25,25 45,45"];
        let marked = boxes.iter().enumerate().map(|(i, b)| if i == chosen { format!("{b}*") } else { (*b).to_owned() });
        marked.collect::<Vec<_>>().join("; ")
    };
    for (clicks, chosen) in [(1, 2), (2, 1), (3, 0), (4, 2)] {
        check_after(NESTED, &[(&[click; 4][..clicks].join("; "), &state(chosen))]);
    }
    check_after(
        NESTED,
        &[
            ("click 30,30; click 30,30; click 40,30", &state(2)),
            ("click 30,30; click 30,30; drag 30,30 33,30", "box 10,10 60,60; box 23,20 53,50*; box 25,25 45,45"),
        ],
    );
}

#[test]
fn the_selection_is_moved_and_resized() {
    check_after(
        TWO_BOXES,
        &[
            ("drag 60,60 65,62", "box 10,10 30,30; box 55,52 85,82*"),
            ("drag 20,20 25,22", "box 15,12 35,32*; box 50,50 80,80"),
            ("drag 60,60 60.5,60.5", "box 10,10 30,30; box 50,50 80,80*"),
            ("drag 60,60 90,60 60,60", "box 10,10 30,30; box 50,50 80,80*"),
            ("drag 60,60 -60,60", "box 10,10 30,30; box -70,50 -40,80*"),
            ("press 60,60; to 70,70; esc; release 70,70", "box 10,10 30,30; box 50,50 80,80*"),
            ("pick o1 o2; drag 20,20 25,22", "box 15,12 35,32*; box 55,52 85,82*"),
            ("pick o1 o2; drag 80,80 150,150", "box 10,10 50,50*; box 90,90 150,150*"),
            ("pick o1 o2; drag 80,45 10,45", "box 10,10 30,30*; box 50,50 80,80* ! NoArea"),
            ("lock o2; drag 60,60 70,70", "box 10,10 30,30; box 50,50 80,80* ! Locked"),
            ("lock o2; drag 80,80 90,90", "box 10,10 30,30; box 50,50 80,80* ! Locked"),
            ("lock o1; pick o1 o2; drag 60,60 65,62", "box 10,10 30,30*; box 55,52 85,82*"),
            ("drag 80,80 90,85", "box 10,10 30,30; box 50,50 90,85*"),
            ("drag 81,81 91,86", "box 10,10 30,30; box 50,50 90,85*"),
            ("drag 80,65 40,65", "box 10,10 30,30; box 40,50 50,80*"),
            ("drag 80,65 50,65", "box 10,10 30,30; box 50,50 80,80* ! NoArea"),
            ("pick o1; ctrl+drag 20,20 39,20", "box 30,10 50,30*; box 50,50 80,80"),
            ("pick o1; ctrl+drag 20,20 11,20", "box 0,10 20,30*; box 50,50 80,80"),
            ("pick o1; ctrl+drag 20,20 35,25", "box 25,15 45,35*; box 50,50 80,80"),
            ("pick o1; ctrl+drag 30,20 48.5,20", "box 10,10 50,30*; box 50,50 80,80"),
            ("drag 60,60 65,62; undo", "box 10,10 30,30; box 50,50 80,80*"),
        ],
    );
}

#[test]
fn polygons_are_clicked_and_drawn_freehand() {
    let three = "polygon; click 10,10; click 50,10; click 50,50";
    let drawn = "polygon 10,10 50,10 50,50*";
    check_after(
        three,
        &[
            ("enter", drawn),
            ("click 10.5,10.5", drawn),
            ("dbl 10,10", drawn),
            ("dbl 50,50", drawn),
            ("dbl 30,60", "polygon 10,10 50,10 50,50 30,60*"),
            ("back; click 50,60; enter", "polygon 10,10 50,10 50,60*"),
            ("back; back; back", ""),
            ("back; enter", "! RingTooShort …"),
            ("esc; enter", ""),
            ("move 20,20", "…"),
        ],
    );
    check(&[
        ("polygon; click 10,10; click 30,10; click 50,10; enter", "! NoArea …"),
        ("polygon; dbl 10,10", ""),
        ("polygon; click 10,10; shift+click 50,13; shift+click 52,50; enter", drawn),
        ("polygon; click 10,10; shift+click 50,48; click 10,50; enter", "polygon 10,10 49,49 10,50*"),
        ("polygon; drag 10,10 30,10 50,10 50,30 50,50 30,50 10,50 10,30 10,11", "polygon 10,10 50,10 50,50 10,50*"),
        ("polygon; drag 10,10 30,10 50,10; click 50,50; enter", drawn),
        ("polygon; drag 10,10 30,10 50,10; esc; enter", ""),
        ("polyline; click 10,10; click 50,10; dbl 50,50", "line 10,10 50,10 50,50*"),
        ("polyline; click 10,10; click 50,10; click 50,50; click 10,10; enter", "line 10,10 50,10 50,50 10,10*"),
        ("polyline; click 10,10; enter", "! LineTooShort …"),
        ("polyline; dbl 10,10", ""),
        ("polyline; drag 10,10 30,10 50,10; enter", "line 10,10 50,10*"),
        ("polyline; click 10,10; back; enter", ""),
    ]);
}

#[test]
fn rings_are_added_to_the_selected_polygon_and_paths_snap() {
    let square = "polygon 10,10 50,10 50,50 10,50";
    check_after(
        SQUARE,
        &[
            ("alt+click 20,20; click 30,20; click 30,30; enter", &format!("{square} / 20,20 30,20 30,30*")),
            ("alt+click 60,60; click 70,60; click 70,70; enter", &format!("{square} / 60,60 70,60 70,70*")),
            ("click 20,20; click 30,20; click 30,30; enter", &format!("{square}; polygon 20,20 30,20 30,30*")),
            (
                "lock o1; alt+click 20,20; click 30,20; click 30,30; enter",
                &format!("{square}; polygon 20,20 30,20 30,30*"),
            ),
            ("alt+click 20,20; click 30,20; click 30,30; esc; enter", &format!("{square}*")),
            (
                "pick; ctrl+click 51,30; click 70,30; click 70,40; enter",
                &format!("{square}; polygon 50,30 70,30 70,40*"),
            ),
            (
                "pick; ctrl+click 51,11; click 70,30; click 70,40; enter",
                &format!("{square}; polygon 50,10 70,30 70,40*"),
            ),
            (
                "pick; click 70,30; ctrl+click 99,30; click 70,60; enter",
                &format!("{square}; polygon 70,30 100,30 70,60*"),
            ),
        ],
    );
    let biting = format!("{SQUARE}; alt+click 40,20; click 60,20; click 60,30; click 40,30; enter");
    let growing = format!("{SQUARE}; alt+click 60,20; click 40,20; click 40,30; click 60,30; enter");
    let swallowing = format!("{SQUARE}; alt+click 5,5; click 90,5; click 90,90; click 5,90; enter");
    assert_eq!([areas(&biting), areas(&growing), areas(&swallowing)], [[1500.0], [1700.0], [7225.0]]);
}
