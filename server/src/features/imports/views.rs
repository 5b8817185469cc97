//! Imports as clients read them.

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CustomerId, ImportId, StageId, UserId};
use entities::import;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mapping::Mapping;
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::paging::{self, Paging};
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::texts;

/// States, by their words on the wire. `reading` is not shown: the file is still being stored.
pub(super) const READING: &str = "reading";
pub(super) const READY: &str = "ready";
pub(super) const RUNNING: &str = "running";
pub(super) const DONE: &str = "done";
pub(super) const FAILED: &str = "failed";
pub(super) const CANCELLED: &str = "cancelled";
pub(super) const UNDOING: &str = "undoing";
pub(super) const UNDONE: &str = "undone";

/// Errors that are kept with the import; the rest is in `errors.csv`.
pub(super) const ERRORS_KEPT: usize = 100;

/// What happens to somebody who is known already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum OnMatch {
    #[default]
    Update,
    Skip,
}

/// What to do with the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Options {
    /// Where cards are made; none without a board.
    pub(super) board_id: Option<BoardId>,
    pub(super) stage_id: Option<StageId>,
    /// For rows without an owner of their own.
    pub(super) owners: Vec<UserId>,
    /// For all rows.
    pub(super) tags: Vec<String>,
    pub(super) on_match: OnMatch,
}

/// The visibility of whoever started the import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Sees {
    pub(super) visibility: Visibility,
    pub(super) circle: Vec<UserId>,
}

/// A column of the file.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) header: String,
    pub(super) samples: Vec<String>,
    pub(super) suggested: Option<String>,
}

/// How many rows would become what; after an undo also what was left.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(super) struct Counts {
    pub(super) rows: i64,
    pub(super) create: i64,
    pub(super) r#match: i64,
    pub(super) error: i64,
    /// Rows that only repeat somebody of an earlier row.
    pub(super) duplicate: i64,
    /// Customers that undoing removed, restored, and had to leave because they were changed since.
    pub(super) removed: i64,
    pub(super) restored: i64,
    pub(super) left: i64,
}

/// Why a row cannot be taken. `row` counts lines as a spreadsheet does: the header is 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowError {
    pub(super) row: i64,
    pub(super) field: String,
    pub(super) code: String,
    pub(super) value: String,
}

/// The same in the asker's language.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RowErrorView {
    row: i64,
    field: String,
    code: String,
    message: &'static str,
    value: String,
}

/// `customer.imported`: a row's word on the customer's timeline.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Imported<'a> {
    pub(super) customer: CustomerId,
    pub(super) import: ImportId,
    pub(super) file_name: &'a str,
    pub(super) row: i64,
    pub(super) created: bool,
}

/// An import.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Import)]
pub(super) struct ImportView {
    id: ImportId,
    state: String,
    file_name: String,
    kind: String,
    encoding: Option<String>,
    delimiter: Option<String>,
    sheet: Option<String>,
    columns: Vec<Column>,
    #[schema(value_type = Object)]
    mapping: Mapping,
    options: Options,
    counts: Counts,
    errors: Vec<RowErrorView>,
    done: i64,
    total: i64,
    created: i64,
    matched: i64,
    failed: i64,
    created_by: UserId,
    #[serde(serialize_with = "wire::time")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    finished_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::optional_time")]
    undone_at: Option<DateTime<Utc>>,
}

/// `import.progressed` on the tenant's topic.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Progress<'a> {
    import: ImportId,
    state: &'a str,
    done: i64,
    total: i64,
    created: i64,
    matched: i64,
    failed: i64,
}

impl<'a> From<&'a import::Model> for Progress<'a> {
    fn from(row: &'a import::Model) -> Self {
        Self {
            import: row.id,
            state: &row.state,
            done: row.done,
            total: row.total,
            created: row.created,
            matched: row.matched,
            failed: row.failed,
        }
    }
}

fn stored<T: serde::de::DeserializeOwned + Default>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

pub(super) fn columns(row: &import::Model) -> Vec<Column> {
    stored(&row.columns)
}

pub(super) fn mapping(row: &import::Model) -> Mapping {
    stored(&row.mapping)
}

pub(super) fn options(row: &import::Model) -> Options {
    let mut said = row.options.clone();
    if let Some(said) = said.as_object_mut() {
        said.remove("sees");
    }
    stored(&said)
}

pub(super) fn sees(row: &import::Model) -> Option<Sees> {
    serde_json::from_value(row.options["sees"].clone()).ok()
}

pub(super) fn counts(row: &import::Model) -> Counts {
    stored(&row.counts)
}

pub(super) fn show(row: import::Model, locale: &str) -> ImportView {
    let errors: Vec<RowError> = stored(&row.errors);
    ImportView {
        columns: columns(&row),
        mapping: mapping(&row),
        options: options(&row),
        counts: counts(&row),
        errors: errors
            .into_iter()
            .take(ERRORS_KEPT)
            .map(|error| RowErrorView {
                message: texts::text(&error.code, locale),
                row: error.row,
                field: error.field,
                code: error.code,
                value: error.value,
            })
            .collect(),
        id: row.id,
        state: row.state,
        file_name: row.file_name,
        kind: row.kind,
        encoding: row.encoding,
        delimiter: row.delimiter,
        sheet: row.sheet,
        done: row.done,
        total: row.total,
        created: row.created,
        matched: row.matched,
        failed: row.failed,
        created_by: row.created_by,
        created_at: row.created_at,
        finished_at: row.finished_at,
        undone_at: row.undone_at,
    }
}

/// An import that this principal may see: everybody's for who sees all, else only one's own.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(
    tx: &Tx<'_>,
    by: &Principal,
    id: ImportId,
) -> Result<import::Model, Problem> {
    let row = import::Entity::of(tx.tenant())
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::State.ne(READING))
        .one(tx)
        .await?;
    row.filter(|row| admits(by, row)).ok_or_else(Problem::not_found)
}

fn admits(by: &Principal, row: &import::Model) -> bool {
    by.visibility == Visibility::All || by.in_person() == Some(row.created_by)
}

/// Newest first.
pub(super) async fn list(
    tx: &Tx<'_>,
    by: &Principal,
    paging: &Paging,
) -> Result<(Vec<import::Model>, Option<String>), Problem> {
    let (limit, after) = (paging.limit()?, paging.after::<ImportId>()?);
    let mut query = import::Entity::of(tx.tenant()).filter(import::Column::State.ne(READING));
    if by.visibility != Visibility::All {
        query = query.filter(import::Column::CreatedBy.eq(by.in_person().unwrap_or(UserId::NIL)));
    }
    if let Some(after) = after {
        query = query.filter(import::Column::Id.lt(after));
    }
    // ids are made in the order of time
    let query = query.order_by_desc(import::Column::Id).limit(limit + 1);
    let mut rows = query.all(tx).await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| row.id);
    Ok((rows, next_cursor))
}
