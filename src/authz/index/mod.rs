//! The index: the compact form in which a snapshot keeps what decisions read, and the lists that
//! reverse questions start from. All of it is persistent: a clone is cheap, and a change costs what
//! it touches.

pub mod bytes;
pub mod directory;
pub mod ids;
pub mod names;
pub mod place;
pub mod postings;
pub mod records;
pub mod routes;
pub mod row;
pub mod slab;
