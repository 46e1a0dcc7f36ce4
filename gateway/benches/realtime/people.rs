//! Who listens and who writes: as many as the sockets need, each with a session, a thousand of them in one theme.

use crate::{
    crowd::MEMBERS,
    http::{self, Connection},
    place::Place,
    socket::Socket,
};
use chrono::TimeDelta;
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Integer, Uuid as SqlUuid},
};
use hostolink_audit::Actor;
use hostolink_kernel::{Clock, Random, SessionId, SystemClock, SystemRandom, UserId};
use hostolink_messaging::{
    Body, Category, Description, Draft, Error, Messaging, NewTheme, Text, Ticket, Title,
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// How many sockets are opened at once.
pub(crate) const AT_ONCE: usize = 100;

/// Everybody.
pub(crate) struct People {
    all: Vec<Person>,
    messaging: Messaging,
    /// The theme that the first thousand are in.
    pub(crate) theme: Uuid,
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = SqlUuid)]
    public_id: SessionId,
}

/// What a phone would keep to stay signed in.
fn refresh_token(session: SessionId) -> String {
    format!("banc-{session}")
}

impl People {
    /// Makes them, a session each, and the theme.
    pub(crate) fn prepare(place: &Place, count: usize) -> Self {
        let conn = &mut place.connect();
        sql_query(
            "INSERT INTO utilisateur (nom, email, email_normalise, email_prouve_le)
             SELECT 'Banc', adresse, adresse, now()
             FROM (SELECT 'banc' || n || '@example.ci' AS adresse FROM generate_series(1, $1) n) a",
        )
        .bind::<BigInt, _>(i64::try_from(count).unwrap())
        .execute(conn)
        .unwrap();
        let all: Vec<Person> = sql_query(
            "INSERT INTO session (public_id, id_user, preuve, cree_le, vue_le, expire_le)
             SELECT gen_random_uuid(), id_user, 'otp', now(), now(), now() + interval '1 day' FROM utilisateur
             RETURNING id_user, public_id",
        )
        .load(conn)
        .unwrap();
        sql_query(
            "INSERT INTO jeton_rafraichissement (hache, session_id, rang, cree_le)
             SELECT sha256(convert_to('banc-' || public_id::text, 'UTF8')), public_id, 0, now() FROM session",
        )
        .execute(conn)
        .unwrap();
        let messaging = Messaging::new(Arc::new(SystemClock), Arc::new(SystemRandom));
        let theme = theme(conn, &messaging, &all[..MEMBERS]).unwrap();
        sql_query("ANALYZE").execute(conn).unwrap();
        Self { all, messaging, theme }
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// The conversation of two of them.
    pub(crate) fn talk(&self, conn: &mut PgConnection, (one, other): (usize, usize)) -> Uuid {
        let (one, other) = (self.all[one].id_user, self.all[other].id_user);
        let own = self.messaging.open_direct(conn, (one, &[]), other, &Actor::default());
        own.unwrap().conversation.id
    }

    /// Has the first of them say so many things in the theme, all in one transaction.
    pub(crate) fn say_at_once(&self, conn: &mut PgConnection, text: &str, count: u64) {
        let said = conn.transaction(|conn| {
            for _ in 0..count {
                let body = Body::Text(Text::parse(text)?);
                let client_id = SystemRandom.uuid(SystemClock.now());
                let draft = Draft { client_id, body, reply_to: None };
                self.messaging.send(conn, (self.all[0].id_user, &[]), self.theme, &draft)?;
            }
            Ok::<_, Error>(())
        });
        said.unwrap();
    }

    /// An access token for one of them. It works once: their refresh token is used up.
    pub(crate) async fn sign_in(&self, address: &str, who: usize) -> String {
        let body = json!({"refreshToken": refresh_token(self.all[who].public_id)});
        let request = http::send("POST", "/api/refresh-token", "", &body);
        let tokens = Connection::open(address).await.json(&request).await;
        tokens["accessToken"].as_str().unwrap().to_owned()
    }

    /// Opens a socket for each of these, all at once, by tickets that the domain gives.
    pub(crate) async fn open(
        &self,
        conn: &mut PgConnection,
        address: &str,
        whose: &[usize],
        room: usize,
    ) -> Vec<Socket> {
        let tickets = self.tickets(conn, whose).unwrap();
        let opening = tickets.iter().map(|ticket| async move {
            let mut socket = Socket::open(address, &format!("/ws?ticket={ticket}"), room).await;
            let first = socket.text().await.unwrap();
            assert!(first.starts_with(br#"{"type":"ready","#), "{}", String::from_utf8_lossy(first));
            socket
        });
        futures_util::future::join_all(opening).await
    }

    fn tickets(&self, conn: &mut PgConnection, whose: &[usize]) -> Result<Vec<String>, Error> {
        let until = SystemClock.now() + TimeDelta::hours(1);
        conn.transaction(|conn| {
            let ticket = |who: &usize| {
                let Person { id_user, public_id } = self.all[*who];
                self.messaging.issue_ticket(conn, Ticket { user: id_user, session: public_id, until })
            };
            whose.iter().map(ticket).collect()
        })
    }
}

fn theme(conn: &mut PgConnection, messaging: &Messaging, members: &[Person]) -> Result<Uuid, Error> {
    let (new, actor) = (
        NewTheme {
            title: Title::parse("Banc d'essai")?,
            category: Category::DailyLife,
            description: Description::parse("Tout le monde y est.")?,
        },
        Actor::default(),
    );
    conn.transaction(|conn| {
        let theme = messaging.create_theme(conn, members[0].id_user, &new, &actor)?.conversation.id;
        for member in &members[1..] {
            messaging.join(conn, member.id_user, theme, &actor)?;
        }
        Ok(theme)
    })
}
