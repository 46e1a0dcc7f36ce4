//! Stands for Orange and Twilio: takes every message, gives each an id, and keeps what was asked.

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    rt,
    web::{self, Data},
};
use serde_json::json;
use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
};

#[derive(Default)]
struct Asked {
    messages: Vec<String>,
    fails: bool,
}

/// A running provider.
pub(crate) struct Provider {
    pub(crate) url: String,
    asked: Arc<Mutex<Asked>>,
    handle: ServerHandle,
}

impl Provider {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Asked::default()));
        let shared = Data::new(asked.clone());
        let server =
            HttpServer::new(move || App::new().app_data(shared.clone()).default_service(web::to(answer)));
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        rt::spawn(server);
        Self { url, asked, handle }
    }

    /// The bodies of the messages it was given.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.asked.lock().unwrap().messages.clone()
    }

    /// From now on it takes nothing.
    pub(crate) fn fail(&self) {
        self.asked.lock().unwrap().fails = true;
    }

    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

async fn answer(request: HttpRequest, body: String, asked: Data<Arc<Mutex<Asked>>>) -> HttpResponse {
    if request.path().starts_with("/oauth/") {
        let token = json!({"token_type": "Bearer", "access_token": "t", "expires_in": "3600"});
        return HttpResponse::Ok().json(token);
    }
    let mut asked = asked.lock().unwrap();
    if asked.fails {
        return HttpResponse::ServiceUnavailable().finish();
    }
    asked.messages.push(body);
    let number = asked.messages.len();
    if request.path().ends_with("/Messages.json") {
        return HttpResponse::Created().json(json!({"sid": format!("SM{number:032}"), "status": "queued"}));
    }
    let url = format!("https://api.orange.com/smsmessaging/v1/outbound/x/requests/orange-{number}");
    HttpResponse::Created().json(json!({"outboundSMSMessageRequest": {"resourceURL": url}}))
}
