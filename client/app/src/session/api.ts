// HTTP: one fetch with the token, one refresh for all tabs, problems as ApiError.
import { adoptLocale, currentLocale, type Locale } from '@/i18n'
import type { Me, SignedIn, User } from '@/wire/records'
import { ApiError, type Problem } from './errors'
import { looking } from './see-as'
import { session } from './session'

const base = '/api/v1'

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** A plain value is sent as JSON, a FormData as it is. */
  body?: unknown
  query?: Record<string, string | number | boolean | null | undefined>
  signal?: AbortSignal
  /** Makes a POST safe to repeat. */
  idempotencyKey?: string
  /** Public calls go without a token and never start a refresh. */
  anonymous?: boolean
  /** Asked with one's own eyes also while a colleague's are borrowed. */
  asOneself?: boolean
}

function url(path: string, query: RequestOptions['query']): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return text ? `${base}${path}?${text}` : base + path
}

async function toProblem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined
  return new ApiError({
    type: 'about:blank',
    title: response.statusText,
    code: response.status === 401 ? 'unauthenticated' : 'internal',
    ...body,
    status: response.status,
  })
}

async function send(
  path: string,
  options: RequestOptions,
  token?: string,
  seeAs?: string,
): Promise<Response> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': currentLocale(),
  }
  if (token) headers.authorization = `Bearer ${token}`
  if (seeAs) headers['nabiz-see-as'] = seeAs
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
  const init: RequestInit = { method: options.method ?? 'GET', headers, credentials: 'same-origin' }
  if (options.body instanceof FormData) init.body = options.body
  else if (options.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(options.body)
  }
  if (options.signal) init.signal = options.signal
  return fetch(url(path, options.query), init)
}

let refreshing: Promise<string | undefined> | undefined

async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(name, work) as Promise<T>) : work()
}

/**
 * A new access token by the refresh cookie. Tabs take turns: the server ends the whole family when
 * a refresh token is used twice, and two tabs waking up together would do just that.
 */
export function refresh(): Promise<string | undefined> {
  refreshing ??= withLock('nabiz-refresh', async () => {
    const response = await send('/auth/refresh', { method: 'POST' })
    if (response.status === 401 || response.status === 403 || response.status === 400)
      return undefined
    if (!response.ok) throw await toProblem(response)
    const answer = (await response.json()) as SignedIn
    session.keepToken(answer)
    return answer.access_token
  }).finally(() => {
    refreshing = undefined
  })
  return refreshing
}

/** A token that is good now, or undefined when the session has ended. */
export const freshToken = async (): Promise<string | undefined> => session.token ?? refresh()

async function ended(): Promise<never> {
  session.leave('ended')
  throw new ApiError({ type: 'about:blank', title: '', status: 401, code: 'session_ended' })
}

/** With borrowed eyes one only reads; the server says so as well. */
function eyes(options: RequestOptions): string | undefined {
  if (options.asOneself) return undefined
  const seen = looking.get()?.user.id
  if (seen && (options.method ?? 'GET') !== 'GET')
    throw new ApiError({ type: 'about:blank', title: '', status: 403, code: 'see_as' })
  return seen
}

export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  let response: Response
  if (options.anonymous) {
    response = await send(path, options)
  } else {
    const seeAs = eyes(options)
    const token = await freshToken()
    if (!token) return ended()
    response = await send(path, options, token, seeAs)
    if (response.status === 401) {
      session.forgetToken()
      const next = await refresh()
      if (!next) return ended()
      response = await send(path, options, next, seeAs)
    }
  }
  if (!response.ok) throw await toProblem(response)
  return response
}

async function json<T>(path: string, options: RequestOptions): Promise<T> {
  const response = await request(path, options)
  return (response.status === 204 ? undefined : await response.json()) as T
}

export const api = {
  get: <T>(path: string, query?: RequestOptions['query'], signal?: AbortSignal): Promise<T> =>
    json<T>(path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
  post: <T>(path: string, body?: unknown, options: RequestOptions = {}): Promise<T> =>
    json<T>(path, { ...options, method: 'POST', body }),
  patch: <T>(path: string, body: unknown): Promise<T> => json<T>(path, { method: 'PATCH', body }),
  delete: <T = void>(path: string): Promise<T> => json<T>(path, { method: 'DELETE' }),
}

/** After login, registration or an accepted invitation. */
export async function signIn(answer: SignedIn): Promise<void> {
  session.keepToken(answer)
  const me = await api.get<Me>('/me')
  adoptLocale(me.user.locale)
  session.enter(me)
}

/** The language of the account, which mails and notices follow. */
export async function keepLocale(locale: Locale): Promise<void> {
  const { state } = session
  if (state.status !== 'in' || state.user.locale === locale) return
  const user = await json<User>('/me', { method: 'PATCH', body: { locale }, asOneself: true })
  session.update({ user })
}

/** How long a start waits for the server before it goes on with what this browser kept. */
const PATIENCE_MS = 1500

/** At start: the cookie decides. A server that is away is not a sign-out. */
export async function resumeSession(): Promise<void> {
  if (!session.mayResume) {
    session.leave()
    return
  }
  const asked = refresh().then(async (token) => {
    if (!token) session.leave(session.state.status === 'in' ? 'ended' : undefined)
    else session.enter(await api.get<Me>('/me'))
  })
  const { kept } = session
  if (!kept) return asked
  const impatient = new Promise<void>((done) => setTimeout(done, PATIENCE_MS))
  // Away or slow: the engine goes on asking, and ends the session should it be over.
  await Promise.race([asked.catch(() => undefined), impatient])
  if (session.state.status === 'starting') session.enter(kept)
}

export async function signOut(everywhere = false): Promise<void> {
  const path = everywhere ? '/auth/logout-everywhere' : '/auth/logout'
  const token = session.token
  await send(path, { method: 'POST' }, token).catch(() => undefined)
  session.leave()
}
