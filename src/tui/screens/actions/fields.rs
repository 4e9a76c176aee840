//! Fields by how they are asked for.

use crate::domain::Target;

use super::super::super::state::State;
use super::{Field, Kind, Option3};

pub(super) const fn text(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Text,
    }
}

pub(super) const fn time(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Time,
    }
}

pub(super) const fn list(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::List,
    }
}

pub(super) const fn choice(
    label: &'static str,
    options: fn(&State, Option<Target>) -> Vec<Option3>,
) -> Field {
    Field {
        label,
        hint: "",
        kind: Kind::Choice(options),
    }
}

pub(super) const fn who(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Who,
    }
}

pub(super) const fn person(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Person,
    }
}

pub(super) const REASON: Field = text("Reason", "for the journal");
pub(super) const NAME: Field = text("Name", "what people call it");
