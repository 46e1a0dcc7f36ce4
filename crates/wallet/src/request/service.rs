use super::{
    model::{
        A_DAY, NewRequest, ONCE, OPEN, OPEN_TO_ONE, PaymentRequest, REFUSALS, RequestFilter, RequestSide,
        RequestState,
    },
    store,
};
use crate::{Error, Target, TransferCommand, Wallets, Wish, codes};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, InvalidCursor, Limit, Page, RequestId, UserId};
use hostolink_ledger::{self as ledger, Order, Refusal};
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::json;
use uuid::Uuid;

/// The name of the list in its cursors.
const LIST: &str = "wallet.requests";

impl Wallets {
    /// Asks somebody to pay.
    ///
    /// # Errors
    /// Asking oneself is refused; `wallet.too_many_requests`, `wallet.request_unwelcome`; those of the database.
    pub fn create_request(&self, conn: &mut PgConnection, new: NewRequest) -> Result<PaymentRequest, Error> {
        if new.requester == new.payer {
            return Err(Error::Refused(Refusal::SameAccount));
        }
        let now = self.clock.now();
        let request = PaymentRequest {
            id: RequestId::new(self.random.uuid(now)),
            requester: new.requester,
            payer: new.payer,
            amount: new.amount,
            note: new.note,
            state: RequestState::Open,
            created_at: now,
            expires_at: new.lifetime.from(now),
            transaction: None,
        };
        conn.transaction(|conn| {
            store::queue_up(conn, request.requester)?;
            let counts = store::counts(conn, request.requester, request.payer, now)?;
            if counts.refused >= REFUSALS {
                return Err(Error::Rule(&codes::REQUEST_UNWELCOME));
            }
            if counts.open >= OPEN || counts.open_to_one >= OPEN_TO_ONE || counts.today >= A_DAY {
                return Err(Error::Rule(&codes::TOO_MANY_REQUESTS));
            }
            store::insert(conn, &request)?;
            self.note_request(
                conn,
                &request,
                "wallet.request_created",
                Some(request.requester),
                new.trace_id,
            )?;
            Ok(request)
        })
    }

    /// One of somebody's requests, sent or received.
    ///
    /// # Errors
    /// `wallet.request_unknown`, also for a stranger's; those of the database.
    pub fn request(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        id: RequestId,
    ) -> Result<PaymentRequest, Error> {
        let found = store::find(conn, id)?.filter(|request| request.side(user).is_some());
        let request = found.ok_or(Error::Rule(&codes::REQUEST_UNKNOWN))?;
        self.seen(conn, vec![request])?.pop().ok_or(Error::Rule(&codes::REQUEST_UNKNOWN))
    }

    /// Somebody's requests, sent and received, the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn requests(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        filter: RequestFilter,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<PaymentRequest>, Error> {
        let before = after.map(|cursor| cursor.keyset::<RequestId>(LIST)).transpose();
        let before = before.map_err(|InvalidCursor| ledger::Error::Cursor(InvalidCursor))?;
        let rows = store::list(conn, user, filter, before, self.clock.now(), limit.probe())?;
        let page = Page::from_probe(rows, limit, LIST, |request| request.id);
        let mut items = self.seen(conn, page.items)?;
        // Paid a moment ago, where the row does not say so yet.
        items.retain(|request| filter.state.is_none_or(|state| request.state == state));
        Ok(Page { items, next: page.next })
    }

    /// The payer does not want to. Saying so twice is saying so.
    ///
    /// # Errors
    /// `wallet.request_unknown`, also for who asked; `wallet.request_paid`, `wallet.request_closed`; those of the database.
    pub fn refuse_request(
        &self,
        conn: &mut PgConnection,
        payer: UserId,
        id: RequestId,
        trace_id: Option<String>,
    ) -> Result<PaymentRequest, Error> {
        let end = End {
            state: RequestState::Refused,
            action: "wallet.request_refused",
            by: Some((payer, RequestSide::Received)),
        };
        self.end_request(conn, id, end, trace_id)
    }

    /// Who asked takes it back. Saying so twice is saying so.
    ///
    /// # Errors
    /// `wallet.request_unknown`, also for who is asked; `wallet.request_paid`, `wallet.request_closed`; those of the database.
    pub fn cancel_request(
        &self,
        conn: &mut PgConnection,
        requester: UserId,
        id: RequestId,
        trace_id: Option<String>,
    ) -> Result<PaymentRequest, Error> {
        let end = End {
            state: RequestState::Cancelled,
            action: "wallet.request_cancelled",
            by: Some((requester, RequestSide::Sent)),
        };
        self.end_request(conn, id, end, trace_id)
    }

    /// Ends requests whose time is over, at most `limit` of them, and returns how many were due. Any number of processes may ask.
    ///
    /// # Errors
    /// Those of the database.
    pub fn expire_requests(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        let due = store::due(conn, self.clock.now(), limit)?;
        for id in &due {
            let end = End { state: RequestState::Expired, action: "wallet.request_expired", by: None };
            match self.end_request(conn, *id, end, None) {
                Ok(_) => {}
                Err(Error::Rule(code)) if *code == codes::REQUEST_PAID => {
                    self.requests_paid(conn, &[*id], self.clock.now())?;
                }
                // Somebody else ended it a moment ago.
                Err(Error::Rule(code)) if *code == codes::REQUEST_CLOSED => {}
                Err(error) => return Err(error),
            }
        }
        Ok(due.len())
    }

    /// Writes down that requests were paid: the ledger has said so.
    ///
    /// # Errors
    /// Those of the database.
    pub fn requests_paid(
        &self,
        conn: &mut PgConnection,
        ids: &[RequestId],
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        Ok(store::end(conn, ids, RequestState::Paid, at).map(|_| ())?)
    }

    /// The order that pays a request, once whoever asks and however often.
    ///
    /// # Errors
    /// `wallet.request_unknown` for all but the payer; `wallet.request_paid`, `wallet.request_closed`, `wallet.request_expired`;
    /// those of the database.
    pub fn prepare_request_payment(
        &self,
        conn: &mut PgConnection,
        wish: Wish,
        id: RequestId,
    ) -> Result<Order, Error> {
        let payer = wish.key.actor();
        let request = self.request(conn, payer, id)?;
        if request.payer != payer {
            return Err(Error::Rule(&codes::REQUEST_UNKNOWN));
        }
        match request.state {
            RequestState::Open => {}
            RequestState::Paid => return Err(Error::Rule(&codes::REQUEST_PAID)),
            RequestState::Expired => return Err(Error::Rule(&codes::REQUEST_EXPIRED)),
            RequestState::Refused | RequestState::Cancelled => {
                return Err(Error::Rule(&codes::REQUEST_CLOSED));
            }
        }
        let (target, amount) = (Target::To(request.requester), Some(request.amount));
        let transfer = TransferCommand { wish, target, amount, fee: None, note: None, device_since: None };
        Ok(Order { once: Some(request.once()), ..self.prepare_transfer(conn, transfer)? })
    }

    /// Ends a request that is open. Its row is held, so that two ends wait for each other; against a payment under way the ledger
    /// decides, last, because all payments wait for it.
    fn end_request(
        &self,
        conn: &mut PgConnection,
        id: RequestId,
        end: End,
        trace_id: Option<String>,
    ) -> Result<PaymentRequest, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let found = store::lock(conn, id)?;
            let found =
                found.filter(|request| end.by.is_none_or(|(user, side)| request.side(user) == Some(side)));
            let mut request = found.ok_or(Error::Rule(&codes::REQUEST_UNKNOWN))?;
            if request.state == end.state {
                return Ok(request);
            }
            match request.state {
                RequestState::Open => {}
                RequestState::Paid => return Err(Error::Rule(&codes::REQUEST_PAID)),
                _ => return Err(Error::Rule(&codes::REQUEST_CLOSED)),
            }
            store::end(conn, &[id], end.state, now)?;
            request.state = end.state;
            self.note_request(conn, &request, end.action, end.by.map(|(user, _)| user), trace_id)?;
            match self.ledger.close(conn, request.once())? {
                None => Ok(request),
                Some(_) => Err(Error::Rule(&codes::REQUEST_PAID)),
            }
        })
    }

    /// Requests as the ledger knows them, in one query.
    fn seen(
        &self,
        conn: &mut PgConnection,
        requests: Vec<PaymentRequest>,
    ) -> Result<Vec<PaymentRequest>, Error> {
        let asked =
            |request: &&PaymentRequest| matches!(request.state, RequestState::Open | RequestState::Paid);
        let ids: Vec<Uuid> = requests.iter().filter(asked).map(|request| request.id.uuid()).collect();
        let done = self.ledger.find_done(conn, ONCE, &ids)?;
        let now = self.clock.now();
        Ok(requests
            .into_iter()
            .map(|request| {
                let known = done.get(&request.id.uuid()).copied();
                request.seen(known, now)
            })
            .collect())
    }

    /// Writes down what happened to a request, and tells the other domains.
    fn note_request(
        &self,
        conn: &mut PgConnection,
        request: &PaymentRequest,
        action: &'static str,
        by: Option<UserId>,
        trace_id: Option<String>,
    ) -> Result<(), Error> {
        let at = self.clock.now();
        let (from, to) =
            (self.main_account(conn, request.payer)?.id, self.main_account(conn, request.requester)?.id);
        let entry = audit::Entry {
            actor: audit::Actor { user: by, trace_id, address: None },
            action,
            object_kind: "payment_request",
            object_id: request.id.to_string(),
            details: json!({ "amount": request.amount.francs(), "expiresAt": request.expires_at }),
            at,
        };
        audit::record(conn, &entry)?;
        let event = NewEvent {
            kind: action,
            subject: request.id.uuid(),
            payload: json!({ "from": from, "to": to, "amount": request.amount.francs() }),
        };
        Ok(outbox::publish(conn, &event, at)?)
    }
}

/// How a request ends without being paid.
#[derive(Clone, Copy)]
struct End {
    state: RequestState,
    action: &'static str,
    /// Who says so; `None` is time.
    by: Option<(UserId, RequestSide)>,
}
