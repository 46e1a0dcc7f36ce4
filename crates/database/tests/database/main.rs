//! The rules that every migration keeps, the adoption of an older database, the local cluster, the pool.

#[cfg(test)]
mod adoption;
#[cfg(test)]
mod local;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod pool;
#[cfg(test)]
mod schema;
