//! The texts of problem codes, in Turkish and English. A code without both is a failing test.

/// (code, Turkish, English). Short, present tense, says what can be done.
const TEXTS: &[(&str, &str, &str)] = &[
    ("bad_frame", "İleti anlaşılamadı", "The frame cannot be understood"),
    ("unauthenticated", "Oturum açın", "Sign in"),
    ("forbidden", "Bu işlem için yetkiniz yok", "You are not allowed to do this"),
    ("not_found", "Kayıt bulunamadı", "There is no such record"),
    (
        "conflict",
        "Kayıt bu arada değişti; yeni hâline bakıp yeniden deneyin",
        "The record has changed meanwhile; look at it and try again",
    ),
    ("invalid", "Bazı alanlar geçerli değil", "Some fields are not valid"),
    ("gone", "Kayıt artık yok", "The record is gone"),
    ("busy", "Sunucu meşgul; birazdan yeniden deneyin", "The server is busy; try again shortly"),
    ("rate", "Çok sık denendi; birazdan yeniden deneyin", "Too many attempts; try again shortly"),
    ("too_big", "Gönderilen veri çok büyük", "What was sent is too big"),
    ("internal", "Beklenmeyen bir hata oluştu", "Something unexpected went wrong"),
    ("bad_json", "Gönderilen JSON okunamadı", "The JSON cannot be read"),
    ("bad_credentials", "E-posta ya da parola yanlış", "The e-mail or the password is wrong"),
    (
        "locked",
        "Çok fazla hatalı deneme yapıldı; biraz sonra yeniden deneyin",
        "Too many wrong attempts; try again later",
    ),
    (
        "session_ended",
        "Oturum sona erdi; yeniden giriş yapın",
        "The session has ended; sign in again",
    ),
    (
        "token_expired",
        "Bağlantının süresi dolmuş ya da bağlantı kullanılmış; yenisini isteyin",
        "The link has expired or was used; ask for a new one",
    ),
    (
        "slug_taken",
        "Bu kısa ad kullanılıyor; başka bir ad seçin",
        "This short name is taken; choose another",
    ),
    ("email_taken", "Bu e-posta adresi zaten kayıtlı", "This e-mail is already registered"),
    ("signup_closed", "Yeni kayıt alınmıyor", "Registration is closed"),
    (
        "weak_password",
        "Parola en az 10 karakter olmalı",
        "The password needs at least 10 characters",
    ),
    (
        "stage_full",
        "Aşamada yer kalmadı; önce bir kartı başka aşamaya taşıyın",
        "The stage is full; move a card out of it first",
    ),
    (
        "stage_not_empty",
        "Aşamada kartlar var; önce onları taşıyın",
        "The stage has cards; move them first",
    ),
    ("last_stage", "Panonun en az bir aşaması olmalı", "A board needs at least one stage"),
    (
        "identity_taken",
        "Bu telefon ya da e-posta başka bir müşteride kayıtlı",
        "This phone or e-mail belongs to another customer",
    ),
    (
        "version_conflict",
        "Siz düzenlerken bu alan değişti; yeni hâline bakıp yeniden deneyin",
        "This field has changed while you were editing; look at it and try again",
    ),
    (
        "idempotency_conflict",
        "Bu istek numarası başka bir işlem için kullanılmış",
        "This request id was used for something else",
    ),
    ("not_on_this_board", "Kart bu panoda değil", "The card is not on this board"),
    ("already_merged", "Müşteri zaten birleştirilmiş", "The customer is already merged"),
    ("cannot_unmerge", "Birleştirme artık geri alınamaz", "The merge can no longer be undone"),
    (
        "last_admin",
        "İşletmede en az bir yönetici kalmalı",
        "A tenant needs at least one administrator",
    ),
    (
        "role_in_use",
        "Bu rolde kullanıcılar ya da bekleyen davetler var; önce onlara başka bir rol verin",
        "Somebody has this role or is invited to it; change that first",
    ),
    (
        "no_receivers",
        "İşleri devralacak kimse yok; başka bir yol seçin",
        "Nobody is there to take over; choose another way",
    ),
    (
        "offboarding_state",
        "Bu kişi için bir devir sürüyor ya da bu devir zaten geri alınmış",
        "A hand-over of this person is under way, or this one was taken back already",
    ),
    ("not_revertible", "Bu artık geri alınamaz", "This can no longer be taken back"),
    (
        "import_state",
        "İçe aktarmanın durumu değişmiş; başlamış ya da bitmiş olabilir",
        "The state of the import has changed; it may have begun or ended",
    ),
    (
        "bulk_state",
        "Toplu işlemin durumu değişmiş; bitmiş ya da geri alınmış olabilir",
        "The state of the bulk action has changed; it may have ended or been taken back",
    ),
    (
        "bulk_busy",
        "Çok sayıda toplu işlem sürüyor; birinin bitmesini bekleyin",
        "Many bulk actions are running; wait until one is done",
    ),
    ("no_one", "Seçime uyan müşteri yok", "No customer fits the selection"),
    ("unsupported_file", "Bu dosya türü desteklenmiyor", "This kind of file is not supported"),
    ("push_off", "Cihaz bildirimleri bu sunucuda kapalı", "Push is off on this server"),
    (
        "reminder_closed",
        "Hatırlatma zaten kapatılmış; önce yeniden açın",
        "The reminder is closed already; reopen it first",
    ),
    (
        "method_not_allowed",
        "Bu adreste bu istek yöntemi kullanılamaz",
        "This address does not know the method",
    ),
    ("bad_quotes", "Açılan bir tırnak işareti kapatılmamış", "A quotation mark is not closed"),
    ("unknown_op", "Bilinmeyen işlem", "Unknown operation"),
    ("required", "Bu alan zorunlu", "This field is required"),
    ("too_long", "Çok uzun; kısaltın", "Too long; shorten it"),
    (
        "too_many",
        "Sınıra ulaşıldı; daha fazlası eklenemez",
        "The limit is reached; no more can be added",
    ),
    ("bad_phone", "Telefon numarası geçerli değil", "The phone number is not valid"),
    ("bad_email", "E-posta adresi geçerli değil", "The e-mail address is not valid"),
    ("bad_value", "Bu değer geçerli değil", "The value is not valid"),
    (
        "unknown_value",
        "Böyle bir seçenek yok; başka birini seçin",
        "There is no such choice; pick another",
    ),
    (
        "bad_address",
        "Adres, internetten erişilebilen bir https adresi olmalı",
        "The address must be a public https address",
    ),
    (
        "connection_in_use",
        "Bağlantının kanalları var; önce onları kaldırın",
        "The connection has channels; remove them first",
    ),
    ("webhook_off", "Webhook kapalı; önce açın", "The webhook is off; switch it on first"),
    ("no_candidate", "Atanabilecek kimse yok", "There is nobody it could fall on"),
    (
        "fields_required",
        "Bu aşamaya geçmek için bazı bilgiler gerekli",
        "This stage needs some information first",
    ),
    (
        "activity_state",
        "Aktivite bu arada kapatılmış ya da yeniden açılmış",
        "The activity has been closed or reopened meanwhile",
    ),
    (
        "archived",
        "Bu artık kullanılmıyor; başka birini seçin",
        "This is not in use any more; choose another",
    ),
    (
        "last_outcome",
        "Aktivite türünün en az bir sonucu olmalı",
        "An activity type needs at least one outcome",
    ),
    ("taken", "Bu ad kullanılıyor; başka bir ad seçin", "This name is in use; choose another"),
    (
        "slot_taken",
        "Bu saat dolu; önerilen saatlerden birini seçin",
        "This time is taken; choose one of those offered",
    ),
    (
        "outside_hours",
        "Bu saat çalışma saatlerinin dışında",
        "This time is outside the working hours",
    ),
    (
        "appointment_state",
        "Randevunun durumu değişmiş; iptal edilmiş ya da bitmiş olabilir",
        "The state of the appointment has changed; it may be cancelled or over",
    ),
    (
        "too_late",
        "Randevuyu değiştirmek için çok geç; lütfen işletmeyi arayın",
        "It is too late to change the appointment; call the business",
    ),
    ("not_member", "Önce bu kanala katılın", "Join this channel first"),
    ("name_taken", "Bu adda bir kanal var; başka bir ad seçin", "There is a channel of this name"),
    ("not_author", "Mesajı yalnızca yazan değiştirebilir", "Only its author may change a message"),
    (
        "restore_too_late",
        "Silinen mesaj artık geri getirilemez",
        "The message can no longer be brought back",
    ),
    (
        "last_member",
        "Grupta sizden başka kimse yok; grubu arşivleyebilirsiniz",
        "You are the last in this group; archive it instead",
    ),
];

/// All codes that have texts.
pub fn codes() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(code, ..)| *code)
}

/// The text of a code; `locale` begins with `tr` or is answered in English.
pub fn text(code: &str, locale: &str) -> &'static str {
    let turkish = locale.starts_with("tr");
    TEXTS
        .iter()
        .find(|(known, ..)| *known == code)
        .map_or(if turkish { "Hata" } else { "Error" }, |(_, tr, en)| if turkish { tr } else { en })
}

/// The first language of an `Accept-Language` header that we speak; Turkish is home.
pub fn language(header: Option<&str>) -> &'static str {
    let Some(header) = header else { return "en" };
    let mut wanted: Vec<(f32, &str)> = header
        .split(',')
        .take(16)
        .filter_map(|part| {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next()?.trim();
            let q = pieces.find_map(|p| p.trim().strip_prefix("q=")).and_then(|q| q.parse().ok());
            Some((q.unwrap_or(1.0), tag))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted
        .iter()
        .find_map(|(_, tag)| match tag.get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("tr") => Some("tr"),
            Some("en") => Some("en"),
            _ => None,
        })
        .unwrap_or("en")
}
