//! The letters we write, in Turkish and English. Every letter is text and simple HTML; what people
//! typed is escaped in the latter.

use minijinja::{AutoEscape, Environment, context};

use super::Mail;
use crate::kernel::problem::Problem;

/// A letter with its blanks.
pub enum Letter<'a> {
    Invitation {
        name: &'a str,
        tenant: &'a str,
        inviter: &'a str,
        link: &'a str,
        days: u32,
    },
    Reset {
        name: &'a str,
        tenant: &'a str,
        link: &'a str,
        minutes: u32,
    },
    Notices {
        name: &'a str,
        tenant: &'a str,
        subject: &'a str,
        lines: &'a [String],
        link: &'a str,
    },
    /// To whoever booked on the public page: that it stands, changed, or is cancelled.
    Appointment {
        name: &'a str,
        tenant: &'a str,
        title: &'a str,
        when: &'a str,
        place: Option<&'a str>,
        link: &'a str,
        is_cancelled: bool,
        is_changed: bool,
    },
}

/// All letters, parsed once.
pub struct Templates(Environment<'static>);

const SOURCES: &[(&str, &str)] = &[
    ("frame.html", include_str!("letters/frame.html")),
    ("invitation.tr.txt", include_str!("letters/invitation.tr.txt")),
    ("invitation.en.txt", include_str!("letters/invitation.en.txt")),
    ("reset.tr.txt", include_str!("letters/reset.tr.txt")),
    ("reset.en.txt", include_str!("letters/reset.en.txt")),
    ("notices.tr.txt", include_str!("letters/notices.tr.txt")),
    ("notices.en.txt", include_str!("letters/notices.en.txt")),
    ("appointment.tr.txt", include_str!("letters/appointment.tr.txt")),
    ("appointment.en.txt", include_str!("letters/appointment.en.txt")),
];

impl Templates {
    /// # Errors
    /// When a template is broken, which a test finds first.
    pub fn new() -> anyhow::Result<Self> {
        let mut env = Environment::new();
        env.set_auto_escape_callback(|name| match name.ends_with(".html") {
            true => AutoEscape::Html,
            false => AutoEscape::None,
        });
        for (name, source) in SOURCES {
            env.add_template(name, source)?;
        }
        Ok(Self(env))
    }

    /// Fills in a letter. Its first line is the subject.
    ///
    /// # Errors
    /// `internal` when a template does not fit its blanks.
    pub fn write(&self, to: &str, locale: &str, letter: &Letter<'_>) -> Result<Mail, Problem> {
        self.fill(to, locale, letter).map_err(|error| {
            tracing::error!(%error, "letter cannot be written");
            Problem::internal()
        })
    }

    fn fill(&self, to: &str, locale: &str, letter: &Letter<'_>) -> Result<Mail, minijinja::Error> {
        let locale = if locale.starts_with("tr") { "tr" } else { "en" };
        let (kind, link, blanks) = match *letter {
            Letter::Invitation { name, tenant, inviter, link, days } => {
                ("invitation", link, context! { name, tenant, inviter, link, days })
            }
            Letter::Reset { name, tenant, link, minutes } => {
                ("reset", link, context! { name, tenant, link, minutes })
            }
            Letter::Notices { name, tenant, subject, lines, link } => {
                ("notices", link, context! { name, tenant, subject, lines => lines.to_vec(), link })
            }
            Letter::Appointment {
                name,
                tenant,
                title,
                when,
                place,
                link,
                is_cancelled,
                is_changed,
            } => {
                let blanks = context! {
                    name, tenant, title, when, place, link, is_cancelled, is_changed
                };
                ("appointment", link, blanks)
            }
        };
        let whole = self.0.get_template(&format!("{kind}.{locale}.txt"))?.render(blanks)?;
        let (subject, text) = whole.split_once('\n').unwrap_or((&whole, ""));
        let text = text.trim_start();
        let paragraphs: Vec<String> = text.split("\n\n").map(|p| p.trim().to_owned()).collect();
        let button = match (kind, locale) {
            ("invitation", "tr") => "Daveti kabul et",
            ("invitation", _) => "Accept the invitation",
            ("notices", "tr") => "Nabız'da aç",
            ("notices", _) => "Open in Nabız",
            ("appointment", "tr") => "Randevuyu gör",
            ("appointment", _) => "See the appointment",
            (_, "tr") => "Yeni parola belirle",
            _ => "Choose a new password",
        };
        let html = self
            .0
            .get_template("frame.html")?
            .render(context! { subject, paragraphs, link, button, locale })?;
        Ok(Mail {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html,
            attachments: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Letter, Templates};

    #[test]
    fn letters_speak_both_languages_and_escape_what_people_typed() {
        let templates = Templates::new().unwrap();
        let letter = Letter::Invitation {
            name: "Ayşe",
            tenant: "<b>Işık</b> & Oğulları",
            inviter: "Mehmet",
            link: "https://crm.example/#/invite?token=abc",
            days: 7,
        };
        let turkish = templates.write("a@b.example", "tr", &letter).unwrap();
        assert!(turkish.subject.contains("<b>Işık</b> & Oğulları"));
        assert!(turkish.text.contains("https://crm.example/#/invite?token=abc"));
        assert!(!turkish.html.contains("<b>Işık</b>") && turkish.html.contains("Oğulları"));
        let english = templates.write("a@b.example", "en", &letter).unwrap();
        assert_ne!(english.subject, turkish.subject);
        let reset = Letter::Reset { name: "A", tenant: "B", link: "https://x/#t", minutes: 60 };
        assert!(templates.write("a@b.example", "en-GB", &reset).unwrap().text.contains("60"));
        let lines = ["Reminder: <i>Işıl</i>".to_owned(), "New lead".to_owned()];
        let (subject, link) = ("2 new notifications", "https://x/today");
        let notices = Letter::Notices { name: "A", tenant: "B", subject, lines: &lines, link };
        let mail = templates.write("a@b.example", "en", &notices).unwrap();
        assert_eq!(mail.subject, "B: 2 new notifications");
        assert!(mail.html.contains("<p>New lead</p>") && !mail.html.contains("<i>"));
    }
}
