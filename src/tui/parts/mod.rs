//! Pieces that screens share.

pub mod choice;
pub mod confirm;
pub mod find;
pub mod input;
pub mod picker;
pub mod prose;
pub mod scroll;
pub mod table;
