//! A card takes a step because something was done with its customer, and can take it back. Asked
//! for by the feature that knows what was done, in its transaction.

use chrono::{DateTime, Utc};
use entities::card;
use entities::ids::{BoardId, CardId, StageId};
use entities::stage;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::super::commands::CardFields;
use super::super::error::Error;
use super::super::events::{CardMoved, CardShown, audience, on_board_and_customer};
use super::super::views::{self, Card};
use super::arrange::{Arrangement, Spot, arrange};
use super::demands::{Has, Unfilled, admit, fill};
use super::due::{earlier, followed};
use super::{check_room, take_board};
use crate::db::Tx;
use crate::kernel::clock::wire_time;
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::money::Money;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Where a step leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// The first live stage of this kind, unless the card stands in one of the kind.
    Kind(String),
    /// This stage, if it is a live one of the card's board.
    Stage(StageId),
}

/// A step that was checked and not yet taken.
#[derive(Debug)]
pub struct Step {
    card: Card,
    to: Option<StageId>,
    fields: CardFields,
}

/// What a step changed. Stored: it may gain fields, never lose one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Footprint {
    card: CardId,
    board: BoardId,
    at: DateTime<Utc>,
    moved: Option<Moved>,
    was: Values,
    is: Values,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Moved {
    from: StageId,
    to: StageId,
    /// The cards above and below it, where it stood.
    after: Option<CardId>,
    before: Option<CardId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Values {
    need: Option<String>,
    amount: Option<Money>,
    lost_reason: Option<String>,
    /// The date set by hand; what the card shows follows reminders and appointments too.
    own_due_at: Option<DateTime<Utc>>,
}

impl Values {
    async fn of(tx: &Tx<'_>, card: &Card) -> Result<Self, Problem> {
        let own_due_at: Option<Option<DateTime<Utc>>> = card::Entity::of(tx.tenant())
            .filter(card::Column::Id.eq(card.id))
            .select_only()
            .column(card::Column::OwnDueAt)
            .into_tuple()
            .one(tx)
            .await?;
        Ok(Self {
            need: card.need.clone(),
            amount: card.amount.clone(),
            lost_reason: card.lost_reason.clone(),
            own_due_at: own_due_at.flatten(),
        })
    }
}

impl Footprint {
    /// The stage that the step led to.
    pub fn stage(&self) -> Option<StageId> {
        self.moved.as_ref().map(|moved| moved.to)
    }
}

impl Step {
    /// Looks at a live card, at where it is to go, and at what is filled in on the way. None for a
    /// card that is gone. Nothing is written. An amount is the card's where it has none, or where the
    /// step leads to a won stage. The customer's quality counts as filled in; to write it
    /// is the caller's.
    ///
    /// # Errors
    /// `invalid` for the fields, `fields_required` for those that the stage demands beside them,
    /// `stage_full`.
    pub async fn plan(
        tx: &Tx<'_>,
        cx: &CommandContext,
        card: CardId,
        target: Option<&Target>,
        fields: &CardFields,
    ) -> Result<Option<Self>, Problem> {
        let mut fields = fields.checked()?;
        let Some(card) = taken(tx, cx, card).await? else { return Ok(None) };
        let mut to = None;
        if let Some(target) = target
            && let Some(stage) = stage_for(tx, &card, target).await?
        {
            admit(&stage.requires.0, &[(card.id, Has::of(&card))], &fields)?;
            check_room(tx, stage.id, stage.wip_limit, 1).await?;
            to = Some(stage.id);
        }
        fields.quality = None;
        // a deposit is not the price; what it was sold for is
        if card.amount.is_some() && !leads_to_won(tx, &card, to).await? {
            fields.amount = None;
        }
        Ok(Some(Self { card, to, fields }))
    }

    /// Takes the step.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take(
        self,
        tx: &Tx<'_>,
        cx: &CommandContext,
    ) -> Result<(Footprint, Vec<NewEvent>), Problem> {
        let Self { card, to, fields } = self;
        let was = Values::of(tx, &card).await?;
        let is = Values {
            need: fields.need.clone().or_else(|| was.need.clone()),
            amount: fields.amount.clone().or_else(|| was.amount.clone()),
            lost_reason: fields.lost_reason.clone().or_else(|| was.lost_reason.clone()),
            own_due_at: fields.next_due_at.or(was.own_due_at),
        };
        let unfilled = Unfilled {
            card: card.id,
            board: card.board_id,
            customer: card.customer_id,
            version: card.version,
            owners: card.owners.clone(),
        };
        let filled = fill(tx, cx, unfilled, &fields).await?;
        let mut events = filled.events;
        let card = Card { version: filled.version, owners: filled.owners, ..card };
        let mut moved = None;
        if let Some(to) = to {
            let (after, before) = neighbours(tx, &card).await?;
            events.extend(go(tx, cx, &card, to, Spot::END).await?);
            moved = Some(Moved { from: card.stage_id, to, after, before });
        }
        let (id, board) = (card.id, card.board_id);
        Ok((Footprint { card: id, board, at: cx.at, moved, was, is }, events))
    }
}

/// Takes a step back: each value that nobody changed since becomes what it was, and the card goes
/// back unless somebody moved it since, or there is no room any more.
///
/// # Errors
/// Those of the database.
pub async fn step_back(
    tx: &Tx<'_>,
    cx: &CommandContext,
    step: &Footprint,
) -> Result<Vec<NewEvent>, Problem> {
    let Some(mut card) = taken(tx, cx, step.card).await? else { return Ok(Vec::new()) };
    if card.board_id != step.board {
        return Ok(Vec::new());
    }
    let mut events = restore(tx, cx, &mut card, step).await?;
    let Some(Moved { from, to, after, before }) = &step.moved else { return Ok(events) };
    if card.stage_id != *to || card.entered_stage_at != step.at {
        return Ok(events);
    }
    let Some(stage) = stage_for(tx, &card, &Target::Stage(*from)).await? else { return Ok(events) };
    match check_room(tx, stage.id, stage.wip_limit, 1).await {
        Ok(()) => {}
        Err(Error::StageFull { .. }) => return Ok(events),
        Err(error) => return Err(error.into()),
    }
    let spot = Spot { after: *after, before: *before };
    events.extend(go(tx, cx, &card, stage.id, spot).await?);
    Ok(events)
}

/// A live card, whoever may see it, with its board's topic held.
async fn taken(tx: &Tx<'_>, cx: &CommandContext, id: CardId) -> Result<Option<Card>, Problem> {
    let everyone = Principal::system(tx.tenant());
    let Some(card) = views::cards(tx, &everyone, &[id]).await?.pop() else { return Ok(None) };
    take_board(tx, cx, card.board_id).await?;
    // once more: it may have changed while we waited
    let card = views::cards(tx, &everyone, &[id]).await?.pop();
    Ok(card.filter(|card| card.archived_at.is_none()))
}

async fn stage_for(
    tx: &Tx<'_>,
    card: &Card,
    target: &Target,
) -> Result<Option<stage::Model>, Problem> {
    let stages = views::stages(tx, card.board_id).await?;
    let here = stages.iter().find(|stage| stage.id == card.stage_id);
    let found = match target {
        Target::Stage(id) => stages.iter().find(|stage| stage.id == *id),
        Target::Kind(kind) if here.is_some_and(|stage| stage.kind == *kind) => None,
        Target::Kind(kind) => stages.iter().find(|stage| stage.kind == *kind),
    };
    Ok(found.filter(|stage| stage.id != card.stage_id).cloned())
}

async fn leads_to_won(tx: &Tx<'_>, card: &Card, to: Option<StageId>) -> Result<bool, Problem> {
    let at = to.unwrap_or(card.stage_id);
    let stages = views::stages(tx, card.board_id).await?;
    Ok(stages.iter().any(|stage| stage.id == at && stage.kind == "won"))
}

async fn neighbours(tx: &Tx<'_>, card: &Card) -> Result<(Option<CardId>, Option<CardId>), Problem> {
    use card::Column::{ArchivedAt, Id, Rank, StageId};
    let others = || {
        card::Entity::of(tx.tenant()).filter(StageId.eq(card.stage_id)).filter(ArchivedAt.is_null())
    };
    let above = others().filter(Rank.lt(card.rank)).order_by_desc(Rank);
    let below = others().filter(Rank.gt(card.rank)).order_by_asc(Rank);
    let above = above.select_only().column(Id).limit(1).into_tuple().one(tx).await?;
    let below = below.select_only().column(Id).limit(1).into_tuple().one(tx).await?;
    Ok((above, below))
}

async fn go(
    tx: &Tx<'_>,
    cx: &CommandContext,
    card: &Card,
    to: StageId,
    spot: Spot,
) -> Result<Vec<NewEvent>, Problem> {
    let movers = [(card.id, card.stage_id)];
    let Arrangement { placed: mut ranks, mut pushed } = arrange(tx, cx, to, &movers, spot).await?;
    ranks.extend(pushed.take(&card.owners));
    let d = CardMoved {
        card: card.id,
        customer_id: card.customer_id,
        from: card.stage_id,
        to,
        ranks: &ranks,
        version: card.version + 1,
        entered_stage_at: &wire_time(cx.at),
    };
    let place = (card.board_id, card.customer_id);
    let sees = audience(&card.owners);
    let mut events = Vec::from(on_board_and_customer(place, "card.moved", &d, sees)?);
    events.extend(pushed.events(card.board_id)?);
    Ok(events)
}

/// Gives the card back each value that is still what the step made of it.
async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    card: &mut Card,
    step: &Footprint,
) -> Result<Vec<NewEvent>, Problem> {
    let (was, is, now) = (&step.was, &step.is, Values::of(tx, card).await?);
    let mut back = now.clone();
    if now.need == is.need {
        back.need.clone_from(&was.need);
    }
    if now.amount == is.amount {
        back.amount.clone_from(&was.amount);
    }
    if now.lost_reason == is.lost_reason {
        back.lost_reason.clone_from(&was.lost_reason);
    }
    if now.own_due_at == is.own_due_at {
        back.own_due_at = was.own_due_at;
    }
    if back == now {
        return Ok(Vec::new());
    }
    let (minor, currency) = back.amount.clone().map(|m| (m.minor, m.currency)).unzip();
    let due = earlier(back.own_due_at, followed(tx, cx.at, card.customer_id).await?);
    let done = card::Entity::change(tx.tenant())
        .filter(card::Column::Id.eq(card.id))
        .filter(card::Column::Version.eq(card.version))
        .col_expr(card::Column::Version, Expr::value(card.version + 1))
        .col_expr(card::Column::Need, Expr::value(back.need.clone()))
        .col_expr(card::Column::AmountMinor, Expr::value(minor))
        .col_expr(card::Column::Currency, Expr::value(currency))
        .col_expr(card::Column::LostReason, Expr::value(back.lost_reason.clone()))
        .col_expr(card::Column::OwnDueAt, Expr::value(back.own_due_at))
        .col_expr(card::Column::NextDueAt, Expr::value(due))
        .exec(tx)
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Overtaken.into());
    }
    card.version += 1;
    (card.need, card.amount) = (back.need, back.amount);
    (card.lost_reason, card.next_due_at) = (back.lost_reason, due);
    let d = CardShown { card };
    let place = (card.board_id, card.customer_id);
    let sees = audience(&card.owners);
    Ok(on_board_and_customer(place, "card.updated", &d, sees)?.into())
}
