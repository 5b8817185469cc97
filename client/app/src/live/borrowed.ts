// An engine without a socket, for looking with a colleague's eyes: what a topic's snapshot would hold
// is asked for by GET (every GET then names the colleague), and no command leaves it. What one's own
// socket hears of the same topic is only a hint that it is time to ask again: its rows are one's own
// sight and never shown here.
import { all } from '@/features/people/queries'
import { api } from '@/session/api'
import { ApiError, errorText } from '@/session/errors'
import type { Ev, Position, Res } from '@/wire/frames'
import type { Sight } from '@/wire/leaving'
import type { Board, Card, Page, Stage, User } from '@/wire/records'
import { CommandError, Engine } from './engine'
import type { Subscription } from './subscription'

/** Changes come in swarms; asking once for all of them is enough. */
const ASK_AGAIN_MS = 800
const HERE: Position = { epoch: 'borrowed', seq: 0 }

interface BoardWindow {
  id: string
  name: string
  archived_at: string | null
  stages: (Stage & { next_cursor?: string | null })[]
  cards: Card[]
}

export interface BorrowedOptions {
  own: Engine
  user: User
  sight: () => Sight
  /** Something changed that lists may show. */
  onChange: () => void
  /** Rights or teams changed: the sight itself must be asked for again. */
  onSight: () => void
  /** There is nothing left to look with. */
  onGone: () => void
}

export class BorrowedEngine extends Engine {
  private readonly hints = new Map<string, () => void>()
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()
  private over = false

  constructor(private readonly lender: BorrowedOptions) {
    super({
      me: lender.user.id,
      open: () => {
        throw new Error('borrowed eyes open no socket')
      },
      token: () => Promise.resolve(undefined),
      onEnd: () => {},
      schedule: (flush) => setTimeout(flush, 16),
    })
    this.listen('tenant')
  }

  override subscribe(key: string): Subscription {
    const known = this.find(key)
    const again = known === undefined || known.status.get() === 'failed'
    const subscription = super.subscribe(key)
    if (again) {
      this.listen(key)
      void this.load(subscription)
    }
    return subscription
  }

  /** Nothing is done with somebody else's eyes. */
  override dispatch(): Promise<Res> {
    return Promise.reject(new CommandError('forbidden', errorText('see_as'), 'see_as'))
  }

  override stop(): void {
    this.over = true
    for (const hush of this.hints.values()) hush()
    for (const timer of this.timers.values()) clearTimeout(timer)
    super.stop()
  }

  /** Asks again for everything that is open. */
  async reload(): Promise<void> {
    await Promise.all(
      [...this.topics].map((key) => {
        const subscription = this.find(key)
        return subscription && this.load(subscription)
      }),
    )
  }

  private listen(key: string): void {
    if (this.hints.has(key) || key === 'me') return
    const { own } = this.lender
    own.subscribe(key)
    const hush = own.onEvent(key, (ev) => this.heard(key, ev))
    this.hints.set(key, () => {
      hush()
      own.release(key)
    })
  }

  private heard(key: string, { op, d }: Ev): void {
    const body = d as { access?: string; user?: { id?: string } }
    if (op === 'user.deactivated' && body.user?.id === this.lender.user.id) {
      this.lender.onGone()
      return
    }
    if (body.access === 'everybody' || (body.access && body.user?.id === this.lender.user.id)) {
      this.later('sight', this.lender.onSight)
      return
    }
    if (op.startsWith('customer.')) this.later('lists', this.lender.onChange)
    const subscription = this.find(key)
    // The house's own topic hears of every customer; only its lists of boards and people matter here.
    if (!subscription || (key === 'tenant' && op.startsWith('customer.'))) return
    this.later(key, () => void this.load(subscription))
  }

  private later(what: string, run: () => void): void {
    if (this.timers.has(what)) return
    this.timers.set(
      what,
      setTimeout(() => {
        this.timers.delete(what)
        run()
      }, ASK_AGAIN_MS),
    )
  }

  private async load(subscription: Subscription): Promise<void> {
    const { key, topic } = subscription
    try {
      if (key === 'tenant') topic.replace(HERE, await this.house())
      else {
        const d = await this.snapshot(key)
        if (this.over) return
        topic.subbed({ t: 'subbed', topic: key, mode: 'snapshot', ...HERE })
        topic.snap({ t: 'snap', topic: key, part: 0, last: true, d, ...HERE })
      }
      if (!this.over) this.markDirty(subscription)
    } catch (error) {
      if (this.over) return
      const known = error instanceof ApiError
      subscription.fail({
        code: 'not_found',
        message: known ? error.message : '',
        ...(known ? { reason: error.code } : {}),
      })
    }
  }

  private async snapshot(key: string): Promise<unknown> {
    const [kind, id = ''] = key.split(':')
    switch (kind) {
      case 'me': {
        const { permissions, scopes } = this.lender.sight()
        const { user } = this.lender
        return { user, permissions, scopes, visibility: scopes.customers, views: [] }
      }
      case 'board':
        return this.board(id)
      case 'customer': {
        const [customer, notes, activities, reminders] = await Promise.all([
          api.get(`/customers/${id}`),
          all(`/customers/${id}/notes`)(),
          all(`/customers/${id}/activities`)(),
          api.get<Page<object>>('/reminders', { customer: id, limit: 200 }),
        ])
        return { customer, notes, activities, reminders: reminders.items }
      }
      default:
        throw new ApiError({ type: 'about:blank', title: '', status: 403, code: 'see_as' })
    }
  }

  private async board(id: string): Promise<unknown> {
    const { stages, cards, ...board } = await api.get<BoardWindow>(`/boards/${id}`, { limit: 200 })
    const found = [...cards]
    for (const stage of stages) {
      let cursor = stage.next_cursor ?? null
      while (cursor && !this.over) {
        const next: { cards: Card[]; next_cursor: string | null } = await api.get(`/boards/${id}`, {
          stage: stage.id,
          cursor,
          limit: 200,
        })
        found.push(...next.cards)
        cursor = next.next_cursor
      }
    }
    return { board, stages, cards: found }
  }

  /** People, teams, roles and fields are the same for everybody in the house; boards are not. */
  private async house(): Promise<[string, [string, object][]][]> {
    const own = this.lender.own.find('tenant')?.topic.dump() ?? []
    const mayBoards = this.lender.sight().permissions.includes('boards.view')
    const boards = mayBoards ? await all<Board>('/boards')() : []
    return [
      ...own.filter(([name]) => name !== 'boards'),
      ['boards', boards.map((board): [string, object] => [board.id, board])],
    ]
  }
}
