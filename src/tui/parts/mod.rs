//! Pieces that screens share.

pub mod choice;
pub mod chooser;
pub mod confirm;
pub mod corpus;
pub mod describe;
pub mod diff;
pub mod find;
pub mod input;
pub mod listing;
pub mod picker;
pub mod planning;
pub mod prose;
pub mod scroll;
pub mod spots;
pub mod table;
pub mod tabs;
pub mod when;
