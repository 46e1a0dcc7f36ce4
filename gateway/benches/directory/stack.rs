//! One small server whose two doors differ in one thing: who answers the question, the snapshot or Postgres.

use crate::library::{self, LIMIT};
use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Data},
};
use hostolink_database::{Database, Settings};
use hostolink_geo::Point;
use hostolink_health_directory::{Directory, EstablishmentType, Filter, Nearby, Snapshot};
use hostolink_kernel::EstablishmentId;
use serde::{Deserialize, Serialize};
use std::{net::TcpListener, sync::Arc, time::Duration};

struct Shop {
    directory: Arc<Directory>,
    database: Database,
}

#[derive(Deserialize)]
struct Ask {
    near: String,
    kind: String,
    called: Option<bool>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: EstablishmentId,
    name: &'a str,
    kind: &'static str,
    meters: f64,
    bearing: f64,
}

impl Ask {
    fn read(&self) -> (Point, Filter) {
        let kind = EstablishmentType::parse(&self.kind);
        (self.near.parse().unwrap(), Filter { kind, has_number: self.called, ..Filter::default() })
    }
}

fn answer<'a>(found: impl Iterator<Item = Nearby<'a>>) -> HttpResponse {
    let item = |near: Nearby<'a>| Item {
        id: near.establishment.id,
        name: &near.establishment.name,
        kind: near.establishment.kind.code(),
        meters: near.distance_metres,
        bearing: near.bearing,
    };
    HttpResponse::Ok().json(found.map(item).collect::<Vec<_>>())
}

async fn memory(shop: Data<Shop>, ask: web::Query<Ask>) -> HttpResponse {
    let ((from, filter), snapshot) = (ask.read(), shop.directory.snapshot());
    answer(snapshot.nearest(from, LIMIT, None, &filter).into_iter())
}

async fn postgres(shop: Data<Shop>, ask: web::Query<Ask>) -> HttpResponse {
    let ((from, filter), snapshot) = (ask.read(), shop.directory.snapshot());
    let rows = shop
        .database
        .run(move |conn| Ok::<_, hostolink_database::Error>(library::by_postgres(conn, from, &filter)));
    let rows = rows.await.unwrap();
    answer(rows.iter().map(|row| seen(&snapshot, row.public_id, from)))
}

fn seen(snapshot: &Snapshot, id: EstablishmentId, from: Point) -> Nearby<'_> {
    let establishment = snapshot.find(id).unwrap();
    let point = establishment.position.point;
    Nearby { establishment, distance_metres: from.distance(point), bearing: from.bearing(point) }
}

/// Starts it; it lasts as long as the bench. The address.
pub(crate) fn serve(directory: Arc<Directory>, url: &str) -> String {
    let settings = Settings { url: url.to_owned().into(), connections: 16, wait: Duration::from_secs(5) };
    let shop = Data::new(Shop { directory, database: Database::new(&settings) });
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            HttpServer::new(move || {
                App::new()
                    .app_data(shop.clone())
                    .route("/memory", web::get().to(memory))
                    .route("/postgres", web::get().to(postgres))
            })
            .workers(std::thread::available_parallelism().map_or(2, usize::from))
            .worker_max_blocking_threads(16)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run()
            .await
        })
    });
    address
}
