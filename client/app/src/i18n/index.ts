// Texts: one catalog a feature, English typed against Turkish. i18next interpolates and picks the
// plural; this file makes a missing key, parameter or translation a type error.
import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import { number } from './format'

export type Locale = 'tr' | 'en'
export const locales: readonly Locale[] = ['tr', 'en']

type Param<S extends string> = S extends `${string}{{${infer P}}}${infer Rest}`
  ? P | Param<Rest>
  : never
type Base<K extends string> = K extends `${infer B}_one` | `${infer B}_other` ? B : K
type Counted<K extends string, All> = `${K}_other` extends All ? 'count' : never
type ParamsOf<T, K extends string> =
  | Param<T[(K | `${K}_one` | `${K}_other`) & keyof T] & string>
  | Counted<K, keyof T>
type Value<P> = P extends 'count' ? number : string | number

/** English must know every parameter Turkish knows, and no other. */
type SameParams<T, E> = {
  [K in keyof T]: K extends keyof E
    ? [Param<T[K] & string>, Param<E[K] & string>] extends [
        Param<E[K] & string>,
        Param<T[K] & string>,
      ]
      ? string
      : `different parameters than the Turkish text`
    : never
}

export type Translate<T> = <K extends Base<keyof T & string>>(
  key: K,
  ...params: [ParamsOf<T, K>] extends [never] ? [] : [params: { [P in ParamsOf<T, K>]: Value<P> }]
) => string

const LOCALE_KEY = 'nabiz.locale'

function keptLocale(): Locale | undefined {
  try {
    const kept = localStorage.getItem(LOCALE_KEY)
    return kept === 'tr' || kept === 'en' ? kept : undefined
  } catch {
    return undefined
  }
}

// Without a choice in this browser its own language decides.
const firstLocale = (): Locale =>
  keptLocale() ?? (navigator.language.startsWith('tr') ? 'tr' : 'en')

void i18next.init({
  lng: firstLocale(),
  fallbackLng: false,
  initAsync: false,
  resources: {},
  interpolation: { escapeValue: false },
  keySeparator: false,
  nsSeparator: false,
  returnNull: false,
})

export const currentLocale = (): Locale => i18next.language as Locale

export function setLocale(locale: Locale): void {
  try {
    localStorage.setItem(LOCALE_KEY, locale)
  } catch {
    // Not kept; still applied.
  }
  document.documentElement.lang = locale
  void i18next.changeLanguage(locale)
}

/** Somebody signed in: their language, unless one was chosen in this browser. */
export function adoptLocale(locale: string): void {
  if (keptLocale() === undefined && (locale === 'tr' || locale === 'en')) setLocale(locale)
}

function onLocale(listener: () => void): () => void {
  i18next.on('languageChanged', listener)
  return () => i18next.off('languageChanged', listener)
}

export const useLocale = (): Locale => useSyncExternalStore(onLocale, currentLocale)

/** Every catalog that was registered; tests walk over it. */
export const catalogs = new Map<
  string,
  { tr: Record<string, string>; en: Record<string, string> }
>()

/** The count itself chooses the plural; what is read is "10.000". */
const withCounts = (texts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, text.replaceAll('{{count}}', '{{counted}}')]),
  )

/**
 * Registers a feature's texts and returns its hook. Plural keys end in `_one` / `_other` and are
 * asked for without the ending, with `count`.
 */
export function defineTexts<
  const T extends Record<string, string>,
  const E extends Record<keyof T, string>,
>(namespace: string, tr: T, en: E & SameParams<T, E>) {
  i18next.addResourceBundle('tr', namespace, withCounts(tr))
  i18next.addResourceBundle('en', namespace, withCounts(en))
  catalogs.set(namespace, { tr, en })
  const translate = ((key: string, params?: Record<string, unknown>) =>
    i18next.t(key, {
      ns: namespace,
      ...params,
      ...(typeof params?.count === 'number' ? { counted: number(params.count) } : {}),
    })) as Translate<T>
  function useTexts(): Translate<T> {
    useLocale()
    return translate
  }
  /** `useTexts` for components, `texts` for code outside of them (toasts, errors). */
  return { useTexts, texts: translate }
}
