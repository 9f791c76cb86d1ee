//! What is selected, shown and locked, and the ways through the objects.

use concord_domain::object::ObjectId;

use crate::context::Update;

/// Makes an object the selection, or clears the selection.
pub fn select(update: &mut Update<'_>, id: Option<ObjectId>) {
    if let Some(project) = &mut update.context.project {
        project.label.selection.set(id);
    }
}

/// Adds an object to the selection, or takes it out.
pub fn toggle_selected(update: &mut Update<'_>, id: ObjectId) {
    if let Some(project) = &mut update.context.project {
        project.label.selection.change(|ids| {
            if !ids.remove(&id) {
                ids.insert(id);
            }
        });
    }
}

/// Selects every object that is shown.
pub fn select_all(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    let ids: Vec<ObjectId> =
        model.session().into_iter().flat_map(|s| &s.labels.objects).map(|o| o.id.clone()).collect();
    let shown = ids.into_iter().filter(|id| !model.hidden.contains(id)).collect::<Vec<_>>();
    model.selection.set(shown);
}

/// Selects the object `by` places on among those shown, around the ends.
pub fn step_object(update: &mut Update<'_>, by: isize) {
    let Some(project) = &update.context.project else { return };
    let model = &project.label;
    let Some(session) = model.session() else { return };
    let shown: Vec<&ObjectId> =
        session.labels.objects.iter().map(|o| &o.id).filter(|id| !model.hidden.contains(*id)).collect();
    let at = model.selection.main().and_then(|id| shown.iter().position(|s| *s == id));
    let next = match (at, by > 0) {
        (Some(at), _) => (at as isize + by).rem_euclid(shown.len().max(1) as isize) as usize,
        (None, true) => 0,
        (None, false) => shown.len().saturating_sub(1),
    };
    let next = shown.get(next).map(|id| (*id).clone());
    select(update, next);
}

/// Hides the selection; without one, shows all that is hidden.
pub fn hide(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    if model.selection.is_empty() {
        model.hidden.clear();
    } else {
        model.hidden.extend(model.selection.to_vec());
        model.selection.set([]);
    }
    model.revision += 1;
}

/// Hides one object or shows it again.
pub fn toggle_hidden(update: &mut Update<'_>, id: ObjectId) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    if !model.hidden.remove(&id) {
        model.selection.change(|ids| {
            ids.remove(&id);
        });
        model.hidden.insert(id);
    }
    model.revision += 1;
}

/// Hides all objects; when all are hidden, shows them.
pub fn hide_all(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    let ids: Vec<ObjectId> =
        model.session().into_iter().flat_map(|s| &s.labels.objects).map(|o| o.id.clone()).collect();
    if ids.iter().all(|id| model.hidden.contains(id)) {
        model.hidden.clear();
    } else {
        model.hidden.extend(ids);
        model.selection.set([]);
    }
    model.revision += 1;
}

/// Locks the selection against changes; when all of it is locked, unlocks it.
pub fn lock(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let ids = project.label.selection.to_vec();
    toggle_locks(&mut project.label, ids);
}

/// Locks all objects; when all are locked, unlocks them.
pub fn lock_all(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    let ids = model.session().into_iter().flat_map(|s| &s.labels.objects).map(|o| o.id.clone()).collect();
    toggle_locks(model, ids);
}

/// Locks one object or unlocks it.
pub fn toggle_locked(update: &mut Update<'_>, id: ObjectId) {
    if let Some(project) = &mut update.context.project {
        toggle_locks(&mut project.label, vec![id]);
    }
}

fn toggle_locks(model: &mut super::LabelModel, ids: Vec<ObjectId>) {
    let all_locked = ids.iter().all(|id| model.locked.contains(id));
    for id in &ids {
        if all_locked {
            model.locked.remove(id);
        } else {
            model.locked.insert(id.clone());
        }
    }
    for id in ids {
        model.touch_object(id);
    }
}
