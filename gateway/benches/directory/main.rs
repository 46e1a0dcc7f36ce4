//! The health directory: the index, the snapshot, HTTP against the cheapest answer of the same server and against Postgres, and how
//! fresh an answer is.
//!
//! `cargo bench -p hostolink-gateway --bench directory -- [seconds a measure] [rounds]`. Every answer is compared with measuring all before it is
//! timed; ratios are of one run, taken in turns.

#![expect(clippy::print_stdout, reason = "its figures are what the program is for")]
#![expect(clippy::unwrap_used, reason = "a bench that can't go on stops")]

mod data;
mod fresh;
mod http;
mod library;
#[path = "../wallet/server.rs"]
#[expect(dead_code, reason = "the wallet's bench measures more of a server")]
mod server;
mod stack;

use data::{CONTINENT, COUNTRY, Dice};
use hostolink_audit::Actor;
use hostolink_health_directory::{Country, Directory, EstablishmentType, Import, Source};
use hostolink_kernel::{SystemClock, SystemRandom};
use server::{Place, Posting, Server};
use std::{sync::Arc, time::Duration};

/// As many as the list of the whole of Africa south of the Sahara has with a position.
const MANY: usize = 96_395;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u64>().ok());
    let (seconds, rounds) = (numbers.next().unwrap_or(4), numbers.next().unwrap_or(5));
    library::index(COUNTRY, MANY, Duration::from_micros(20));
    library::index(CONTINENT, 2_000_000, Duration::from_micros(50));

    let place = Place::new();
    let directory = Directory::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    directory.import_shipped(&mut place.connect()).unwrap();
    library::snapshot("shipped", &mut place.connect(), COUNTRY, 20_000);
    directory.refresh(&mut place.connect()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(over_http(&place, Arc::new(directory), Duration::from_secs(seconds), rounds));

    let many = Place::new();
    let list = data::list(&data::scatter(&mut Dice(3), COUNTRY, MANY));
    let import =
        Import { source: Source::Osm, country: Some(Country::COTE_D_IVOIRE), actor: Actor::default() };
    let directory = Directory::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    directory.import(&mut many.connect(), &import, list.as_bytes(), &mut |_| ()).unwrap();
    library::snapshot("synthetic", &mut many.connect(), COUNTRY, 20_000);
}

async fn over_http(place: &Place, directory: Arc<Directory>, time: Duration, rounds: u64) {
    let asked = library::ask(&directory.snapshot(), COUNTRY, 1_024);
    let paths: Vec<(String, String)> = asked
        .iter()
        .map(|(from, filter)| {
            let near = format!("near={},{}", from.latitude(), from.longitude());
            let kind = filter.kind.map_or("", EstablishmentType::code);
            let number = filter.has_number.is_some();
            let ours = if number { "&hasNumber=true" } else { "" };
            let bare = if number { "&called=true" } else { "" };
            (format!("{near}&limit=10&type={kind}{ours}"), format!("{near}&kind={kind}{bare}"))
        })
        .collect();
    let all = |door: &str, path: fn(&(String, String)) -> &String| {
        paths.iter().map(|paths| http::get(&format!("{door}{}", path(paths)))).collect::<Vec<_>>()
    };
    let server = Server::start(place, Posting::Batches);
    let stack = stack::serve(directory, &place.url());
    let loads = [
        ("/health/live", &server.address, vec![http::get("/health/live")]),
        ("nearest-10", &server.address, all("/api/health/establishments?", |(ours, _)| ours)),
        ("snapshot, bare", &stack, all("/memory?", |(_, bare)| bare)),
        ("Postgres, bare", &stack, all("/postgres?", |(_, bare)| bare)),
    ];
    let mut rates: Vec<[f64; 4]> = Vec::new();
    for _ in 0..rounds {
        let mut round = [0.0; 4];
        for ((_, address, requests), rate) in loads.iter().zip(&mut round) {
            *rate = http::rate(address, requests, time).await;
        }
        rates.push(round);
    }
    for (place, (name, ..)) in loads.iter().enumerate() {
        let [least, middle, most] = spread(rates.iter().map(|round| round[place]));
        println!("{name}: {middle:.0} answers a second [{least:.0}–{most:.0}]");
    }
    let [least, middle, most] = spread(rates.iter().map(|round| round[1] / round[0]));
    println!("nearest-10 / live = {middle:.2} [{least:.2}–{most:.2}] (due: 0.60)");
    let [least, middle, most] = spread(rates.iter().map(|round| round[2] / round[3]));
    println!("snapshot / Postgres through HTTP = {middle:.1} [{least:.1}–{most:.1}] (due: 3)");

    let other = Server::start(place, Posting::Batches);
    fresh::measure(place, &server, &other).await;
}

/// The least, the middle and the most.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    [values[0], values[values.len() / 2], values[values.len() - 1]]
}
