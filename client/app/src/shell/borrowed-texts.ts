import { defineTexts } from '@/i18n'

export const { useTexts: useBorrowedTexts } = defineTexts(
  'borrowed',
  {
    region: 'Başkasının gözüyle bakma',
    began: 'Gözüyle baktığınız kişi: {{name}}',
    readOnly: 'Salt okunur: hiçbir şey değişmez, bu bakış denetim kaydına yazılır.',
    back: 'Kendi görünümüne dön',
    notHere: 'Bu sayfa başkasının gözüyle açılmaz',
    notHereBody: 'Yalnızca panolar, müşteriler ve arama onun gözüyle görülebilir.',
  },
  {
    region: 'Looking as somebody else',
    began: 'Looking as: {{name}}',
    readOnly: 'Read only: nothing changes, and this look is on record in the audit.',
    back: 'Back to your own view',
    notHere: 'This page does not open with somebody else’s eyes',
    notHereBody: 'Only boards, customers and search can be looked at as somebody else.',
  },
)
