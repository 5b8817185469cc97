// What the pictures of activity types show, for who cannot see them.
import { defineTexts } from '@/i18n'

export const { useTexts: useIconTexts } = defineTexts(
  'activityIcons',
  {
    circle: 'Daire',
    inbox: 'Yeni kişi',
    phone: 'Telefon',
    calendar: 'Takvim',
    wallet: 'Para',
    trophy: 'El sıkışma',
    'user-x': 'Gelmeyen kişi',
    rotate: 'Yineleme',
    mail: 'Zarf',
    message: 'Mesaj',
    video: 'Kamera',
    file: 'Belge',
    'map-pin': 'Yer',
    star: 'Yıldız',
  },
  {
    circle: 'Circle',
    inbox: 'New person',
    phone: 'Phone',
    calendar: 'Calendar',
    wallet: 'Money',
    trophy: 'Handshake',
    'user-x': 'Missing person',
    rotate: 'Again',
    mail: 'Envelope',
    message: 'Message',
    video: 'Camera',
    file: 'Document',
    'map-pin': 'Place',
    star: 'Star',
  },
)
