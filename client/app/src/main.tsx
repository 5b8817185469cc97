// Start: find out who is signed in, then draw.
import './styles/inter/inter.css'
import './styles/index.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { createRoot } from 'react-dom/client'
import { currentLocale, useLocale } from '@/i18n'
import { router } from '@/routes'
import { resumeSession } from '@/session/api'
import { ApiError } from '@/session/errors'
import { session, useSession } from '@/session/session'
import { Splash } from '@/shell/fallbacks'
import { keepForOffline } from '@/sw/update'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal is an answer; only a lost connection or a busy server is worth asking again.
      // Without a network the first try fails at once and says so; it is made again once there is one.
      networkMode: 'always',
      refetchOnReconnect: true,
      retry: (count, error) =>
        count < 3 &&
        navigator.onLine &&
        (!(error instanceof ApiError) || error.status === 503 || error.status === 429),
    },
  },
})

function App() {
  const { status } = useSession()
  const locale = useLocale()
  const [away, setAway] = useState(false)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let wait = 500
    const start = () =>
      resumeSession().catch(() => {
        setAway(true)
        timer = setTimeout(start, Math.random() * wait)
        wait = Math.min(wait * 2, 20_000)
      })
    if (session.state.status === 'starting') void start()
    return () => clearTimeout(timer)
  }, [])

  // Signing in or out changes what the guards say about the current address.
  useEffect(() => {
    if (status === 'out') queries.clear()
    if (status !== 'starting') void router.invalidate()
  }, [status])

  return (
    <I18nProvider locale={locale === 'tr' ? 'tr-TR' : 'en-US'}>
      <QueryClientProvider client={queries}>
        {status === 'starting' ? <Splash away={away} /> : <RouterProvider router={router} />}
      </QueryClientProvider>
    </I18nProvider>
  )
}

document.documentElement.lang = currentLocale()
keepForOffline()
const rootElement = document.getElementById('root')
if (rootElement) {
  createRoot(rootElement).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
