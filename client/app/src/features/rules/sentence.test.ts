// Every event, comparison and action as a sentence, in both languages. Names from data are never bent.
import { afterEach, describe, expect, test } from 'vitest'
import { type Locale, setLocale } from '@/i18n'
import type { CustomField } from '@/wire/records'
import type { Action, Condition, RuleOp, RuleParts, Trigger } from '@/wire/rules'
import { ruleOps } from '@/wire/rules'
import { actionOf, doings } from './draft'
import { comparisonsOf, conditionOn, fieldOf, fieldsFor } from './fields'
import type { RuleNames } from './names'
import {
  actionText,
  conditionText,
  pieces,
  plain,
  sentenceLine,
  sentenceOf,
  whenText,
} from './sentence'
import { sentenceTexts } from './sentence-texts'

const custom: readonly CustomField[] = [
  { id: 'f1', key: 'oda', label: 'Oda sayısı', kind: 'number', options: [], position: 0 },
  { id: 'f2', key: 'kredi', label: 'Kredi', kind: 'bool', options: [], position: 1 },
  { id: 'f3', key: 'il', label: 'İl', kind: 'choice', options: ['İzmir', 'Ankara'], position: 2 },
]
const named =
  (names: Record<string, string>) =>
  (id: string): string | undefined =>
    names[id]
const namesFor = (op: RuleOp = 'card.moved'): RuleNames => ({
  user: named({ u1: 'Ayşe Yılmaz', u2: 'Çağrı Güneş' }),
  team: named({ t1: 'Satış' }),
  board: named({ b1: 'Satış panosu', b2: 'Kiralık' }),
  stage: named({ s1: 'Randevu', s2: 'Kapora', s3: 'Görüşülüyor' }),
  activityType: named({ a1: 'Arama' }),
  outcome: named({ o1: 'Ulaşılamadı' }),
  service: named({ v1: 'Yer gösterme' }),
  source: (name) => (name === 'web' ? 'Web' : name),
  webhook: named({ w1: 'kanca.example' }),
  field: (id) => fieldOf(id, op, custom),
  money: (minor) => `₺${minor / 100}`,
})
afterEach(() => setLocale('tr'))

/** Both languages of one thing. */
function both(say: () => string): [tr: string, en: string] {
  const in_ = (locale: Locale) => {
    setLocale(locale)
    return plain(say())
  }
  return [in_('tr'), in_('en')]
}

describe('when', () => {
  const cases: [Trigger, tr: string, en: string][] = [
    [{ op: 'lead.received' }, 'Yeni başvuru geldiğinde', 'When a new lead arrives'],
    [
      { op: 'lead.received', source: 'web' },
      '“Web” kaynağından başvuru geldiğinde',
      'When a lead arrives from “Web”',
    ],
    [
      { op: 'customer.tagged', tag: 'VIP' },
      'Müşteriye “VIP” etiketi eklendiğinde',
      'When a customer gets the tag “VIP”',
    ],
    [
      { op: 'card.moved', board: 'b1' },
      '“Satış panosu” panosunda kart taşındığında',
      'When a card moves on the board “Satış panosu”',
    ],
    [
      { op: 'card.moved', board: 'b1', stage: 's2' },
      'Kart “Kapora” aşamasına geldiğinde',
      'When a card comes to the stage “Kapora”',
    ],
    [
      { op: 'card.moved', stage: 'gone' },
      'Kart “silinmiş kayıt” aşamasına geldiğinde',
      'When a card comes to the stage “deleted record”',
    ],
    [
      { op: 'activity.closed', type: 'a1' },
      '“Arama” aktivitesi sonuçlandığında',
      'When an activity “Arama” gets its outcome',
    ],
    [
      { op: 'activity.closed', type: 'a1', outcome: 'o1' },
      '“Arama” aktivitesi “Ulaşılamadı” sonucuyla kapandığında',
      'When an activity “Arama” ends with “Ulaşılamadı”',
    ],
    [
      { op: 'appointment.no_show', type: 'v1' },
      'Müşteri “Yer gösterme” randevusuna gelmediğinde',
      'When a customer does not come to “Yer gösterme”',
    ],
    [
      { op: 'reminder.fired', type: 'follow_up' },
      'Bir takip hatırlatmasının zamanı geldiğinde',
      'When a reminder to follow up comes due',
    ],
  ]
  test.each(cases)('%j', (trigger, tr, en) => {
    expect(both(() => whenText(trigger, namesFor(trigger.op)))).toEqual([tr, en])
  })

  test('every event has its words', () => {
    for (const op of ruleOps) {
      const [tr, en] = both(() => whenText({ op }, namesFor(op)))
      expect(tr, op).toMatch(/[dt]ığında$|[dt]iğinde$/)
      expect(en, op).toMatch(/^When /)
    }
  })
})

describe('if', () => {
  const cases: [Condition, tr: string, en: string][] = [
    [
      { field: 'customer.quality', is: 'is', value: ['A'] },
      'nitelik “A” ise',
      'the quality is “A”',
    ],
    [
      { field: 'customer.quality', is: 'is', value: ['A', 'B', 'C'] },
      'nitelik “A”, “B” veya “C” ise',
      'the quality is “A”, “B” or “C”',
    ],
    [
      { field: 'customer.quality', is: 'is_not', value: ['C', 'D'] },
      'nitelik şunlardan biri değilse: “C”, “D”',
      'the quality is none of “C”, “D”',
    ],
    [
      { field: 'customer.quality', is: 'is_not', value: 'D' },
      'nitelik “D” değilse',
      'the quality is not “D”',
    ],
    [
      { field: 'card.amount', is: 'more', value: 5_000_000 },
      'kartın tutarı ₺50000 üzerindeyse',
      'the card’s amount is above ₺50000',
    ],
    [
      { field: 'card.need', is: 'has', value: ['deniz', 'havuz'] },
      'ihtiyaç içinde “deniz” veya “havuz” geçiyorsa',
      'the need contains “deniz” or “havuz”',
    ],
    [
      { field: 'customer.tags', is: 'has', value: ['VIP'] },
      'etiketler arasında “VIP” varsa',
      'the tags include “VIP”',
    ],
    [
      { field: 'customer.tags', is: 'has_not', value: ['VIP', 'Eski'] },
      'etiketler arasında şunların hiçbiri yoksa: “VIP”, “Eski”',
      'the tags include none of “VIP”, “Eski”',
    ],
    [
      { field: 'customer.owners', is: 'has', value: ['u1'] },
      'sorumlular arasında “Ayşe Yılmaz” varsa',
      'the owners include “Ayşe Yılmaz”',
    ],
    [
      { field: 'customer.owners', is: 'empty' },
      'müşterinin sorumlusu yoksa',
      'the customer has no owner',
    ],
    [
      { field: 'customer.contact_hours', is: 'more', value: 48 },
      'son temasın üzerinden 2 gün geçtiyse',
      'the last contact was more than 2 days ago',
    ],
    [
      { field: 'customer.contact_hours', is: 'empty' },
      'müşteriyle hiç temas kurulmadıysa',
      'there was never contact with the customer',
    ],
    [
      { field: 'card.stage_hours', is: 'more', value: 1 },
      'kart 1 saat boyunca aynı aşamada kaldıysa',
      'the card has been in its stage for more than 1 hour',
    ],
    [
      { field: 'card.stage', is: 'is', value: ['s1', 's2'] },
      'kartın aşaması “Randevu” veya “Kapora” ise',
      'the card’s stage is “Randevu” or “Kapora”',
    ],
    [
      { field: 'card.stage_kind', is: 'is', value: ['won'] },
      'kartın aşama türü “kazanıldı” ise',
      'the kind of the card’s stage is “won”',
    ],
    [
      { field: 'customer.custom.oda', is: 'less', value: 3 },
      '“Oda sayısı” alanı 3 altındaysa',
      '“Oda sayısı” is below 3',
    ],
    [
      { field: 'customer.custom.kredi', is: 'is', value: true },
      '“Kredi” alanı “evet” ise',
      '“Kredi” is “yes”',
    ],
    [
      { field: 'customer.custom.il', is: 'is', value: ['İzmir'] },
      '“İl” alanı “İzmir” ise',
      '“İl” is “İzmir”',
    ],
    [{ field: 'customer.company', is: 'not_empty' }, 'firma doluysa', 'the company is filled in'],
    [{ field: 'customer.quality', is: 'is', value: [] }, 'nitelik … ise', 'the quality is …'],
  ]
  test.each(cases)('%j', (condition, tr, en) => {
    expect(both(() => conditionText(condition, namesFor()))).toEqual([tr, en])
  })

  test('the event’s own fields', () => {
    const first: Condition = { field: 'event.created', is: 'is', value: true }
    expect(both(() => conditionText(first, namesFor('lead.received')))).toEqual([
      'müşterinin ilk başvurusuysa',
      'it is the customer’s first request',
    ])
    const self: Condition = { field: 'event.source', is: 'is', value: ['public'] }
    expect(both(() => conditionText(self, namesFor('appointment.booked')))).toEqual([
      'randevuyu alan “müşteri (randevu sayfası)” ise',
      'who booked is “the customer (booking page)”',
    ])
    // typed by other software: still readable
    const odd: Condition = { field: 'event.utm', is: 'has', value: 'yaz' }
    expect(both(() => conditionText(odd, namesFor()))).toEqual([
      '“utm” alanı içinde “yaz” geçiyorsa',
      '“utm” contains “yaz”',
    ])
  })

  test('every field and comparison that is offered has its words', () => {
    for (const locale of ['tr', 'en'] as const) {
      setLocale(locale)
      for (const op of ruleOps)
        for (const field of fieldsFor(op, custom))
          for (const is of comparisonsOf(field)) {
            const text = plain(conditionText({ ...conditionOn(field), is }, namesFor(op)))
            expect(text, `${field.id} ${is}`).not.toMatch(/\b(if|field|word)\.|\{\{|undefined/)
          }
    }
  })
})

describe('then', () => {
  const cases: [Action, tr: string, en: string][] = [
    [
      { do: 'move_card', stage: 's2' },
      'kartı “Kapora” aşamasına taşı',
      'move the card to the stage “Kapora”',
    ],
    [
      { do: 'assign', to: 'user:u1' },
      '“Ayşe Yılmaz” adlı kişiyi sorumlu yap',
      'make “Ayşe Yılmaz” an owner',
    ],
    [
      { do: 'assign', to: 'round_robin:all' },
      'sıradaki kişiyi sorumlu yap',
      'make the person whose turn it is an owner',
    ],
    [
      { do: 'assign', to: 'load:t1', replace: true },
      'önceki sorumluların yerine “Satış” takımında iş yükü en az olan kişiyi sorumlu yap',
      'make the person of the team “Satış” with the least work an owner instead of those there are',
    ],
    [{ do: 'tag', add: ['VIP'] }, '“VIP” etiketini ekle', 'add the tag “VIP”'],
    [
      { do: 'tag', add: ['VIP', 'Sıcak'], remove: ['Soğuk'] },
      '“VIP” ve “Sıcak” etiketlerini ekle, “Soğuk” etiketini kaldır',
      'add the tags “VIP” and “Sıcak”, remove the tag “Soğuk”',
    ],
    [
      { do: 'remind', minutes: 120, from: 'appointment', who: 'owner', text: '' },
      'sorumlu için randevudan 2 saat önceye hatırlatma kur',
      'set a reminder for the owner 2 hours before the appointment',
    ],
    [
      { do: 'remind', minutes: 15, who: 'user:u2', kind: 'call', text: '{name}: ilk arama' },
      '“Çağrı Güneş” için 15 dakika sonrasına arama hatırlatması kur (“[müşteri adı]: ilk arama”)',
      'set a reminder to call for “Çağrı Güneş” after 15 minutes (“[customer name]: ilk arama”)',
    ],
    [
      { do: 'remind', minutes: 0, from: 'appointment', who: 'owner', kind: 'other', text: '' },
      'sorumlu için randevu saatine hatırlatma kur',
      'set a reminder for the owner at the time of the appointment',
    ],
    [
      { do: 'activity', type: 'a1', due_minutes: 4320, who: 'owner' },
      'sorumlu için 3 gün sonrasına “Arama” aktivitesi aç',
      'open an activity “Arama” for the owner, due after 3 days',
    ],
    [
      { do: 'activity', type: 'a1', title: 'Teklif', who: 'owner' },
      'sorumlu için “Arama” aktivitesi aç (“Teklif”)',
      'open an activity “Arama” for the owner (“Teklif”)',
    ],
    [
      { do: 'notify', who: 'managers', text: 'Bakın' },
      'yöneticilere bildir (“Bakın”)',
      'notify the managers (“Bakın”)',
    ],
    [
      { do: 'mail', to: 'customer', subject: 'Teklifiniz', body: 'x' },
      'müşteriye “Teklifiniz” konulu e-posta gönder',
      'send the customer the e-mail “Teklifiniz”',
    ],
    [
      { do: 'mail', to: 'ofis@ornek.example', subject: 'Not', body: 'x' },
      '“ofis@ornek.example” adresine “Not” konulu e-posta gönder',
      'send “ofis@ornek.example” the e-mail “Not”',
    ],
    [
      { do: 'webhook', webhook: 'w1' },
      '“kanca.example” adresine webhook gönder',
      'call the webhook “kanca.example”',
    ],
  ]
  test.each(cases)('%j', (action, tr, en) => {
    expect(both(() => actionText(action, namesFor()))).toEqual([tr, en])
  })

  test('what is still to be chosen is marked, never empty', () => {
    for (const locale of ['tr', 'en'] as const) {
      setLocale(locale)
      for (const doing of doings) {
        const text = plain(actionText(actionOf(doing), namesFor()))
        expect(text, doing).not.toMatch(/“”|undefined|\{\{|\bdo\./)
      }
    }
  })
})

describe('the whole sentence', () => {
  const rule: RuleParts = {
    name: 'x',
    trigger: { op: 'appointment.booked' },
    conditions: [
      { field: 'customer.quality', is: 'is', value: ['A'] },
      { field: 'card.amount', is: 'more', value: 5_000_000 },
    ],
    actions: [
      { do: 'remind', minutes: 120, from: 'appointment', who: 'owner', text: '' },
      { do: 'tag', add: ['VIP'] },
      { do: 'notify', who: 'owners', text: '' },
    ],
    delay_minutes: 30,
    hours: 'business',
  }
  test('reads from left to right', () => {
    expect(both(() => sentenceLine(rule, namesFor('appointment.booked')))).toEqual([
      'Randevu alındığında, 30 dakika sonra, çalışma saatlerinde, nitelik “A” ise ve kartın tutarı ₺50000 üzerindeyse → sorumlu için randevudan 2 saat önceye hatırlatma kur, “VIP” etiketini ekle ve sorumlulara bildir',
      'When an appointment is booked, after 30 minutes, in business hours, if the quality is “A” and the card’s amount is above ₺50000 → set a reminder for the owner 2 hours before the appointment, add the tag “VIP” and notify the owners',
    ])
  })
  test('nothing to do yet', () => {
    const { conditions, actions } = sentenceOf(
      { ...rule, conditions: [], actions: [] },
      namesFor('appointment.booked'),
    )
    expect([conditions, actions]).toEqual(['', 'henüz bir iş seçilmedi'])
  })
  test('what comes from data stands apart, whatever it holds', () => {
    const text = actionText({ do: 'tag', add: ['{{tags}} ve “x”'] }, namesFor())
    expect(pieces(text)).toEqual([
      { text: '“', isValue: false },
      { text: '{{tags}} ve “x”', isValue: true },
      { text: '” etiketini ekle', isValue: false },
    ])
  })
})

test('no suffix is hung on what comes from data', () => {
  for (const key of ['when.card.moved.stage', 'do.move_card', 'if.more', 'do.mail.user'] as const) {
    setLocale('tr')
    const text = (sentenceTexts as (key: string, params: object) => string)(key, {
      stage: 'X',
      field: 'X',
      value: 'X',
      user: 'X',
      subject: 'X',
    })
    expect(text).not.toMatch(/X[’']?\p{L}/u)
  }
})
