use crate::people::House;
use diesel::{RunQueryDsl, sql_query, sql_types};
use hostolink_audit::Actor;
use hostolink_kernel::{ContactId, DomainError, Limit, UserId};
use hostolink_wallet::{Contact, ContactName, Error, NewContact, Wallets};

fn actor(user: UserId) -> Actor {
    Actor { user: Some(user), trace_id: None, address: None }
}

fn save(house: &mut House, owner: UserId, person: UserId, name: &str) -> Result<Contact, Error> {
    let name = ContactName::parse(name).unwrap();
    house.wallets.save_contact(&mut house.conn, NewContact { owner, person, name, actor: actor(owner) })
}

fn names(house: &mut House, owner: UserId, search: &str) -> Vec<String> {
    let page = house.wallets.contacts(&mut house.conn, owner, search, None, Limit::MAX).unwrap();
    page.items.iter().map(|contact| contact.name.as_str().to_owned()).collect()
}

fn code(error: &Error) -> &'static str {
    error.code().code
}

#[test]
fn contacts_are_found_by_a_part_of_their_name_and_come_in_pages() {
    let mut house = House::new();
    let owner = house.person();
    for name in ["Zoé", "Tantie Aïcha", "awa", "Aïcha 100%", "Éric"] {
        let person = house.person();
        save(&mut house, owner, person, name).unwrap();
    }
    assert_eq!(names(&mut house, owner, ""), ["Aïcha 100%", "awa", "Éric", "Tantie Aïcha", "Zoé"]);
    assert_eq!(names(&mut house, owner, "AICHA"), ["Aïcha 100%", "Tantie Aïcha"]);
    assert_eq!(names(&mut house, owner, " e "), ["Éric", "Tantie Aïcha", "Zoé"]);
    assert_eq!(
        names(&mut house, owner, "%"),
        names(&mut house, owner, ""),
        "a sign is no letter to look for"
    );
    assert!(names(&mut house, owner, "koffi").is_empty());
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let limit = Limit::parse(2).unwrap();
        let page = house.wallets.contacts(&mut house.conn, owner, "", cursor.as_ref(), limit).unwrap();
        seen.extend(page.items.into_iter().map(|contact| contact.name.as_str().to_owned()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, names(&mut house, owner, ""));
    let other = house.person();
    assert!(names(&mut house, other, "").is_empty());
}

#[test]
fn a_contact_is_its_owners_to_rename_and_to_forget() {
    let mut house = House::new();
    let (owner, other, person) = (house.person(), house.person(), house.person());
    let saved = save(&mut house, owner, person, "Koffi").unwrap();
    assert_eq!(code(&save(&mut house, owner, person, "Koffi 2").unwrap_err()), "wallet.contact_exists");
    assert_eq!(code(&save(&mut house, owner, owner, "Moi").unwrap_err()), "ledger.same_account");
    save(&mut house, other, person, "Koffi").unwrap();
    let name = ContactName::parse("Koffi du marché").unwrap();
    let unknown = ContactId::new(uuid::Uuid::from_u128(7));
    let (wallets, conn) = (house.wallets.clone(), &mut house.conn);
    for (who, id) in [(other, saved.id), (owner, unknown)] {
        let refused = [
            wallets.contact(conn, who, id).unwrap_err(),
            wallets.rename_contact(conn, (who, id), &name, &actor(who)).unwrap_err(),
            wallets.delete_contact(conn, (who, id), &actor(who)).unwrap_err(),
        ];
        assert!(refused.iter().all(|error| code(error) == "wallet.contact_unknown"));
    }
    let renamed = wallets.rename_contact(conn, (owner, saved.id), &name, &actor(owner)).unwrap();
    assert_eq!((renamed.id, renamed.person, renamed.name), (saved.id, person, name));
    wallets.delete_contact(conn, (owner, saved.id), &actor(owner)).unwrap();
    assert_eq!(code(&wallets.contact(conn, owner, saved.id).unwrap_err()), "wallet.contact_unknown");
    assert!(names(&mut house, owner, "").is_empty());
    assert_eq!(names(&mut house, other, ""), ["Koffi"]);
}

#[test]
fn there_is_an_end_to_contacts_and_who_leaves_is_in_none() {
    let mut house = House::new();
    let (owner, person) = (house.person(), house.person());
    let (first, next) = (house.person(), house.person());
    save(&mut house, owner, first, "Premier").unwrap();
    save(&mut house, person, owner, "Le patron").unwrap();
    sql_query(
        "WITH others AS (INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(2, $2) RETURNING id_user) \
         INSERT INTO contacts_enregistres (public_id, id_user, id_contact_user, nom, nom_recherche, cree_le) \
         SELECT gen_random_uuid(), $1, id_user, 'n', 'n', now() FROM others",
    )
    .bind::<sql_types::Integer, _>(owner)
    .bind::<sql_types::BigInt, _>(Wallets::MAX_CONTACTS)
    .execute(&mut house.conn)
    .unwrap();
    assert_eq!(code(&save(&mut house, owner, next, "De trop").unwrap_err()), "wallet.too_many_contacts");
    assert_eq!(names(&mut house, owner, "premier"), ["Premier"]);
    house.wallets.close(&mut house.conn, first).unwrap();
    assert!(names(&mut house, owner, "premier").is_empty());
    save(&mut house, owner, next, "Il reste une place").unwrap();
    house.wallets.close(&mut house.conn, owner).unwrap();
    assert!(names(&mut house, owner, "").is_empty() && names(&mut house, person, "").is_empty());
}
