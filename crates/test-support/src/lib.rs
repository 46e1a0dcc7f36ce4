#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, reason = "a test that can't be prepared fails, and says why")]

mod clock;
mod cluster;
mod random;
mod test_db;

pub use clock::FakeClock;
pub use random::SeededRandom;
pub use test_db::TestDb;
