//! Taking a merge back: the loser returns as it was with everything that had moved; what was
//! changed on the winner since stays with the winner.

use entities::ids::{CustomerId, IdentityId, NoteId};
use entities::tenancy::OfTenant;
use entities::{customer, identity, merge, note};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use super::live;
use super::merge::{Before, MovedIdentity, fields_of, set_field};
use crate::db::Tx;
use crate::features::customers::commands::UnmergeCustomer;
use crate::features::customers::events::{Unmerged, on_both, on_customer};
use crate::features::customers::{store, views};
use crate::features::{activities, agenda, boards, reminders};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

fn refuse() -> Problem {
    Problem::conflict("cannot_unmerge")
}

pub(in crate::features::customers) async fn unmerge(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &UnmergeCustomer,
) -> Decided {
    let winner = live(tx, cx, id).await?;
    let merge = merge::Entity::of(tx.tenant())
        .filter(merge::Column::Id.eq(cmd.merge))
        .filter(merge::Column::WinnerId.eq(id))
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)?;
    let loser = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.eq(merge.loser_id))
        .one(tx)
        .await?
        .filter(|loser| loser.merged_into == Some(id))
        .ok_or_else(refuse)?;
    if merge.undone_at.is_some() {
        return Err(refuse());
    }
    let before: Before = serde_json::from_value(merge.before.clone()).map_err(|_| refuse())?;

    return_identities(tx, cx, id, loser.id, &before.identities).await?;
    return_notes(tx, id, loser.id, &before.notes).await?;
    activities::take_over(tx, &before.activities, id, loser.id).await?;
    let mut parted = winner.clone();
    part(&mut parted, &before);
    let heard: Vec<_> = winner.owners.0.iter().chain(&loser.owners.0).copied().collect();
    let owners_before = winner.owners.0.clone();
    let winner = store::save(tx, cx, &winner, parted).await?;
    let mut back = loser.clone();
    back.merged_into = None;
    let loser = store::save(tx, cx, &loser, back).await?;
    merge::Entity::change(tx.tenant())
        .col_expr(merge::Column::UndoneAt, Expr::value(Some(cx.at)))
        .filter(merge::Column::Id.eq(merge.id))
        .exec(tx)
        .await?;

    let mut known = views::identities(tx, &[id, loser.id]).await?;
    let (of_winner, of_loser) =
        (known.remove(&id).unwrap_or_default(), known.remove(&loser.id).unwrap_or_default());
    store::reindex(tx, &winner, &of_winner).await?;
    store::reindex(tx, &loser, &of_loser).await?;
    let mut on_boards = boards::repoint_cards(tx, cx, &before.cards, loser.id).await?;
    on_boards.extend(agenda::take_over(tx, cx, &before.appointments, id, loser.id).await?);
    on_boards.extend(reminders::repoint_back(tx, cx, &before.reminders, loser.id).await?);
    on_boards.extend(boards::due_changed(tx, cx, id).await?);

    let (winner, loser) = (views::record(&winner, &of_winner), views::record(&loser, &of_loser));
    let d = Unmerged { merge: merge.id, winner: &winner, loser: &loser };
    let said = on_customer(id, "customer.unmerged", &d, &heard, &winner.owners)?;
    let mut on_loser = said.also_on(Topic::customer(loser.id));
    on_loser.customer = Some(loser.id);
    let mut all = on_both(said).to_vec();
    all.push(on_loser);
    all.extend(on_boards);
    all.extend(boards::customer_changed(tx, cx, id, Some(&owners_before)).await?);
    Ok(Decision::events(all).reply(&json!({ "customer_id": loser.id })))
}

/// Undoes on the winner what the merge did and nobody changed since.
fn part(winner: &mut customer::Model, before: &Before) {
    let now = fields_of(winner);
    for (field, was) in &before.winner {
        if now.get(field) == before.winner_after.get(field) && field != "archived_at" {
            set_field(winner, field, was);
        }
    }
    let named = |fields: &super::merge::Fields, field: &str| -> Vec<Value> {
        fields.get(field).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    // owners and tags one by one: those that came with the loser go, later ones stay
    let (mine, theirs) = (named(&before.winner, "owners"), named(&before.loser, "owners"));
    winner.owners.0.retain(|owner| {
        let owner = json!(owner);
        mine.contains(&owner) || !theirs.contains(&owner)
    });
    let (mine, theirs) = (named(&before.winner, "tags"), named(&before.loser, "tags"));
    winner.tags.0.retain(|tag| {
        let tag = json!(tag);
        mine.contains(&tag) || !theirs.contains(&tag)
    });
}

/// What had moved returns. One that was removed from the winner since is made again; one that
/// meanwhile belongs to a third customer cannot be had twice.
async fn return_identities(
    tx: &Tx<'_>,
    cx: &CommandContext,
    winner: CustomerId,
    loser: CustomerId,
    moved: &[MovedIdentity],
) -> Result<(), Problem> {
    let mut rows = Vec::with_capacity(moved.len());
    for was in moved {
        let row = identity::Entity::of(tx.tenant())
            .filter(identity::Column::Kind.eq(was.kind.as_str()))
            .filter(identity::Column::Value.eq(was.value.as_str()))
            .one(tx)
            .await?;
        if row.as_ref().is_some_and(|row| row.customer_id != winner) {
            return Err(refuse());
        }
        rows.push(row);
    }
    for (was, row) in moved.iter().zip(rows) {
        match row {
            Some(row) => {
                identity::Entity::change(tx.tenant())
                    .col_expr(identity::Column::CustomerId, Expr::value(loser))
                    .col_expr(identity::Column::Position, Expr::value(was.position))
                    .filter(identity::Column::Id.eq(row.id))
                    .exec(tx)
                    .await?;
            }
            None => {
                let row = identity::Model {
                    tenant_id: tx.tenant(),
                    id: cx.fresh(IdentityId),
                    customer_id: loser,
                    kind: was.kind.clone(),
                    value: was.value.clone(),
                    display: was.display.clone(),
                    position: was.position,
                    created_at: cx.at,
                };
                let active = row.into_active_model().reset_all();
                identity::Entity::insert(active).exec_without_returning(tx).await?;
            }
        }
    }
    Ok(())
}

async fn return_notes(
    tx: &Tx<'_>,
    winner: CustomerId,
    loser: CustomerId,
    notes: &[NoteId],
) -> Result<(), Problem> {
    for part in notes.chunks(500) {
        note::Entity::change(tx.tenant())
            .col_expr(note::Column::CustomerId, Expr::value(loser))
            .filter(note::Column::Id.is_in(part.iter().copied()))
            .filter(note::Column::CustomerId.eq(winner))
            .exec(tx)
            .await?;
    }
    Ok(())
}
