#![doc = include_str!("../README.md")]

mod area;
mod index;
mod point;
mod polygon;
mod ring;
mod shapes;
mod simplify;
mod tree;

pub use area::Area;
pub use index::{Index, Near};
pub use point::{EARTH_RADIUS_METRES, InvalidPoint, Point};
pub use polygon::{InvalidPolygon, Polygon};
pub use ring::Position;
pub use shapes::Shapes;
pub use simplify::simplified;
