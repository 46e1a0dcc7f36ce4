#![doc = include_str!("../README.md")]

mod index;
mod point;

pub use index::{Index, Near};
pub use point::{EARTH_RADIUS_METRES, InvalidPoint, Point};
