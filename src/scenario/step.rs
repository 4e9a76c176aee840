//! One step of a scenario, as it is written.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use strum::VariantNames as _;

use crate::domain::Timestamp;
use crate::registry::{Intent, Texts};

use super::expect::Expect;
use super::import::Import;
use super::question::Question;
use super::undo::Undo;

/// One intent or question, by whom, when, and what must come of it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Who acts or is asked about: a reference; the store administrator when missing.
    pub who: Option<String>,
    /// Whether whoever acts manages the store besides: directory, imports, offboarding.
    pub store_administrator: bool,
    /// Sets the clock, for this step and those after it.
    pub at: Option<Timestamp>,
    /// What is done or asked; `None` for a step that only sets the clock.
    pub doing: Option<Doing>,
    /// What must come of it.
    pub expect: Expect,
    /// What it is about, for people.
    pub note: Option<String>,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Doing {
    /// Changes something.
    Intent(Box<Intent>),
    /// Takes an earlier change back.
    Undo(Undo),
    /// Brings in a document or file.
    Import(Box<Import>),
    /// Asks something.
    Question(Question),
}

const FIELDS: &[&str] = &[
    "as",
    "store-administrator",
    "at",
    "note",
    "expect",
    "check",
    "on",
    "model",
    "address",
    "list",
    "who-can",
    "what-can",
    "undo",
    "import",
];

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StepVisitor)
    }
}

/// The fields as they come, in any order.
#[derive(Default)]
struct Fields {
    who: Option<String>,
    store_administrator: bool,
    at: Option<String>,
    note: Option<String>,
    expect: Option<Expect>,
    on: Option<Vec<String>>,
    model: Option<String>,
    address: Option<String>,
    asked: Option<(&'static str, String)>,
    change: Option<Doing>,
}

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = Step;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key::<String>()? {
            fields.read(&key, &mut map)?;
        }
        fields.step()
    }
}

impl Fields {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "as" => self.who = Some(map.next_value()?),
            "store-administrator" => self.store_administrator = map.next_value()?,
            "at" => self.at = Some(map.next_value()?),
            "note" => self.note = Some(map.next_value()?),
            "expect" => self.expect = Some(map.next_value()?),
            "on" => self.on = Some(map.next_value::<Texts>()?.0),
            "model" => self.model = Some(map.next_value()?),
            "address" => self.address = Some(map.next_value()?),
            "check" => self.ask("check", map)?,
            "list" => self.ask("list", map)?,
            "who-can" => self.ask("who-can", map)?,
            "what-can" => self.ask("what-can", map)?,
            "undo" => {
                self.only_one()?;
                self.change = Some(Doing::Undo(map.next_value()?));
            }
            "import" => {
                self.only_one()?;
                self.change = Some(Doing::Import(Box::new(map.next_value()?)));
            }
            intent if Intent::VARIANTS.contains(&intent) => {
                self.only_one()?;
                let named = Named {
                    name: Some(intent),
                    map,
                    read: PhantomData,
                };
                let intent = Intent::deserialize(MapAccessDeserializer::new(named))?;
                self.change = Some(Doing::Intent(Box::new(intent)));
            }
            other => return Err(unknown(other)),
        }
        Ok(())
    }

    fn ask<'de, A: MapAccess<'de>>(
        &mut self,
        question: &'static str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        self.only_one()?;
        self.asked = Some((question, map.next_value()?));
        Ok(())
    }

    fn only_one<E: de::Error>(&self) -> Result<(), E> {
        if self.asked.is_none() && self.change.is_none() {
            return Ok(());
        }
        Err(E::custom(
            "a step does or asks one thing: make a step of its own of this",
        ))
    }

    fn step<E: de::Error>(self) -> Result<Step, E> {
        let at = self
            .at
            .as_deref()
            .map(Timestamp::parse)
            .transpose()
            .map_err(E::custom)?;
        let target = [
            self.on.is_some(),
            self.model.is_some(),
            self.address.is_some(),
        ];
        let doing = match (self.change, self.asked) {
            (Some(_), _) if target.contains(&true) => {
                return Err(E::custom(
                    "`on`, `model` and `address` go with questions: an intent names its own",
                ));
            }
            (None, _) if self.store_administrator => {
                return Err(E::custom(
                    "`store-administrator` goes with intents: a question asks what somebody may do by themselves",
                ));
            }
            (Some(change), _) => Some(change),
            (None, Some((question, subject))) => {
                let question = Question::new(
                    question,
                    subject,
                    self.on,
                    self.model,
                    self.address,
                    self.who.is_some(),
                );
                Some(Doing::Question(question.map_err(E::custom)?))
            }
            (None, None) if at.is_some() && self.expect.is_none() => None,
            (None, None) => {
                return Err(E::custom(
                    "the step does and asks nothing: add an intent or a question",
                ));
            }
        };
        let expect = match (self.expect, &doing) {
            (Some(expect), _) => expect,
            (None, Some(_)) => return Err(E::missing_field("expect")),
            (None, None) => Expect::Allow,
        };
        if let Some(Doing::Question(question)) = &doing {
            question.require_fitting(&expect).map_err(E::custom)?;
        }
        Ok(Step {
            who: self.who,
            store_administrator: self.store_administrator,
            at,
            doing,
            expect,
            note: self.note,
        })
    }
}

fn unknown<E: de::Error>(key: &str) -> E {
    E::custom(format!(
        "there is no field, question or intent `{key}`: write one of {}, or an intent such as share, reassign or set-policy",
        FIELDS.join(", ")
    ))
}

/// A mapping of one entry whose key was read already: the form in which an intent reads itself.
struct Named<'a, 'de, A> {
    name: Option<&'a str>,
    map: &'a mut A,
    read: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Named<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let name = self.name.take();
        name.map(|n| seed.deserialize(de::value::StrDeserializer::new(n)))
            .transpose()
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
