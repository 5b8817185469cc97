//! The routes of accounts. Handlers check, hand over to a command, and read back what is shown.

mod auth;
mod departments;
mod devices;
mod keys;
mod links;
mod me;
mod people;
mod roles;
mod sight;
mod tenant;

use actix_web::web::{self, ServiceConfig};
use entities::ids::UserId;
use utoipa::OpenApi;

use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// Below `/api/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/auth")
            .service(web::resource("/register").route(web::post().to(auth::register)))
            .service(web::resource("/login").route(web::post().to(auth::login)))
            .service(web::resource("/refresh").route(web::post().to(auth::refresh)))
            .service(web::resource("/logout").route(web::post().to(auth::logout)))
            .service(
                web::resource("/logout-everywhere").route(web::post().to(auth::logout_everywhere)),
            )
            .service(
                web::resource("/forgot-password").route(web::post().to(links::forgot_password)),
            )
            .service(web::resource("/reset-password").route(web::post().to(links::reset_password)))
            .service(web::resource("/invitation").route(web::post().to(links::show_invitation)))
            .service(
                web::resource("/accept-invitation").route(web::post().to(links::accept_invitation)),
            ),
    )
    .service(web::resource("/me").route(web::get().to(me::show)).route(web::patch().to(me::update)))
    .service(web::resource("/me/password").route(web::post().to(me::change_password)))
    .service(web::resource("/me/sessions").route(web::get().to(me::devices)))
    .service(web::resource("/me/sessions/{session}").route(web::delete().to(me::end_device)))
    .service(web::resource("/users").route(web::get().to(people::list)))
    .service(
        web::resource("/users/invitations")
            .route(web::get().to(people::invitations))
            .route(web::post().to(people::invite)),
    )
    .service(
        web::resource("/users/invitations/{invitation}")
            .route(web::delete().to(people::revoke_invitation)),
    )
    .service(web::resource("/users/{user}").route(web::patch().to(people::update)))
    .service(web::resource("/users/{user}/sight").route(web::get().to(sight::show)))
    .service(
        web::resource("/users/{user}/sessions")
            .route(web::get().to(devices::list))
            .route(web::delete().to(devices::end_all)),
    )
    .service(
        web::resource("/users/{user}/sessions/{session}").route(web::delete().to(devices::end_one)),
    )
    .service(web::resource("/users/{user}/deactivate").route(web::post().to(people::deactivate)))
    .service(web::resource("/users/{user}/activate").route(web::post().to(people::activate)))
    .service(
        web::resource("/roles")
            .route(web::get().to(roles::list))
            .route(web::post().to(roles::create)),
    )
    .service(
        web::resource("/roles/{role}")
            .route(web::patch().to(roles::update))
            .route(web::delete().to(roles::remove)),
    )
    .service(
        web::resource("/departments")
            .route(web::get().to(departments::list))
            .route(web::post().to(departments::create)),
    )
    .service(
        web::resource("/departments/{department}")
            .route(web::patch().to(departments::update))
            .route(web::delete().to(departments::remove)),
    )
    .service(
        web::resource("/teams")
            .route(web::get().to(tenant::teams))
            .route(web::post().to(tenant::create_team)),
    )
    .service(
        web::resource("/teams/{team}")
            .route(web::patch().to(tenant::update_team))
            .route(web::delete().to(tenant::remove_team)),
    )
    .service(
        web::resource("/api-keys")
            .route(web::get().to(keys::list))
            .route(web::post().to(keys::create)),
    )
    .service(web::resource("/api-keys/{key}").route(web::delete().to(keys::revoke)))
    .service(web::resource("/tenant").route(web::patch().to(tenant::update)));
}

#[derive(OpenApi)]
#[openapi(paths(
    auth::register,
    auth::login,
    auth::refresh,
    auth::logout,
    auth::logout_everywhere,
    links::forgot_password,
    links::reset_password,
    links::show_invitation,
    links::accept_invitation,
    me::show,
    me::update,
    me::change_password,
    me::devices,
    me::end_device,
    people::list,
    people::invitations,
    people::invite,
    people::revoke_invitation,
    people::update,
    people::deactivate,
    people::activate,
    sight::show,
    devices::list,
    devices::end_all,
    devices::end_one,
    roles::list,
    roles::create,
    roles::update,
    roles::remove,
    departments::list,
    departments::create,
    departments::update,
    departments::remove,
    tenant::teams,
    tenant::create_team,
    tenant::update_team,
    tenant::remove_team,
    tenant::update,
    keys::list,
    keys::create,
    keys::revoke,
))]
struct Docs;

/// What these routes take and answer.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Docs::openapi()
}

/// # Errors
/// `forbidden`.
fn needs(by: &Principal, permission: Permission) -> Result<(), Problem> {
    if by.may(permission) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Routes about oneself are for people, not for keys.
///
/// # Errors
/// `forbidden`.
fn person(by: &Principal) -> Result<UserId, Problem> {
    by.user().ok_or_else(Problem::forbidden)
}
