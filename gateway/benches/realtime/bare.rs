//! The least that can do it: what is said on one socket is written to all the others, by actix-ws and a loop.

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, rt,
    web::{self, Data, Payload},
};
use actix_ws::{Message, Session};
use std::net::TcpListener;
use tokio::sync::Mutex;

/// What has this program be that server.
pub(crate) const ARGUMENT: &str = "bare-server";

/// The sockets that hear.
#[derive(Default)]
struct Room {
    listeners: Mutex<Vec<Session>>,
}

async fn hear(room: Data<Room>, request: HttpRequest, body: Payload) -> actix_web::Result<HttpResponse> {
    let (response, session, mut stream) = actix_ws::handle(&request, body)?;
    room.listeners.lock().await.push(session);
    rt::spawn(async move { while let Some(Ok(_)) = stream.recv().await {} });
    Ok(response)
}

async fn say(room: Data<Room>, request: HttpRequest, body: Payload) -> actix_web::Result<HttpResponse> {
    let (response, session, mut stream) = actix_ws::handle(&request, body)?;
    rt::spawn(async move {
        // The socket is open as long as it is held.
        let _open = session;
        while let Some(Ok(message)) = stream.recv().await {
            let Message::Text(text) = message else { continue };
            for listener in room.listeners.lock().await.iter_mut() {
                let _ = listener.text(text.clone()).await;
            }
        }
    });
    Ok(response)
}

/// Serves until the process is ended.
pub(crate) fn serve() {
    let room = Data::new(Room::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let served = rt::System::new().block_on(async move {
        HttpServer::new(move || {
            App::new()
                .app_data(room.clone())
                .route("/hear", web::get().to(hear))
                .route("/say", web::get().to(say))
        })
        .workers(std::thread::available_parallelism().map_or(2, usize::from))
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run()
        .await
    });
    served.unwrap();
}
