//! Whose time it is: the whole tenant's, a person's, a resource's.

use std::fmt;
use std::str::FromStr;

use entities::ids::{ResourceId, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// On the wire and in the tables `tenant`, `user:<id>`, `resource:<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Of {
    Tenant,
    User(UserId),
    Resource(ResourceId),
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant => f.write_str("tenant"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Resource(id) => write!(f, "resource:{id}"),
        }
    }
}

impl FromStr for Of {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            None if text == "tenant" => Ok(Self::Tenant),
            Some(("user", id)) => id.parse().map(Self::User).map_err(drop),
            Some(("resource", id)) => id.parse().map(Self::Resource).map_err(drop),
            _ => Err(()),
        }
    }
}

impl Serialize for Of {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Of {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(|()| serde::de::Error::custom("nobody's"))
    }
}
