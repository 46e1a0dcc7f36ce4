//! Who is blocked, muted, out of a conversation or signed out receives nothing on any channel: one table of everything that happens and of every
//! way by which somebody could hear of it. Whoever has nothing in between receives what the table says: nothing is silent for want of trying.

mod each;
mod hearing;
mod once;
mod table;
mod ways;
mod world;

use futures_util::future::join_all;
use hostolink_gateway::authorization::ROUTES;
use hostolink_notifications::Kind;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};
use table::{
    Act, LAST, OF_ONESELF, READ_BY_NOBODY, Row, SOCIAL, TALK, TOLD_BY_NOBODY, TOLD_TO_NOBODY, WAITING,
};
use ways::Way;
use world::{Relation, Who, World};

fn rows() -> impl Iterator<Item = &'static Row> {
    TALK.iter().chain(SOCIAL).chain(LAST)
}

#[actix_web::test]
async fn who_is_blocked_muted_removed_or_signed_out_receives_nothing_on_any_channel() {
    everything_has_a_row();
    let wrong: Vec<String> = join_all(Relation::ALL.map(all_that_is_heard)).await.concat();
    assert!(wrong.is_empty(), "{} cells differ from the table:\n{}", wrong.len(), wrong.join("\n"));
}

/// Goes over the table with one thing between Koffi and Awa; what differs from it.
async fn all_that_is_heard(relation: Relation) -> Vec<String> {
    let mut world = World::begin(relation).await;
    let mut wrong = Vec::new();
    world.drain().await;
    world.read_all().await;
    world.drain().await;
    what_waits(&mut world, &mut wrong).await;
    for row in rows() {
        let before = last_event(&world);
        let traces = match row.act {
            Act::Once(once) => {
                let trace = world.once(once).await;
                [trace.clone(), trace]
            }
            Act::Each(each) => [world.each(each, Who::Koffi).await, world.each(each, Who::Yao).await],
        };
        if let Some(event) = row.event {
            assert!(events_since(&world, &before).contains(event), "{event} tells nothing of: {}", row.what);
        }
        let frames = world.drain().await;
        world.send().await;
        for (who, (trace, frames)) in [Who::Koffi, Who::Yao].into_iter().zip(traces.iter().zip(&frames)) {
            let heard = world.heard(row, who, frames, trace).await;
            let due = row.due((who == Who::Koffi).then(|| relation.column()));
            let cell = format!("{relation:?} | {} | {who:?}", row.what);
            if heard.ways != due {
                let more: Vec<_> = heard.ways.difference(&due).collect();
                let less: Vec<_> = due.difference(&heard.ways).collect();
                wrong.push(format!("{cell}: heard by {more:?}, not heard by {less:?}"));
            }
            wrong.extend(heard.strange.iter().map(|strange| format!("{cell}: {strange}")));
        }
    }
    let told: BTreeSet<String> = events_since(&world, "0").into_iter().filter(|kind| is_ours(kind)).collect();
    let unknown: Vec<_> = told.difference(&declared()).cloned().collect();
    assert!(unknown.is_empty(), "{unknown:?} were not found in the sources");
    world.app.stop().await;
    wrong
}

/// What happened before, and waits to leave when something comes in between. Then what came in between itself: who goes hears that they do, and
/// who is blocked or muted nothing.
async fn what_waits(world: &mut World, wrong: &mut Vec<String>) {
    for who in [Who::Koffi, Who::Yao] {
        let path = format!("/api/publications/{}/likes", world.side(who).other_post);
        world.awa.put(&path, json!({})).await.expect(200);
    }
    world::word(&world.awa, &world.group, "motattend").await;
    world.app.tell().await;
    let title = |list: &Value, kind: Kind| -> String {
        let found = list["items"].as_array().unwrap().iter().find(|one| one["kind"] == kind.code()).cloned();
        found.expect("both are told in the list already")["title"].as_str().unwrap().to_owned()
    };
    let list = world.yao.caller.get("/api/notifications").await.expect(200).json.clone();
    world.relate().await;
    world.send().await;
    for (what, kind, left) in WAITING {
        let all = [Way::Push, Way::Mail];
        for who in [Who::Koffi, Who::Yao] {
            let due = if who == Who::Yao { &all[..] } else { left[world.relation.column()] };
            let due: BTreeSet<Way> = due.iter().copied().collect();
            let heard = sent_with(world, who, &title(&list, *kind));
            if heard != due {
                let relation = world.relation;
                wrong.push(format!("{relation:?} | {what} | {who:?}: heard by {heard:?}, not by {due:?}"));
            }
        }
    }
    what_came_in_between(world).await;
    for who in [Who::Koffi, Who::Yao] {
        world.know(who).await;
    }
}

/// By which ways something with this title left for somebody.
fn sent_with(world: &World, who: Who, title: &str) -> BTreeSet<Way> {
    let side = world.side(who);
    let outbox = world.app.state.development_outbox.as_ref().expect("a server of development");
    let went = |to: &str| {
        let messages = outbox.messages(Some(to));
        messages.iter().any(|sent| sent.subject.as_ref().is_some_and(|subject| subject.contains(title)))
    };
    let ways = [(Way::Push, side.telephone), (Way::Mail, side.caller.identifier.as_str())];
    ways.into_iter().filter(|&(_, to)| went(to)).map(|(way, _)| way).collect()
}

async fn what_came_in_between(world: &mut World) {
    if world.relation == Relation::SignedOut {
        world.app.tell().await;
        let socket = world.koffi.socket.take().expect("his socket is open");
        assert_eq!(socket.end().await, 4401);
    }
    if world.relation == Relation::Mutes {
        // His socket is woken, and looks whom he wants to hear before it has answered a few times.
        world.app.tell().await;
        let socket = world.koffi.socket.as_mut().expect("his socket is open");
        for _ in 0..4 {
            assert_eq!(socket.ask(json!({"type": "ping"})).await["status"], 204);
        }
    }
    world.read_all().await;
    let [koffi, _] = world.drain().await;
    let says_out = |frame: &&Value| {
        let of_himself = frame["type"] == "membership" && frame["person"]["id"] == world.koffi.id;
        of_himself && frame["standing"] != "active"
    };
    let rooms = if world.relation.column() == 2 { 2 } else { 0 };
    assert_eq!(koffi.brought.iter().filter(says_out).count(), rooms, "{:?}", koffi.brought);
}

fn last_event(world: &World) -> String {
    world.app.lines("SELECT coalesce(max(id_evenement), 0)::text AS line FROM evenement").remove(0)
}

fn events_since(world: &World, before: &str) -> BTreeSet<String> {
    let sql = format!("SELECT DISTINCT type AS line FROM evenement WHERE id_evenement > {before}");
    world.app.lines(&sql).into_iter().collect()
}

/// A kind of notification, a frame, an event or a read that comes anew has a row, or a reason why not.
fn everything_has_a_row() {
    for kind in Kind::ALL {
        let has_row = rows().any(|row| row.told == Some(*kind));
        let is_known = TOLD_BY_NOBODY.iter().any(|(known, _)| known == kind);
        assert!(
            has_row != is_known,
            "the notification {kind:?} has no row in silence/table.rs, or one too many"
        );
    }
    let document: Value = serde_json::from_str(include_str!("../../../../docs/asyncapi.json")).unwrap();
    for message in document["operations"]["told"]["messages"].as_array().unwrap() {
        let name = message["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let tells = |row: &Row| row.frame == Some(name) || (name == "notification" && row.told.is_some());
        let has_row = rows().any(tells);
        let is_known = OF_ONESELF.iter().any(|(known, _)| *known == name);
        assert!(has_row != is_known, "the frame {name} has no row in silence/table.rs, or one too many");
    }
    for event in declared() {
        let has_row = rows().any(|row| row.event == Some(&*event));
        let is_known = TOLD_TO_NOBODY.iter().any(|(known, _)| *known == event);
        assert!(has_row != is_known, "the event {event} has no row in silence/table.rs, or one too many");
    }
    let read: BTreeSet<&str> =
        rows().flat_map(|row| row.hears).flat_map(|way| way.routes()).copied().collect();
    for route in ROUTES.iter().filter(|route| route.method == "GET" && !read.contains(route.path)) {
        let is_below = |known: &str| {
            route.path == known || (known != "/" && route.path.starts_with(&format!("{known}/")))
        };
        let is_known = READ_BY_NOBODY.iter().any(|(known, _)| is_below(known));
        assert!(is_known, "GET {} is read by no row in silence/table.rs", route.path);
    }
}

/// Whether an event is of what people do among each other.
fn is_ours(kind: &str) -> bool {
    ["social.", "messaging.", "notifications."].iter().any(|of| kind.starts_with(of))
}

/// The kinds of such events in the sources.
fn declared() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let ours = ["crates/social/src", "crates/messaging/src", "crates/notifications/src", "gateway/src"];
    let mut folders: Vec<_> = ours.map(|folder| root.join(folder)).into();
    let mut kinds = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                kinds.extend(kinds_in(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    kinds
}

/// By what events are told in a source: a text, or a constant of it; and the constants that it gives to others.
fn kinds_in(source: &str) -> Vec<String> {
    let bare: String = source.chars().filter(|c| !c.is_whitespace()).collect();
    let text = |rest: &str| rest.split('"').next().unwrap_or_default().to_owned();
    let constant = |name: &str| bare.split_once(&format!("const{name}:&str=\"")).map(|(_, rest)| text(rest));
    let told = [".tell(conn,", "NewEvent{kind:"].into_iter().flat_map(|mark| bare.split(mark).skip(1));
    let told = told.filter_map(|rest| match rest.strip_prefix('"') {
        Some(rest) => Some(text(rest)),
        None => constant(rest.split([',', '}', ')']).next()?.rsplit(':').next()?),
    });
    let given = bare.split("pubconst").skip(1).filter_map(|rest| rest.split_once(":&str=\""));
    let given = given.filter(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    told.chain(given.map(|(_, rest)| text(rest))).filter(|kind| is_ours(kind)).collect()
}
