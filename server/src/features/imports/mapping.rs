//! Which column is what: suggestions from Turkish and English headers, and from the values.

use std::collections::{BTreeMap, HashSet};

use crate::features::customers::{self, House};
use crate::kernel::fold::fold;
use crate::kernel::problem::Problem;

/// Column index to field; null or absent leaves the column out.
pub(super) type Mapping = BTreeMap<String, Option<String>>;

/// What a column can be mapped to, beside `custom:<key>`.
const FIELDS: [&str; 15] = [
    "name",
    "first_name",
    "last_name",
    "company",
    "phone",
    "phone2",
    "email",
    "quality",
    "tags",
    "owner",
    "source",
    "note",
    "need",
    "amount",
    "stage",
];

/// Folded headers by field; a header that is one of them, or begins with one of three letters or
/// more, is taken for it. The first that fits wins.
const NAMES: [(&str, &[&str]); 15] = [
    ("first_name", &["first name", "firstname", "given name", "adi", "isim adi", "on ad", "onad"]),
    (
        "last_name",
        &[
            "last name",
            "lastname",
            "surname",
            "family name",
            "soyad",
            "soyadi",
            "soy isim",
            "soyisim",
        ],
    ),
    (
        "phone2",
        &[
            "phone 2",
            "phone2",
            "telefon 2",
            "telefon2",
            "tel 2",
            "tel2",
            "gsm 2",
            "ikinci telefon",
            "diger telefon",
            "is telefonu",
            "ev telefonu",
            "work phone",
            "home phone",
            "other phone",
            "sabit telefon",
        ],
    ),
    (
        "phone",
        &[
            "phone",
            "mobile",
            "cell",
            "gsm",
            "tel",
            "telefon",
            "cep",
            "cep telefonu",
            "cep no",
            "telefon no",
            "telefon numarasi",
            "numara",
            "whatsapp",
            "mobil",
            "phone number",
            "iletisim no",
        ],
    ),
    (
        "email",
        &[
            "e mail",
            "email",
            "mail",
            "e posta",
            "eposta",
            "e posta adresi",
            "mail adresi",
            "email address",
        ],
    ),
    (
        "company",
        &[
            "company",
            "organization",
            "organisation",
            "org",
            "firma",
            "firma adi",
            "sirket",
            "sirket adi",
            "kurum",
            "unvan",
            "isletme",
            "account",
            "account name",
        ],
    ),
    (
        "name",
        &[
            "name",
            "full name",
            "fullname",
            "fn",
            "ad soyad",
            "adi soyadi",
            "ad ve soyad",
            "isim",
            "isim soyisim",
            "isim soyad",
            "musteri",
            "musteri adi",
            "ad",
            "adsoyad",
            "customer",
            "customer name",
            "contact",
            "contact name",
            "kisi",
            "lead name",
            "yetkili",
        ],
    ),
    ("quality", &["quality", "kalite", "derece", "sinif", "rating", "grade"]),
    (
        "tags",
        &[
            "tags",
            "tag",
            "labels",
            "label",
            "etiket",
            "etiketler",
            "categories",
            "category",
            "kategori",
            "grup",
            "group",
        ],
    ),
    (
        "owner",
        &[
            "owner",
            "assigned to",
            "assignee",
            "sorumlu",
            "temsilci",
            "musteri temsilcisi",
            "satis temsilcisi",
            "danisman",
            "sales rep",
            "sahip",
        ],
    ),
    ("source", &["source", "lead source", "kaynak", "kanal", "channel", "referans", "nereden"]),
    (
        "note",
        &[
            "note",
            "notes",
            "not",
            "notlar",
            "aciklama",
            "comment",
            "comments",
            "description",
            "yorum",
            "mesaj",
            "message",
        ],
    ),
    (
        "need",
        &[
            "need",
            "ihtiyac",
            "talep",
            "ilgilendigi",
            "interest",
            "product",
            "urun",
            "istek",
            "konu",
            "subject",
            "request",
        ],
    ),
    (
        "amount",
        &[
            "amount",
            "value",
            "deal value",
            "tutar",
            "fiyat",
            "butce",
            "budget",
            "price",
            "bedel",
            "ciro",
        ],
    ),
    ("stage", &["stage", "status", "asama", "durum", "pipeline stage"]),
];

/// A suggestion for each column; a field is suggested once.
pub(super) fn suggest(
    headers: &[String],
    samples: &[Vec<String>],
    house: &House,
) -> Vec<Option<String>> {
    let keys: Vec<String> = headers.iter().map(|header| key(header)).collect();
    let mut found: Vec<Option<String>> = vec![None; headers.len()];
    let mut taken: HashSet<String> = HashSet::new();
    // exact words first, so that "Telefon" takes the phone before "Telefon tipi" does
    for exact in [true, false] {
        for (at, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            if found.get(at).is_some_and(Option::is_some) {
                continue;
            }
            let field = own_field(key, house).or_else(|| by_header(key, exact));
            let field = field.filter(|field| taken.insert(field.clone()));
            if let Some(place) = found.get_mut(at) {
                *place = field;
            }
        }
    }
    for (at, samples) in samples.iter().enumerate() {
        let Some(place) = found.get_mut(at).filter(|place| place.is_none()) else { continue };
        *place = by_samples(samples, house).filter(|field| taken.insert(field.clone()));
    }
    // "Ad" beside "Soyad" is a first name
    if taken.contains("last_name") && !taken.contains("first_name") {
        for place in &mut found {
            if place.as_deref() == Some("name") {
                *place = Some("first_name".to_owned());
            }
        }
    }
    found
}

fn key(header: &str) -> String {
    let folded: String =
        fold(header).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn own_field(wanted: &str, house: &House) -> Option<String> {
    let field = house.fields.iter().find(|f| key(&f.label) == wanted || key(&f.key) == wanted)?;
    Some(format!("custom:{}", field.key))
}

fn by_header(key: &str, exact: bool) -> Option<String> {
    let fits = |name: &&str| match exact {
        true => key == *name,
        false => {
            name.len() >= 3
                && key.starts_with(*name)
                && key.as_bytes().get(name.len()) == Some(&b' ')
        }
    };
    let (field, _) = NAMES.iter().find(|(_, names)| names.iter().any(fits))?;
    Some((*field).to_owned())
}

fn by_samples(samples: &[String], house: &House) -> Option<String> {
    let most = |fits: &dyn Fn(&str) -> bool| {
        let hits = samples.iter().filter(|sample| fits(sample)).count();
        hits > 0 && hits * 10 >= samples.len() * 8
    };
    if most(&|sample| customers::email(sample).is_ok()) {
        Some("email".to_owned())
    } else if most(&|sample| sample.len() >= 10 && customers::phone(sample, &house.country).is_ok())
    {
        Some("phone".to_owned())
    } else {
        None
    }
}

/// The suggestions as a mapping.
pub(super) fn of_suggestions(found: &[Option<String>]) -> Mapping {
    found.iter().enumerate().map(|(at, field)| (at.to_string(), field.clone())).collect()
}

/// # Errors
/// `invalid` for a column or a field that does not exist, and when nobody could be told apart.
pub(super) fn check(mapping: &Mapping, columns: usize, house: &House) -> Result<(), Problem> {
    let mut who = false;
    for (column, field) in mapping {
        let known = column.parse::<usize>().is_ok_and(|at| at < columns);
        if !known {
            let column: String = column.chars().take(20).collect();
            return Err(Problem::invalid(&format!("mapping.{column}"), "unknown_value"));
        }
        let Some(field) = field else { continue };
        let own = field.strip_prefix("custom:").is_some_and(|key| house.field(key).is_some());
        if !own && !FIELDS.contains(&field.as_str()) {
            return Err(Problem::invalid(&format!("mapping.{column}"), "unknown_value"));
        }
        who |= matches!(
            field.as_str(),
            "name" | "first_name" | "last_name" | "phone" | "phone2" | "email" | "company"
        );
    }
    if who { Ok(()) } else { Err(Problem::invalid("mapping", "required")) }
}

#[cfg(test)]
mod tests {
    use super::suggest;
    use crate::features::customers::House;

    fn suggested(headers: &[&str], samples: &[&[&str]]) -> Vec<String> {
        let house = House { country: "TR".to_owned(), fields: Vec::new() };
        let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
        let mut values: Vec<Vec<String>> =
            samples.iter().map(|s| s.iter().map(|v| (*v).to_owned()).collect()).collect();
        values.resize(headers.len(), Vec::new());
        suggest(&headers, &values, &house).into_iter().map(Option::unwrap_or_default).collect()
    }

    #[test]
    fn turkish_and_english_headers() {
        assert_eq!(
            suggested(
                &[
                    "Ad Soyad",
                    "Cep Telefonu",
                    "E-posta",
                    "Firma",
                    "Kaynak",
                    "Notlar",
                    "Aşama",
                    "Tutar (TL)"
                ],
                &[]
            ),
            ["name", "phone", "email", "company", "source", "note", "stage", "amount"]
        );
        assert_eq!(
            suggested(&["AD", "SOYAD", "TELEFON", "TELEFON 2", "ETİKETLER", "SORUMLU"], &[]),
            ["first_name", "last_name", "phone", "phone2", "tags", "owner"]
        );
        assert_eq!(
            suggested(
                &[
                    "First Name",
                    "Last Name",
                    "Mobile",
                    "Email Address",
                    "Company",
                    "Owner",
                    "Status"
                ],
                &[]
            ),
            ["first_name", "last_name", "phone", "email", "company", "owner", "stage"]
        );
        assert_eq!(suggested(&["İSİM", "GSM"], &[]), ["name", "phone"]);
    }

    #[test]
    fn values_help_where_headers_do_not() {
        assert_eq!(
            suggested(&["A", "B", "C"], &[&["Ayşe"], &["0532 123 45 67"], &["a@b.com", "c@d.org"]]),
            ["", "phone", "email"]
        );
    }
}
