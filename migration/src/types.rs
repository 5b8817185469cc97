//! Column types, the same words on both databases.

use sea_orm_migration::prelude::*;

pub(crate) type Kind = fn(&mut ColumnDef) -> &mut ColumnDef;

pub(crate) fn id(c: &mut ColumnDef) -> &mut ColumnDef {
    c.uuid()
}

pub(crate) fn text(c: &mut ColumnDef) -> &mut ColumnDef {
    c.text()
}

pub(crate) fn big(c: &mut ColumnDef) -> &mut ColumnDef {
    c.big_integer()
}

pub(crate) fn int(c: &mut ColumnDef) -> &mut ColumnDef {
    c.integer()
}

pub(crate) fn flag(c: &mut ColumnDef) -> &mut ColumnDef {
    c.boolean()
}

pub(crate) fn time(c: &mut ColumnDef) -> &mut ColumnDef {
    c.timestamp_with_time_zone()
}

pub(crate) fn json(c: &mut ColumnDef) -> &mut ColumnDef {
    c.json_binary()
}
