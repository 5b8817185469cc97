//! What work with a customer leaves on the customer: when they were last spoken to, how good they
//! are. Asked for by the features that do the work; can be taken back.

use chrono::{DateTime, Utc};
use entities::customer;
use entities::ids::CustomerId;
use serde::{Deserialize, Serialize};

use super::live;
use crate::db::Tx;
use crate::features::boards;
use crate::features::customers::{events, store, views};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// What changes; absent = stays.
#[derive(Clone, Debug, Default)]
pub struct Touch {
    pub quality: Option<String>,
    pub last_contact_at: Option<DateTime<Utc>>,
}

/// Before and after.
type Change<T> = Option<(T, T)>;

/// What a touch changed. Stored: it may gain fields, never lose one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Touched {
    quality: Change<Option<String>>,
    last_contact_at: Change<Option<DateTime<Utc>>>,
}

/// Touches a customer, and tells their topic, the lists and the boards.
///
/// # Errors
/// `not_found` for a customer whom the asker may not see.
pub async fn touch(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    touch: &Touch,
) -> Result<(Touched, Vec<NewEvent>), Problem> {
    let before = live(tx, cx, id).await?;
    let mut row = before.clone();
    let mut touched = Touched::default();
    if touch.quality.is_some() && touch.quality != row.quality {
        touched.quality = Some((row.quality.take(), touch.quality.clone()));
        row.quality.clone_from(&touch.quality);
    }
    // who was spoken to later stays so
    if touch.last_contact_at.is_some() && touch.last_contact_at > row.last_contact_at {
        touched.last_contact_at = Some((row.last_contact_at, touch.last_contact_at));
        row.last_contact_at = touch.last_contact_at;
    }
    let events = write(tx, cx, &before, row).await?;
    Ok((touched, events))
}

/// Takes a touch back, as far as nobody changed the same since.
///
/// # Errors
/// As [`touch`].
pub async fn untouch(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    touched: &Touched,
) -> Result<Vec<NewEvent>, Problem> {
    let before = live(tx, cx, id).await?;
    let mut row = before.clone();
    if let Some((was, is)) = &touched.quality
        && row.quality == *is
    {
        row.quality.clone_from(was);
    }
    if let Some((was, is)) = touched.last_contact_at
        && row.last_contact_at == is
    {
        row.last_contact_at = was;
    }
    write(tx, cx, &before, row).await
}

async fn write(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: &customer::Model,
    row: customer::Model,
) -> Result<Vec<NewEvent>, Problem> {
    let pairs = [
        ("quality", before.quality != row.quality),
        ("last_contact_at", before.last_contact_at != row.last_contact_at),
    ];
    let changed: Vec<&'static str> =
        pairs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let row = store::save(tx, cx, before, row).await?;
    let record = views::one_record(tx, &row).await?;
    let mut said = events::updated(&record, &changed, &before.owners.0)?.to_vec();
    said.extend(boards::customer_changed(tx, cx, row.id, None).await?);
    Ok(said)
}
