// Sets theme and language before the first paint; a separate file because the page forbids inline scripts.
try {
  const theme = localStorage.getItem('nabiz.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  document.documentElement.lang =
    localStorage.getItem('nabiz.locale') || (/^tr\b/.test(navigator.language) ? 'tr' : 'en')
} catch {
  // A browser without storage keeps the defaults.
}
