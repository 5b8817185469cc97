//! Short lists kept as JSON in one column.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

use crate::ids::{ResourceId, UserId};

/// People in the order they were named; no one twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct UserList(pub Vec<UserId>);

/// Words: tags, permissions, options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct StringList(pub Vec<String>);

/// Rooms and devices in the order they were named; no one twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct ResourceList(pub Vec<ResourceId>);
