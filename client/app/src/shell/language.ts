// The language of the screens at once, and of the account, whose mails and notices follow it.
import { type Locale, setLocale } from '@/i18n'
import { keepLocale } from '@/session/api'
import { problemText } from '@/session/errors'
import { toast } from '@/ui/toasts'

export function chooseLocale(locale: Locale): void {
  setLocale(locale)
  keepLocale(locale).catch((error: unknown) => toast(problemText(error), { key: 'settings' }))
}
