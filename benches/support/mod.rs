//! What the benchmarks are made of.

pub mod casbin;
pub mod cedar;
pub mod floor;
pub mod holders;
pub mod measure;
pub mod memory;
pub mod ours;
pub mod records;
pub mod regorus;
pub mod report;
pub mod rounds;
pub mod world;
