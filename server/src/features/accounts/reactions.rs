//! What a node does when it hears that somebody's access changed, whoever changed it: sockets close
//! or begin again, and remembered rights are forgotten.

use actix_web::web::Data;
use entities::ids::{SessionId, UserId};
use serde::Deserialize;

use crate::gateway::Access;
use crate::kernel::event::Event;
use crate::kernel::topic::TopicKey;
use crate::realtime::Hub;
use crate::realtime::frames::CloseCode;
use crate::realtime::registry::Registry;

#[derive(Deserialize)]
struct OfUser {
    user: OnlyId,
}

#[derive(Deserialize)]
struct OnlyId {
    id: UserId,
}

#[derive(Deserialize)]
struct OfSession {
    session: SessionId,
    user: UserId,
}

#[derive(Deserialize)]
struct Touched {
    access: String,
}

pub(super) fn register(registry: &mut Registry, access: &Data<Access>) {
    let known = access.clone();
    registry.on("user.deactivated", move |hub, key, event| {
        if let Some(OfUser { user }) = read(event) {
            known.forget(key.tenant, Some(user.id));
            hub.end_sessions(key.tenant, Some(user.id), None, CloseCode::Forbidden);
        }
    });
    let known = access.clone();
    registry.on("session.revoked", move |hub, key, event| {
        if let Some(OfSession { session, user }) = read(event) {
            known.forget(key.tenant, Some(user));
            hub.end_sessions(key.tenant, Some(user), Some(session), CloseCode::SignIn);
        }
    });
    for op in ["user.updated", "user.joined", "role.updated", "team.removed"] {
        let known = access.clone();
        registry.on(op, move |hub, key, event| changed(&known, hub, key, event));
    }
}

fn changed(known: &Access, hub: &Hub, key: &TopicKey, event: &Event) {
    let user = match read::<Touched>(event).as_ref().map(|touched| touched.access.as_str()) {
        Some("user") => match read::<OfUser>(event) {
            Some(OfUser { user }) => Some(user.id),
            None => return,
        },
        Some("everybody") => None,
        _ => return,
    };
    known.forget(key.tenant, user);
    hub.access_changed(key.tenant, user);
}

fn read<T: for<'d> Deserialize<'d>>(event: &Event) -> Option<T> {
    serde_json::from_str(&event.d).ok()
}
