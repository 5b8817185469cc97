//! The routes of the agenda. Everything that changes something is a command; strangers' requests
//! become commands that only the server may send.

mod feed;
mod public;
mod reads;
mod shapes;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/agenda").route(web::get().to(reads::agenda)))
        .service(web::resource("/agenda/slots").route(web::get().to(reads::slots)))
        .service(web::resource("/agenda/settings").route(web::get().to(reads::settings)))
        .service(web::resource("/appointments/{appointment}").route(web::get().to(reads::show)))
        .service(web::resource("/holidays").route(web::get().to(reads::holidays)))
        .service(
            web::resource("/me/calendar-feed")
                .route(web::get().to(feed::address))
                .route(web::post().to(feed::renew)),
        )
        .service(web::resource("/calendar/{file}").route(web::get().to(feed::calendar)))
        .service(
            web::resource("/public/booking/{slug}")
                .route(web::get().to(public::page))
                .route(web::post().to(public::book)),
        )
        .service(web::resource("/public/booking/{slug}/slots").route(web::get().to(public::slots)))
        // before the link itself, whose pattern it fits too
        .service(
            web::resource("/public/appointments/{token}.ics").route(web::get().to(feed::of_guest)),
        )
        .service(web::resource("/public/appointments/{token}").route(web::get().to(public::show)))
        .service(
            web::resource("/public/appointments/{token}/slots")
                .route(web::get().to(public::other_times)),
        )
        .service(
            web::resource("/public/appointments/{token}/move")
                .route(web::post().to(public::change_time)),
        )
        .service(
            web::resource("/public/appointments/{token}/cancel")
                .route(web::post().to(public::cancel)),
        );
}

#[derive(OpenApi)]
#[openapi(paths(
    reads::agenda,
    reads::slots,
    reads::settings,
    reads::show,
    reads::holidays,
    feed::address,
    feed::renew,
    feed::calendar,
    feed::of_guest,
    public::page,
    public::book,
    public::slots,
    public::show,
    public::other_times,
    public::change_time,
    public::cancel,
))]
pub(super) struct Docs;

fn may_view(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ViewAgenda) { Ok(()) } else { Err(Problem::forbidden()) }
}
