import { useRouter } from '@tanstack/react-router'
import { Languages, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react'
import { Button } from 'react-aria-components'
import { useLocale } from '@/i18n'
import { useCommonTexts } from '@/i18n/common'
import { leave } from '@/live/live'
import { useObservable } from '@/live/observable'
import { useOwner } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { ConfirmDialog } from '@/ui/dialog'
import { MenuButton, MenuItem, MenuSection, MenuSeparator } from '@/ui/menu'
import { chooseLocale } from './language'
import { askToLeave, leaving } from './leave'
import { useShellTexts } from './texts'
import { setTheme, useTheme } from './theme'

export default function UserMenu() {
  const t = useCommonTexts()
  const { user } = useOwner()
  const theme = useTheme()
  const locale = useLocale()
  const router = useRouter()
  const s = useShellTexts()
  const asking = useObservable(leaving)
  return (
    <>
      <MenuButton
        label={t('account')}
        placement="right bottom"
        button={
          <Button className="who">
            <Avatar person={user} size="m" state="online" />
            <span className="vh">{t('account')}</span>
          </Button>
        }
      >
        <MenuItem icon={UserRound} onAction={() => router.history.push('/settings')}>
          {user.name}
        </MenuItem>
        <MenuSeparator />
        <MenuSection title={t('theme')}>
          <MenuItem icon={Sun} checked={theme === 'light'} onAction={() => setTheme('light')}>
            {t('themeLight')}
          </MenuItem>
          <MenuItem icon={Moon} checked={theme === 'dark'} onAction={() => setTheme('dark')}>
            {t('themeDark')}
          </MenuItem>
          <MenuItem icon={Monitor} checked={theme === 'system'} onAction={() => setTheme('system')}>
            {t('themeSystem')}
          </MenuItem>
        </MenuSection>
        <MenuSection title={t('language')}>
          <MenuItem icon={Languages} checked={locale === 'tr'} onAction={() => chooseLocale('tr')}>
            Türkçe
          </MenuItem>
          <MenuItem icon={Languages} checked={locale === 'en'} onAction={() => chooseLocale('en')}>
            English
          </MenuItem>
        </MenuSection>
        <MenuSeparator />
        <MenuItem icon={LogOut} onAction={askToLeave}>
          {t('signOut')}
        </MenuItem>
      </MenuButton>
      <ConfirmDialog
        isOpen={asking > 0}
        onClose={() => leaving.set(0)}
        title={s('leaveTitle')}
        action={t('signOut')}
        onConfirm={() => void leave()}
      >
        <p className="t2">{s('leaveBody', { count: asking })}</p>
      </ConfirmDialog>
    </>
  )
}
