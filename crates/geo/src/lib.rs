#![doc = include_str!("../README.md")]

mod area;
mod index;
mod point;
mod tree;

pub use area::Area;
pub use index::{Index, Near};
pub use point::{EARTH_RADIUS_METRES, InvalidPoint, Point};
