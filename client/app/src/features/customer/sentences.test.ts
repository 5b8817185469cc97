import { beforeEach, describe, expect, test } from 'vitest'
import { setLocale } from '@/i18n'
import type { Names } from './sentence-parts'
import { sentence } from './sentences'

const names: Names = {
  user: (id) => ({ u1: 'Ayşe Yıldırım', u2: 'Mert Kılıç' })[id] ?? '?',
  stage: (id) => ({ s1: 'Görüşülüyor', s2: 'Randevu' })[id],
  board: (id) => ({ b1: 'Satış panosu' })[id],
  activityType: (id) => ({ t1: 'Arama' })[id],
  outcome: (id) => ({ o1: 'Olumlu' })[id],
}
const said = (op: string, d: Record<string, unknown>): string => {
  const found = sentence({ op, d }, names)
  if (!found) return '—'
  return [found.detail ? `${found.what}: ${found.detail}` : found.what, found.more]
    .filter(Boolean)
    .join(' | ')
}

const cases: [op: string, d: Record<string, unknown>, tr: string, en: string][] = [
  [
    'activity.closed',
    {
      activity: {
        type_id: 't1',
        title: 'Teklif',
        outcome_id: 'o1',
        outcome: { amount: { minor: 100_000, currency: 'TRY' }, note: 'Düşünecek' },
      },
    },
    'Sonuç girildi: Arama · Teklif → Olumlu | ₺1.000 · Düşünecek',
    'Outcome added: Arama · Teklif → Olumlu | ₺1,000 · Düşünecek',
  ],
  [
    'activity.cancelled',
    { activity: { type_id: 't1', title: '' }, reason: 'Vazgeçti' },
    'Aktivite iptal edildi: Arama | Vazgeçti',
    'Activity cancelled: Arama | Vazgeçti',
  ],
  [
    'reminder.fired',
    { reminder: { text: 'Kredi sor', due_at: '2026-11-21T09:00:00Z', assignee: 'u1' } },
    'Hatırlatma zamanı geldi: Kredi sor',
    'Reminder came due: Kredi sor',
  ],
  [
    'appointment.no_show',
    { appointment: { title: 'Gezi', people: ['u1'], place: 'Örnek daire' } },
    'Randevuya gelmedi: Gezi | Ayşe Yıldırım · Örnek daire',
    'Did not come to the appointment: Gezi | Ayşe Yıldırım · Örnek daire',
  ],
  ['rule.ran', { name: 'İlk arama' }, 'Kural çalıştı: İlk arama', 'Rule ran: İlk arama'],
  [
    'lead.received',
    { created: true, source: { channel: 'instagram' }, need: '3+1' },
    'Başvuru geldi: Instagram | 3+1',
    'Lead arrived: Instagram | 3+1',
  ],
  [
    'customer.created',
    { customer: { source: { channel: 'instagram' }, utm: { campaign: 'Sonbahar' } } },
    'Müşteri eklendi: Instagram · Sonbahar',
    'Customer added: Instagram · Sonbahar',
  ],
  [
    'customer.created',
    { customer: { source: { channel: 'import' } } },
    'İçe aktarıldı',
    'Imported',
  ],
  [
    'customer.updated',
    { customer: {}, changed: ['name', 'phones', 'custom:oda'] },
    'Bilgiler değişti: Ad, Telefon, oda',
    'Details changed: Name, Phone, oda',
  ],
  [
    'customer.updated',
    { customer: { source: { channel: 'web' } }, changed: ['last_touch_at'] },
    'Yeniden başvurdu: Web formu',
    'Came again: Web form',
  ],
  [
    'customer.tagged',
    { add: ['deniz tarafı'], remove: ['kredi'] },
    'Etiketler: + deniz tarafı · − kredi',
    'Tags: + deniz tarafı · − kredi',
  ],
  [
    'customer.assigned',
    { owners: ['u1', 'u2'], before: [] },
    'Sorumlu: kimse → Ayşe Yıldırım, Mert Kılıç',
    'Owner: nobody → Ayşe Yıldırım, Mert Kılıç',
  ],
  ['customer.archived', {}, 'Müşteri arşivlendi', 'Customer archived'],
  ['customer.restored', { customer: {} }, 'Müşteri geri alındı', 'Customer restored'],
  [
    'customer.merged',
    { winner: { name: 'Işıl' } },
    'Kayıtlar birleştirildi: Işıl',
    'Records merged: Işıl',
  ],
  [
    'customer.unmerged',
    { loser: { name: 'Işıl Ç.' } },
    'Birleştirme geri alındı: Işıl Ç.',
    'Merge undone: Işıl Ç.',
  ],
  [
    'note.added',
    { note: { body: 'Giriş katı istemiyor.' } },
    'Not: Giriş katı istemiyor.',
    'Note: Giriş katı istemiyor.',
  ],
  ['note.edited', { note: { body: 'x' } }, 'Not düzeltildi: x', 'Note edited: x'],
  ['note.removed', { note: 'n1' }, 'Not silindi', 'Note removed'],
  [
    'card.created',
    {
      board: 'b1',
      card: { stage_id: 's1', need: '3+1', amount: { minor: 725000000, currency: 'TRY' } },
    },
    'Kart açıldı: Satış panosu · Görüşülüyor | 3+1 · ₺7.250.000',
    'Card opened: Satış panosu · Görüşülüyor | 3+1 · ₺7,250,000',
  ],
  [
    'card.moved',
    { card: 'c1', from: 's1', to: 's2' },
    'Aşama: Görüşülüyor → Randevu',
    'Stage: Görüşülüyor → Randevu',
  ],
  [
    'card.moved',
    { card: 'c1', from: 's1', to: 'gone' },
    'Aşama: Görüşülüyor → başka aşama',
    'Stage: Görüşülüyor → another stage',
  ],
  [
    'card.moved_many',
    { cards: [{ card: 'c1', from: 's1' }], to: 's2' },
    'Aşama: Görüşülüyor → Randevu',
    'Stage: Görüşülüyor → Randevu',
  ],
  ['card.updated', { card: { need: '2+1' } }, 'Kart değişti: 2+1', 'Card changed: 2+1'],
  [
    'card.assigned',
    { card: { owners: ['u2'] }, before: ['u1'] },
    'Sorumlu: Ayşe Yıldırım → Mert Kılıç',
    'Owner: Ayşe Yıldırım → Mert Kılıç',
  ],
  [
    'card.archived',
    { card: 'c1', board: 'b1' },
    'Kart arşivlendi: Satış panosu',
    'Card archived: Satış panosu',
  ],
  [
    'card.restored',
    { card: {}, board: 'b1' },
    'Kart geri alındı: Satış panosu',
    'Card restored: Satış panosu',
  ],
]

describe.each(['tr', 'en'] as const)('in %s', (locale) => {
  beforeEach(() => setLocale(locale))
  test.each(cases)('%s', (op, d, tr, en) => expect(said(op, d)).toBe(locale === 'tr' ? tr : en))
})

test('an event of another feature is left out', () => expect(said('room.opened', {})).toBe('—'))
