// Amounts as people type them: 7250,50 · 7.250,50 · 7.250.000 · 7250.5
export function parseMoney(text: string): number | null {
  const clean = text.replace(/[\s₺$€£]/g, '')
  if (clean === '') return null
  let plain: string
  if (/^\d{1,3}([.,]\d{3})+$/.test(clean)) plain = clean.replace(/[.,]/g, '')
  else if (/^\d{1,3}(\.\d{3})*,\d{1,2}$/.test(clean))
    plain = clean.replaceAll('.', '').replace(',', '.')
  else if (/^\d{1,3}(,\d{3})*\.\d{1,2}$/.test(clean)) plain = clean.replaceAll(',', '')
  else if (/^\d+([.,]\d{1,2})?$/.test(clean)) plain = clean.replace(',', '.')
  else return null
  const minor = Math.round(Number(plain) * 100)
  return Number.isSafeInteger(minor) ? minor : null
}
