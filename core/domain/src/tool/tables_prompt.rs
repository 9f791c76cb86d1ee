//! Tables of scripts for pointing at things, and what they lead to; the expectations are worked out by hand.

use super::script::Desk;
use super::tables::{areas, check, check_after};

/// What the canvas shows after a script.
fn check_shown(table: &[(&str, &str)]) {
    for (script, shown) in table {
        assert_eq!(Desk::run(script).shown(), *shown, "{script}");
    }
}

#[test]
fn what_is_pointed_at_becomes_an_object() {
    check_after(
        "prompt",
        &[
            ("click 15,15; answer 10,10 20,20; enter", "mask 100px 10,10 20,20* by m"),
            ("drag 5,5 30,30; answer 10,10 20,20; enter", "mask 100px 10,10 20,20* by m"),
            ("drag 30,30 5,5; alt+click 8,8; answer 10,10 20,20; enter", "mask 100px 10,10 20,20* by m"),
            ("click 15,15; enter", "! NotAnsweredYet …"),
            ("click 15,15; answer; enter", "! NothingFound …"),
            ("click 15,15; answer; click 16,25; answer 10,10 20,30; enter", "mask 200px 10,10 20,30* by m"),
            // An answer to what was pointed at before is none.
            ("click 15,15; click 18,25; late 10,10 20,20; enter", "! NotAnsweredYet …"),
            ("click 15,15; answer 10,10 20,20; click 18,25; enter", "! NotAnsweredYet …"),
            ("click 15,15; esc; answer 10,10 20,20; enter", ""),
            ("click 15,15; answer 10,10 20,20; esc; enter", ""),
            ("alt+click 15,15; enter", "! NothingPointedAt …"),
            ("click 15,15; answer 10,10 20,20; enter; undo", ""),
            ("enter; back; absent; release 4,4; move 5,5", ""),
        ],
    );
}

#[test]
fn points_are_taken_back_one_by_one() {
    check_shown(&[
        ("prompt; click 15,15", "prompt +15,15"),
        ("prompt; click 15,15; alt+click 40,40", "prompt +15,15 -40,40"),
        ("prompt; click 15,15; drag 5,5 30,30", "prompt +15,15 box 5,5 30,30"),
        ("prompt; drag 5,5 30,30; drag 6,6 20,20", "prompt box 6,6 20,20"),
        ("prompt; drag 5,5 30,30; drag 6,6 20,20; back", "prompt box 5,5 30,30"),
        ("prompt; click 15,15; alt+click 40,40; back", "prompt +15,15"),
        ("prompt; click 15,15; back", ""),
        ("prompt; click 15,15; back; enter", ""),
        // A double click is one point, and ends nothing.
        ("prompt; dbl 15,15", "prompt +15,15"),
        ("prompt; dbl 15,15; answer 10,10 20,20; enter", ""),
        ("prompt; click 15,15; press 40,40; to 50,60", "prompt +15,15 band box 40,40 50,60"),
        ("prompt; click 15,15; press 40,40; to 50,60; back; enter", "prompt +15,15 band box 40,40 50,60"),
        // What lies outside the image is cut off, or is not pointed at.
        ("prompt; drag 90,90 120,130", "prompt box 90,90 100,100"),
        ("prompt; click 15,15; click 120,15", "prompt +15,15"),
    ]);
    check(&[("prompt; click 120,15", ""), ("prompt; drag 120,15 140,40", "! LeavesImage")]);
}

#[test]
fn an_answer_is_shown_until_there_is_another() {
    check_shown(&[
        ("prompt; click 15,15; answer 10,10 20,20", "prompt +15,15 = mask 100px 10,10 20,20"),
        ("prompt; click 15,15; answer", "prompt +15,15 = nothing"),
        ("prompt; click 15,15; answer 10,10 20,20; click 15,25", "prompt +15,15 +15,25 was mask 100px 10,10 20,20"),
        // Back at what was answered, nothing need be asked.
        ("prompt; click 15,15; answer 10,10 20,20; click 15,25; back", "prompt +15,15 = mask 100px 10,10 20,20"),
        ("prompt; alt+click 40,40; click 15,15; answer 10,10 20,20; back", "prompt -40,40"),
    ]);
    let desk = Desk::run("prompt; click 15,15; answer 10,10 20,20; click 15,25; back; enter");
    assert_eq!(desk.state(), "mask 100px 10,10 20,20* by m");
}

#[test]
fn the_selected_object_gets_the_mask() {
    check_after(
        "box; drag 10,10 50,40; prompt",
        &[
            ("click 30,30; answer 12,12 22,22; enter", "mask 100px 12,12 22,22* by m"),
            ("click 30,30; answer 12,12 22,22; enter; undo", "box 10,10 50,40*"),
            ("anew; click 30,30; answer 12,12 22,22; enter", "box 10,10 50,40; mask 100px 12,12 22,22* by m"),
            ("pick; click 30,30; answer 12,12 22,22; enter", "box 10,10 50,40; mask 100px 12,12 22,22* by m"),
            ("lock o1; click 30,30", "box 10,10 50,40* ! Locked"),
            ("click 30,30; answer 12,12 22,22; enter; nudge 5,0", "mask 100px 17,12 27,22* by m, edited"),
            ("click 30,30; answer 12,12 22,22; enter; class 2", "mask 100px 12,12 22,22 nut* by m"),
            // Cutting leaves a part of what the model found; its copy came from the object.
            (
                "click 30,30; answer 12,12 22,22; enter; nudge 5,0; click 30,30; answer 12,12 22,22; enter",
                "mask 100px 12,12 22,22* by m",
            ),
        ],
    );
    // A line is no region: what is pointed at is another thing.
    let line = "polyline; click 10,10; click 90,10; enter; prompt; click 30,30; answer 12,12 22,22; enter";
    check(&[(line, "line 10,10 90,10; mask 100px 12,12 22,22* by m")]);
}

#[test]
fn a_class_says_what_a_mask_becomes() {
    let plate = "class 4; prompt; click 30,30; answer 10,10 20,20; enter";
    let state = Desk::run(plate).state();
    assert!(state.starts_with("polygon ") && state.ends_with(" plate* by m"), "{state}");
    assert_eq!(areas(plate), [100.0]);
    check(&[
        ("class 5; prompt; click 30,30", "! NoRegionOfClass"),
        (
            "class 5; box; drag 10,10 50,40; prompt; class 1; class 5; click 30,30",
            "box 10,10 50,40 hole* ! NoRegionOfClass",
        ),
        ("class 5; box; drag 10,10 50,40; pick; class 1; prompt; click 30,30", "box 10,10 50,40 hole …"),
    ]);
}
