//! What is brought to a socket: written once for a room, shared by all who hear it.

use hostolink_kernel::UserId;
use std::{
    collections::HashSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};
use tokio::sync::mpsc::{Receiver, Sender, channel, error::TrySendError};

/// The text of a frame. Its clones share it.
pub(crate) type Text = bytestring::ByteString;

/// Something to tell, and whom.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// The event's number; 0 for what passes and is not kept.
    pub(crate) seq: i64,
    /// The frame.
    pub(crate) text: Text,
    /// Whose doing it is, where who mutes one of them does not want to hear of it.
    pub(crate) authors: Vec<UserId>,
    /// Whom it concerns.
    pub(crate) to: Vec<UserId>,
}

/// A frame on its way to one socket.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// The event's number; 0 for what passes and is not kept.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests tell letters apart by it"))]
    pub(crate) seq: i64,
    /// The frame.
    pub(crate) text: Text,
}

/// Where a socket's letters wait.
#[derive(Debug)]
pub(super) struct Mailbox {
    letters: Sender<Letter>,
    /// What came up to this number its socket reads from the database.
    after: AtomicI64,
    muted: Mutex<HashSet<UserId>>,
    /// One found no room: none may come after it, or its reader would believe to have all.
    broken: AtomicBool,
}

impl Mailbox {
    pub(super) fn new(room: usize) -> (Self, Receiver<Letter>) {
        let (letters, receiver) = channel(room.max(1));
        (
            Self {
                letters,
                after: AtomicI64::new(i64::MAX),
                muted: Mutex::default(),
                broken: AtomicBool::new(false),
            },
            receiver,
        )
    }

    pub(super) fn begin_after(&self, seq: i64) {
        self.after.store(seq, Ordering::Release);
    }

    pub(super) fn set_muted(&self, muted: HashSet<UserId>) {
        *self.muted.lock().unwrap_or_else(PoisonError::into_inner) = muted;
    }

    /// Puts a letter in; `false` where there is no room for it.
    pub(super) fn put(&self, told: &Told) -> bool {
        let after = self.after.load(Ordering::Acquire);
        let is_old = if told.seq == 0 { after == i64::MAX } else { told.seq <= after };
        let is_muted = || {
            let muted = self.muted.lock().unwrap_or_else(PoisonError::into_inner);
            told.authors.iter().any(|author| muted.contains(author))
        };
        let is_over = self.broken.load(Ordering::Acquire);
        if is_over || is_old || is_muted() {
            return true;
        }
        let letter = Letter { seq: told.seq, text: told.text.clone() };
        let is_full = matches!(self.letters.try_send(letter), Err(TrySendError::Full(_)));
        self.broken.store(is_full, Ordering::Release);
        !is_full
    }
}
