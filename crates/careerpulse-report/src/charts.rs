//! Charts as places and paths; the templates make SVG of them and the style sheet gives them colour.

pub mod frame;
pub mod index;
pub mod multiple;
pub mod spark;
pub mod strip;
