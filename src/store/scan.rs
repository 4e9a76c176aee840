//! Reading every record once, with the proof that they are those that were committed.

use super::chunks::Assembler;
use super::engine::Engine;
use super::error::StoreError;
use super::write::State;
use super::{hash, packs};

/// Records read before they are shown.
const PAGE: usize = 256;

/// A record's key and envelope.
pub(super) type Raw = (Vec<u8>, Vec<u8>);

/// Goes through all records, in order of keys.
pub(super) struct Scan<'a> {
    engine: &'a Engine,
    rows: sled::Iter,
    assembler: Assembler,
    records: u64,
    digest: u128,
}

impl<'a> Scan<'a> {
    pub(super) fn begin(engine: &'a Engine) -> Result<Self, StoreError> {
        Ok(Self {
            engine,
            rows: engine.run(|| Ok(engine.records.iter()))?,
            assembler: Assembler::default(),
            records: 0,
            digest: 0,
        })
    }

    /// Some more of them; none at the end.
    pub(super) fn page(&mut self) -> Result<Vec<Raw>, StoreError> {
        let engine = self.engine;
        engine.run(|| {
            let mut page = Vec::with_capacity(PAGE);
            while page.len() < PAGE {
                let Some(row) = self.rows.next() else { break };
                let (key, piece) = row.map_err(|e| engine.failed(e))?;
                engine.let_go(&engine.records, &key)?;
                if let Some((base, pack)) = self.assembler.push(&key, &piece)? {
                    self.unpack(&base, &pack, &mut page)?;
                }
            }
            Ok(page)
        })
    }

    fn unpack(&mut self, base: &[u8], pack: &[u8], page: &mut Vec<Raw>) -> Result<(), StoreError> {
        packs::each(pack, |place, record| {
            let key = packs::key(base, place);
            self.records += 1;
            self.digest = self.digest.wrapping_add(hash::record_mark(&key, record));
            page.push((key, record.to_vec()));
            Ok(())
        })
    }

    /// Checks, after the last page, that nothing was missing, surplus or other than committed.
    pub(super) fn finish(self, expected: &State) -> Result<(), StoreError> {
        self.assembler.finish()?;
        if self.records != expected.records {
            return Err(StoreError::MissingRows {
                expected: expected.records,
                found: self.records,
            });
        }
        if self.digest != expected.digest {
            return Err(StoreError::damaged(
                "some records are not those that were committed last",
            ));
        }
        Ok(())
    }
}
