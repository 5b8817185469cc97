//! Who and what a booking may need: of a service any of its people, or those that were named.

use chrono::Duration;
use entities::appointment;
use entities::ids::{AppointmentId, ResourceId, UserId};
use entities::tenancy::OfTenant;
use entities::user;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::of::Of;
use super::settings::House;
use super::slots::{Slot, Wanted};
use super::spans::Span;
use super::views::{self, Service};
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Most people among whom somebody free is looked for.
const PEOPLE_MAX: u64 = 100;

/// Everybody of `people` and `resources` is needed; of the other two lists one each, unless the
/// list is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) people: Vec<UserId>,
    pub(super) resources: Vec<ResourceId>,
    pub(super) one_of_people: Vec<UserId>,
    pub(super) one_of_resources: Vec<ResourceId>,
    pub(super) minutes: i64,
    pub(super) buffer_minutes: i64,
}

impl Asked {
    /// A service as a stranger books it, with a person of choice or any of them.
    ///
    /// # Errors
    /// `invalid` on `person` when that one does not do it, or may not be chosen.
    pub(super) async fn public(
        tx: &Tx<'_>,
        house: &House,
        service: &Service,
        person: Option<UserId>,
    ) -> Result<Self, Problem> {
        let able = able(tx, service).await?;
        let mut asked = Self::of_service(tx, service).await?;
        if able.is_empty() {
            // nobody named would mean that nobody is needed
            return Err(Problem::invalid("service", "unknown_value"));
        }
        match person {
            Some(person) if !house.settings.show_people || !able.contains(&person) => {
                return Err(Problem::invalid("person", "unknown_value"));
            }
            Some(person) => asked.people = vec![person],
            None => asked.one_of_people = able,
        }
        Ok(asked)
    }

    /// Length and rooms of a service; nobody yet.
    pub(super) async fn of_service(tx: &Tx<'_>, service: &Service) -> Result<Self, Problem> {
        let live = views::live_resources(tx).await?;
        let in_use = |id: &ResourceId| live.iter().any(|resource| resource.id == *id);
        Ok(Self {
            one_of_resources: service.resources.iter().copied().filter(in_use).collect(),
            minutes: service.minutes.into(),
            buffer_minutes: service.buffer_minutes.into(),
            ..Self::default()
        })
    }

    /// The people and rooms that an appointment has.
    pub(super) fn kept(row: &appointment::Model) -> Self {
        Self {
            people: row.people.0.clone(),
            resources: row.resources.0.clone(),
            minutes: (row.ends_at - row.starts_at).num_minutes(),
            buffer_minutes: row.buffer_minutes.into(),
            ..Self::default()
        }
    }

    /// With everybody's time around a window.
    pub(super) async fn wanted(
        &self,
        tx: &Tx<'_>,
        house: &House,
        window: Span,
        except: &[AppointmentId],
    ) -> Result<Wanted, Problem> {
        let people = |list: &[UserId]| list.iter().copied().map(Of::User).collect::<Vec<_>>();
        let things =
            |list: &[ResourceId]| list.iter().copied().map(Of::Resource).collect::<Vec<_>>();
        let all = [people(&self.people), things(&self.resources)].concat();
        let whose =
            [all.clone(), people(&self.one_of_people), things(&self.one_of_resources)].concat();
        // an appointment that begins at the end of the window reaches beyond it
        let length = Duration::minutes(self.minutes + self.buffer_minutes);
        let window = Span::new(window.start, window.end + length);
        let seats = house.seats(tx, &whose, window, except).await?;
        let seat = |of: Of| seats.get(&of).cloned().unwrap_or_default();
        Ok(Wanted {
            all: all.into_iter().map(&seat).collect(),
            named: (self.people.clone(), self.resources.clone()),
            people: self.one_of_people.iter().map(|id| (*id, seat(Of::User(*id)))).collect(),
            resources: self
                .one_of_resources
                .iter()
                .map(|id| (*id, seat(Of::Resource(*id))))
                .collect(),
            minutes: self.minutes,
            buffer_minutes: self.buffer_minutes,
        })
    }

    /// The slots of a window.
    pub(super) async fn slots(
        &self,
        tx: &Tx<'_>,
        house: &House,
        window: Span,
        except: &[AppointmentId],
        most: usize,
    ) -> Result<Vec<Slot>, Problem> {
        let wanted = self.wanted(tx, house, window, except).await?;
        Ok(wanted.within(house.zone, window, house.settings.step_minutes, most))
    }
}

/// Who works here and does this.
pub(super) async fn able(tx: &Tx<'_>, service: &Service) -> Result<Vec<UserId>, Problem> {
    let mut query = user::Entity::of(tx.tenant()).filter(user::Column::Active.eq(true));
    if !service.people.is_empty() {
        query = query.filter(user::Column::Id.is_in(service.people.iter().copied()));
    }
    let ids = query
        .select_only()
        .column(user::Column::Id)
        .order_by_asc(user::Column::Id)
        .limit(PEOPLE_MAX)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids)
}

/// Whether the public page is open.
pub(super) fn is_open(house: &House) -> bool {
    house.settings.public
}
