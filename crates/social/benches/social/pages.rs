//! First pages of the large database against those of the small one.

use crate::{
    AUTHORS, READERS,
    figures::{Ratio, Times, ratio},
    place::Place,
};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Uuid as SqlUuid};
use hostolink_kernel::{Limit, SystemClock, SystemRandom, UserId};
use hostolink_social::{Social, Viewer};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

#[derive(Debug, Clone, Copy)]
enum Page {
    Recent,
    Following,
    Trending,
    Comments,
    OneAuthor,
}

const PAGES: [Page; 5] = [Page::Recent, Page::Following, Page::Trending, Page::Comments, Page::OneAuthor];
/// Rounds that count; one before them warms up.
const ROUNDS: usize = 10;
/// Pages a round, of each size.
const CALLS: usize = 96;
/// How many times as long a page of the large database may take.
const DUE: f64 = 1.2;

/// One of the databases, with who and what is asked for in turns.
struct Town {
    conn: PgConnection,
    social: Social,
    readers: Vec<Viewer>,
    authors: Vec<UserId>,
    discussed: Vec<Uuid>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
}

impl Town {
    fn of(place: &Place) -> Self {
        let mut conn = place.connect();
        // From the oldest to the newest, of people whom no reader has a block with and who are not suspended.
        let discussed: Vec<Found> = sql_query(
            "SELECT public_id FROM (SELECT public_id, row_number() OVER (ORDER BY public_id) AS place, count(*) OVER () AS n \
             FROM publication WHERE commentaires = 150 AND id_user < 199) d WHERE place % (n / 32) = 0 ORDER BY place LIMIT 32",
        )
        .load(&mut conn)
        .unwrap();
        Self {
            conn,
            social: Social::new(Arc::new(SystemClock), Arc::new(SystemRandom)),
            readers: READERS.map(|key| Viewer::new(UserId::new(key))).collect(),
            authors: AUTHORS.map(UserId::new).collect(),
            discussed: discussed.into_iter().map(|found| found.public_id).collect(),
        }
    }

    /// Reads a page, and says how much was on it.
    fn read(&mut self, page: Page, turn: usize) -> usize {
        let Self { conn, social, readers, authors, discussed } = self;
        let (reader, limit) = (&readers[turn % readers.len()], Limit::DEFAULT);
        match page {
            Page::Recent => social.recent(conn, reader, None, None, limit).unwrap().items.len(),
            Page::Following => social.following(conn, reader, None, limit).unwrap().items.len(),
            Page::Trending => social.trending(conn, reader, None, limit).unwrap().items.len(),
            Page::Comments => {
                let publication = discussed[turn % discussed.len()];
                social.comments(conn, reader, publication, None, limit).unwrap().items.len()
            }
            Page::OneAuthor => {
                let author = authors[turn % authors.len()];
                social.publications_of(conn, reader, author, None, limit).unwrap().items.len()
            }
        }
    }

    /// How long each of a round's pages took.
    fn round(&mut self, page: Page) -> Vec<Duration> {
        let time = |turn| {
            let begun = Instant::now();
            let read = self.read(page, turn);
            let taken = begun.elapsed();
            assert_eq!(read, Limit::DEFAULT.count(), "A PAGE IS NOT FULL: its time means nothing. {page:?}");
            taken
        };
        (0..CALLS).map(time).collect()
    }
}

pub(crate) fn compare(few: &Place, many: &Place) {
    let mut towns = [Town::of(few), Town::of(many)];
    println!("first pages of {}, the small database and the large one in turns", Limit::DEFAULT.count());
    for page in PAGES {
        let (mut taken, mut ratios) = ([Vec::new(), Vec::new()], Vec::new());
        for round in 0..=ROUNDS {
            let mut middle = [Duration::ZERO; 2];
            // Neither is always the first.
            for size in [round % 2, (round + 1) % 2] {
                let times = towns[size].round(page);
                middle[size] = Times::of(times.clone()).p50;
                if round > 0 {
                    taken[size].extend(times);
                }
            }
            if round > 0 {
                ratios.push(ratio(middle[1], middle[0]));
            }
        }
        let [small, large] = taken.map(Times::of);
        let compared = Ratio::new(ratio(large.p50, small.p50), &ratios);
        println!("{page:?}: small {small}; large {large}; p50 {}", compared.against(DUE));
    }
}
