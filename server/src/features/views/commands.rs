//! What can be done with saved views: on `me` with one's own, on `tenant` with those of the house.

use entities::ids::ViewId;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::rules;
use crate::db::Tx;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// A new view of a screen, at the end of the list.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveView {
    /// `customers`, `board` or `agenda`.
    pub(super) screen: String,
    pub(super) name: String,
    /// Only the client knows what it means; at most 4 KiB.
    #[schema(value_type = Object)]
    pub(super) query: Map<String, Value>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateView {
    pub(super) view: ViewId,
    pub(super) name: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub(super) query: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveView {
    pub(super) view: ViewId,
}

/// All views of a screen, in their order.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReorderViews {
    pub(super) screen: String,
    pub(super) order: Vec<ViewId>,
}

fn shelf(named: &Topic) -> Result<Topic, Problem> {
    if *named == Topic::tenant() || (named.kind() == "user" && named.id().is_some()) {
        Ok(named.clone())
    } else {
        Err(Problem::invalid("topic", "bad_value"))
    }
}

macro_rules! on_shelf {
    ($($name:ident = $op:literal, $decide:path;)*) => { $(
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::ViewCustomers;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                shelf(named)
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        }
    )* };
}

on_shelf! {
    SaveView = "view.save", rules::save;
    UpdateView = "view.update", rules::update;
    RemoveView = "view.remove", rules::remove;
    ReorderViews = "view.reorder", rules::reorder;
}
