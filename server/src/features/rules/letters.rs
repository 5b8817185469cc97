//! Mails that rules order. The job knows the run and the place of the action, no address and no
//! text: they are read when it is sent.

use std::sync::Arc;

use entities::ids::{CustomerId, JobId, RunId, TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::{customer, identity, role, rule, rule_run, user};
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::parse::{self, Action};
use super::{facts, views};
use crate::adapters::mail::{Mail, MailError, Mailer};
use crate::db::{Db, Tx};
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::fold::fold;
use crate::kernel::principal::{Permission, Permissions};
use crate::kernel::problem::Problem;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "rules.mail";
/// Mails and notices of one action.
const PEOPLE_MAX: u64 = 50;

/// Whom a mail goes to; a job for each, so that a second try writes to nobody twice.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reader {
    Customer,
    User(UserId),
}

#[derive(Serialize, Deserialize)]
struct Letter {
    run: RunId,
    /// Place of the action in the rule.
    n: usize,
    to: Reader,
}

/// `{name}` becomes the customer's name.
pub(super) fn filled(text: &str, name: &str) -> String {
    text.replace("{name}", name)
}

/// The jobs of one mail action.
pub(super) async fn order(
    tx: &Tx<'_>,
    cx: &CommandContext,
    run: &rule_run::Model,
    n: usize,
    to: &str,
    customer: &customer::Model,
) -> Result<Vec<NewJob>, Problem> {
    let readers = addresses(tx, customer, to).await?;
    let jobs = readers.into_iter().filter_map(|(to, _)| {
        let payload = serde_json::to_string(&Letter { run: run.id, n, to }).ok()?;
        Some(NewJob { kind: KIND, payload, run_at: cx.at })
    });
    Ok(jobs.collect())
}

/// The colleagues meant by `owners`, `managers` or `user:<id>`, those who still work here.
pub(super) async fn people(
    tx: &Tx<'_>,
    customer: &customer::Model,
    who: &str,
) -> Result<Vec<user::Model>, Problem> {
    let mut found = user::Entity::of(tx.tenant()).filter(user::Column::Active.eq(true));
    found = match (who, parse::user(who)) {
        (_, Some(id)) => found.filter(user::Column::Id.eq(id)),
        ("managers", _) => {
            let roles = role::Entity::of(tx.tenant()).all(tx).await?;
            let managing = roles
                .into_iter()
                .filter(|role| Permissions::parse(&role.permissions.0).has(Permission::ManageRules))
                .map(|role| role.key);
            found.filter(user::Column::Role.is_in(managing))
        }
        (address, _) if address.contains('@') => {
            found.filter(user::Column::EmailKey.eq(fold(address)))
        }
        _ => found.filter(user::Column::Id.is_in(customer.owners.0.iter().copied())),
    };
    Ok(found.order_by_asc(user::Column::Id).limit(PEOPLE_MAX).all(tx).await?)
}

/// Who reads a mail, and at which address.
pub(super) async fn addresses(
    tx: &Tx<'_>,
    customer: &customer::Model,
    to: &str,
) -> Result<Vec<(Reader, String)>, Problem> {
    if to == "customer" {
        let own = address_of(tx, customer.id).await?;
        return Ok(own.map(|address| (Reader::Customer, address)).into_iter().collect());
    }
    let people = people(tx, customer, to).await?;
    Ok(people.into_iter().map(|user| (Reader::User(user.id), user.email)).collect())
}

async fn address_of(tx: &Tx<'_>, customer: CustomerId) -> Result<Option<String>, Problem> {
    Ok(identity::Entity::of(tx.tenant())
        .filter(identity::Column::CustomerId.eq(customer))
        .filter(identity::Column::Kind.eq("email"))
        .order_by_asc(identity::Column::Position)
        .select_only()
        .column(identity::Column::Value)
        .into_tuple()
        .one(tx)
        .await?)
}

pub(super) struct SendLetter {
    pub(super) db: Db,
    pub(super) mailer: Arc<dyn Mailer>,
}

#[async_trait::async_trait]
impl Job for SendLetter {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let letter: Letter =
            serde_json::from_str(payload).map_err(|_| JobError::Never("bad_payload"))?;
        let mail =
            self.db.read(tenant, move |tx| async move { write(tx, &letter).await }.boxed()).await?;
        // who was removed, moved on or has no address any more gets none
        let Some(mail) = mail else { return Ok(()) };
        self.mailer.send(&mail).await.map_err(|error| match error {
            MailError::Later => JobError::Later("mail_later"),
            MailError::Refused => JobError::Never("mail_refused"),
        })
    }
}

async fn write(tx: &Tx<'_>, letter: &Letter) -> Result<Option<Mail>, Problem> {
    let Some(run) = views::find_run(tx, letter.run).await? else { return Ok(None) };
    let rule =
        rule::Entity::of(tx.tenant()).filter(rule::Column::Id.eq(run.rule_id)).one(tx).await?;
    let Some(rule) = rule else { return Ok(None) };
    let (_, _, actions) = views::parts(&rule);
    let Some(Action::Mail { to, subject, body }) = actions.get(letter.n) else { return Ok(None) };
    let Some(customer) = facts::customer(tx, run.customer_id).await? else { return Ok(None) };
    let address = match letter.to {
        Reader::Customer => address_of(tx, customer.id).await?,
        Reader::User(id) => {
            let to = if to == "customer" { "owners" } else { to };
            let people = people(tx, &customer, to).await?;
            people.into_iter().find(|user| user.id == id).map(|user| user.email)
        }
    };
    let Some(address) = address else { return Ok(None) };
    let (subject, text) = (filled(subject, &customer.name), filled(body, &customer.name));
    let html = text
        .split("\n\n")
        .map(|paragraph| format!("<p>{}</p>", escaped(paragraph.trim()).replace('\n', "<br>")))
        .collect();
    Ok(Some(Mail { to: address, subject, text, html, attachments: Vec::new() }))
}

/// What people typed is text, never markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{escaped, filled};

    #[test]
    fn names_are_filled_in_and_markup_is_none() {
        assert_eq!(filled("Sayın {name}, {name}!", "Işık"), "Sayın Işık, Işık!");
        assert_eq!(escaped("<b>&\""), "&lt;b&gt;&amp;&quot;");
    }
}
