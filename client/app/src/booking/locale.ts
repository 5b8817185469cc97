// The page speaks the business's language unless the reader chose; before it is known, the browser's.
export type Locale = 'tr' | 'en'

const KEY = 'nabiz.booking.locale'

const ofBrowser = (): Locale => (navigator.language.startsWith('tr') ? 'tr' : 'en')

/** What the reader chose on an earlier page of this tab. */
export function chosenLocale(): Locale | undefined {
  try {
    const kept = sessionStorage.getItem(KEY)
    return kept === 'tr' || kept === 'en' ? kept : undefined
  } catch {
    return undefined
  }
}

export function keepLocale(locale: Locale): void {
  try {
    sessionStorage.setItem(KEY, locale)
  } catch {
    // Not kept; still applied.
  }
}

export function localeOf(tenant: string | undefined): Locale {
  const own = tenant?.slice(0, 2)
  return own === 'tr' || own === 'en' ? own : ofBrowser()
}
