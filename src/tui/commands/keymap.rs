//! Which keys mean which commands: the table's own, and what the user's file says instead.

use std::collections::{BTreeMap, HashMap};

use super::super::keys::Chord;
use super::super::state::Place;
use super::{COMMANDS, Command, CommandId, commands_in};

/// Keys of every command.
#[derive(Debug, Clone)]
pub struct Keymap {
    own: BTreeMap<CommandId, Vec<String>>,
    meaning: HashMap<(Place, Chord), &'static Command>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::bind(BTreeMap::new())
    }
}

impl Keymap {
    /// Takes the user's own keys for some commands.
    ///
    /// # Errors
    /// The command that a key can't be given to, and why: it can't be read, or it means something
    /// else in the same place.
    pub fn new(own: BTreeMap<CommandId, Vec<String>>) -> Result<Self, (CommandId, String)> {
        for (id, keys) in &own {
            if let Some(key) = keys.iter().find(|k| Chord::parse(k).is_none()) {
                let text = format!("`{key}` is no key; write `s`, `ctrl-r`, `shift-tab`, `f1`, …");
                return Err((*id, text));
            }
        }
        let map = Self::bind(own);
        map.conflict().map_or(Ok(map), Err)
    }

    fn bind(own: BTreeMap<CommandId, Vec<String>>) -> Self {
        let mut map = Self {
            own,
            meaning: HashMap::new(),
        };
        for command in COMMANDS {
            let chords: Vec<Chord> = map
                .keys(command)
                .iter()
                .filter_map(|k| Chord::parse(k))
                .collect();
            for place in command.places.iter() {
                for chord in &chords {
                    map.meaning.entry((place, *chord)).or_insert(command);
                }
            }
        }
        map
    }

    /// A key that means two things in one place; the command is one that the user gave keys.
    fn conflict(&self) -> Option<(CommandId, String)> {
        for id in self.own.keys() {
            for command in COMMANDS.iter().filter(|c| c.id == *id) {
                for (place, key) in command
                    .places
                    .iter()
                    .flat_map(|p| self.keys(command).into_iter().map(move |k| (p, k)))
                {
                    let other = commands_in(place).find(|c| {
                        c.id != *id
                            && self
                                .keys(c)
                                .iter()
                                .any(|k| Chord::parse(k) == Chord::parse(&key))
                    });
                    if let Some(other) = other {
                        let text = format!("`{key}` already means {} in the {place}", other.id);
                        return Some((*id, text));
                    }
                }
            }
        }
        None
    }

    /// The keys of a command, the usual one first. A user's keys take the place of the table's in
    /// every place where those are the command's usual ones.
    pub fn keys(&self, command: &Command) -> Vec<String> {
        match self.own.get(&command.id) {
            Some(keys) => keys.clone(),
            None => command.keys.iter().map(|k| (*k).to_owned()).collect(),
        }
    }

    /// The usual key of a command.
    pub fn first(&self, command: &Command) -> String {
        self.keys(command).into_iter().next().unwrap_or_default()
    }

    /// The command that a key means in a place.
    pub fn lookup(&self, place: Place, chord: Chord) -> Option<&'static Command> {
        self.meaning.get(&(place, chord)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(id: CommandId, keys: &[&str]) -> Result<Keymap, (CommandId, String)> {
        let keys = keys.iter().map(|k| (*k).to_owned()).collect();
        Keymap::new(BTreeMap::from([(id, keys)]))
    }

    #[test]
    fn own_keys_take_the_place_of_the_usual_ones() {
        let map = map(CommandId::Share, &["ctrl-x"]).unwrap();
        let key = |k| map.lookup(Place::Models, Chord::parse(k).unwrap());
        assert_eq!(key("ctrl-x").map(|c| c.id), Some(CommandId::Share));
        assert_eq!(key("s").map(|c| c.id), None);
    }

    #[test]
    fn a_key_means_one_thing_in_each_place() {
        let (id, why) = map(CommandId::Share, &["o"]).unwrap_err();
        assert_eq!(id, CommandId::Share);
        assert_eq!(why, "`o` already means reassign in the list of models");
        let (_, why) = map(CommandId::Share, &["hyper-x"]).unwrap_err();
        assert!(why.starts_with("`hyper-x` is no key"), "{why}");
    }
}
