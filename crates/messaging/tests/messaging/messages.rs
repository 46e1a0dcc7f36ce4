//! What is written, edited, deleted, answered, found.

use crate::world::{World, refusal};
use diesel::{
    QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text as SqlText,
};
use hostolink_kernel::{Limit, UserId};
use hostolink_messaging::{Body, Draft, Place, Text};
use std::time::Duration;
use uuid::Uuid;

const NOBODY: &[UserId] = &[];

#[test]
fn an_id_stands_for_one_wish() {
    let world = World::new(3);
    let (room, group) = (world.pair(), world.group());
    let (conn, who) = (&mut world.conn(), (world.users[0], NOBODY));
    let draft = world.draft("bonjour");
    let sent = world.messaging.send(conn, who, room, &draft).unwrap();
    let again = world.messaging.send(conn, who, room, &draft).unwrap();
    assert_eq!((sent.message.id, again.replayed, again.message.seq), (again.message.id, true, 1));
    let other = Draft { body: Body::Text(Text::parse("bonsoir").unwrap()), ..draft.clone() };
    assert_eq!(refusal(world.messaging.send(conn, who, room, &other)), "messaging.client_id_reused");
    assert_eq!(refusal(world.messaging.send(conn, who, group, &draft)), "messaging.client_id_reused");
    assert_eq!(world.events("messaging.message"), 1);
}

#[test]
fn every_kind_of_content_comes_back_as_it_was_sent() {
    let world = World::new(2);
    let (room, conn) = (world.pair(), &mut world.conn());
    let ids: Vec<Uuid> = (0..3).map(|_| world.uuid()).collect();
    let bodies = [
        Body::Text(Text::parse("mots").unwrap()),
        Body::Media(ids.clone(), Some(Text::parse("légende").unwrap())),
        Body::Media(ids[..1].to_vec(), None),
        Body::Voice(ids[0]),
        Body::Location(Place::new(5.32, -4.02, Some(12)).unwrap()),
        Body::Establishment(hostolink_kernel::EstablishmentId::new(ids[1])),
        Body::PaymentRequest(hostolink_kernel::RequestId::new(ids[2])),
    ];
    for body in bodies {
        let draft = Draft { client_id: world.uuid(), body: body.clone(), reply_to: None };
        let sent = world.messaging.send(conn, (world.users[0], NOBODY), room, &draft).unwrap();
        let read = world.messaging.message(conn, (world.users[1], NOBODY), sent.message.id).unwrap();
        assert_eq!(read.body, Some(body));
    }
}

#[test]
fn a_reply_answers_what_its_author_sees_here() {
    let world = World::new(4);
    let (conn, who) = (&mut world.conn(), (world.users[0], NOBODY));
    let (room, pair) = (world.group(), world.pair());
    let asked = world.say(1, room, "qui vient ?");
    let elsewhere = world.say(1, pair, "ailleurs");
    let reply = |to| Draft { reply_to: Some(to), ..world.draft("moi") };
    let sent = world.messaging.send(conn, who, room, &reply(asked)).unwrap();
    assert_eq!(sent.message.reply_to, Some(asked));
    for to in [elsewhere, Uuid::nil()] {
        assert_eq!(refusal(world.messaging.send(conn, who, room, &reply(to))), "messaging.reply_unknown");
    }
}

#[test]
fn case_84_only_the_author_edits_and_deletes_and_only_in_time() {
    let world = World::new(3);
    let room = world.group();
    let conn = &mut world.conn();
    let (messaging, actor) = (&world.messaging, &world.actor);
    let [owner, awa, koffi] = [world.users[0], world.users[1], world.users[2]];
    let (mine, text) = (world.say(1, room, "premier jet"), Text::parse("second jet").unwrap());
    assert_eq!(refusal(messaging.edit(conn, (owner, NOBODY), mine, &text, actor)), "messaging.not_author");
    assert_eq!(
        refusal(messaging.edit(conn, (koffi, &[awa]), mine, &text, actor)),
        "messaging.message_unknown"
    );
    world.clock.advance(Duration::from_secs(15 * 60 - 1));
    let edited = messaging.edit(conn, (awa, NOBODY), mine, &text, actor).unwrap();
    assert!(edited.edited_at.is_some() && edited.seq == 1);
    messaging.edit(conn, (awa, NOBODY), mine, &text, actor).unwrap();
    assert_eq!(
        (world.events("messaging.edited"), world.logged("messaging.edited")),
        (1, 1),
        "the same words change nothing"
    );
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(refusal(messaging.edit(conn, (awa, NOBODY), mine, &text, actor)), "messaging.too_late");

    assert_eq!(refusal(messaging.delete_for_all(conn, (koffi, NOBODY), mine, actor)), "messaging.not_author");
    messaging.delete_for_oneself(conn, (koffi, NOBODY), mine, actor).unwrap();
    assert_eq!((world.read(2, room), world.read(1, room).len()), (vec![], 1));
    assert_eq!(refusal(messaging.message(conn, (koffi, NOBODY), mine)), "messaging.message_unknown");
    messaging.react(conn, (owner, NOBODY), mine, "👍").unwrap();
    messaging.delete_for_all(conn, (awa, NOBODY), mine, actor).unwrap();
    messaging.delete_for_all(conn, (awa, NOBODY), mine, actor).expect("twice is once");
    assert_eq!((world.read(0, room), world.events("messaging.deleted")), (vec![(1, None)], 1));
    let gone = messaging.message(conn, (owner, NOBODY), mine).unwrap();
    assert!(gone.reactions.is_empty() && gone.body.is_none());
    assert_eq!(refusal(messaging.react(conn, (owner, NOBODY), mine, "👍")), "messaging.deleted");
    assert_eq!(refusal(messaging.edit(conn, (awa, NOBODY), mine, &text, actor)), "messaging.not_editable");

    let late = world.say(1, room, "trop tard");
    world.clock.advance(Duration::from_secs(48 * 3_600));
    assert_eq!(refusal(messaging.delete_for_all(conn, (awa, NOBODY), late, actor)), "messaging.too_late");
    messaging.delete_for_all(conn, (owner, NOBODY), late, actor).expect("who keeps order may");
    assert_eq!(world.count("SELECT count(*) AS count FROM evenement WHERE charge::text ~ 'jet|tard'"), 0);
    assert_eq!(world.count("SELECT count(*) AS count FROM logs WHERE details::text ~ 'jet|tard'"), 0);
}

#[test]
fn signs_are_one_a_person_and_counted() {
    let world = World::new(3);
    let room = world.group();
    let conn = &mut world.conn();
    let (messaging, id) = (&world.messaging, world.say(0, room, "bonne nouvelle"));
    assert_eq!(refusal(messaging.react(conn, (world.users[1], NOBODY), id, "💩")), "messaging.sign_unknown");
    messaging.react(conn, (world.users[1], NOBODY), id, "🎉").unwrap();
    messaging.react(conn, (world.users[1], NOBODY), id, "🎉").unwrap();
    let both = messaging.react(conn, (world.users[2], NOBODY), id, "🎉").unwrap();
    assert_eq!((both.reactions["🎉"], both.own_sign.as_deref()), (2, Some("🎉")));
    let changed = messaging.react(conn, (world.users[2], NOBODY), id, "🔥").unwrap();
    assert_eq!((changed.reactions["🎉"], changed.reactions["🔥"]), (1, 1));
    assert_eq!(world.events("messaging.reaction"), 3);
    let who =
        messaging.reactions(conn, (world.users[0], &[world.users[1]][..]), id, None, Limit::MAX).unwrap();
    assert_eq!(who.items.iter().map(|one| one.user).collect::<Vec<_>>(), [world.users[2]]);
    let none = messaging.unreact(conn, (world.users[1], NOBODY), id).unwrap();
    assert_eq!(none.reactions.get("🎉"), None);
}

#[test]
fn pins_are_for_who_keeps_order_and_bounded() {
    let world = World::new(2);
    let (room, conn) = (world.group(), &mut world.conn());
    let (messaging, actor) = (&world.messaging, &world.actor);
    let ids: Vec<Uuid> = (0..51).map(|n| world.say(1, room, &n.to_string())).collect();
    assert_eq!(
        refusal(messaging.pin(conn, (world.users[1], NOBODY), ids[0], true, actor)),
        "messaging.role_required"
    );
    for id in &ids[..50] {
        messaging.pin(conn, (world.users[0], NOBODY), *id, true, actor).unwrap();
    }
    assert_eq!(
        refusal(messaging.pin(conn, (world.users[0], NOBODY), ids[50], true, actor)),
        "messaging.too_many_pins"
    );
    messaging.pin(conn, (world.users[0], NOBODY), ids[0], false, actor).unwrap();
    let pinned = messaging.pinned(conn, (world.users[1], NOBODY), room).unwrap();
    assert_eq!((pinned.len(), pinned[0].id), (49, ids[49]));
}

#[test]
fn history_is_paged_both_ways_and_leaves_out_who_is_hidden() {
    let world = World::new(3);
    let (room, conn) = (world.group(), &mut world.conn());
    for n in 0..10 {
        world.say(n % 3, room, &n.to_string());
    }
    let who = (world.users[0], &[world.users[2]][..]);
    let first = world.messaging.messages(conn, who, room, None, Limit::parse(4).unwrap()).unwrap();
    let second = world.messaging.messages(conn, who, room, first.next.as_ref(), Limit::MAX).unwrap();
    let numbers: Vec<i64> = first.items.iter().chain(&second.items).map(|message| message.seq).collect();
    assert_eq!(numbers, [10, 8, 7, 5, 4, 2, 1]);
    let other = world.pair();
    world.messaging.messages(conn, who, other, first.next.as_ref(), Limit::MAX).unwrap_err();
    let (after, more) = world.messaging.messages_after(conn, who, room, 4, Limit::parse(2).unwrap()).unwrap();
    assert_eq!((after.iter().map(|message| message.seq).collect::<Vec<_>>(), more), (vec![5, 7], true));
}

#[test]
fn a_search_finds_words_however_spelt_in_what_one_sees_alone() {
    let world = World::new(4);
    let (room, conn) = (world.group(), &mut world.conn());
    let found = world.say(1, room, "Les médicaments sont arrivés à la pharmacie");
    world.say(2, room, "rien à voir");
    let search = |who: (UserId, &[UserId]), text: &str| -> Vec<Uuid> {
        let page = world.messaging.search(&mut world.conn(), who, text, None, Limit::MAX).unwrap();
        page.items.into_iter().map(|message| message.id).collect()
    };
    let me = (world.users[0], NOBODY);
    for text in ["medicament", "MÉDICAMENTS pharmacie", "arrivé", "'medicament & | ! (:*"] {
        assert_eq!(search(me, text), [found], "{text}");
    }
    assert_eq!(search(me, "hôpital"), [] as [Uuid; 0]);
    assert_eq!(search((world.users[0], &[world.users[1]]), "medicament"), [] as [Uuid; 0]);
    world.messaging.remove_member(conn, me, room, (world.users[3], false), &world.actor).unwrap();
    assert_eq!(search((world.users[3], NOBODY), "medicament"), [] as [Uuid; 0]);
    for text in ["", "a", "  ", "%%", &"é".repeat(101)] {
        assert_eq!(
            refusal(world.messaging.search(conn, me, text, None, Limit::MAX)),
            "messaging.search_required"
        );
    }
    world.messaging.delete_for_all(conn, me, found, &world.actor).unwrap();
    assert_eq!(search(me, "medicament"), [] as [Uuid; 0]);
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = SqlText, column_name = "QUERY PLAN")]
    line: String,
}

#[test]
fn a_page_of_a_large_conversation_comes_from_an_index() {
    let world = World::new(2);
    let (room, conn) = (world.pair(), &mut world.conn());
    world.say(0, room, "un");
    conn.batch_execute(
        "INSERT INTO message (public_id, id_discussion, seq, id_user, rang, client_id, empreinte, genre, texte, texte_recherche, cree_le) \
         SELECT gen_random_uuid(), id_discussion, n, 1, n, gen_random_uuid(), empreinte, 'text', 'mot ' || n, 'mot ' || n, cree_le \
         FROM message, generate_series(2, 30000) n; \
         UPDATE discussion SET dernier_seq = 30000; UPDATE discussion_membre SET ecrits = 30000 WHERE id_user = 1; ANALYZE",
    )
    .unwrap();
    assert_eq!(world.messaging.recount(conn, false).unwrap(), []);
    for (query, index) in [
        (
            "SELECT * FROM message WHERE id_discussion = 1 AND seq > 0 AND seq < 20000 ORDER BY seq DESC LIMIT 21",
            "message_suite_key",
        ),
        (
            "SELECT rang FROM message WHERE id_discussion = 1 AND id_user = 1 AND seq <= 15000 ORDER BY seq DESC LIMIT 1",
            "message_",
        ),
        (
            "SELECT * FROM message WHERE to_tsvector('french'::regconfig, texte_recherche) @@ plainto_tsquery('french'::regconfig, 'mot 777') \
          AND texte_recherche IS NOT NULL",
            "message_recherche_idx",
        ),
        ("SELECT * FROM discussion_membre WHERE id_user = 1 AND etat = 'active'", "discussion_membre"),
    ] {
        let plan: Vec<Line> = sql_query(format!("EXPLAIN {query}")).load(conn).unwrap();
        let plan: String = plan.into_iter().map(|line| line.line + "\n").collect();
        assert!(plan.contains(index), "{query}\n{plan}");
        assert!(!plan.contains("Seq Scan on message"), "{query}\n{plan}");
    }
    let page = world.messaging.messages(conn, (world.users[1], NOBODY), room, None, Limit::DEFAULT).unwrap();
    assert_eq!((page.items.len(), page.items[0].seq), (20, 30_000));
    assert_eq!(world.unread(1, room), 30_000);
}
