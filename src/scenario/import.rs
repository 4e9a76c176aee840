//! What an `import` step brings in: a document written out in the step, or a file beside the
//! scenario, as `deedbox import` takes it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::authz::Snapshot;
use crate::domain::{ResourceRef, Target};
use crate::interop::document::{self, Content, Document};
use crate::interop::{self, Format, Source};
use crate::registry::{Draft, RefusalKey};

/// What is imported, and where it goes.
#[derive(Debug, Clone)]
pub struct Import {
    what: What,
    from: Option<Format>,
    onto: Option<String>,
}

#[derive(Debug, Clone)]
enum What {
    Document(Box<Content>),
    File {
        name: String,
        /// What stands in it, once it was read.
        text: String,
    },
}

/// The fields as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    document: Option<Content>,
    file: Option<String>,
    from: Option<String>,
    environment: Option<String>,
    onto: Option<String>,
}

impl<'de> Deserialize<'de> for Import {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        Self::new(fields).map_err(serde::de::Error::custom)
    }
}

impl Import {
    fn new(fields: Fields) -> Result<Self, String> {
        let from = fields.from.as_deref().map(Format::named).transpose()?;
        if fields.environment.is_some() && fields.onto.is_some() {
            return Err("`environment` and `onto` say the same: keep one".to_owned());
        }
        let onto = fields.environment.or(fields.onto);
        let what = match (fields.document, fields.file) {
            (Some(content), None) if content.deedbox != document::VERSION => {
                return Err(format!(
                    "the document has version {} of the format, and this program reads version {}",
                    content.deedbox,
                    document::VERSION
                ));
            }
            (Some(_), None) if from.is_some() || onto.is_some() => {
                return Err("`from`, `environment` and `onto` go with `file`".to_owned());
            }
            (Some(content), None) => What::Document(Box::new(content)),
            (None, Some(name)) => What::File {
                name,
                text: String::new(),
            },
            _ => return Err("write what to import: `document` or `file`".to_owned()),
        };
        Ok(Self { what, from, onto })
    }

    /// Reads the file that is named; a relative name starts where the scenario lies.
    ///
    /// # Errors
    /// Says why it can't be read.
    pub(super) fn load(&mut self, scenario: &str) -> Result<(), String> {
        let What::File { name, text } = &mut self.what else {
            return Ok(());
        };
        let folder = Path::new(scenario).parent();
        let path = folder
            .map_or_else(PathBuf::new, Path::to_path_buf)
            .join(&*name);
        *text = fs::read_to_string(&path)
            .map_err(|e| format!("{} can't be read: {e}; check the name", path.display()))?;
        Ok(())
    }

    /// What the journal calls it.
    pub(super) fn source(&self) -> &str {
        match &self.what {
            What::Document(_) => "a document",
            What::File { name, .. } => name,
        }
    }

    /// Puts it into a draft.
    ///
    /// # Errors
    /// The key of what does not fit, and why.
    pub(super) fn draft(&self, draft: &mut Draft) -> Result<(), (RefusalKey, String)> {
        let malformed = |why: String| (RefusalKey::Malformed, why);
        let read = match &self.what {
            What::Document(content) => {
                let document = Document {
                    content: (**content).clone(),
                    source: Source::none(self.source()),
                };
                document::apply(&document, draft)
            }
            What::File { name, text } => {
                let format = match self.from {
                    Some(format) => format,
                    None => interop::detect(text, name).map_err(|e| malformed(e.to_string()))?,
                };
                let onto = self.onto.as_ref().filter(|_| format.needs_target());
                let onto = onto.map(|id| target(draft.now(), id)).transpose()?;
                interop::import(text, name, format, onto, draft)
            }
        };
        read.map(drop).map_err(|e| malformed(e.to_string()))
    }
}

fn target(snapshot: &Snapshot, id: &str) -> Result<Target, (RefusalKey, String)> {
    let id = ResourceRef::parse(id).map_err(|e| (RefusalKey::Malformed, e))?;
    snapshot.find(&id).map_err(|e| (RefusalKey::NotFound, e))
}
