// The service worker: keeps one build of the app, so that it starts without a server. It never
// touches /api, keeps nothing at run time, and never takes over by itself: a new build waits until
// the reader asks for it or all tabs are closed. The build puts its name and files in.
const BUILD = '__BUILD__'
const FILES = JSON.parse('__FILES__')
const CACHE = `nabiz-${BUILD}`
const PAGE = '/'

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) =>
      // What is named by its content may come from the browser's own cache.
      cache.addAll(
        FILES.map(
          (path) =>
            new Request(path, { cache: path.startsWith('/assets/') ? 'default' : 'reload' }),
        ),
      ),
    ),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith('nabiz-') && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting()
})

// Pages for people without an account, and files that only the server has, are always asked for.
const fromServer = /^\/(api|calendar|b)(\/|$)/

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  const url = new URL(request.url)
  if (url.origin !== self.location.origin || fromServer.test(url.pathname)) return
  const wanted = request.mode === 'navigate' ? PAGE : url.pathname
  if (!FILES.includes(wanted)) return
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(wanted))
      .then((kept) => kept ?? fetch(request)),
  )
})

// What the server has to tell while no page is looking. A page that is looked at tells it itself.
self.addEventListener('push', (event) => {
  let told = {}
  try {
    told = event.data ? event.data.json() : {}
  } catch {
    // Not ours.
  }
  const title = told.title || 'Nabız'
  const options = {
    body: told.body || '',
    tag: told.tag || told.id,
    icon: '/favicon.svg',
    data: { url: told.url || '/today' },
  }
  event.waitUntil(
    self.clients
      .matchAll({ type: 'window', includeUncontrolled: true })
      .then((pages) =>
        pages.some((page) => page.focused)
          ? undefined
          : self.registration.showNotification(title, options),
      ),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data?.url ?? '/today', self.location.origin)
  // Never to another place, whatever was sent.
  if (url.origin !== self.location.origin) return
  event.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then((pages) => {
      const page = pages.find((each) => each.visibilityState === 'visible') ?? pages[0]
      if (!page) return self.clients.openWindow(url.href)
      // The page goes there by itself: what somebody was writing stays.
      return page.focus().then(() => page.postMessage({ open: url.pathname + url.search }))
    }),
  )
})
