//! The routes of channels: what people read and write, and the doors for other systems.

mod incoming;
mod people;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use super::views::{Channel, Connection, Hook, Item, WholeHook};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/connections")
            .route(web::get().to(people::connections))
            .route(web::post().to(people::connect)),
    )
    .service(web::resource("/connections/{id}").route(web::patch().to(people::change)))
    .service(web::resource("/channels").route(web::get().to(people::channels)))
    .service(web::resource("/channels/ledger").route(web::get().to(people::ledger)))
    .service(web::resource("/channels/hooks").route(web::get().to(people::hooks)))
    .service(web::resource("/channels/hooks/{id}").route(web::get().to(people::hook)));
}

/// The doors, outside of `/api/v1`: other systems know no version of ours.
pub fn hooks(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/hooks/meta/{key}")
            .route(web::get().to(incoming::handshake))
            .route(web::post().to(incoming::receive)),
    );
}

/// The part of the interface's description that is about channels.
pub fn openapi() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(
        paths(
            people::connections,
            people::connect,
            people::change,
            people::channels,
            people::ledger,
            people::hooks,
            people::hook,
            incoming::handshake,
            incoming::receive
        ),
        components(schemas(
            Connection,
            Channel,
            Item,
            Hook,
            WholeHook,
            people::NewConnection,
            people::ChangedConnection
        ))
    )]
    struct Docs;
    Docs::openapi()
}
