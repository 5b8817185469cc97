// Turkish-aware folding for search: IŞIK, ışık, Isik and İSTANBUL, istanbul all match. The server
// folds the same way. Bare toLowerCase would turn "İ" into two characters.
export const fold = (text: string): string =>
  text
    .toLocaleLowerCase('tr')
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()

let collator: Intl.Collator | undefined
export const compareNames = (a: string, b: string): number => {
  collator ??= new Intl.Collator('tr')
  return collator.compare(a, b)
}

/** The key of a keyboard event, so that i, ı, I and İ are one. */
export const foldKey = (key: string): string => (key.length === 1 ? fold(key) : key)
