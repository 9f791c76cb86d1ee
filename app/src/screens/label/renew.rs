//! Other versions are in force, or label sets are other ones than before, because somebody published, withdrew a policy or
//! began a campaign.

use std::sync::Arc;

use concord_project::Versions;

use super::remarks::leave_sample;
use super::view::Hand;
use super::walk::reload_queue;
use crate::context::Update;
use crate::jobs::Request;

/// Takes over what is in force now. Sessions and the queue are read anew; places in the lists are kept.
pub fn renew(update: &mut Update<'_>, versions: Arc<Versions>) {
    leave_sample(update);
    // What is on its way was read before.
    update.context.outstanding.forget(|request| !matches!(request, Request::Session(_) | Request::Queue));
    let Some(project) = &mut update.context.project else { return };
    project.versions = versions;
    let (label, ontology) = (&mut project.label, &project.versions.ontology);
    label.shelf.sessions.retain_only(None);
    if ontology.class(&label.next_class).is_none() {
        label.next_class = ontology.classes.first().map(|class| class.name.clone()).unwrap_or_default();
    }
    label.attribute_mode = None;
    label.sample_changed(&project.versions);
    let all = label.labelling().all;
    let views = &mut update.views.label;
    (views.measured, views.hand, views.live) = (None, Hand::Tool, None);
    reload_queue(update, all);
}
