//! Room for sockets of whom nobody knows yet whose they are: some for all, few of them for one network.

use super::limits::Limits;
use std::{
    collections::{HashMap, hash_map::Entry},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where strangers wait.
#[derive(Debug)]
pub(super) struct Doorstep {
    room: Arc<Semaphore>,
    of_network: usize,
    waiting: Mutex<HashMap<IpAddr, usize>>,
}

/// A stranger's place. Dropping it gives the place free.
#[derive(Debug)]
pub(super) struct Place {
    doorstep: Arc<Doorstep>,
    network: Option<IpAddr>,
    _permit: OwnedSemaphorePermit,
}

impl Doorstep {
    /// Nobody waits yet.
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            room: Arc::new(Semaphore::new(limits.strangers)),
            of_network: limits.strangers_of_network,
            waiting: Mutex::default(),
        })
    }

    /// A place for a stranger from this network, where one is known; `None` where there is none.
    pub(super) fn enter(self: &Arc<Self>, network: Option<IpAddr>) -> Option<Place> {
        let permit = Arc::clone(&self.room).try_acquire_owned().ok()?;
        if let Some(network) = network {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let count = waiting.get(&network).copied().unwrap_or(0);
            if count >= self.of_network {
                return None;
            }
            waiting.insert(network, count + 1);
        }
        Some(Place { doorstep: Arc::clone(self), network, _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(network) = self.network else { return };
        let mut waiting = self.doorstep.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = waiting.entry(network) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_does_not_take_all_the_room() {
        let doorstep = Doorstep::new(&Limits { strangers: 3, strangers_of_network: 2, ..Limits::default() });
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse::<IpAddr>().ok());
        let first = doorstep.enter(one).unwrap();
        let _second = doorstep.enter(one).unwrap();
        assert!(doorstep.enter(one).is_none(), "of one network");
        let third = doorstep.enter(other).unwrap();
        assert!(doorstep.enter(other).is_none(), "of all");
        drop((first, third));
        let _again = doorstep.enter(one).unwrap();
        assert!(doorstep.enter(one).is_none());
        assert_eq!(doorstep.waiting.lock().unwrap().len(), 1, "who is gone is not kept");
    }
}
