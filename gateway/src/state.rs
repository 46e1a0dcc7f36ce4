//! What every handler shares: one handle a domain. The composition root is [`crate::startup`].

use crate::{
    config::{Config, Posting},
    error::ApiResult,
    extract::SessionCache,
    middleware::rate_limit::AddressLimits,
    observe::Metrics,
    realtime::{Hub, Peers},
    sms::Ways,
    wallet::Desk,
};
use diesel::PgConnection;
use hostolink_auth::{Auth, PasswordWorkers};
use hostolink_database::Database;
use hostolink_health_directory::Directory;
use hostolink_kernel::{Clock, Random, SessionId};
use hostolink_ledger::{Ledger, Order, Reply, Writer};
use hostolink_media::{Folder, MediaStore, PictureWorkers};
use hostolink_messaging::Messaging;
use hostolink_notifications::Notifications;
use hostolink_notifier::{DevelopmentOutbox, Notifier};
use hostolink_outbox::Dispatcher;
use hostolink_social::Social;
use hostolink_uploads::Uploads;
use hostolink_wallet::{Cards, Wallets};
use std::sync::Arc;

/// The handles of one server.
pub struct State {
    /// The configuration.
    pub config: Config,
    /// The pool.
    pub database: Database,
    /// Who somebody is.
    pub auth: Arc<Auth>,
    /// Where passwords are hashed.
    pub passwords: PasswordWorkers,
    /// What a person does with money.
    pub wallets: Arc<Wallets>,
    /// Their cards.
    pub cards: Arc<Cards>,
    /// The books.
    pub ledger: Ledger,
    /// Where transfers are prepared.
    pub(crate) desk: Desk,
    /// The queue before the books: what moves money goes through it.
    pub writer: Writer,
    /// Delivers what happened to whom it concerns.
    pub events: Arc<Dispatcher>,
    /// The health directory.
    pub directory: Arc<Directory>,
    /// What people do among each other.
    pub social: Arc<Social>,
    /// What people say to one another.
    pub messaging: Arc<Messaging>,
    /// Where uploaded pictures are read.
    pub pictures: PictureWorkers,
    /// Where profile pictures are kept.
    pub media: Arc<dyn MediaStore>,
    /// The same, where this program shows them itself: in development.
    pub media_folder: Option<Folder>,
    /// What people upload.
    pub uploads: Uploads,
    /// Who is told what.
    pub notifications: Notifications,
    /// Mail, SMS and pushes.
    pub notifier: Notifier,
    /// By which providers text messages leave.
    pub(crate) sms: Ways,
    /// What was sent, in development.
    pub development_outbox: Option<DevelopmentOutbox>,
    /// Sessions as they were a moment ago.
    pub sessions: SessionCache,
    /// The streams that are open.
    pub streams: Arc<Hub>,
    /// The other processes, where Redis tells them of what is written here.
    pub peers: Peers,
    /// Limits by address.
    pub address_limits: AddressLimits,
    /// What `/metrics` shows.
    pub metrics: Metrics,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl State {
    /// Hands an order to the books and waits for its durable outcome, which who listens here hears at once. No connection is held
    /// while the writer works.
    ///
    /// # Errors
    /// Those of [`Writer::post`].
    pub(crate) async fn post(&self, order: Order) -> ApiResult<Reply> {
        let reply = match self.config.posting {
            Posting::Batches => self.writer.post(order).await?,
            Posting::OneByOne => {
                let ledger = self.ledger.clone();
                let post = move |conn: &mut PgConnection| ledger.post(conn, &[order]);
                let replies = self.database.run(post).await?;
                replies.into_iter().next().ok_or(hostolink_ledger::Error::Away)?
            }
        };
        self.streams.kick();
        Ok(reply)
    }

    /// A session has ended, or is no longer what it was: nobody goes by what it was here, and its streams hear of it at once, wherever they
    /// are.
    pub(crate) fn ended(&self, session: SessionId) {
        self.sessions.forget(session);
        self.streams.nudge();
    }
}
