use super::{by, held, number};
use crate::people::House;
use diesel::{RunQueryDsl, sql_query};
use hostolink_kernel::{Clock, DomainError, Limit, UserId};
use hostolink_ledger::AccountStatus;
use hostolink_wallet::{AlertFilter, AlertState, Dates, Decision, Error, RemarkText};
use std::sync::Barrier;

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code().code
}

#[test]
fn two_officers_let_money_go() {
    let mut house = House::new();
    let (person, alert) = held(&mut house);
    let (one, two) = (house.person(), house.person());
    let (wallets, conn) = (house.wallets.clone(), &mut house.conn);
    assert_eq!(code(wallets.release_alert(conn, &by(one), alert.id)), "wallet.alert_undecided");
    let why = RemarkText::parse("Homonyme").unwrap();
    let file = wallets.decide_alert(conn, &by(one), alert.id, Decision::Dismiss, Some(why.clone())).unwrap();
    assert_eq!((file.alert.state, file.alert.holds), (AlertState::Dismissed, true));
    assert_eq!((file.alert.decided_by, &file.remarks[0].text), (Some(one), &why));
    for decision in [Decision::Dismiss, Decision::Report] {
        let again = wallets.decide_alert(conn, &by(two), alert.id, decision, None);
        assert_eq!(code(again), "wallet.alert_decided");
    }
    assert_eq!(code(wallets.release_alert(conn, &by(one), alert.id)), "wallet.alert_second_person");
    assert_eq!(house.status(person), AccountStatus::DebitFrozen);
    let released = wallets.release_alert(&mut house.conn, &by(two), alert.id).unwrap().alert;
    assert_eq!((released.holds, released.released_by), (false, Some(two)));
    assert_eq!(house.status(person), AccountStatus::Active);
    let again = wallets.release_alert(&mut house.conn, &by(two), alert.id);
    assert_eq!(code(again), "wallet.alert_holds_nothing");
}

#[test]
fn what_is_reported_stays_held_until_two_let_it_go_and_others_hold_on() {
    let mut house = House::new();
    let (person, first) = held(&mut house);
    assert_eq!(house.screen(person, "Second Exemplaire", None), 1);
    let (one, two) = (house.person(), house.person());
    let wallets = house.wallets.clone();
    let conn = &mut house.conn;
    let file = wallets.decide_alert(conn, &by(one), first.id, Decision::Report, None).unwrap();
    assert_eq!((file.alert.state, file.alert.release_asked_by), (AlertState::Reported, None));
    wallets.release_alert(conn, &by(one), first.id).unwrap();
    wallets.release_alert(conn, &by(two), first.id).unwrap();
    assert_eq!(house.status(person), AccountStatus::DebitFrozen, "the second alert holds on");
    let second = house.alerts(one).into_iter().find(|alert| alert.id != first.id).unwrap();
    let conn = &mut house.conn;
    wallets.decide_alert(conn, &by(two), second.id, Decision::Dismiss, None).unwrap();
    wallets.release_alert(conn, &by(one), second.id).unwrap();
    assert_eq!(house.status(person), AccountStatus::Active);
}

#[test]
fn two_alerts_released_at_once_let_money_go() {
    let mut house = House::new();
    let (person, first) = held(&mut house);
    house.screen(person, "Second Exemplaire", None);
    let (one, two) = (house.person(), house.person());
    let ids: Vec<_> = house.alerts(one).iter().map(|alert| alert.id).collect();
    assert!(ids.len() == 2 && ids.contains(&first.id));
    for id in &ids {
        house.wallets.decide_alert(&mut house.conn, &by(one), *id, Decision::Dismiss, None).unwrap();
    }
    let together = Barrier::new(2);
    std::thread::scope(|scope| {
        for id in &ids {
            let (mut conn, wallets, together) = (house.db.conn(), &house.wallets, &together);
            scope.spawn(move || {
                together.wait();
                wallets.release_alert(&mut conn, &by(two), *id).unwrap();
            });
        }
    });
    assert_eq!(house.status(person), AccountStatus::Active);
    assert_eq!(number(&mut house.conn, "SELECT count(*) AS n FROM gel"), 0);
}

#[test]
fn nobody_sees_or_handles_an_alert_about_themselves() {
    let mut house = House::new();
    let (person, alert) = held(&mut house);
    let other = house.person();
    assert_eq!(house.alerts(person), []);
    let (wallets, conn) = (house.wallets.clone(), &mut house.conn);
    let me = by(person);
    let unknown = "wallet.alert_unknown";
    assert_eq!(code(wallets.alert(conn, &me, alert.id)), unknown);
    assert_eq!(code(wallets.assign_alert(conn, &me, alert.id, other)), unknown);
    assert_eq!(code(wallets.decide_alert(conn, &me, alert.id, Decision::Dismiss, None)), unknown);
    assert_eq!(code(wallets.release_alert(conn, &me, alert.id)), unknown);
    let text = RemarkText::parse("x").unwrap();
    assert_eq!(code(wallets.remark_alert(conn, &me, alert.id, text)), unknown);
    let to_me = wallets.assign_alert(conn, &by(other), alert.id, person);
    assert_eq!(code(to_me), "wallet.alert_assignee_invalid");
    let today = house.clock.now().date_naive();
    let dates = Dates::parse("2026-11-20", "2026-11-20", today).unwrap();
    assert_eq!(wallets.export_alerts(&mut house.conn, &me, dates).unwrap(), []);
    assert_eq!(wallets.export_alerts(&mut house.conn, &by(other), dates).unwrap().len(), 1);
}

#[test]
fn the_queue_is_filtered_and_read_page_by_page() {
    let mut house = House::new();
    let (person, first) = held(&mut house);
    house.screen(person, "Second Exemplaire", None);
    let officer = house.person();
    house.wallets.assign_alert(&mut house.conn, &by(officer), first.id, officer).unwrap();
    let mut list = |filter: AlertFilter| -> Vec<_> {
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let limit = Limit::parse(1).unwrap();
            let page =
                house.wallets.alerts(&mut house.conn, officer, &filter, after.as_ref(), limit).unwrap();
            ids.extend(page.items.iter().map(|alert| alert.id));
            after = page.next;
            if after.is_none() {
                return ids;
            }
        }
    };
    let all = AlertFilter::default();
    assert_eq!(list(all).len(), 2);
    assert_eq!(list(AlertFilter { assignee: Some(officer), ..all }), [first.id]);
    assert_eq!(list(AlertFilter { holding: true, state: Some(AlertState::Open), ..all }).len(), 2);
    assert_eq!(list(AlertFilter { state: Some(AlertState::Reported), ..all }).len(), 0);
    assert_eq!(list(AlertFilter { assignee: Some(UserId::new(0)), ..all }).len(), 0);
}

#[test]
fn what_compliance_keeps_is_kept_for_ten_years() {
    let mut house = House::new();
    let (_, alert) = held(&mut house);
    let officer = house.person();
    let text = RemarkText::parse("vu").unwrap();
    house.wallets.remark_alert(&mut house.conn, &by(officer), alert.id, text).unwrap();
    let mut refused = |sql: &str| {
        let done = sql_query(sql).execute(&mut house.conn);
        assert!(done.as_ref().is_err_and(|error| error.to_string().contains("refused")), "{sql}: {done:?}");
    };
    for table in ["alerte_conformite", "commentaire_alerte", "fiche_sanctions"] {
        refused(&format!("DELETE FROM {table}"));
        refused(&format!("TRUNCATE {table} CASCADE"));
    }
    refused("UPDATE alerte_conformite SET ouverte_le = '2000-01-01'");
    refused("UPDATE commentaire_alerte SET texte = 'x'");
    refused("DELETE FROM regle_vigilance");
    house.wallets.decide_alert(&mut house.conn, &by(officer), alert.id, Decision::Report, None).unwrap();
    let mut refused = |sql: &str| assert!(sql_query(sql).execute(&mut house.conn).is_err(), "{sql}");
    refused("UPDATE alerte_conformite SET decidee_le = '2000-01-01'");
    refused("UPDATE alerte_conformite SET etat = 'classee'");
    refused("DELETE FROM alerte_conformite");
    // One of long ago may go.
    sql_query(
        "INSERT INTO alerte_conformite (public_id, id_user, genre, objet, id_regle, retient, etat, ouverte_le, decidee_par, decidee_le) \
         SELECT gen_random_uuid(), min(id_user), 'destinataires', 'x', 1, false, 'classee', now() - interval '12 years', \
             max(id_user), now() - interval '11 years' FROM utilisateur",
    )
    .execute(&mut house.conn)
    .unwrap();
    let gone = sql_query("DELETE FROM alerte_conformite WHERE objet = 'x'").execute(&mut house.conn);
    assert_eq!(gone, Ok(1));
}

#[test]
fn who_is_held_does_not_leave_meanwhile() {
    let mut house = House::new();
    house.import(super::LIST);
    let person = house.person();
    house.wallets.overview(&mut house.conn, person).unwrap();
    house.screen(person, "Exemple Modèle", None);
    assert_eq!(code(house.wallets.suspend(&mut house.conn, person)), "wallet.account_frozen");
    assert_eq!(code(house.wallets.close(&mut house.conn, person)), "wallet.account_frozen");
}
