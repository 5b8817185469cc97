// The app's own commands, and the palette and the sheet of keys once somebody asks for them.
import { useRouter } from '@tanstack/react-router'
import {
  EyeOff,
  Keyboard,
  Languages,
  LogOut,
  Monitor,
  Moon,
  Search,
  Sun,
  Undo2,
} from 'lucide-react'
import { lazy, Suspense, useEffect } from 'react'
import { useLocale } from '@/i18n'
import { useCommonTexts } from '@/i18n/common'
import { useObservable } from '@/live/observable'
import { undoLast } from '@/live/undo'
import { stopLooking, useLooking } from '@/session/see-as'
import { useSignedIn } from '@/session/session'
import { chooseLocale } from '@/shell/language'
import { askToLeave } from '@/shell/leave'
import { places, placesFor } from '@/shell/nav'
import { setTheme, useTheme } from '@/shell/theme'
import { listenToKeys } from './listen'
import { opened, showKeys, showPalette } from './open'
import { useCommands } from './registry'
import { useCommandTexts } from './texts'

const Palette = lazy(() => import('./palette'))
const KeysSheet = lazy(() => import('./keys-sheet'))

/** Pages of a screen that are looked for by name. */
const parts = [
  ['/settings/rules', 'rules', 'rules.manage', 'automation otomasyon kural rule'],
  ['/settings/webhooks', 'webhooks', 'webhooks.manage', 'webhook api entegrasyon integration'],
  ['/settings/channels', 'channels', 'channels.manage', 'whatsapp instagram messenger meta'],
  ['/people/roles', 'roles', 'roles.manage', 'yetki permission rol role'],
  ['/people/offboarding', 'leavers', 'users.manage', 'offboarding işten çıkış devir hand over'],
  ['/people/audit', 'audit', 'audit.view', 'log kayıt denetim'],
] as const

export function CommandHost() {
  const t = useCommandTexts()
  const c = useCommonTexts()
  const router = useRouter()
  const locale = useLocale()
  const theme = useTheme()
  const { permissions } = useSignedIn()
  const open = useObservable(opened)
  const looking = useLooking()

  useEffect(listenToKeys, [])

  useCommands(t('app'), () => [
    {
      id: 'app.palette',
      title: t('openPalette'),
      icon: Search,
      keys: ['mod+k', '/'],
      keyOnly: true,
      run: () => showPalette(),
    },
    {
      id: 'app.keys',
      title: t('keys'),
      icon: Keyboard,
      keys: '?',
      words: 'shortcut tuş',
      run: showKeys,
    },
    looking
      ? {
          id: 'app.own-eyes',
          title: t('ownEyes'),
          icon: EyeOff,
          words: 'see as exit çık',
          run: stopLooking,
        }
      : {
          id: 'app.undo',
          title: t('undo'),
          icon: Undo2,
          hint: 'mod+z',
          words: 'undo',
          run: () => void undoLast(),
        },
    ...(
      [
        ['light', c('themeLight'), Sun],
        ['dark', c('themeDark'), Moon],
        ['system', c('themeSystem'), Monitor],
      ] as const
    ).map(([id, name, icon]) => ({
      id: `app.theme-${id}`,
      title: t('themeIs', { theme: name }),
      icon,
      words: `tema theme ${id}`,
      checked: theme === id,
      run: () => setTheme(id),
    })),
    ...(
      [
        ['tr', 'Türkçe'],
        ['en', 'English'],
      ] as const
    ).map(([id, language]) => ({
      id: `app.language-${id}`,
      title: t('languageIs', { language }),
      icon: Languages,
      words: 'language dil',
      checked: locale === id,
      run: () => chooseLocale(id),
    })),
    { id: 'app.sign-out', title: t('signOut'), icon: LogOut, words: 'logout', run: askToLeave },
  ])

  useCommands(t('goTo'), () =>
    placesFor(permissions, looking !== undefined).map((place) => ({
      id: `go.${place.to}`,
      title: t('goToPlace', { place: c(place.text) }),
      words: `${place.to.slice(1)} ${place.text}`,
      icon: place.icon,
      // Both languages' letters work; the reader's own is shown.
      keys: (locale === 'tr' ? place.go : [...place.go].reverse()).map((key) => `g ${key}`),
      run: () => router.history.push(place.to),
    })),
  )

  // On their own screens its list says these, and all the others.
  useCommands(t('goTo'), () =>
    parts.flatMap(([to, text, needs, words]) => {
      const place = places.find((each) => to.startsWith(each.to))
      const isHere = place && router.state.location.pathname.startsWith(place.to)
      if (!place || isHere || !permissions.has(needs)) return []
      return {
        id: `go.${to}`,
        title: `${c(place.text)}: ${t(text)}`,
        icon: place.icon,
        words,
        run: () => router.history.push(to),
      }
    }),
  )

  return (
    <Suspense>
      {open?.what === 'palette' && <Palette start={open.page} />}
      {open?.what === 'keys' && <KeysSheet />}
    </Suspense>
  )
}
