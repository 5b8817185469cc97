//! The tenant's own fields, as clients read them.

use entities::custom_field;
use entities::ids::CustomFieldId;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde::Serialize;

use crate::db::Tx;
use crate::kernel::problem::Problem;

/// A field that a tenant adds to its customers.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CustomField {
    pub id: CustomFieldId,
    pub key: String,
    pub label: String,
    /// `text`, `number`, `date`, `choice`, `bool`.
    pub kind: String,
    pub options: Vec<String>,
    pub position: i32,
}

impl From<custom_field::Model> for CustomField {
    fn from(row: custom_field::Model) -> Self {
        let custom_field::Model { id, key, label, kind, options, position, .. } = row;
        Self { id, key, label, kind, options: options.0, position }
    }
}

/// All live fields, in their order.
///
/// # Errors
/// Those of the database.
pub async fn custom_fields(tx: &Tx<'_>) -> Result<Vec<CustomField>, Problem> {
    let rows = custom_field::Entity::of(tx.tenant())
        .filter(custom_field::Column::ArchivedAt.is_null())
        .order_by_asc(custom_field::Column::Position)
        .order_by_asc(custom_field::Column::Id)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(CustomField::from).collect())
}
