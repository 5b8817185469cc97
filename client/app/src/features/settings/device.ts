// A browser's own description as a person would say it: "Chrome · Windows".
const browsers: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

const find = (list: readonly [RegExp, string][], text: string) =>
  list.find(([pattern]) => pattern.test(text))?.[1]

export function deviceName(userAgent: string | null): string | undefined {
  if (!userAgent) return undefined
  const parts = [find(browsers, userAgent), find(systems, userAgent)].filter(Boolean)
  return parts.join(' · ') || userAgent.slice(0, 60)
}

export const isPhone = (userAgent: string | null): boolean =>
  /Android|iPhone|Mobile/.test(userAgent ?? '')
