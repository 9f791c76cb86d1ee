//! What other tools bind, as their defaults stood when this was written, and what the presets make of it.

use super::{Preset, Shortcut};
use crate::actions::REGISTRY;

/// An action and the keys that people expect of it: Concord, CVAT, Label Studio, X-AnyLabeling, labelme. Keys are parted
/// by blanks; `-` where a tool has none, or where `EXCEPTIONS` says why the preset differs.
type Row = (&'static str, [&'static str; 5]);

const HABITS: &[Row] = &[
    ("next-sample", ["D", "F", "Ctrl+Right", "D", "D Ctrl+Shift+D"]),
    ("previous-sample", ["A", "D", "Ctrl+Left", "A", "A Ctrl+Shift+A"]),
    ("jump-forward", ["PgDn", "V", "-", "-", "-"]),
    ("jump-back", ["PgUp", "C", "-", "-", "-"]),
    ("next-unlabelled", ["Right", "Right", "-", "Ctrl+Shift+D", "-"]),
    ("previous-unlabelled", ["Left", "Left", "-", "Ctrl+Shift+A", "-"]),
    ("go-to-sample", ["Backtick", "Backtick", "-", "-", "-"]),
    ("box-tool", ["R", "N", "R", "R", "Ctrl+R"]),
    ("rotated-box-tool", ["O", "-", "Shift+R", "O", "-"]),
    ("polygon-tool", ["P", "-", "P", "P", "Ctrl+N"]),
    ("brush-tool", ["B", "-", "B", "Ctrl+N", "-"]),
    ("eraser-tool", ["E", "-", "E", "Shift+B", "-"]),
    ("brush-smaller", ["-", "-", "[", "-", "-"]),
    ("brush-larger", ["-", "-", "]", "-", "-"]),
    ("points-tool", ["K", "-", "K", "Shift+P", "-"]),
    ("polyline-tool", ["L", "-", "-", "Shift+S", "-"]),
    ("ellipse-tool", ["Shift+O", "-", "O", "Shift+C", "-"]),
    ("prompt-tool", ["Q", "-", "W M", "Shift+W Q", "-"]),
    ("select-tool", ["V Esc", "Esc", "V", "Ctrl+J", "Ctrl+J"]),
    ("redraw", ["Shift+N", "Shift+N", "-", "-", "-"]),
    ("class-1", ["1", "Ctrl+1", "1", "1", "-"]),
    ("class-9", ["9", "Ctrl+9", "9", "9", "-"]),
    ("class-0", ["0", "Ctrl+0", "-", "0", "-"]),
    ("search-class", ["C", "-", "-", "-", "Ctrl+E"]),
    ("attribute-next", ["Down", "Down", "-", "-", "-"]),
    ("attribute-previous", ["Up", "Up", "-", "-", "-"]),
    ("next-object", ["Tab", "Tab", "Alt+.", "Ctrl+Shift+C", "-"]),
    ("previous-object", ["Shift+Tab", "Shift+Tab", "-", "-", "-"]),
    ("delete", ["Delete", "Delete", "Backspace Delete", "Delete", "Delete"]),
    ("delete-point", ["-", "-", "-", "Backspace", "Backspace"]),
    ("undo", ["Ctrl+Z", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z"]),
    ("redo", ["Ctrl+Shift+Z Ctrl+Y", "Ctrl+Shift+Z Ctrl+Y", "Ctrl+Shift+Z", "-", "-"]),
    ("copy", ["Ctrl+C", "Ctrl+C", "-", "Ctrl+C", "Ctrl+C"]),
    ("paste", ["Ctrl+V", "Ctrl+V", "-", "Ctrl+V", "Ctrl+V"]),
    ("duplicate", ["Ctrl+D", "-", "Ctrl+D", "Ctrl+D", "Ctrl+D"]),
    ("repeat-last", ["Ctrl+B", "-", "-", "-", "-"]),
    ("propagate", ["-", "Ctrl+B", "-", "-", "-"]),
    ("save", ["Ctrl+S", "Ctrl+S", "-", "Ctrl+S", "Ctrl+S Ctrl+Shift+S"]),
    ("submit", ["Ctrl+Enter", "-", "Ctrl+Enter", "-", "-"]),
    ("skip", ["Ctrl+Space", "-", "Ctrl+Space", "-", "-"]),
    ("hide", ["H", "H", "Alt+H", "S W", "-"]),
    ("hide-all", ["Shift+H", "-", "Ctrl+H", "Ctrl+H", "T"]),
    ("lock", ["Shift+L", "L", "Alt+L", "-", "-"]),
    ("occluded", ["/", "Q /", "-", "-", "-"]),
    ("bring-forward", ["Shift+]", "Plus", "-", "-", "-"]),
    ("send-backward", ["Shift+[", "Minus", "-", "-", "-"]),
    ("group", ["-", "G", "-", "G", "-"]),
    ("ungroup", ["-", "Shift+G", "-", "U", "-"]),
    ("join", ["J", "J", "-", "Ctrl+Shift+M", "-"]),
    ("slice", ["Alt+J", "Alt+J", "-", "-", "-"]),
    ("relation", ["Alt+R", "-", "Alt+R", "Ctrl+K", "-"]),
    ("zoom-in", ["Ctrl+Plus", "-", "Ctrl+Plus", "Ctrl+Plus", "Ctrl+Plus"]),
    ("zoom-out", ["Ctrl+Minus", "-", "Ctrl+Minus", "Ctrl+Minus", "Ctrl+Minus"]),
    ("actual-size", ["Ctrl+0", "-", "Shift+2", "Ctrl+=", "Ctrl+0"]),
    ("fit", ["F Ctrl+F", "-", "Shift+1", "Ctrl+F", "Ctrl+F"]),
    ("zoom-object", ["Shift+F", "-", "-", "-", "-"]),
    ("rotate-left", ["Z", "Ctrl+Shift+R", "Alt+Left", "Z X", "-"]),
    ("rotate-right", ["-", "Ctrl+R", "Alt+Right", "C V", "-"]),
    ("comment", ["I", "-", "-", "-", "-"]),
    ("suggestions", ["M", "-", "-", "Ctrl+A", "-"]),
    ("saliency", ["S", "-", "-", "-", "-"]),
    ("guideline", ["G", "-", "-", "-", "-"]),
    ("tier-sure", ["Ctrl+1", "-", "-", "-", "-"]),
    ("accept", ["Enter", "-", "-", "-", "-"]),
    ("accept-all", ["Shift+Enter", "-", "-", "-", "-"]),
    ("reject", ["Backspace", "-", "-", "-", "-"]),
    ("keys", ["F1", "F1", "-", "-", "-"]),
    ("settings", ["F2", "F2", "-", "Ctrl+0", "-"]),
];

/// Habits that a preset does not follow: the preset, the key of the habit, and the action that has it instead.
const EXCEPTIONS: &[(Preset, &str, &str)] = &[
    // The list of habits proposes the brackets for the brush as well as G for groups and the letters Z X C V for
    // turning; the list of keys of the screens gives these to suggestions, guideline and tools.
    (Preset::Default, "[", "previous-suggestion"),
    (Preset::Default, "]", "next-suggestion"),
    (Preset::Default, "G", "guideline"),
    (Preset::Default, "X", "crosshair"),
    (Preset::Default, "C", "search-class"),
    (Preset::Default, "L", "polyline-tool"),
    // N draws with whatever tool was last and opens issues in review; it draws boxes here.
    (Preset::Cvat, "N", "box-tool"),
];

fn bound(preset: Preset, id: &str) -> Vec<Shortcut> {
    let mut bindings = preset.bindings();
    let planned = bindings.planned.remove(id);
    bindings.keys.remove(id).or(planned).unwrap_or_default()
}

#[test]
fn presets_follow_the_habits() {
    let mut wrong = Vec::new();
    for (id, columns) in HABITS {
        for (preset, habit) in Preset::ALL.into_iter().zip(columns) {
            let keys = bound(preset, id);
            for word in habit.split(' ').filter(|word| *word != "-") {
                let key: Shortcut = word.parse().expect("the table holds shortcuts");
                if !keys.contains(&key) {
                    wrong.push(format!("{}: {id} should have {key}", preset.id()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn where_a_habit_is_not_followed_another_action_needs_the_key() {
    for (preset, word, id) in EXCEPTIONS {
        let key: Shortcut = word.parse().expect("the table holds shortcuts");
        assert!(bound(*preset, id).contains(&key), "{preset:?}: {id} has {word}");
    }
}

#[test]
fn habits_name_actions_that_are_there_or_planned() {
    let planned = Preset::Default.bindings().planned;
    for (id, _) in HABITS {
        assert!(planned.contains_key(*id) || REGISTRY.iter().any(|info| info.id == *id), "{id}");
    }
}
