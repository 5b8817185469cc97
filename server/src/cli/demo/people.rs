//! Who and what the demo is made of: a housing project, its sales team, its customers. Invented;
//! any likeness is chance. Phones are from ranges that are easy to read, not to call.

/// (name, local part of the e-mail, role).
pub(super) const TEAM: [(&str, &str, &str); 5] = [
    ("Ayşe Yılmaz", "ayse", "admin"),
    ("Mehmet Kaya", "mehmet", "manager"),
    ("Elif Şahin", "elif", "sales"),
    ("İrem Demir", "irem", "sales"),
    ("Oğuz Güneş", "oguz", "operations"),
];

pub(super) const FIRST: [&str; 48] = [
    "Işıl",
    "Şükrü",
    "Nağme",
    "Ümit",
    "Sıla",
    "Gökçe",
    "Ömer",
    "Çiğdem",
    "İsmail",
    "Ayşegül",
    "Meltem",
    "Oğuz",
    "Rıza",
    "Gülşah",
    "Tuğçe",
    "Nihat",
    "İpek",
    "Süleyman",
    "Şeyma",
    "Cengiz",
    "Pınar",
    "Yıldız",
    "Fatma",
    "Hüseyin",
    "Aslıhan",
    "Metin",
    "Özgür",
    "Nurşen",
    "Kadir",
    "Tülin",
    "Belgin",
    "Hatice",
    "Barış",
    "Deniz",
    "Emre",
    "Funda",
    "Gizem",
    "Hakan",
    "Jale",
    "Kerem",
    "Lale",
    "Murat",
    "Nehir",
    "Orhan",
    "Perihan",
    "Selçuk",
    "Uğur",
    "Zeynep",
];

pub(super) const LAST: [&str; 48] = [
    "Çağlayan",
    "Ağaoğlu",
    "İpekçi",
    "Işıkoğlu",
    "Erdoğmuş",
    "Yılmaz",
    "Şimşek",
    "Öztürk",
    "Şentürk",
    "Karaosmanoğlu",
    "Sığırcı",
    "Işık",
    "Çelikkol",
    "Yeşilırmak",
    "Sağlam",
    "Iğdır",
    "Akgün",
    "Aydın",
    "Kılıçarslan",
    "Alabaş",
    "İçöz",
    "Güçlü",
    "Çınar",
    "Büyükçınar",
    "Ağır",
    "Ateşoğlu",
    "Gülmez",
    "Şahinbaş",
    "Işıldak",
    "Uğurlu",
    "Köroğlu",
    "Demirtaş",
    "Özçelik",
    "Kuş",
    "Ünlü",
    "Tekin",
    "Bozkurt",
    "Yalçın",
    "Polat",
    "Sezer",
    "Korkmaz",
    "Acar",
    "Duman",
    "Eren",
    "Gündoğdu",
    "Kaplan",
    "Tunç",
    "Varol",
];

/// Now and then a company instead of a person.
pub(super) const COMPANIES: [&str; 6] = [
    "Güneş Yapı Ltd. Şti.",
    "İpek Tekstil A.Ş.",
    "Yıldız Gıda San.",
    "Ege Işık Elektrik",
    "Çınar Mobilya",
    "Öz Karadeniz Nakliyat",
];

/// (what they look for, price in lira).
pub(super) const NEEDS: [(&str, i64); 14] = [
    ("3+1, güney cephe", 8_900_000),
    ("2+1, çatı katı", 6_120_000),
    ("Bahçe katı 2+1", 6_450_000),
    ("Dubleks, 4+1", 12_750_000),
    ("Dükkân, köşe", 14_200_000),
    ("1+1, yatırım", 3_150_000),
    ("3+1, deniz tarafı", 9_350_000),
    ("Stüdyo, yatırım", 3_275_000),
    ("Örnek daire gezisi", 7_250_000),
    ("Muayenehane", 11_200_000),
    ("Kredi bekliyor", 6_300_000),
    ("Yurt dışında, yazın gelecek", 7_300_000),
    ("Evini satıyor", 8_150_000),
    ("3+1, ara kat", 7_900_000),
];

/// (channel, campaign).
pub(super) const SOURCES: [(&str, Option<&str>); 7] = [
    ("instagram", Some("Işıklar Vadisi Kasım")),
    ("whatsapp", None),
    ("web", Some("marka araması")),
    ("phone", None),
    ("email", None),
    ("sahibinden", None),
    ("tavsiye", None),
];

pub(super) const TAGS: [&str; 8] = [
    "yatırımcı",
    "krediyle",
    "peşin",
    "acil",
    "referans",
    "yurt dışı",
    "kurumsal",
    "ikinci el takas",
];

pub(super) const NOTES: [&str; 8] = [
    "Hafta sonu örnek daireyi eşiyle birlikte görmek istiyor.",
    "Kredi ön onayı çıktı, faiz oranını karşılaştırıyor.",
    "Akşam 18'den sonra aranmasını rica etti.",
    "Deniz tarafı kalmazsa bahçe katını düşünebilir.",
    "Tapu masraflarının dökümünü istedi, e-posta ile gönderildi.",
    "Çocuğun okulu yüzünden haziran sonu taşınmak istiyor.",
    "Rakip projeden de fiyat almış; ödeme planı belirleyici olacak.",
    "Kapora için cuma günü uğrayacak.",
];

/// (kind, what to do, in how many hours).
pub(super) const REMINDERS: [(&str, &str, i64); 8] = [
    ("call", "Ödeme planını telefonda konuş", -27),
    ("follow_up", "Tekliften sonra ara, kararını sor", -4),
    ("documents", "Tapu fotokopisini iste", -1),
    ("call", "Öğleden sonra aranmak istedi", 1),
    ("confirm_appointment", "Yarınki daire gezisini teyit et", 3),
    ("follow_up", "Kredi sonucunu sor", 26),
    ("call", "Eşiyle konuştu mu, sor", 75),
    ("other", "Kat planını e-posta ile gönder", 5),
];

/// The stage of those who did not buy.
pub(super) const LOST: usize = 6;
/// How many cards each of the default board's stages begins with.
pub(super) const STAGES: [usize; 7] = [42, 24, 14, 8, 18, 14, 9];
