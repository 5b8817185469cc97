//! Money: integer minor units and a currency. Never a float, never a bare number.

use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// An amount. `minor` counts hundredths for TRY, EUR and most others; `currency` is ISO 4217.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    pub minor: i64,
    pub currency: String,
}

impl Money {
    /// # Errors
    /// `invalid` when the currency is not three capital letters or the amount leaves ±2^53.
    pub fn check(&self, field: &str) -> Result<(), Problem> {
        let letters =
            self.currency.len() == 3 && self.currency.bytes().all(|b| b.is_ascii_uppercase());
        if letters && self.minor.unsigned_abs() < (1 << 53) {
            Ok(())
        } else {
            Err(Problem::invalid(field, "bad_value"))
        }
    }
}
