//! People: who may do what in a project.

use concord_domain::decision::Decision;
use concord_domain::role::{People, Roles};

use crate::{Desk, Project, ProjectError};

/// The people of a project with their roles.
pub fn people(project: &Project) -> Result<People, ProjectError> {
    Ok(project.reader()?.people()?)
}

/// Gives a person these roles in place of those they had; none takes them out of the project.
///
/// Refused, with the reason, when the person at the desk is no owner, or when there would be no owner any more.
pub fn give(desk: &Desk, person: &str, roles: Roles) -> Result<(), ProjectError> {
    desk.commit(Decision::RolesGiven { person: person.trim().to_owned(), roles })?;
    Ok(())
}
