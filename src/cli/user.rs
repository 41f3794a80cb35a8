//! `hotline user add`: works on the server's data folder, so the first administrator can be made.

use super::args::UserAdd;
use super::fault::Fault;
use super::{Setup, line, runtime, serve};
use crate::domain::id::{Account, SeatNo, UnitCode};
use crate::domain::role::{Person, Role};
use crate::domain::text::Line;
use crate::protocol::person::NewPerson;
use crate::server::Core;
use crate::server::service::{Who, people};
use crate::words::Cli as Say;

/// Adds a person.
pub fn add(setup: &Setup, add: &UserAdd) -> Result<(), Fault> {
    let person = person(setup, add)?;
    let password = line::new_password(setup, person.account.as_str())?;
    let values = [
        ("account", person.account.to_string().into()),
        ("name", person.name.to_string().into()),
    ];
    runtime()?.block_on(async {
        let core = Core::open(serve::core_config(setup)?)
            .await
            .map_err(Fault::failed)?;
        let system = Who::system().map_err(Fault::failed)?;
        people::add(&core, &system, NewPerson { person, password })
            .await
            .map_err(Fault::failed)
    })?;
    told!("{}", setup.words.say_with(Say::UserAdded, &values));
    Ok(())
}

fn person(setup: &Setup, add: &UserAdd) -> Result<Person, Fault> {
    let role = |name: &String| {
        Role::from_name(name).ok_or_else(|| {
            let roles = Role::ALL.map(Role::name).join(", ");
            let values = [("role", name.into()), ("roles", roles.into())];
            Fault::usage(setup.words.say_with(Say::UnknownRole, &values))
        })
    };
    let seat = add.seat.as_deref().map(SeatNo::parse).transpose();
    Ok(Person {
        account: Account::parse(&add.account).map_err(Fault::usage_of)?,
        name: Line::parse(add.name.as_str())
            .map_err(|error| Fault::usage(format!("--name: {error}")))?,
        roles: add.role.iter().map(role).collect::<Result<_, _>>()?,
        unit: UnitCode::parse(&add.unit).map_err(Fault::usage_of)?,
        seat: seat.map_err(Fault::usage_of)?,
        skills: add.skill.clone(),
        languages: Vec::new(),
    })
}
