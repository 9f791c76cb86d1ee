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

/// Those who labelled something and have no role, by name; everybody who labelled while the project is open.
pub fn without_role(project: &Project) -> Result<Vec<String>, ProjectError> {
    let reader = project.reader()?;
    let people = reader.people()?;
    let has_role = |name: &str| people.iter().any(|(known, _)| known == name);
    let names = reader.annotators()?.into_iter().map(|(name, _)| name);
    Ok(names.filter(|name| !has_role(name)).collect())
}
