// A still of the board beside the sign-in form: the product, not an ornament. Hidden from screen
// readers; the names are made up.
import { StageGauge } from '@/features/boards/gauge'
import { money } from '@/i18n/format'
import { useAuthTexts } from './texts'

interface Shown {
  name: string
  need: string
  /** Lira. */
  amount: number
  who: string
  tint: number
  state?: 'held' | 'fresh'
}

const columns: readonly {
  stage: 'p1' | 'p2' | 'p3'
  colour: number
  progress: number
  cards: Shown[]
}[] = [
  {
    stage: 'p1',
    colour: 1,
    progress: 0,
    cards: [
      { name: 'Işıl Çağlayan', need: 'Bahçe katı, 2+1', amount: 4_850_000, who: 'ZÖ', tint: 5 },
      {
        name: 'Ömer Faruk Türkoğlu',
        need: 'Dükkân, köşe',
        amount: 9_200_000,
        who: 'MK',
        tint: 2,
      },
      { name: 'Yıldız Gıda', need: 'Depo', amount: 12_500_000, who: 'AY', tint: 1 },
      { name: 'Çiğdem Yağmur Öztürk', need: 'Dubleks', amount: 11_300_000, who: 'EŞ', tint: 4 },
    ],
  },
  {
    stage: 'p2',
    colour: 2,
    progress: 0.25,
    cards: [
      {
        name: 'Gülşah Yeşilırmak',
        need: 'Ofis ziyareti',
        amount: 8_400_000,
        who: 'EŞ',
        tint: 4,
        state: 'held',
      },
      { name: 'Nihat Iğdır', need: 'Örnek daire gezisi', amount: 5_700_000, who: 'İD', tint: 3 },
      {
        name: 'Şeyma Nur Kılıçarslan',
        need: '4+1, bahçeli',
        amount: 16_750_000,
        who: 'AY',
        tint: 1,
      },
    ],
  },
  {
    stage: 'p3',
    colour: 3,
    progress: 0.5,
    cards: [
      {
        name: 'Rıza Bahadır Çelikkol',
        need: '3+1 deniz tarafı',
        amount: 7_250_000,
        who: 'AY',
        tint: 1,
        state: 'fresh',
      },
      { name: 'İpek Tekstil A.Ş.', need: 'Showroom', amount: 18_500_000, who: 'MK', tint: 2 },
      {
        name: 'Tuğçe & Barış Sağlam',
        need: 'Görüntülü görüşme',
        amount: 6_900_000,
        who: 'EŞ',
        tint: 4,
      },
    ],
  },
]

export function BoardPicture() {
  const t = useAuthTexts()
  return (
    <div className="auth-board" aria-hidden="true">
      {columns.map((column) => (
        <div key={column.stage}>
          <p>
            <StageGauge
              stage={{ kind: 'open', colour: column.colour }}
              progress={column.progress}
            />
            <b>{t(column.stage)}</b>
            <span className="t3">{column.cards.length + 9}</span>
          </p>
          {column.cards.map((card) => (
            <article key={card.name} className={card.state}>
              <b>{card.name}</b>
              <span className="row">
                <span className="t2 sp el">{card.need}</span>
                <span className="num">{money({ minor: card.amount * 100, currency: 'TRY' })}</span>
              </span>
              <span className={`av p${card.tint}`}>{card.who}</span>
              {card.state === 'held' && <em className={`p${card.tint}`}>Elif</em>}
            </article>
          ))}
        </div>
      ))}
    </div>
  )
}
