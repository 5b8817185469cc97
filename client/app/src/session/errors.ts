// Errors of the server in the reader's language: the code decides, the server's own sentence is
// the fallback (it already follows Accept-Language).
import { defineTexts } from '@/i18n'
import type { FieldError } from '@/wire/frames'

export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  code: string
  request_id?: string
  errors?: FieldError[]
  d?: Record<string, unknown>
}

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: FieldError[]
  readonly requestId: string | undefined
  readonly data: Record<string, unknown>

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.fields = problem.errors ?? []
    this.requestId = problem.request_id
    this.data = problem.d ?? {}
  }
}

/** The server says no and would say so again; what else fails may go well another time. */
export const isAnswer = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429

const { texts } = defineTexts(
  'errors',
  {
    offline: 'Bağlantı yok. Bağlanınca yeniden deneyin.',
    bad_frame: 'İstek anlaşılamadı.',
    bad_json: 'İstek anlaşılamadı.',
    unauthenticated: 'Oturum kapandı. Yeniden giriş yapın.',
    session_ended: 'Oturum kapandı. Yeniden giriş yapın.',
    token_expired: 'Bağlantının süresi doldu.',
    forbidden: 'Bunun için yetkiniz yok.',
    not_found: 'Kayıt bulunamadı.',
    conflict: 'Kayıt bu arada değişti.',
    version_conflict: 'Kayıt bu arada değişti.',
    idempotency_conflict: 'Bu istek numarası başka bir işlem için kullanılmış.',
    invalid: 'Bazı bilgiler uygun değil.',
    gone: 'Bu kayıt artık yok.',
    busy: 'Sunucu şu an yoğun.',
    rate: 'Çok fazla istek gönderildi. Biraz bekleyin.',
    too_big: 'Gönderilen veri çok büyük.',
    internal: 'Sunucuda bir hata oluştu.',
    bad_credentials: 'E-posta ya da parola hatalı.',
    locked: 'Çok fazla hatalı deneme. Bir süre sonra yeniden deneyin.',
    slug_taken: 'Bu kısa ad kullanılıyor.',
    email_taken: 'Bu e-posta kayıtlı.',
    signup_closed: 'Yeni kayıt kapalı.',
    weak_password: 'Parola çok zayıf.',
    stage_full: 'Aşama dolu: sınıra ulaşıldı.',
    fields_required: 'Bu aşama için bazı bilgiler gerekli.',
    activity_state: 'Aktivite bu arada kapatılmış ya da yeniden açılmış.',
    archived: 'Bu artık kullanılmıyor. Başka birini seçin.',
    last_outcome: 'Aktivite türünün en az bir sonucu olmalı.',
    stage_not_empty: 'Aşamada kart var.',
    last_stage: 'Panoda en az bir aşama kalmalı.',
    identity_taken: 'Bu telefon ya da e-posta başka bir müşteride.',
    not_on_this_board: 'Kart bu panoda değil.',
    already_merged: 'Bu kayıtlar zaten birleştirilmiş.',
    cannot_unmerge: 'Birleştirme geri alınamıyor.',
    last_admin: 'En az bir yönetici kalmalı.',
    role_in_use: 'Bu rolde kullanıcı ya da davet var.',
    no_receivers: 'İşleri devralacak kimse yok; başka bir yol seçin.',
    offboarding_state: 'Bu kişi için bir devir sürüyor ya da bu devir zaten geri alınmış.',
    not_revertible: 'Bu artık geri alınamaz.',
    import_state: 'İçe aktarmanın durumu değişmiş: başlamış ya da bitmiş olabilir.',
    bulk_state: 'Toplu işlemin durumu değişmiş: bitmiş ya da geri alınmış olabilir.',
    bulk_busy: 'Çok sayıda toplu işlem sürüyor; birinin bitmesini bekleyin.',
    no_one: 'Seçime uyan müşteri yok.',
    reminder_closed: 'Hatırlatma zaten kapanmış. Önce yeniden açın.',
    push_off: 'Bu sunucuda cihaz bildirimi kurulmamış.',
    unsupported_file: 'Bu dosya türü okunamıyor.',
    slot_taken: 'Bu saat dolu. Önerilen saatlerden birini seçin.',
    outside_hours: 'Bu saat çalışma saatlerinin dışında.',
    appointment_state: 'Randevunun durumu değişmiş: iptal edilmiş ya da bitmiş olabilir.',
    too_late: 'Randevuyu değiştirmek için geç kalındı.',
    required: 'Bu alan gerekli.',
    too_long: 'Çok uzun.',
    bad_phone: 'Telefon numarası geçersiz.',
    bad_email: 'E-posta geçersiz.',
    bad_value: 'Değer uygun değil.',
    bad_number: 'Bir sayı yazın, örneğin 12,5.',
    bad_address: 'Adres herkese açık bir https adresi olmalı.',
    webhook_off: 'Webhook kapalı.',
    connection_in_use: 'Bağlantının kanalları var; önce onları kaldırın.',
    no_candidate: 'Atanabilecek kimse yok.',
    unknown_value: 'Böyle bir seçenek yok. Başka birini seçin.',
    unknown_op: 'Bilinmeyen işlem.',
    see_as: 'Başkasının gözüyle bakarken hiçbir şey değiştirilemez.',
    failed: 'İşlem yapılamadı.',
  },
  {
    offline: 'No connection. Try again once connected.',
    bad_frame: 'The request was not understood.',
    bad_json: 'The request was not understood.',
    unauthenticated: 'The session has ended. Sign in again.',
    session_ended: 'The session has ended. Sign in again.',
    token_expired: 'This link has expired.',
    forbidden: 'You are not allowed to do this.',
    not_found: 'The record was not found.',
    conflict: 'The record has changed meanwhile.',
    version_conflict: 'The record has changed meanwhile.',
    idempotency_conflict: 'This action was already sent with other content.',
    invalid: 'Some of the details are not valid.',
    gone: 'This record is gone.',
    busy: 'The server is busy.',
    rate: 'Too many requests. Wait a little.',
    too_big: 'That is too large.',
    internal: 'The server met an error.',
    bad_credentials: 'Wrong e-mail or password.',
    locked: 'Too many attempts. Try again in a while.',
    slug_taken: 'This short name is taken.',
    email_taken: 'This e-mail is already registered.',
    signup_closed: 'Sign-up is closed.',
    weak_password: 'The password is too weak.',
    stage_full: 'The stage is full: its limit is reached.',
    fields_required: 'This stage needs some information first.',
    activity_state: 'The activity has been closed or reopened meanwhile.',
    archived: 'This is not in use any more. Choose another.',
    last_outcome: 'A type needs at least one outcome.',
    stage_not_empty: 'There are cards in this stage.',
    last_stage: 'A board needs at least one stage.',
    identity_taken: 'This phone or e-mail belongs to another customer.',
    not_on_this_board: 'The card is not on this board.',
    already_merged: 'These records are already merged.',
    cannot_unmerge: 'The merge cannot be undone.',
    last_admin: 'At least one administrator must remain.',
    role_in_use: 'Somebody has this role or is invited to it.',
    no_receivers: 'Nobody is there to take over; choose another way.',
    offboarding_state: 'A hand-over is under way, or this one was taken back already.',
    not_revertible: 'This can no longer be taken back.',
    import_state: 'The state of the import has changed: it may have begun or ended.',
    bulk_state: 'The state of the bulk action has changed: it may have ended or been taken back.',
    bulk_busy: 'Many bulk actions are running; wait until one is done.',
    no_one: 'No customer fits the selection.',
    reminder_closed: 'The reminder is closed already. Reopen it first.',
    push_off: 'Push is not set up on this server.',
    unsupported_file: 'This kind of file cannot be read.',
    slot_taken: 'This time is taken. Choose one of those offered.',
    outside_hours: 'This time is outside the working hours.',
    appointment_state: 'The state of the appointment has changed: it may be cancelled or over.',
    too_late: 'It is too late to change the appointment.',
    required: 'This field is required.',
    too_long: 'Too long.',
    bad_phone: 'The phone number is not valid.',
    bad_email: 'The e-mail is not valid.',
    bad_value: 'The value is not valid.',
    bad_number: 'Write a number, for example 12.5.',
    bad_address: 'The address must be a public https address.',
    webhook_off: 'The webhook is off.',
    connection_in_use: 'The connection has channels; remove them first.',
    no_candidate: 'There is nobody it could fall on.',
    unknown_value: 'There is no such choice. Pick another.',
    unknown_op: 'Unknown action.',
    see_as: 'Nothing can be changed while looking with somebody else’s eyes.',
    failed: 'The action could not be done.',
  },
)

type Code = Parameters<typeof texts>[0]

/** The sentence for a code; `fallback` is what the server itself said. */
export function errorText(code: string, fallback?: string): string {
  const text = texts(code as Code)
  if (text !== code) return text
  return fallback || texts('failed')
}

/** What was refused, by HTTP or as a command; what names no reason never reached the server. */
export function problemText(error: unknown): string {
  const { code, reason } = (error ?? {}) as { code?: unknown; reason?: unknown }
  const why = typeof reason === 'string' ? reason : code
  return error instanceof Error && typeof why === 'string'
    ? errorText(why, error.message)
    : errorText('offline')
}

/** Field messages by field name, for forms. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(error.fields.map((e) => [e.field, errorText(e.code, e.message)]))
}
