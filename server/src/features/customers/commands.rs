//! What can be asked of customers. Most live on `customer:<id>`; sent to another topic they say
//! whom they mean in `d.customer`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CustomFieldId, CustomerId, MergeId, NoteId, StageId, UserId};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::newcomer::NewCustomer;
use super::rules::{create, custom_fields, lists, merge, notes, unmerge, update};
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Tells null (empty it) from absent (leave it).
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// The customer a command is about, from its topic or from `d.customer`.
///
/// # Errors
/// `invalid` on `customer` where neither says so, or both say different things.
pub(crate) fn owner_of(named: &Topic, customer: &mut Option<CustomerId>) -> Result<Topic, Problem> {
    if named.kind() == "customer" {
        let id = CustomerId(named.id().ok_or_else(Problem::not_found)?);
        if customer.is_some_and(|said| said != id) {
            return Err(Problem::invalid("customer", "bad_value"));
        }
        *customer = Some(id);
    }
    customer.map(Topic::customer).ok_or_else(|| Problem::invalid("customer", "required"))
}

macro_rules! on_customer {
    ($name:ident, $op:literal, $needs:ident, $decide:path) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::$needs;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                owner_of(named, &mut self.customer)
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                let id = self.customer.ok_or_else(Problem::not_found)?;
                $decide(tx, cx, id, self).await
            }
        }
    };
}

macro_rules! on_tenant {
    ($name:ident, $op:literal, $needs:ident, $decide:path) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::$needs;

            fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
                Ok(Topic::tenant())
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        }
    };
}

/// Somebody is entered by hand, and maybe put on a board at once.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Map<String, Value>")]
pub(super) struct CreateCustomer {
    #[serde(flatten)]
    pub(super) customer: NewCustomer,
    pub(super) board_id: Option<BoardId>,
    pub(super) stage_id: Option<StageId>,
}

/// A flattened struct cannot refuse unknown fields, so the two that are ours are taken out first.
impl TryFrom<Map<String, Value>> for CreateCustomer {
    type Error = serde_json::Error;

    fn try_from(mut d: Map<String, Value>) -> Result<Self, Self::Error> {
        let mut take = |key: &str| d.remove(key).unwrap_or(Value::Null);
        let board_id = serde_json::from_value(take("board_id"))?;
        let stage_id = serde_json::from_value(take("stage_id"))?;
        let customer = serde_json::from_value(Value::Object(d))?;
        Ok(Self { customer, board_id, stage_id })
    }
}
on_tenant!(CreateCustomer, "customer.create", CreateCustomers, create::create);

/// Changes fields; what is absent stays, null empties. Phones and e-mails are whole lists.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCustomer {
    pub(super) customer: Option<CustomerId>,
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(super) company: Option<Option<String>>,
    pub(super) phones: Option<Vec<String>>,
    pub(super) emails: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(super) quality: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>)]
    pub(super) score_emotional: Option<Option<i32>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>)]
    pub(super) score_logical: Option<Option<i32>>,
    #[schema(value_type = Option<Object>)]
    pub(super) custom: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    pub(super) source: Option<Option<Value>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(super) last_contact_at: Option<Option<DateTime<Utc>>>,
}
on_customer!(UpdateCustomer, "customer.update", EditCustomers, update::update);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TagCustomer {
    pub(super) customer: Option<CustomerId>,
    #[serde(default)]
    pub(super) add: Vec<String>,
    #[serde(default)]
    pub(super) remove: Vec<String>,
}
on_customer!(TagCustomer, "customer.tag", EditCustomers, lists::tag);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignCustomer {
    pub(super) customer: Option<CustomerId>,
    pub(super) owners: Option<Vec<UserId>>,
    pub(super) add: Option<Vec<UserId>>,
    pub(super) remove: Option<Vec<UserId>>,
}
on_customer!(AssignCustomer, "customer.assign", EditCustomers, lists::assign_command);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveCustomer {
    pub(super) customer: Option<CustomerId>,
}
on_customer!(ArchiveCustomer, "customer.archive", ArchiveCustomers, lists::archive);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreCustomer {
    pub(super) customer: Option<CustomerId>,
}
on_customer!(RestoreCustomer, "customer.restore", ArchiveCustomers, lists::restore);

/// Whose value a field keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    Winner,
    Other,
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeCustomer {
    /// The winner.
    pub(super) customer: Option<CustomerId>,
    pub(super) other: CustomerId,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub(super) fields: BTreeMap<String, Side>,
}
on_customer!(MergeCustomer, "customer.merge", MergeCustomers, merge::merge);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnmergeCustomer {
    pub(super) customer: Option<CustomerId>,
    pub(super) merge: MergeId,
}
on_customer!(UnmergeCustomer, "customer.unmerge", MergeCustomers, unmerge::unmerge);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddNote {
    pub(super) customer: Option<CustomerId>,
    pub(super) body: String,
}
on_customer!(AddNote, "note.add", EditCustomers, notes::add);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditNote {
    pub(super) customer: Option<CustomerId>,
    pub(super) note: NoteId,
    pub(super) body: String,
}
on_customer!(EditNote, "note.edit", EditCustomers, notes::edit);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveNote {
    pub(super) customer: Option<CustomerId>,
    pub(super) note: NoteId,
}
on_customer!(RemoveNote, "note.remove", EditCustomers, notes::remove);

/// A field of the tenant's own on its customers.
#[derive(Clone, Debug, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateCustomField {
    /// Derived from the label when absent.
    pub(super) key: Option<String>,
    pub(super) label: String,
    /// `text`, `number`, `date`, `choice` or `bool`.
    pub(super) kind: String,
    pub(super) options: Option<Vec<String>>,
    pub(super) position: Option<i32>,
}
on_tenant!(CreateCustomField, "custom_field.create", ManageTenant, custom_fields::create);

#[derive(Clone, Debug, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCustomField {
    pub(super) id: CustomFieldId,
    pub(super) label: Option<String>,
    pub(super) options: Option<Vec<String>>,
    pub(super) position: Option<i32>,
}
on_tenant!(UpdateCustomField, "custom_field.update", ManageTenant, custom_fields::update);

#[derive(Clone, Debug, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveCustomField {
    pub(super) id: CustomFieldId,
}
on_tenant!(RemoveCustomField, "custom_field.remove", ManageTenant, custom_fields::remove);

/// Written before an export begins: who took what is on record.
#[derive(Clone, Debug, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportCustomers {
    pub(super) count: u64,
    /// Whether a search or a filter narrowed it.
    pub(super) filtered: bool,
}
on_tenant!(ExportCustomers, "customer.export", ExportCustomers, lists::export);

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    const ON_CUSTOMER: &str = "customer:<id>";
    vec![
        Message::command::<CreateCustomer>("tenant"),
        Message::command::<UpdateCustomer>(ON_CUSTOMER),
        Message::command::<TagCustomer>(ON_CUSTOMER),
        Message::command::<AssignCustomer>(ON_CUSTOMER),
        Message::command::<ArchiveCustomer>(ON_CUSTOMER),
        Message::command::<RestoreCustomer>(ON_CUSTOMER),
        Message::command::<MergeCustomer>(ON_CUSTOMER),
        Message::command::<UnmergeCustomer>(ON_CUSTOMER),
        Message::command::<AddNote>(ON_CUSTOMER),
        Message::command::<EditNote>(ON_CUSTOMER),
        Message::command::<RemoveNote>(ON_CUSTOMER),
        Message::command::<CreateCustomField>("tenant"),
        Message::command::<UpdateCustomField>("tenant"),
        Message::command::<RemoveCustomField>("tenant"),
        Message::command::<ExportCustomers>("tenant"),
    ]
}
