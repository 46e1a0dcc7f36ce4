use super::{LIST, held, number};
use crate::people::House;
use diesel::{Connection, RunQueryDsl, result::Error, sql_query};
use hostolink_ledger::{AccountStatus, Refusal};
use hostolink_wallet::{EntryRefusal, ListFormat, ListSource, PersonName, Target};

#[test]
fn an_import_is_done_once_and_what_left_the_list_is_closed() {
    let mut house = House::new();
    let first = house.import(LIST);
    assert_eq!((first.rows, first.added, first.closed), (2, 2, 0));
    let again = house.import(LIST);
    assert_eq!((again.added, again.changed, again.unchanged, again.closed), (0, 0, 2, 0));
    // One is changed, one is new, one can't be read and is there all the same, one is twice.
    let other =
        "reference,name,birth_date\nX1,Exemple Modèle,1962\nX2,- -,\nX3,Troisième Exemple,\nX3,Encore,\n";
    let other = house.import(other);
    assert_eq!((other.added, other.changed, other.closed), (1, 1, 0));
    assert_eq!(other.refused[&EntryRefusal::Name], (1, vec![3]));
    assert_eq!(other.refused[&EntryRefusal::Duplicate], (1, vec![5]));
    let short = house.import("reference,name\nX3,Troisième Exemple\n");
    assert_eq!((short.unchanged, short.closed), (1, 2));
    let reader = house.person();
    let person = house.person();
    assert_eq!(house.screen(person, "Exemple Modèle", None), 0, "a closed entry is nobody");
    let back = house.import(LIST);
    assert_eq!((back.added, back.closed), (2, 1));
    assert_eq!(house.screen(person, "Exemple Modèle", None), 1);
    assert_eq!(house.alerts(reader)[0].listed.as_ref().unwrap().name, "Exemple Modèle");
    assert_eq!(number(&mut house.conn, "SELECT count(*) AS n FROM fiche_sanctions"), 3, "nothing is deleted");
}

#[test]
fn a_file_that_says_nothing_or_is_cut_closes_nothing() {
    let mut house = House::new();
    house.import(LIST);
    assert_eq!(house.import("reference,name\n").closed, 0);
    let source = ListSource::parse("un").unwrap();
    let cut = "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>X9</DATAID><FIRST_NAME>Un</FIRST_NAME>\
               <SECOND_NAME>Autre</SECOND_NAME></INDIVIDUAL>";
    let (conn, format) = (&mut house.conn, ListFormat::UnXml);
    let refused = house.wallets.import_list(conn, &source, format, cut.as_bytes(), &mut |_| ()).unwrap_err();
    assert!(refused.to_string().contains("cut off"), "{refused}");
    let open = "SELECT count(*) AS n FROM fiche_sanctions WHERE close_le IS NULL";
    assert_eq!(number(&mut house.conn, open), 2);
    // Another list's entries are its own.
    let other = ListSource::parse("eu").unwrap();
    let text = "reference,name\nX1,Un Autre\n";
    house
        .wallets
        .import_list(&mut house.conn, &other, ListFormat::Csv, text.as_bytes(), &mut |_| ())
        .unwrap();
    assert_eq!(number(&mut house.conn, open), 3);
}

#[test]
fn who_is_on_a_list_is_found_once_and_their_money_stays() {
    let mut house = House::new();
    let (person, alert) = held(&mut house);
    let listed = alert.listed.unwrap();
    assert_eq!((listed.reference.as_str(), listed.birth_years.as_slice()), ("X1", [1961].as_slice()));
    assert_eq!(house.status(person), AccountStatus::DebitFrozen);
    let friend = house.person_with(500);
    assert_eq!(house.pay(person, Target::To(friend), Some(1)), Err(Refusal::SenderBlocked));
    house.pay(friend, Target::To(person), Some(100)).unwrap();
    // The same name again is no news; another spelling of it neither, another name is.
    assert_eq!(house.screen(person, "EXEMPLE, Modele", None), 0);
    assert_eq!(house.screen(person, "Seconde Exemplaire", None), 1);
    // Money comes and goes elsewhere as before.
    let namesake = house.person_with(500);
    assert_eq!(house.screen(namesake, "Abou Exemple Junior", Some(1990)), 1, "somebody looks all the same");
    assert_eq!(house.status(namesake), AccountStatus::Active, "born thirty years later");
    for stranger in ["Exemple", "Awa Koné", "", "Modèle Exemplaire"] {
        assert_eq!(house.screen(friend, stranger, None), 0, "{stranger}");
    }
    // Once the list says otherwise, who was found is looked at again.
    house.import(&LIST.replace("1961", "1963"));
    assert_eq!(house.screen(person, "Modele Exemple", None), 1);
}

#[test]
fn many_people_are_compared_in_one_query_that_reads_no_list_whole() {
    let mut house = House::new();
    // Right after an import: nobody else has told the planner what the list is like.
    // Each digit twice: no two of these words are one slip apart.
    let word = |i: u32| format!("{i:04}").chars().flat_map(|digit| [digit, digit]).collect::<String>();
    let list: String = (1..=3000).map(|i| format!("R{i},Nom{0} Prenom{0}\n", word(i))).collect();
    assert_eq!(house.import(&format!("reference,name\n{list}")).added, 3000);
    let people: Vec<PersonName> = (1..=50)
        .map(|i| {
            let name = format!("Prenom{0} NOM{0}", word(i));
            PersonName { person: house.person(), name, birth_year: None }
        })
        .collect();
    let wallets = house.wallets.clone();
    let done: Result<(), Error> = house.conn.transaction(|conn| {
        let screened = wallets.screen(conn, &people).unwrap();
        assert_eq!((screened.people, screened.alerts), (50, 50));
        let scans = "SELECT seq_scan AS n FROM pg_stat_xact_user_tables WHERE relname = 'fiche_sanctions'";
        assert_eq!(number(conn, scans), 0);
        Ok(())
    });
    done.unwrap();
}

#[test]
fn nothing_is_compared_without_a_rule_and_nothing_held_where_it_only_alerts() {
    let mut house = House::new();
    house.import(LIST);
    sql_query(
        "INSERT INTO regle_vigilance (genre, action, active, valide_du, pose_le) \
         VALUES ('sanctions', 'retenue', false, '2026-01-02', now())",
    )
    .execute(&mut house.conn)
    .unwrap();
    let person = house.person_with(100);
    assert_eq!(house.screen(person, "Exemple Modèle", None), 0);
    sql_query(
        "INSERT INTO regle_vigilance (genre, action, active, valide_du, pose_le) \
         VALUES ('sanctions', 'alerte', true, '2026-01-03', now())",
    )
    .execute(&mut house.conn)
    .unwrap();
    house.clock.advance(std::time::Duration::from_secs(5));
    assert_eq!(house.screen(person, "Exemple Modèle", None), 1);
    assert_eq!(house.status(person), AccountStatus::Active);
}
