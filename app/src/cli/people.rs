//! `concord people`: who may do what.

use std::path::PathBuf;

use clap::Args;
use concord_domain::role::{Role, Roles};
use concord_project::people::{give, people as load};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::table::{Side, Table};

/// Tell or decide who may do what
///
/// Without people a project is open: everybody may do everything, except judge their own work. Once an owner gave roles,
/// only those who have one may decide anything: annotators label, reviewers accept, mend, send back and reject single
/// label sets, arbiters settle between several, owners publish, import, release and give roles, and may do all the rest.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord people belt
  concord people belt --give olga=owner
  concord people belt --give rea=reviewer,arbiter --as-user olga
  concord people belt --give eve= --as-user olga          takes eve out of the project")]
pub(crate) struct PeopleArgs {
    /// Folder of the project
    project: PathBuf,
    /// Give a person roles in place of those they had: annotator, reviewer, arbiter, owner, with commas between them
    #[arg(long, value_name = "NAME=ROLES", value_parser = grant)]
    give: Vec<(String, Roles)>,
}

fn grant(text: &str) -> Result<(String, Roles), String> {
    let (name, roles) = text.split_once('=').ok_or("write NAME=ROLES, such as rea=reviewer,arbiter")?;
    let named = |role: &str| {
        let known = || Role::ALL.map(Role::name).join(", ");
        Role::named(role).ok_or_else(|| format!("there is no role \"{role}\"; the roles are {}", known()))
    };
    let roles = roles.split(',').map(str::trim).filter(|role| !role.is_empty());
    Ok((name.trim().to_owned(), roles.map(named).collect::<Result<Roles, String>>()?))
}

/// Gives roles, and lists who has which.
pub(crate) fn people(args: &PeopleArgs, context: &Context) -> Result<Exit, Failure> {
    if !args.give.is_empty() {
        let desk = context.desk(&args.project)?;
        for (person, roles) in &args.give {
            give(&desk, person, roles.clone())?;
        }
    }
    let people = load(&open_project(&args.project)?)?;
    context.output.answer(&people, || {
        if people.is_open() {
            return "Nobody has a role: everybody may do everything, except judge their own work.".to_owned();
        }
        let mut table = Table::new(&[("person", Side::Left), ("roles", Side::Left)]);
        for (person, roles) in people.iter() {
            table.row([person.clone(), roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")]);
        }
        table.to_string()
    })?;
    Ok(Exit::Done)
}
