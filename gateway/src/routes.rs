//! The whole API on one page: a line a domain. Who may call what is in [`crate::authorization`].

use crate::{
    auth, dev, doors, health, media, messaging, notifications, observe, openapi, pages, realtime, sms,
    social, wallet,
};
use actix_web::{App, dev::HttpServiceFactory, guard, web};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::OpenApiFactory;

/// Mounts every route.
pub fn mount(app: &mut web::ServiceConfig) {
    all(&mut ServiceConfig { app, description: None });
}

/// Adds every route's paths and schemas to a description.
pub(crate) fn describe(description: &mut OpenApi) {
    // Routes are told apart by being mounted: on a server that nobody starts.
    let _ = App::new().configure(|app| all(&mut ServiceConfig { app, description: Some(description) }));
}

fn all(config: &mut ServiceConfig<'_>) {
    config
        .configure(observe::routes)
        .under(&["/api/health/", "/api/admin/health/", "/api/position", "/carte", "/fhir/"], health::routes)
        .under(&["/api/v1/"], doors::ego::routes)
        .under(&["/Gateway/"], doors::nest::routes)
        .configure(wallet::routes)
        .configure(auth::routes)
        .configure(sms::routes)
        .configure(media::routes)
        .configure(notifications::routes)
        .configure(social::routes)
        .configure(messaging::routes)
        .configure(realtime::routes)
        .configure(openapi::routes)
        .configure(pages::routes)
        .configure(dev::routes);
}

/// What the domains mount their routes with. utoipa's own describes each route whenever it is mounted, which costs every worker of every
/// server more than all else that its start does; this one only for who asks.
pub(crate) struct ServiceConfig<'a> {
    app: &'a mut web::ServiceConfig,
    description: Option<&'a mut OpenApi>,
}

impl ServiceConfig<'_> {
    /// Mounts a route.
    pub(crate) fn service(&mut self, route: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        if let Some(description) = &mut self.description {
            description.paths.merge(route.paths());
            let mut schemas = Vec::new();
            route.schemas(&mut schemas);
            description.components.get_or_insert_default().schemas.extend(schemas);
        }
        self.undescribed(route)
    }

    /// Mounts what is no part of the API.
    pub(crate) fn undescribed(&mut self, service: impl HttpServiceFactory + 'static) -> &mut Self {
        self.app.service(service);
        self
    }

    /// Mounts the routes of a part whose paths all begin with one of these: for all other paths none of its patterns is tried, and
    /// trying is what costs.
    fn under(&mut self, starts: &'static [&'static str], routes: fn(&mut ServiceConfig<'_>)) -> &mut Self {
        let Self { app, description } = self;
        let is_here = guard::fn_guard(move |request| {
            starts.iter().any(|start| request.head().uri.path().starts_with(start))
        });
        let mount = |app: &mut web::ServiceConfig| {
            routes(&mut ServiceConfig { app, description: description.as_deref_mut() });
        };
        app.service(web::scope("").guard(is_here).configure(mount));
        self
    }

    /// Mounts the routes of a part.
    pub(crate) fn configure(&mut self, routes: impl FnOnce(&mut Self)) -> &mut Self {
        routes(self);
        self
    }
}
