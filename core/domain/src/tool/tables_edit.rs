//! Tables of scripts for reshaping, painting, cutting and what acts on a selection, and of what is shown meanwhile; the
//! expectations are worked out by hand.

use super::script::Desk;
use super::tables::{SQUARE, TWO_BOXES, areas, check, check_after};

#[test]
fn vertices_and_edges_are_dragged() {
    let square = "polygon 10,10 50,10 50,50 10,50";
    let frame = format!("{SQUARE}; alt+click 20,20; click 30,20; click 30,30; enter; select");
    check_after(
        &format!("{SQUARE}; select"),
        &[
            ("drag 50,50 60,60", "polygon 10,10 50,10 60,60 10,50*"),
            ("drag 51,51 61,61", "polygon 10,10 50,10 60,60 10,50*"),
            ("drag 30,10 30,5", "polygon 10,10 30,5 50,10 50,50 10,50*"),
            ("drag 10,30 5,30", "polygon 10,10 50,10 50,50 10,50 5,30*"),
            ("click 30,10", &format!("{square}*")),
            ("alt+click 50,50", "polygon 10,10 50,10 10,50*"),
            ("shift+drag 50,50 58,40", "polygon 10,10 50,10 50,40 10,50*"),
            ("ctrl+drag 50,50 99,50", "polygon 10,10 50,10 100,50 10,50*"),
            ("drag 30,30 35,32", "polygon 15,12 55,12 55,52 15,52*"),
            ("press 50,50; to 60,60; esc; release 60,60", &format!("{square}*")),
            ("lock o1; drag 50,50 60,60", &format!("{square}* ! Locked")),
            ("lock o1; alt+click 50,50", &format!("{square}*")),
            ("drag 50,50 60,60; undo", &format!("{square}*")),
        ],
    );
    check_after(
        &frame,
        &[("drag 20,20 22,22", &format!("{square} / 22,22 30,20 30,30*")), ("alt+click 20,20", &format!("{square}*"))],
    );
    check(&[
        (
            "polygon; click 10,10; click 50,10; click 50,50; enter; select; alt+click 50,50",
            "polygon 10,10 50,10 50,50* ! LastVertices",
        ),
        ("polyline; click 10,50; click 50,50; enter; select; drag 30,50 30,40", "line 10,50 30,40 50,50*"),
        ("polyline; click 10,50; click 50,50; enter; select; drag 20,50 20,40", "line 10,40 50,40*"),
        ("polyline; click 10,50; click 50,50; enter; select; alt+click 10,50", "line 10,50 50,50* ! LastVertices"),
        ("polyline; click 10,50; click 50,50; enter; select; drag 50,50 50,60", "line 10,50 50,60*"),
    ]);
}

#[test]
fn points_are_placed_in_the_order_of_the_template() {
    check(&[
        ("points; click 10,10", "points 10,10*"),
        ("points; alt+click 10,10", "points 10,10o*"),
        ("points; drag 10,10 12,12", "points 12,12*"),
        ("points; press 10,10; esc; release 10,10", ""),
        ("points; absent", ""),
    ]);
    check_after(
        "skeleton 3; points",
        &[
            ("click 10,10; alt+click 20,10; click 30,10", "points 10,10 20,10o 30,10*"),
            ("click 10,10; absent; click 30,10", "points 10,10 - 30,10*"),
            ("absent; click 10,10; enter", "points - 10,10 -*"),
            ("absent; absent; absent", "! NoPoint"),
            ("absent; enter", "! NoPoint"),
            ("click 10,10; back; click 20,20; enter", "points 20,20 - -*"),
            ("click 10,10; click 20,10; back; absent; click 5,5", "points 10,10 - 5,5*"),
            ("click 10,10; esc; enter", ""),
            ("click 10,10; click 20,10", "…"),
        ],
    );
    check_after(
        "skeleton 3; points; click 10,10; alt+click 20,10; absent; select",
        &[
            ("drag 10,10 12,15", "points 12,15 20,10o -*"),
            ("drag 20,10 25,10", "points 10,10 25,10o -*"),
            ("alt+click 10,10", "points 10,10o 20,10o -*"),
            ("alt+click 20,10", "points 10,10 20,10 -*"),
            ("nudge 1,2", "points 11,12 21,12o -*"),
            ("flip h", "points 20,10 10,10o -*"),
            ("lock o1; drag 10,10 12,15", "points 10,10 20,10o -* ! Locked"),
        ],
    );
}

#[test]
fn a_mirrored_template_exchanges_left_and_right() {
    // Left eye, nose, right eye.
    check_after(
        "class 3; skeleton 3; points; click 10,10; alt+click 20,10; click 30,12",
        &[
            // The right eye was mirrored to 10,12: a left eye now.
            ("flip h", "points 10,12 20,10o 30,10 face*"),
            ("flip v", "points 10,12 20,12o 30,10 face*"),
            ("flip v; turn 180", "points 30,10 20,10o 10,12 face*"),
            ("flip h; undo", "points 10,10 20,10o 30,12 face*"),
            (
                "pick; class 1; box; drag 40,20 50,30; pick o1 o2; flip h",
                "points 30,12 40,10o 50,10 face*; box 10,20 20,30*",
            ),
            // What is no face has no names to exchange.
            ("class 2; flip h", "points 30,10 20,10o 10,12 nut*"),
        ],
    );
    check(&[
        // Being absent is exchanged too.
        ("class 3; skeleton 3; points; click 10,10; click 20,10; absent; flip h", "points - 10,10 20,10 face*"),
        // A point without a template has none to be exchanged with.
        ("class 3; points; click 10,10; flip h", "points 10,10 face*"),
    ]);
}

#[test]
fn masks_are_painted_and_erased() {
    // A brush of radius 2 on a pixel's centre covers 13 pixels; from 20.5 to 30.5 rows of 11, 13, 15, 13 and 11.
    let dot = "mask 13px 18,18 23,23";
    check(&[
        ("brush; click 20.5,20.5", "mask 13px 18,18 23,23*"),
        ("brush; drag 20.5,20.5 30.5,20.5", "mask 63px 18,18 33,23*"),
        ("brush; click 20.5,20.5; click 24.5,20.5", "mask 25px 18,18 27,23*"),
        ("apart; brush; click 20.5,20.5; click 24.5,20.5", &format!("{dot}; mask 13px 22,18 27,23*")),
        ("brush; click 20.5,20.5; pick; click 24.5,20.5", &format!("{dot}; mask 13px 22,18 27,23*")),
        ("brush; click 200,200", ""),
        ("brush; press 20.5,20.5; to 30,20; esc; release 30,20", ""),
        ("brush; press 20.5,20.5; to 30,20", "…"),
        ("brush; click 20.5,20.5; lock o1; click 30,30", &format!("{dot}* ! Locked")),
        ("brush; click 20.5,20.5; click 24.5,20.5; undo", &format!("{dot}*")),
        ("brush; drag 20.5,20.5 30.5,20.5; eraser; click 20.5,20.5", "mask 50px 21,18 33,23*"),
        ("brush; click 20.5,20.5; radius 5; eraser; click 20.5,20.5", ""),
        ("brush; click 20.5,20.5; radius 5; eraser; click 20.5,20.5; undo", dot),
        ("brush; click 20.5,20.5; eraser; click 50,50", &format!("{dot}*")),
        ("eraser; click 5,5", "! NothingToErase"),
        ("polyline; click 10,10; click 20,10; enter; eraser; click 15,10", "line 10,10 20,10* ! NotARegion"),
        (
            "polyline; click 10,10; click 20,10; enter; brush; click 20.5,20.5",
            "line 10,10 20,10; mask 13px 18,18 23,23*",
        ),
        ("box; drag 10,10 20,20; brush; click 15,15", "box 10,10 20,20*"),
        ("box; drag 10,10 20,20; brush; click 20.5,15.5", "mask 109px 10,10 23,20*"),
        ("box; drag 10,10 20,20; brush; click 40.5,15.5", "box 10,10 20,20; mask 13px 38,13 43,18*"),
        ("box; drag 10,10 20,20; brush; click 40.5,15.5; click 60.5,15.5", "box 10,10 20,20; mask 26px 38,13 63,18*"),
        ("box; drag 10,10 20,20; eraser; click 20.5,15.5", "mask 96px 10,10 20,20*"),
        ("box; drag 10,10 20,20; brush; click 20.5,15.5; undo", "box 10,10 20,20*"),
        ("radius 0.6; brush; drag 10.5,10.5 30.5,10.5 30.5,30.5 10.5,30.5", "mask 61px 10,10 31,31*"),
        ("radius 0.6; brush; shift+drag 10.5,10.5 30.5,10.5 30.5,30.5 10.5,30.5", "mask 441px 10,10 31,31*"),
        (
            "box; drag 10,10 50,50; radius 0.6; eraser; shift+drag 20.5,20.5 30.5,20.5 30.5,30.5 20.5,30.5",
            "mask 1479px 10,10 50,50*",
        ),
        ("brush; click 20.5,20.5; select; drag 20.5,20.5 25.7,20.5", "mask 13px 23,18 28,23*"),
        ("brush; click 20.5,20.5; select; drag 20.5,20.5 -50,20.5", "mask 13px 0,18 5,23*"),
        ("brush; click 20.5,20.5; select; nudge 200,0", "mask 13px 95,18 100,23*"),
    ]);
    assert_eq!(Desk::run("brush; click 20.5,20.5; eraser; click 50,50").edits, 1);
    assert_eq!(Desk::run("radius 2; brush; drag 20.5,20.5 25,25 30,20 35,25").edits, 1);
}

#[test]
fn the_selection_is_cut() {
    let square = "polygon 10,10 50,10 50,50 10,50*";
    check_after(
        SQUARE,
        &[
            ("slice; drag 30,0 30,30", &format!("{square} ! DoesNotCross")),
            ("slice; drag 0,5 90,5", &format!("{square} ! DoesNotCross")),
            ("slice; click 30,0; click 30,30; enter", &format!("{square} ! DoesNotCross")),
            ("slice; click 30,0; esc; enter", square),
            ("slice; click 30,0; back", square),
            ("slice; click 30,0; click 30,30", &format!("{square} …")),
            ("lock o1; slice; drag 30,0 30,60", &format!("{square} ! Locked")),
            ("slice; drag 30,0 30,60; undo", square),
        ],
    );
    let frame = "polygon; click 10,10; click 50,10; click 50,50; click 10,50; enter; \
                 alt+click 20,20; click 40,20; click 40,40; click 20,40; enter";
    for (script, expect) in [
        (format!("{SQUARE}; slice; drag 30,0 30,60"), vec![800.0, 800.0]),
        (format!("{SQUARE}; slice; click 20,0; click 20,60"), vec![400.0, 1200.0]),
        (format!("{SQUARE}; slice; click 30,0; click 30,30; click 60,30"), vec![400.0, 1200.0]),
        // Through the hole: what is left of the frame and what is right of it, 40·40 − 20·20 in all.
        (format!("{frame}; slice; drag 25,0 25,60"), vec![500.0, 700.0]),
        (format!("{frame}; slice; drag 25,0 25,30"), vec![1200.0]),
        ("box; drag 10,10 20,20; convert mask; slice; drag 14,0 14,30".to_owned(), vec![40.0, 60.0]),
        ("box; drag 10,10 50,50; slice; drag 30,0 30,60".to_owned(), vec![800.0, 800.0]),
        ("rotated box; drag 10,10 50,10; click 33,30; slice; drag 20,0 20,40".to_owned(), vec![200.0, 600.0]),
    ] {
        assert_eq!(areas(&script), expect, "{script}");
    }
}

#[test]
fn all_that_is_selected_is_cut_in_one_step() {
    let both = "box 10,10 30,30*; box 50,50 80,80*";
    let all = format!("{TWO_BOXES}; pick o1 o2; slice");
    check_after(
        &all,
        &[
            ("drag 0,0 100,100; undo", both),
            ("drag 0,40 100,40", &format!("{both} ! DoesNotCross")),
            // Clicks wait until everything selected is crossed, or for Enter.
            ("click 0,20; click 40,20", &format!("{both} …")),
            ("lock o1; lock o2; drag 0,0 100,100", &format!("{both} ! Locked")),
        ],
    );
    for (script, expect) in [
        ("drag 0,0 100,100", vec![200.0, 200.0, 450.0, 450.0]),
        ("drag 20,0 20,40", vec![200.0, 200.0, 900.0]),
        ("lock o1; drag 0,0 100,100", vec![400.0, 450.0, 450.0]),
        ("click 0,0; click 100,100", vec![200.0, 200.0, 450.0, 450.0]),
        ("click 0,20; click 40,20; enter", vec![200.0, 200.0, 900.0]),
        ("click 0,20; click 65,20; click 65,100", vec![200.0, 200.0, 450.0, 450.0]),
        ("lock o2; click 0,20; click 40,20", vec![200.0, 200.0, 900.0]),
    ] {
        assert_eq!(areas(&format!("{all}; {script}")), expect, "{script}");
    }
    assert_eq!(Desk::run(&format!("{TWO_BOXES}; pick o1 o2; slice; drag 0,0 100,100")).edits, 3);
}

#[test]
fn with_nothing_selected_the_one_thing_below_is_cut() {
    let none = format!("{TWO_BOXES}; pick; slice");
    let both = "box 10,10 30,30; box 50,50 80,80";
    check_after(
        &none,
        &[
            ("drag 0,0 100,100", &format!("{both} ! CrossesSeveral")),
            ("drag 0,40 100,40", &format!("{both} ! DoesNotCross")),
            ("lock o1; drag 20,0 20,40", &format!("{both} ! Locked")),
            ("hide o1; drag 20,0 20,40", &format!("{both} ! DoesNotCross")),
            ("click 0,0; click 100,100; enter", &format!("{both} ! CrossesSeveral")),
            ("drag 20,0 20,40; undo", both),
        ],
    );
    for (script, expect) in [
        ("drag 20,0 20,40", vec![200.0, 200.0, 900.0]),
        ("click 20,0; click 20,40", vec![200.0, 200.0, 900.0]),
        ("lock o1; drag 0,0 100,100", vec![400.0, 450.0, 450.0]),
        ("hide o1; drag 0,0 100,100", vec![400.0, 450.0, 450.0]),
    ] {
        assert_eq!(areas(&format!("{none}; {script}")), expect, "{script}");
    }
    check(&[
        ("slice; drag 1,1 9,9", "! DoesNotCross"),
        ("points; click 10,10; slice; drag 0,0 20,20", "points 10,10* ! NothingSelected"),
        ("points; click 10,10; pick; slice; drag 0,0 20,20", "points 10,10 ! DoesNotCross"),
    ]);
}

#[test]
fn lines_are_cut_into_lines() {
    check_after(
        "polyline; click 10,10; click 50,10; click 50,50; enter; slice",
        &[
            ("drag 30,0 30,20", "line 10,10 30,10*; line 30,10 50,10 50,50*"),
            ("drag 20,0 60,40", "line 10,10 30,10*; line 30,10 50,10 50,30*; line 50,30 50,50*"),
            ("drag 40,20 60,0", "line 10,10 50,10*; line 50,10 50,50*"),
            ("drag 30,0 30,5", "line 10,10 50,10 50,50* ! DoesNotCross"),
            ("drag 20,0 60,40; undo", "line 10,10 50,10 50,50*"),
            ("pick; drag 30,0 30,20", "line 10,10 30,10; line 30,10 50,10 50,50*"),
        ],
    );
}

#[test]
fn what_acts_on_the_selection_needs_no_gesture() {
    check_after(
        TWO_BOXES,
        &[
            ("nudge 1,0", "box 10,10 30,30; box 51,50 81,80*"),
            ("pick; nudge 1,0", "box 10,10 30,30; box 50,50 80,80 ! NothingSelected"),
            ("fit 0,0 60,90", "box 10,10 30,30; box 0,0 60,90*"),
            ("fit 5,5 5,50", "box 10,10 30,30; box 50,50 80,80* ! NoArea"),
            ("pick o1 o2; fit 0,0 35,35", "box 0,0 10,10*; box 20,20 35,35*"),
            ("pick o1 o2; flip h", "box 60,10 80,30*; box 10,50 40,80*"),
            ("pick o1 o2; flip v", "box 10,60 30,80*; box 50,10 80,40*"),
            ("join", "box 10,10 30,30; box 50,50 80,80* ! TooFewToJoin"),
        ],
    );
    check(&[
        ("box; drag 10,10 50,30; turn 90", "box 20,0 40,40*"),
        ("box; drag 10,10 50,30; turn 30", "rotated 30,20 40x20 @30*"),
        ("rotated box; drag 10,10 50,10; click 33,30; turn -30; flip h", "rotated 30,20 40x20 @30*"),
        ("ellipse; drag 10,10 50,30; turn 30; flip v", "ellipse 30,20 20x10 @330*"),
        ("polygon; click 10,10; click 50,10; click 50,50; enter; flip v", "polygon 10,50 50,50 50,10*"),
        ("polyline; click 10,10; click 20,10; enter; turn 90", "line 15,5 15,15*"),
        ("box; drag 10,10 20,40; convert mask; turn 90", "mask 300px 0,20 30,30*"),
        ("box; drag 90,90 120,120; convert mask; undo; convert box", "box 90,90 120,120*"),
        ("box; drag 10,10 20,20; convert mask", "mask 100px 10,10 20,20*"),
        ("box; drag 10,10 20,20; convert polygon", "polygon 10,10 20,10 20,20 10,20*"),
        ("box; drag 10,10 20,20; convert rotated box", "rotated 15,15 10x10 @0*"),
        ("ellipse; drag 10,10 50,30; convert box", "box 10,10 50,30*"),
        ("polyline; click 10,10; click 20,10; enter; convert mask", "line 10,10 20,10* ! CannotConvert"),
        ("brush; click 20.5,20.5; pick; click 30.5,20.5; pick o1 o2; join", "mask 26px 18,18 33,23*"),
        ("brush; click 20.5,20.5; box; drag 40,40 50,50; pick o1 o2; join", "mask 113px 18,18 50,50*"),
    ]);
    assert_eq!(areas("box; drag 10,10 30,30; drag 20,15 40,35; pick o1 o2; join"), [650.0]);
    assert_eq!(areas("box; drag 10,10 20,20; convert mask; convert polygon"), [100.0]);
    let start = "brush; drag 20.5,20.5 30.5,20.5; eraser; click 20.5,20.5";
    assert_eq!(Desk::run(&format!("{start}; flip h; flip h")).labels, Desk::run(start).labels);
}

#[test]
fn what_is_going_on_is_shown() {
    for (script, shown) in [
        ("box; press 10,10; to 50,40", "new box 10,10 50,40"),
        ("box; drag 10,10 50,40", ""),
        ("box; press 10,10; to 50,40; esc", ""),
        ("box; press 10,10; ctrl+to 50,99", "new box 10,10 50,100 snapped 50,100"),
        ("box; ctrl+move 1,50", "snap 0,50"),
        ("extremes; box; click 30,10; move 50,20", "extremes 30,10 in box 30,10 50,20"),
        ("select; press 5,5; to 20,20", "encloses box 5,5 20,20"),
        ("select; press 20,20; to 5,5", "touches box 5,5 20,20"),
        ("polygon; click 10,10; click 50,10; click 50,50; move 11,10", "Ring 10,10 50,10 50,50 > 11,10 closes"),
        ("polygon; click 10,10; click 50,10; enter", "Ring 10,10 50,10 > 50,10"),
        ("polyline; click 10,10; shift+move 50,12", "Line 10,10 > 50,10"),
        ("rotated box; click 10,10; move 50,10", "Side 10,10 > 50,10"),
        ("rotated box; drag 10,10 50,10; move 33,30", "new rotated 30,20 40x20 @0"),
        ("skeleton 3; points; click 10,10; alt+move 20,20", "points [10,10] 1: 20,20o"),
        ("brush; press 20.5,20.5", "stroke new box 18,18 23,23 fills 0"),
        ("brush; press 20.5,20.5; shift+to 25.5,20.5", "stroke new box 21,18 28,23 fills 2"),
        ("brush; click 20.5,20.5; press 24.5,20.5", "stroke o1 box 18,18 27,23 fills 0"),
        ("brush; click 20.5,20.5; press 24.5,20.5; to 25.5,20.5", "stroke o1 box 25,18 28,23 fills 0"),
        ("brush; click 20.5,20.5; press 24.5,20.5; enter", "stroke o1 box 18,18 27,23 fills 0"),
    ] {
        assert_eq!(Desk::run(script).shown(), shown, "{script}");
    }
    let slicing = Desk::run(&format!("{SQUARE}; slice; press 30,0; to 30,60"));
    assert_eq!(slicing.shown(), "Cut 30,0 > 30,60");
    for (script, shown) in [
        ("press 60,60; to 65,62", "o2 box 55,52 85,82"),
        ("press 60,60; to 60.5,60.5", ""),
        ("pick o1; press 20,20; ctrl+to 39,20", "o1 box 30,10 50,30 snapped 50,20"),
        ("pick o1; press 30,20; ctrl+to 48.5,20", "o1 box 10,10 50,30 snapped 50,20"),
    ] {
        assert_eq!(Desk::run(&format!("{TWO_BOXES}; {script}")).shown(), shown, "{script}");
    }
}
