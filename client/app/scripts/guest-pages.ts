// While developing: addresses below /b get the guests' page, as the server does it.
import type { Connect, Plugin } from 'vite'

const page: Connect.NextHandleFunction = (request, _response, next) => {
  if (/^\/b(\/|\?|$)/.test(request.url ?? '')) request.url = '/book.html'
  next()
}

export const guestPages = (): Plugin => ({
  name: 'nabiz-guest-pages',
  configureServer: (server) => void server.middlewares.use(page),
  configurePreviewServer: (server) => void server.middlewares.use(page),
})
