//! Who asks, what they may do, and which records they may see.

use std::sync::Arc;

use entities::ids::{ApiKeyId, RuleId, SessionId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! permissions {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// What a role may allow: module and action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Permission { $($name),* }

        impl Permission {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

permissions! {
    ViewBoards = "boards.view", ManageBoards = "boards.manage",
    CreateCards = "cards.create", EditCards = "cards.edit", MoveCards = "cards.move",
    ArchiveCards = "cards.archive",
    ViewCustomers = "customers.view", CreateCustomers = "customers.create",
    EditCustomers = "customers.edit", MergeCustomers = "customers.merge",
    ArchiveCustomers = "customers.archive", ImportCustomers = "customers.import",
    ExportCustomers = "customers.export",
    ViewUsers = "users.view", ManageUsers = "users.manage", ManageRoles = "roles.manage",
    ManageKeys = "keys.manage", ManageTenant = "tenant.manage", CreateLeads = "leads.create",
    ViewAgenda = "agenda.view", EditAgenda = "agenda.edit", ManageAgenda = "agenda.manage",
    ManageActivities = "activities.manage", ManageRules = "rules.manage",
    ManageWebhooks = "webhooks.manage", ViewReports = "reports.view", ViewAudit = "audit.view",
    ShareViews = "views.share",
    UseChat = "chat.use", ManageChat = "chat.manage", ManageChannels = "channels.manage",
}

/// A set of permissions in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u64);

impl Permissions {
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    pub fn has(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u8) != 0
    }

    /// Unknown words are ignored: an older server reads a newer role.
    pub fn parse(words: &[String]) -> Self {
        words.iter().filter_map(|word| Permission::parse(word)).collect()
    }

    pub fn names(self) -> Vec<&'static str> {
        Permission::ALL.iter().filter(|p| self.has(**p)).map(|p| p.name()).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(all: I) -> Self {
        Self(all.into_iter().fold(0, |bits, p| bits | (1 << p as u8)))
    }
}

/// Whose records a role shows; the wider is the greater.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Customers that have me among the owners.
    Own,
    /// … or somebody of my team.
    Team,
    All,
}

impl Visibility {
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        }
    }

    /// An unknown word shows least.
    pub fn parse(word: &str) -> Self {
        match word {
            "all" => Self::All,
            "team" => Self::Team,
            _ => Self::Own,
        }
    }
}

/// What a role's sight is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    Customers,
    Agenda,
    Reports,
}

/// Whose records a role shows, module by module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Scopes {
    pub customers: Visibility,
    pub agenda: Visibility,
    pub reports: Visibility,
}

impl Scopes {
    /// The same everywhere.
    pub fn every(visibility: Visibility) -> Self {
        Self { customers: visibility, agenda: visibility, reports: visibility }
    }

    /// Whether membership of a team is a right here.
    pub fn uses_teams(self) -> bool {
        [self.customers, self.agenda, self.reports].contains(&Visibility::Team)
    }
}

/// Whose records of one module somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub visibility: Visibility,
    /// The people whose records count as mine under `own` and `team`; me included.
    pub circle: Arc<[UserId]>,
}

impl Scope {
    pub fn all() -> Self {
        Self { visibility: Visibility::All, circle: Arc::from([]) }
    }

    /// Whether what belongs to these people is shown.
    pub fn sees(&self, people: &[UserId]) -> bool {
        self.visibility == Visibility::All || people.iter().any(|one| self.circle.contains(one))
    }

    /// What both show; where both are narrow, rather less.
    fn and(&self, other: &Self) -> Self {
        match (self.visibility, other.visibility) {
            (_, Visibility::All) => self.clone(),
            (Visibility::All, _) => other.clone(),
            _ => Self {
                visibility: self.visibility,
                circle: self
                    .circle
                    .iter()
                    .filter(|one| other.circle.contains(one))
                    .copied()
                    .collect(),
            },
        }
    }
}

/// Which kind of asker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A person on a device.
    User { id: UserId, session: SessionId },
    /// An integration or a web form.
    Key { id: ApiKeyId },
    /// A rule of the tenant.
    Rule { id: RuleId },
    /// The server itself: jobs, imports, the command line.
    System,
}

/// Who asks. Built by the gateway from a token, never from a request's body.
#[derive(Clone, Debug)]
pub struct Principal {
    pub tenant: TenantId,
    pub who: Who,
    /// Key of the role; empty for keys and the system.
    pub role: Arc<str>,
    pub permissions: Permissions,
    /// Of customers and all that hangs on them.
    pub visibility: Visibility,
    /// The people whose customers count as mine under `own` and `team`; me included.
    pub circle: Arc<[UserId]>,
    pub agenda: Scope,
    pub reports: Scope,
    /// Set where a colleague looks with these eyes: such a principal reads and never writes.
    pub seen_by: Option<UserId>,
    /// `tr` or `en`.
    pub locale: Arc<str>,
}

impl Principal {
    /// The server acting for a tenant.
    pub fn system(tenant: TenantId) -> Self {
        Self {
            tenant,
            who: Who::System,
            role: Arc::from(""),
            permissions: Permissions::all(),
            visibility: Visibility::All,
            circle: Arc::from([]),
            agenda: Scope::all(),
            reports: Scope::all(),
            seen_by: None,
            locale: Arc::from("tr"),
        }
    }

    /// The server going on with what this person began, on no device and with no eyes but its own.
    pub fn in_the_name_of(tenant: TenantId, user: UserId) -> Self {
        Self { who: Who::User { id: user, session: SessionId::NIL }, ..Self::system(tenant) }
    }

    /// The server doing for this person what no command of theirs may order, in their name.
    #[must_use]
    pub fn assisted(&self) -> Self {
        Self { role: Arc::from(""), permissions: Permissions::all(), ..self.clone() }
    }

    /// Whether the server itself acts: for itself, or assisting somebody.
    pub fn is_server(&self) -> bool {
        match self.who {
            Who::System => true,
            // a person's role is never empty
            Who::User { .. } => self.role.is_empty(),
            Who::Key { .. } | Who::Rule { .. } => false,
        }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Who::User { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The person, asking with their own eyes: who borrows somebody's is shown nothing that is that
    /// person's alone.
    pub fn in_person(&self) -> Option<UserId> {
        self.user().filter(|_| self.seen_by.is_none())
    }

    pub fn session(&self) -> Option<SessionId> {
        match self.who {
            Who::User { session, .. } => Some(session),
            _ => None,
        }
    }

    /// How the journal names the asker.
    pub fn author(&self) -> String {
        match &self.who {
            Who::User { id, .. } => id.to_string(),
            Who::Key { id } => format!("key:{id}"),
            Who::Rule { id } => format!("rule:{id}"),
            Who::System => "system".to_owned(),
        }
    }

    /// Whether customers with these owners are shown.
    pub fn sees(&self, owners: &[UserId]) -> bool {
        self.visibility == Visibility::All || owners.iter().any(|owner| self.circle.contains(owner))
    }

    /// Whose records of a module are shown.
    pub fn scope(&self, module: Module) -> Scope {
        match module {
            Module::Customers => Scope { visibility: self.visibility, circle: self.circle.clone() },
            Module::Agenda => self.agenda.clone(),
            Module::Reports => self.reports.clone(),
        }
    }

    pub fn scopes(&self) -> Scopes {
        Scopes {
            customers: self.visibility,
            agenda: self.agenda.visibility,
            reports: self.reports.visibility,
        }
    }

    /// A short name for what this asker may do and sees on topics; another one as soon as a right, a
    /// scope or the circle is another.
    pub fn sight(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.permissions.0.to_be_bytes());
        for scope in [self.scope(Module::Customers), self.scope(Module::Agenda)] {
            hash.update(scope.visibility.name());
            // who sees everybody's has no circle that matters
            if scope.visibility != Visibility::All {
                let mut circle = scope.circle.to_vec();
                circle.sort_unstable();
                for one in &circle {
                    hash.update(one.0.as_bytes());
                }
            }
            hash.update([0]);
        }
        hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// These eyes, lent to a colleague: what both may do and see, and nothing else.
    #[must_use]
    pub fn lent_to(mut self, asker: &Self) -> Self {
        let both = |p: &Permission| self.may(*p) && asker.may(*p);
        self.permissions = Permission::ALL.iter().copied().filter(both).collect();
        let customers = self.scope(Module::Customers).and(&asker.scope(Module::Customers));
        (self.visibility, self.circle) = (customers.visibility, customers.circle);
        self.agenda = self.agenda.and(&asker.agenda);
        self.reports = self.reports.and(&asker.reports);
        self.seen_by = asker.user();
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use entities::ids::{TenantId, UserId};
    use uuid::Uuid;

    use super::{Module, Permission, Permissions, Principal, Scope, Visibility};

    fn eyes(visibility: Visibility, people: &[u128], permissions: &[Permission]) -> Principal {
        let circle: Arc<[UserId]> = people.iter().map(|n| UserId(Uuid::from_u128(*n))).collect();
        let scope = Scope { visibility, circle: circle.clone() };
        Principal {
            visibility,
            circle,
            agenda: scope.clone(),
            reports: scope,
            permissions: permissions.iter().copied().collect::<Permissions>(),
            ..Principal::in_the_name_of(TenantId::NIL, UserId(Uuid::from_u128(people[0])))
        }
    }

    #[test]
    fn another_sight_has_another_name() {
        use Permission as P;
        let sights = [
            eyes(Visibility::All, &[1, 2], &[P::ViewBoards]).sight(),
            eyes(Visibility::All, &[1, 2], &[P::ViewBoards, P::ManageUsers]).sight(),
            eyes(Visibility::Team, &[1, 2], &[P::ViewBoards]).sight(),
            eyes(Visibility::Team, &[1, 2, 3], &[P::ViewBoards]).sight(),
            eyes(Visibility::Own, &[1], &[P::ViewBoards]).sight(),
        ];
        let distinct: std::collections::BTreeSet<&String> = sights.iter().collect();
        assert_eq!(distinct.len(), sights.len(), "{sights:?}");
        let same = eyes(Visibility::Team, &[2, 1], &[P::ViewBoards]).sight();
        assert_eq!(same, sights[2], "the order of colleagues says nothing");
        assert_eq!(eyes(Visibility::All, &[9], &[P::ViewBoards]).sight(), sights[0]);
    }

    #[test]
    fn borrowed_eyes_never_see_more_than_either() {
        use Permission as P;
        let of = |n: u128| [UserId(Uuid::from_u128(n))];
        let asker = eyes(Visibility::Team, &[1, 2], &[P::ViewBoards, P::ManageUsers]);
        for (visibility, people) in
            [(Visibility::All, &[3][..]), (Visibility::Team, &[3, 2]), (Visibility::Own, &[3])]
        {
            let target = eyes(visibility, people, &[P::ViewBoards, P::ManageRoles]);
            let lent = target.clone().lent_to(&asker);
            assert!(
                lent.may(P::ViewBoards) && !lent.may(P::ManageRoles) && !lent.may(P::ManageUsers)
            );
            assert!(lent.seen_by == asker.user() && lent.user() == target.user());
            assert!(lent.in_person().is_none() && target.in_person() == target.user());
            for n in 1..5 {
                for module in [Module::Customers, Module::Agenda, Module::Reports] {
                    let sees = |by: &Principal| by.scope(module).sees(&of(n));
                    assert!(!sees(&lent) || (sees(&asker) && sees(&target)), "{visibility:?} {n}");
                }
                assert_eq!(lent.sees(&of(n)), asker.sees(&of(n)) && target.sees(&of(n)));
            }
        }
    }
}
