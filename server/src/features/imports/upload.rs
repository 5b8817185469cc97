//! A file comes in: read, stored in chunks, and looked through once.

use actix_multipart::Multipart;
use actix_web::web;
use chrono::{DateTime, Utc};
use entities::ids::{ImportId, UserId};
use entities::tenancy::OfTenant;
use entities::{import, import_chunk};
use futures_util::{FutureExt, TryStreamExt};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::json;

use super::preview::look_ahead;
use super::read::{self, Table};
use super::views::{Column, Options, READING, READY};
use super::{mapping, views};
use crate::db::Db;
use crate::features::customers::House;
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};

/// Bytes of chunks that one transaction stores.
const STORE_BYTES: usize = 1_000_000;

/// A file of a form.
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Takes the field `file` out of a multipart body, at most `limit` bytes.
pub(super) async fn receive(mut form: Multipart, limit: usize) -> Result<Upload, Problem> {
    let broken = |_| Problem::bad_json();
    let mut upload = None;
    let mut seen = 0;
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        let wanted = field.name() == Some("file") && upload.is_none();
        let name = field.content_disposition().and_then(|d| d.get_filename()).map(file_name);
        let mut bytes = Vec::new();
        while let Some(part) = field.try_next().await.map_err(|_| Problem::bad_json())? {
            seen += part.len();
            if seen > limit {
                return Err(Problem::of(Class::TooBig));
            }
            if wanted {
                bytes.extend_from_slice(&part);
            }
        }
        if wanted {
            upload = Some(Upload { name: name.unwrap_or_else(|| "import".to_owned()), bytes });
        }
    }
    upload.ok_or_else(|| Problem::invalid("file", "required"))
}

/// Only the last part of a path, without what no file name has.
fn file_name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.trim().is_empty() { "import".to_owned() } else { name }
}

/// Reads, stores and looks through a file.
pub(super) async fn take_in(
    db: &Db,
    clock: &Clock,
    by: &Principal,
    author: UserId,
    upload: Upload,
) -> Result<import::Model, Problem> {
    let Upload { name, bytes } = upload;
    let table = web::block(move || read::read(&bytes)).await.map_err(|_| Problem::internal())??;
    let tenant = by.tenant;
    let house = db.read(tenant, |tx| async move { House::load(tx).await }.boxed()).await?;
    let id = ImportId(clock.fresh_id());
    let mut row = row_of(by, author, id, name, &table, &house, clock.now());
    store(db, &row, table.chunks).await?;
    let mapped = mapping::check(&views::mapping(&row), table.headers.len(), &house).is_ok();
    let outlook = match mapped {
        true => look_ahead(db, by, &row).await?,
        // nobody could be told apart yet: the person maps the columns first
        false => super::preview::Outlook {
            counts: views::Counts { rows: row.total, ..views::Counts::default() },
            errors: Vec::new(),
        },
    };
    row.counts = json!(outlook.counts);
    row.errors = json!(outlook.errors);
    READY.clone_into(&mut row.state);
    let ready = row.clone();
    db.write(tenant, move |tx| {
        let row = ready.clone();
        async move { super::rules::save(tx, &row).await }.boxed()
    })
    .await?;
    Ok(row)
}

fn row_of(
    by: &Principal,
    author: UserId,
    id: ImportId,
    file_name: String,
    table: &Table,
    house: &House,
    now: DateTime<Utc>,
) -> import::Model {
    let suggested = match table.kind {
        "vcard" => ["name", "phone", "phone2", "email", "company", "note", "tags"]
            .map(|field| Some(field.to_owned()))
            .to_vec(),
        _ => mapping::suggest(&table.headers, &table.samples, house),
    };
    let columns: Vec<Column> = table
        .headers
        .iter()
        .zip(&table.samples)
        .zip(&suggested)
        .enumerate()
        .map(|(index, ((header, samples), suggested))| Column {
            index,
            header: header.clone(),
            samples: samples.clone(),
            suggested: suggested.clone(),
        })
        .collect();
    import::Model {
        tenant_id: by.tenant,
        id,
        state: READING.to_owned(),
        file_name,
        kind: table.kind.to_owned(),
        encoding: table.encoding.clone(),
        delimiter: table.delimiter.clone(),
        sheet: table.sheet.clone(),
        columns: json!(columns),
        mapping: json!(mapping::of_suggestions(&suggested)),
        options: json!(Options::default()),
        counts: json!({}),
        errors: json!([]),
        done: 0,
        total: table.rows as i64,
        created: 0,
        matched: 0,
        failed: 0,
        created_by: author,
        created_at: now,
        finished_at: None,
        undone_at: None,
    }
}

/// Stores the chunks a megabyte a transaction, so that nobody waits long for theirs. A file that
/// was not stored whole stays `reading` and is never seen; the next upload clears it away.
async fn store(db: &Db, row: &import::Model, chunks: Vec<String>) -> Result<(), Problem> {
    let (tenant, id) = (row.tenant_id, row.id);
    let first = row.clone();
    db.write(tenant, move |tx| {
        let row = first.clone();
        async move {
            clear_remains(tx, row.created_at).await?;
            let active = row.into_active_model().reset_all();
            import::Entity::insert(active).exec_without_returning(tx).await?;
            Ok(())
        }
        .boxed()
    })
    .await?;
    let mut part: Vec<(i32, String)> = Vec::new();
    let mut size = 0;
    let last = chunks.len();
    for (at, rows) in chunks.into_iter().enumerate() {
        size += rows.len();
        part.push((i32::try_from(at).unwrap_or(i32::MAX), rows));
        if size < STORE_BYTES && at + 1 < last {
            continue;
        }
        size = 0;
        let whole = std::mem::take(&mut part);
        db.write(tenant, move |tx| {
            let models: Vec<_> = whole
                .iter()
                .map(|(chunk, rows)| import_chunk::ActiveModel {
                    tenant_id: Set(tenant),
                    import_id: Set(id),
                    chunk: Set(*chunk),
                    rows: Set(rows.clone()),
                })
                .collect();
            async move {
                import_chunk::Entity::insert_many(models).exec_without_returning(tx).await?;
                Ok(())
            }
            .boxed()
        })
        .await?;
    }
    Ok(())
}

/// Files whose reading broke off more than an hour ago.
async fn clear_remains(tx: &crate::db::Tx<'_>, now: DateTime<Utc>) -> Result<(), Problem> {
    let old = import::Entity::of(tx.tenant())
        .filter(import::Column::State.eq(READING))
        .filter(import::Column::CreatedAt.lt(now - chrono::Duration::hours(1)))
        .all(tx)
        .await?;
    for row in old {
        import_chunk::Entity::forget(tx.tenant())
            .filter(import_chunk::Column::ImportId.eq(row.id))
            .exec(tx)
            .await?;
        import::Entity::forget(tx.tenant()).filter(import::Column::Id.eq(row.id)).exec(tx).await?;
    }
    Ok(())
}
