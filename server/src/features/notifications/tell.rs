//! Telling people: called inside the rule that has something to tell, in its transaction.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use entities::ids::{CustomerId, NotificationId, UserId};
use entities::tenancy::OfTenant;
use entities::{notification, push_subscription};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde_json::Value;

use super::events::Added;
use super::kinds::Kind;
use super::settings::{self, Settings};
use super::views::{self, Notification};
use super::{mail, push};
use crate::db::{Tx, take_topic};
use crate::features::accounts::{self, Colleague};
use crate::features::customers::{self, Owned};
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// A job that is due sooner may have looked already when this is committed.
const MARGIN: Duration = Duration::seconds(10);

/// Something to tell one person.
#[derive(Clone, Debug)]
pub struct Notice {
    pub user: UserId,
    pub kind: Kind,
    /// What it is about: the same key is told the same person once, for ever.
    pub key: String,
    /// Whom it is about; who may not see this customer is not told.
    pub customer: Option<CustomerId>,
    /// What the kind needs to be put into words; its shapes stand in `docs/wire.md`.
    pub d: Value,
}

/// Tells people, each by the channels they chose; what they were told before is left out. Answers
/// the events and jobs for the decision that asks.
///
/// # Errors
/// Those of the database, and a race when somebody else tells the same at the same moment.
pub async fn tell(
    tx: &Tx<'_>,
    cx: &CommandContext,
    notices: &[Notice],
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    tell_behind(tx, cx, notices, None).await
}

/// The same for who will write to a topic that is taken before those of people: it is taken when all
/// is read, so that others wait no longer for it than they must.
///
/// # Errors
/// As [`tell`].
pub async fn tell_behind(
    tx: &Tx<'_>,
    cx: &CommandContext,
    notices: &[Notice],
    first: Option<&Topic>,
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let notices = untold(tx, notices).await?;
    if notices.is_empty() {
        return Ok(Default::default());
    }
    let users: Vec<UserId> =
        notices.iter().map(|notice| notice.user).collect::<BTreeSet<_>>().into_iter().collect();
    let about: Vec<CustomerId> = notices.iter().filter_map(|notice| notice.customer).collect();
    let house = House {
        people: accounts::colleagues(tx, &users).await?,
        settings: settings::of_people(tx, &users).await?,
        customers: customers::owned(tx, &about).await?,
        pushed: with_push(tx, &users).await?,
        zone: accounts::zone(tx).await?,
    };
    let rows: Vec<notification::Model> =
        notices.iter().filter_map(|notice| house.row(cx, notice)).collect();
    let jobs = jobs(tx, cx.at, &rows).await?;
    if let Some(first) = first.filter(|_| rows.iter().any(|row| row.app)) {
        take_topic(tx, first.as_str()).await?;
    }
    let events = said(tx, cx, &house, &rows).await?;
    for part in rows.chunks(200) {
        let models = part.iter().map(|row| row.clone().into_active_model().reset_all());
        notification::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    Ok((events, jobs))
}

/// Those that were not told before, each once.
async fn untold<'n>(tx: &Tx<'_>, notices: &'n [Notice]) -> Result<Vec<&'n Notice>, Problem> {
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let mut told: HashSet<(UserId, String)> = HashSet::new();
    for part in notices.chunks(500) {
        let rows: Vec<(UserId, String)> = notification::Entity::of(tx.tenant())
            .filter(notification::Column::UserId.is_in(part.iter().map(|n| n.user)))
            .filter(notification::Column::Key.is_in(part.iter().map(|n| n.key.as_str())))
            .select_only()
            .columns([notification::Column::UserId, notification::Column::Key])
            .into_tuple()
            .all(tx)
            .await?;
        told.extend(rows);
    }
    Ok(notices.iter().filter(|n| told.insert((n.user, n.key.clone()))).collect())
}

/// Who has a browser that takes pushes.
async fn with_push(tx: &Tx<'_>, users: &[UserId]) -> Result<HashSet<UserId>, Problem> {
    let rows: Vec<UserId> = push_subscription::Entity::of(tx.tenant())
        .filter(push_subscription::Column::UserId.is_in(users.iter().copied()))
        .select_only()
        .column(push_subscription::Column::UserId)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What is to be known to decide who hears what, and how.
struct House {
    people: HashMap<UserId, Colleague>,
    settings: HashMap<UserId, Settings>,
    customers: HashMap<CustomerId, Owned>,
    pushed: HashSet<UserId>,
    zone: chrono_tz::Tz,
}

impl House {
    /// None for whom it does not reach: gone, without the right to know, or all channels off.
    fn row(&self, cx: &CommandContext, notice: &Notice) -> Option<notification::Model> {
        let person = self.people.get(&notice.user).filter(|person| person.active)?;
        if !notice.kind.may_be_heard_by(&person.eyes) {
            return None;
        }
        if let Some(customer) = notice.customer {
            let known = self.customers.get(&customer)?;
            if !person.eyes.sees(&known.owners) {
                return None;
            }
        }
        let settings = self.settings.get(&notice.user)?;
        let channels = settings.of(notice.kind);
        let pushed = channels.push && self.pushed.contains(&notice.user);
        let due = cx.at + notice.kind.patience();
        let row = notification::Model {
            tenant_id: cx.by.tenant,
            id: cx.fresh(NotificationId),
            user_id: notice.user,
            kind: notice.kind.name().to_owned(),
            key: notice.key.clone(),
            at: cx.at,
            customer_id: notice.customer,
            d: notice.d.clone(),
            app: channels.app,
            read_at: None,
            mail_at: settings.mail_at(notice.kind, self.zone, due),
            push_at: pushed.then(|| settings.push_at(self.zone, due)),
        };
        (row.app || row.mail_at.is_some() || row.push_at.is_some()).then_some(row)
    }

    fn shown(&self, row: &notification::Model) -> (Notification, Audience) {
        let known = row.customer_id.and_then(|id| self.customers.get(&id));
        let audience = match known {
            Some(known) => Audience::owners(&[], &known.owners),
            None => Audience::Everyone,
        };
        (Notification::of(row.clone(), known.map(|known| known.name.clone())), audience)
    }
}

/// `notification.added` for what stands in the centre, with the count as it is after each.
async fn said(
    tx: &Tx<'_>,
    cx: &CommandContext,
    house: &House,
    rows: &[notification::Model],
) -> Result<Vec<NewEvent>, Problem> {
    let shown = || rows.iter().filter(|row| row.app);
    let mut unread: HashMap<UserId, u64> = HashMap::new();
    // one order for everybody, so that nobody waits for somebody who waits for them
    for user in shown().map(|row| row.user_id).collect::<BTreeSet<_>>() {
        let topic = Topic::user(user);
        if cx.topic != topic {
            take_topic(tx, topic.as_str()).await?;
        }
        if let Some(person) = house.people.get(&user) {
            unread.insert(user, views::unread(tx, &person.eyes, user).await?);
        }
    }
    let mut events = Vec::new();
    for row in shown() {
        let count = unread.entry(row.user_id).or_default();
        *count += 1;
        let (notification, audience) = house.shown(row);
        let d = Added { notification: &notification, unread: *count };
        let event = NewEvent::new(Topic::user(row.user_id), "notification.added", &d)?;
        events.push(event.heard_by(audience));
    }
    Ok(events)
}

/// One job for each person and time; none where one is waiting already.
async fn jobs(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    rows: &[notification::Model],
) -> Result<Vec<NewJob>, Problem> {
    use notification::Column::{MailAt, PushAt};
    type Make = fn(UserId, DateTime<Utc>) -> NewJob;
    type Wanted = BTreeSet<(UserId, DateTime<Utc>)>;
    let mails = rows.iter().filter_map(|row| Some((row.user_id, row.mail_at?)));
    let pushes = rows.iter().filter_map(|row| Some((row.user_id, row.push_at?)));
    let channels: [(_, Wanted, Make); 2] =
        [(MailAt, mails.collect(), mail::job), (PushAt, pushes.collect(), push::job)];
    let mut jobs = Vec::new();
    for (column, wanted, make) in channels {
        for (user, at) in wanted {
            let waits = at > now + MARGIN
                && notification::Entity::of(tx.tenant())
                    .filter(notification::Column::UserId.eq(user))
                    .filter(column.eq(at))
                    .select_only()
                    .column(notification::Column::Id)
                    .into_tuple::<NotificationId>()
                    .one(tx)
                    .await?
                    .is_some();
            if !waits {
                jobs.push(make(user, at));
            }
        }
    }
    Ok(jobs)
}
