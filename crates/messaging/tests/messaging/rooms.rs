//! Who is where, who brings and sends whom, who must not hear of whom.

use crate::world::{World, refusal};
use diesel::connection::SimpleConnection;
use hostolink_kernel::{Cursor, Limit, UserId};
use hostolink_messaging::{
    Category, Kind, Listing, Messaging, Role, Standing, ThemeChange, ThemeFilter, Title,
};
use std::time::Duration;
use uuid::Uuid;

const NOBODY: &[UserId] = &[];

#[test]
fn two_people_have_one_conversation_which_a_block_takes_from_both() {
    let world = World::new(3);
    let conn = &mut world.conn();
    let [awa, koffi, stranger] = [world.users[0], world.users[1], world.users[2]];
    let room = world.pair();
    assert_eq!(
        world.messaging.open_direct(conn, (koffi, NOBODY), awa, &world.actor).unwrap().conversation.id,
        room
    );
    assert_eq!(
        refusal(world.messaging.open_direct(conn, (awa, NOBODY), awa, &world.actor)),
        "messaging.oneself"
    );
    let blocked = world.messaging.open_direct(conn, (awa, &[stranger]), stranger, &world.actor);
    assert_eq!(refusal(blocked), "messaging.person_unknown");

    world.say(0, room, "bonjour");
    let list = |user, hidden: &[UserId]| {
        let page = world.messaging.conversations(
            &mut world.conn(),
            (user, hidden),
            &Listing::default(),
            None,
            Limit::MAX,
        );
        page.unwrap().items.len()
    };
    assert_eq!(
        (list(koffi, NOBODY), list(koffi, &[awa]), list(awa, &[koffi]), list(stranger, NOBODY)),
        (1, 0, 0, 0)
    );
    for (who, hidden) in [(awa, vec![koffi]), (koffi, vec![awa]), (stranger, vec![])] {
        let draft = world.draft("toc toc");
        assert_eq!(
            refusal(world.messaging.send(conn, (who, &hidden), room, &draft)),
            "messaging.conversation_unknown"
        );
        assert_eq!(
            refusal(world.messaging.messages(conn, (who, &hidden[..]), room, None, Limit::MAX)),
            "messaging.conversation_unknown"
        );
        assert_eq!(
            refusal(world.messaging.mark(conn, (who, &hidden), room, (Some(1), None))),
            "messaging.conversation_unknown"
        );
        assert_eq!(
            refusal(world.messaging.set_typing(conn, (who, &hidden), room, true)),
            "messaging.conversation_unknown"
        );
    }
    assert_eq!(refusal(world.messaging.leave(conn, (awa, NOBODY), room, &world.actor)), "messaging.not_here");
    assert_eq!(
        refusal(world.messaging.conversation(conn, (awa, NOBODY), Uuid::nil())),
        "messaging.conversation_unknown"
    );
}

#[test]
fn a_group_has_roles_and_never_lacks_an_owner() {
    let world = World::new(5);
    let conn = &mut world.conn();
    let [owner, koffi, yao, aya, out] =
        [world.users[0], world.users[1], world.users[2], world.users[3], world.users[4]];
    let (messaging, actor) = (&world.messaging, &world.actor);
    let title = Title::parse("Quatre").unwrap();
    let group =
        messaging.create_group(conn, (owner, NOBODY), &title, &[koffi, yao, aya, yao], actor).unwrap();
    let (room, who) = (group.conversation.id, (owner, NOBODY));
    assert_eq!(
        (group.conversation.members, group.membership.role, group.conversation.kind),
        (4, Role::Owner, Kind::Group)
    );
    assert_eq!(world.events("messaging.membership"), 4);
    world.say(0, room, "avant");

    assert_eq!(
        refusal(messaging.add_members(conn, (koffi, NOBODY), room, &[out], actor)),
        "messaging.role_required"
    );
    messaging.set_role(conn, who, room, (koffi, Role::Moderator), actor).unwrap();
    assert_eq!(
        refusal(messaging.set_role(conn, (koffi, NOBODY), room, (yao, Role::Moderator), actor)),
        "messaging.role_required"
    );
    assert_eq!(
        refusal(messaging.remove_member(conn, (koffi, NOBODY), room, (owner, false), actor)),
        "messaging.role_required"
    );
    assert_eq!(
        refusal(messaging.add_members(conn, (koffi, &[out]), room, &[out], actor)),
        "messaging.person_unknown"
    );
    messaging.add_members(conn, (koffi, NOBODY), room, &[out, yao], actor).unwrap();
    assert_eq!(world.read(4, room), [], "who comes in reads on from there");
    world.say(4, room, "merci");
    assert_eq!(world.read(4, room).len(), 1);
    assert_eq!(messaging.conversation(conn, who, room).unwrap().conversation.members, 5);

    messaging.remove_member(conn, (koffi, NOBODY), room, (out, true), actor).unwrap();
    assert_eq!(refusal(world.try_say(4, room, "encore")), "messaging.conversation_unknown");
    assert_eq!(refusal(messaging.add_members(conn, who, room, &[out], actor)), "messaging.person_unknown");
    messaging.remove_member(conn, who, room, (yao, false), actor).unwrap();
    world.say(0, room, "entre nous");
    messaging.add_members(conn, who, room, &[yao], actor).unwrap();
    assert_eq!((world.read(2, room), world.unread(2, room)), (vec![], 0));

    messaging.leave(conn, who, room, actor).unwrap();
    let members = messaging.members(conn, (koffi, NOBODY), room, None, Limit::MAX).unwrap().items;
    let owners: Vec<_> = members.iter().filter(|member| member.role == Role::Owner).collect();
    assert_eq!(
        owners.iter().map(|member| (member.user, member.standing)).collect::<Vec<_>>(),
        [(koffi, Standing::Active)]
    );
    messaging.set_role(conn, (koffi, NOBODY), room, (aya, Role::Owner), actor).unwrap();
    assert_eq!(
        refusal(messaging.set_role(conn, (koffi, NOBODY), room, (yao, Role::Moderator), actor)),
        "messaging.role_required"
    );
    assert_eq!(messaging.members(conn, (yao, &[koffi]), room, None, Limit::MAX).unwrap().items.len(), 2);
    assert_eq!(
        refusal(messaging.create_group(conn, (owner, NOBODY), &title, &[owner], actor)),
        "messaging.oneself"
    );
    assert_eq!(
        refusal(messaging.create_group(conn, (owner, &[aya]), &title, &[koffi, aya], actor)),
        "messaging.person_unknown"
    );
}

#[test]
fn groups_and_beginnings_are_bounded() {
    let world = World::new(300);
    let conn = &mut world.conn();
    let (who, title) = ((world.users[0], NOBODY), Title::parse("Trop").unwrap());
    let many = world.messaging.create_group(conn, who, &title, &world.users[1..257], &world.actor);
    assert_eq!(refusal(many), "messaging.too_many_members");
    let full = world.messaging.create_group(conn, who, &title, &world.users[1..256], &world.actor).unwrap();
    let room = full.conversation.id;
    assert_eq!(full.conversation.members, 256);
    assert_eq!(
        refusal(world.messaging.add_members(conn, who, room, &[world.users[280]], &world.actor)),
        "messaging.too_many_members"
    );
    for other in 1..100 {
        world.messaging.open_direct(conn, who, world.users[other], &world.actor).unwrap();
    }
    let next = |conn: &mut _| world.messaging.open_direct(conn, who, world.users[200], &world.actor);
    assert_eq!(refusal(next(conn)), "messaging.too_many_conversations");
    world.messaging.open_direct(conn, who, world.users[5], &world.actor).expect("it is there already");
    world.clock.advance(Duration::from_secs(86_401));
    next(conn).unwrap();
}

#[test]
fn a_theme_is_joined_left_slowed_and_closed() {
    let world = World::new(3);
    let conn = &mut world.conn();
    let [host, awa, koffi] = [world.users[0], world.users[1], world.users[2]];
    let (messaging, actor) = (&world.messaging, &world.actor);
    let room = world.theme("Santé des enfants");
    world.theme("Épargner");
    let titles = |filter: &ThemeFilter| -> Vec<String> {
        let page = messaging.themes(&mut world.conn(), filter, None, Limit::MAX).unwrap();
        page.items.into_iter().filter_map(|theme| theme.title).collect()
    };
    assert_eq!(titles(&ThemeFilter::default()), ["Épargner", "Santé des enfants"]);
    assert_eq!(
        titles(&ThemeFilter { category: None, search: Some("SANTE".to_owned()) }),
        ["Santé des enfants"]
    );
    assert_eq!(titles(&ThemeFilter { category: Some(Category::Money), search: None }), Vec::<String>::new());
    let first = messaging.themes(conn, &ThemeFilter::default(), None, Limit::parse(1).unwrap()).unwrap();
    let second = messaging.themes(conn, &ThemeFilter::default(), first.next.as_ref(), Limit::MAX).unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (1, 1, None));
    let forged = Cursor::new("users", &7).unwrap();
    messaging.themes(conn, &ThemeFilter::default(), Some(&forged), Limit::MAX).unwrap_err();

    world.say(0, room, "bienvenue");
    assert_eq!(refusal(world.try_say(1, room, "bonjour")), "messaging.conversation_unknown");
    assert_eq!(messaging.join(conn, awa, room, actor).unwrap().conversation.members, 2);
    messaging.join(conn, awa, room, actor).expect("twice is once");
    assert_eq!(hostolink_messaging::themes_of(conn, awa).unwrap(), [room]);
    assert_eq!(world.read(1, room).len(), 1, "a theme is read from its beginning");
    assert_eq!(world.logged("messaging.joined"), 1);

    let change = ThemeChange { slow_seconds: Some(30), ..ThemeChange::default() };
    assert_eq!(
        refusal(messaging.change_theme(conn, (awa, false), room, &change, actor)),
        "messaging.role_required"
    );
    messaging.change_theme(conn, (host, false), room, &change, actor).unwrap();
    world.say(1, room, "une");
    assert_eq!(refusal(world.try_say(1, room, "deux")), "messaging.slow_down");
    world.say(0, room, "qui garde l'ordre n'attend pas");
    world.say(0, room, "jamais");
    world.clock.advance(Duration::from_secs(30));
    world.say(1, room, "deux");
    let wrong = ThemeChange { slow_seconds: Some(3_601), ..ThemeChange::default() };
    assert_eq!(
        refusal(messaging.change_theme(conn, (host, false), room, &wrong, actor)),
        "messaging.slow_mode_invalid"
    );

    messaging.join(conn, koffi, room, actor).unwrap();
    messaging.remove_member(conn, (host, NOBODY), room, (koffi, true), actor).unwrap();
    assert_eq!(refusal(messaging.join(conn, koffi, room, actor)), "messaging.banned");
    messaging.leave(conn, (awa, NOBODY), room, actor).unwrap();
    let close = ThemeChange { open: Some(false), ..ThemeChange::default() };
    messaging.change_theme(conn, (koffi, true), room, &close, actor).expect("the house may");
    assert_eq!(refusal(messaging.join(conn, awa, room, actor)), "messaging.closed");
    assert_eq!(refusal(messaging.theme(conn, world.pair())), "messaging.conversation_unknown");
    assert_eq!(
        refusal(messaging.rename_group(conn, (host, NOBODY), room, &Title::parse("x").unwrap(), actor)),
        "messaging.not_here"
    );
}

#[test]
fn a_list_of_conversations_is_ordered_paged_searched_and_put_away() {
    let world = World::new(4);
    let conn = &mut world.conn();
    let (messaging, who) = (&world.messaging, (world.users[0], NOBODY));
    let mut rooms = Vec::new();
    for other in 1..4 {
        let own = messaging.open_direct(conn, who, world.users[other], &world.actor).unwrap();
        rooms.push(own.conversation.id);
        world.clock.advance(Duration::from_secs(1));
    }
    let list = |listing: &Listing, after: Option<&Cursor>, limit| {
        messaging.conversations(&mut world.conn(), who, listing, after, Limit::parse(limit).unwrap()).unwrap()
    };
    let ids = |listing: &Listing| -> Vec<Uuid> {
        list(listing, None, 100).items.iter().map(|own| own.conversation.id).collect()
    };
    assert_eq!(ids(&Listing::default()), Vec::<Uuid>::new(), "nothing was said yet");
    for at in [2, 0, 1] {
        world.say(0, rooms[at], "salut");
        world.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(ids(&Listing::default()), [rooms[1], rooms[0], rooms[2]]);
    let first = list(&Listing::default(), None, 2);
    let rest = list(&Listing::default(), first.next.as_ref(), 2);
    assert_eq!((first.items.len(), rest.items[0].conversation.id, rest.next), (2, rooms[2], None));
    let group = world.group();
    assert_eq!(ids(&Listing { archived: false, search: Some("famil".to_owned()) }), [group]);

    let until = Some(hostolink_kernel::Clock::now(world.clock.as_ref()) + chrono::TimeDelta::hours(8));
    let set = messaging.set_own(conn, who, rooms[0], (until, true), &world.actor).unwrap();
    assert_eq!((set.membership.muted_until, set.membership.archived), (until, true));
    assert_eq!(ids(&Listing { archived: true, search: None }), [rooms[0]]);
    assert_eq!(ids(&Listing::default()), [group, rooms[1], rooms[2]]);
    world.clock.advance(Duration::from_secs(9 * 3_600));
    assert_eq!(
        refusal(messaging.set_own(conn, who, rooms[0], (until, true), &world.actor)),
        "messaging.mute_invalid"
    );
    let last = messaging.last_messages(conn, who, &list(&Listing::default(), None, 100).items).unwrap();
    assert_eq!(last.len(), 2, "the group has none");
    assert_eq!(last[&rooms[1]].body.as_ref().unwrap().text().unwrap().as_str(), "salut");
}

#[test]
fn nobody_escapes_who_keeps_order_by_a_block() {
    let world = World::new(3);
    let (room, conn) = (world.group(), &mut world.conn());
    let [owner, koffi, yao] = [world.users[0], world.users[1], world.users[2]];
    let (messaging, actor) = (&world.messaging, &world.actor);
    let message = world.say(1, room, "à effacer");
    let (hiding, apart) = ([koffi], [owner]);
    let (keeper, other) = ((owner, &hiding[..]), (yao, &hiding[..]));
    assert_eq!(refusal(messaging.message(conn, keeper, message)), "messaging.message_unknown");
    assert_eq!(refusal(messaging.react(conn, keeper, message, "👍")), "messaging.message_unknown");
    assert_eq!(refusal(messaging.delete_for_all(conn, other, message, actor)), "messaging.message_unknown");
    messaging.delete_for_all(conn, keeper, message, actor).unwrap();
    messaging.set_role(conn, keeper, room, (koffi, Role::Moderator), actor).unwrap();
    messaging.remove_member(conn, keeper, room, (koffi, false), actor).unwrap();
    let gone = messaging.conversation(conn, (koffi, &apart), room);
    assert_eq!(refusal(gone), "messaging.conversation_unknown");
}

#[test]
fn in_a_closed_theme_nothing_is_said_in_whatever_way() {
    let world = World::new(2);
    let (room, conn) = (world.theme("Fermé"), &mut world.conn());
    let [host, awa] = [world.users[0], world.users[1]];
    let (messaging, actor) = (&world.messaging, &world.actor);
    messaging.join(conn, awa, room, actor).unwrap();
    let message = world.say(1, room, "dit");
    let close = ThemeChange { open: Some(false), ..ThemeChange::default() };
    messaging.change_theme(conn, (host, false), room, &close, actor).unwrap();
    let text = hostolink_messaging::Text::parse("redit").unwrap();
    let edited = messaging.edit(conn, (awa, NOBODY), message, &text, actor);
    assert_eq!(refusal(edited), "messaging.closed");
    assert_eq!(refusal(messaging.react(conn, (awa, NOBODY), message, "👍")), "messaging.closed");
    assert_eq!(refusal(world.try_say(1, room, "encore")), "messaging.closed");
    messaging.react(conn, (host, NOBODY), message, "👍").expect("who keeps order there may");
    messaging.delete_for_all(conn, (awa, NOBODY), message, actor).expect("one's own is taken back");
}

#[test]
fn the_house_keeps_order_in_themes_and_nowhere_else() {
    let world = World::new(3);
    let (room, group, conn) = (world.theme("Public"), world.group(), &mut world.conn());
    let [host, awa, house] = [world.users[0], world.users[1], world.users[2]];
    let (messaging, actor) = (&world.messaging, &world.actor);
    messaging.join(conn, awa, room, actor).unwrap();
    let (public, private) = (world.say(1, room, "à tous"), world.say(1, group, "entre nous"));
    assert!(messaging.delete_for_the_house(conn, house, public, actor).unwrap());
    assert!(!messaging.delete_for_the_house(conn, house, private, actor).unwrap());
    assert_eq!((world.read(0, room), world.read(0, group).len()), (vec![(1, None)], 1));
    let owner = messaging.remove_for_the_house(conn, house, room, (host, true), actor);
    assert_eq!(refusal(owner), "messaging.role_required");
    assert!(messaging.remove_for_the_house(conn, house, room, (awa, true), actor).unwrap());
    assert!(!messaging.remove_for_the_house(conn, house, group, (awa, true), actor).unwrap());
    assert_eq!(refusal(messaging.join(conn, awa, room, actor)), "messaging.banned");
    world.say(1, group, "toujours là");
    let own = messaging.remove_for_the_house(conn, house, room, (house, true), actor);
    assert_eq!(refusal(own), "messaging.oneself");
}

#[test]
fn nobody_is_put_into_more_rooms_than_one_may_be_in() {
    let world = World::new(3);
    let conn = &mut world.conn();
    let [owner, full, free] = [world.users[0], world.users[1], world.users[2]];
    let rooms = format!(
        "WITH made AS (INSERT INTO discussion (public_id, genre, titre, titre_recherche, actif_le, cree_par, cree_le) \
           SELECT gen_random_uuid(), 'group', 'x', 'x', now(), 3, now() FROM generate_series(1, {}) RETURNING id_discussion) \
         INSERT INTO discussion_membre (public_id, id_discussion, id_user, role, etat, depuis_seq, remis_seq, lu_seq, rejoint_le) \
         SELECT gen_random_uuid(), id_discussion, 2, 'owner', 'active', 0, 0, 0, now() FROM made",
        Messaging::MAX_ROOMS
    );
    conn.batch_execute(&rooms).unwrap();
    let title = Title::parse("Une de trop").unwrap();
    let made = world.messaging.create_group(conn, (owner, NOBODY), &title, &[full, free], &world.actor);
    assert_eq!(refusal(made), "messaging.too_many_rooms");
    world.messaging.create_group(conn, (owner, NOBODY), &title, &[free], &world.actor).unwrap();
}
