//! How many statements each use case asks: as many for a hundred rows as for one.

use crate::world::World;
use diesel::{
    PgConnection,
    connection::{Connection, InstrumentationEvent},
};
use hostolink_kernel::{Limit, UserId};
use hostolink_messaging::{Listing, Named, ThemeFilter};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

const NOBODY: &[UserId] = &[];

/// A connection that counts its statements, those that begin and end transactions left out.
struct Counting {
    conn: PgConnection,
    count: Arc<AtomicUsize>,
}

impl Counting {
    fn new(world: &World) -> Self {
        let (mut conn, count) = (world.conn(), Arc::new(AtomicUsize::new(0)));
        let counter = count.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let text = query.to_string();
                let is_frame = ["BEGIN", "COMMIT"].iter().any(|word| text.starts_with(word));
                counter.fetch_add(usize::from(!is_frame), Ordering::Relaxed);
            }
        });
        Self { conn, count }
    }

    #[track_caller]
    fn at_most<T>(&mut self, most: usize, name: &str, work: impl FnOnce(&mut PgConnection) -> T) -> T {
        self.count.store(0, Ordering::Relaxed);
        let done = work(&mut self.conn);
        let asked = self.count.load(Ordering::Relaxed);
        assert!(asked <= most, "{name}: {asked} statements, {most} at most");
        done
    }
}

#[test]
fn each_use_case_asks_a_bounded_number_of_statements() {
    let world = World::new(60);
    let room = world.group();
    let (messaging, actor) = (&world.messaging, &world.actor);
    let mut replied = world.say(0, room, "premier");
    for n in 0..60 {
        let draft = hostolink_messaging::Draft { reply_to: Some(replied), ..world.draft(&n.to_string()) };
        let who = (world.users[n], NOBODY);
        replied = messaging.send(&mut world.conn(), who, room, &draft).unwrap().message.id;
        messaging.react(&mut world.conn(), who, replied, "👍").unwrap();
        if n > 0 {
            messaging
                .open_direct(&mut world.conn(), (world.users[0], NOBODY), world.users[n], actor)
                .unwrap();
        }
    }
    let (who, mut conn) = ((world.users[0], NOBODY), Counting::new(&world));
    // The look at the type of a column is no statement of ours: it is asked once a connection.
    messaging.messages(&mut conn.conn, who, room, None, Limit::MAX).unwrap();
    conn.at_most(4, "a page of messages", |conn| messaging.messages(conn, who, room, None, Limit::MAX))
        .unwrap();
    conn.at_most(4, "what came after", |conn| messaging.messages_after(conn, who, room, 3, Limit::MAX))
        .unwrap();
    let page = conn.at_most(1, "a page of conversations", |conn| {
        messaging.conversations(conn, who, &Listing::default(), None, Limit::MAX)
    });
    conn.at_most(3, "their last messages", |conn| messaging.last_messages(conn, who, &page.unwrap().items))
        .unwrap();
    conn.at_most(1, "themes", |conn| messaging.themes(conn, &ThemeFilter::default(), None, Limit::MAX))
        .unwrap();
    conn.at_most(2, "members", |conn| messaging.members(conn, who, room, None, Limit::MAX)).unwrap();
    conn.at_most(3, "markers", |conn| messaging.markers(conn, who, room)).unwrap();
    conn.at_most(3, "a search", |conn| messaging.search(conn, who, "premier", None, Limit::MAX)).unwrap();
    let draft = world.draft("compté");
    conn.at_most(11, "a message", |conn| messaging.send(conn, who, room, &draft)).unwrap();
    conn.at_most(6, "a marker", |conn| messaging.mark(conn, who, room, (None, Some(30)))).unwrap();
    let named = Named {
        conversations: vec![room],
        messages: vec![replied],
        members: Vec::new(),
        listeners: world.users.iter().map(|user| (room, *user)).collect(),
    };
    conn.at_most(7, "what is told to sixty", |conn| messaging.facts(conn, &named)).unwrap();
}
