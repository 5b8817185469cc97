// One WebSocket that comes back: hello, heartbeat, full-jitter reconnect, close codes of the
// contract. What the frames mean is the engine's business.
import type { ClientFrame, ServerFrame } from '@/wire/frames'

export interface Transport {
  send: (text: string) => void
  close: (code?: number) => void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

export interface ConnectionOptions {
  open: () => Transport
  /** A good access token; undefined = the session has ended; throws = ask later. */
  token: (force: boolean) => Promise<string | undefined>
  hello: (token: string) => ClientFrame
  onFrame: (frame: ServerFrame) => void
  onUp: () => void
  onDown: () => void
  /** Rights are others now, or the server was restored: nothing that was held so far counts. */
  onReset?: () => void
  /**
   * Sign-in is needed (`ended`), somebody closed the access (`closed`), or this client cannot go on
   * (`protocol`).
   */
  onEnd: (why: 'ended' | 'closed' | 'protocol') => void
  random?: () => number
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 20_000
const WELCOME_WITHIN_MS = 10_000
const SIGN_IN = new Set([4001, 4101])
const CLOSED = new Set([4103])
const PROTOCOL = new Set([4100, 4113])
const RESET = 4010
const BAD_FRAME = 4100
/** How often a first frame is tried: a late one, from a machine that is busy, is refused like a bad one. */
const FIRST_FRAMES = 3

export class Connection {
  private transport: Transport | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private silence: ReturnType<typeof setTimeout> | undefined
  private attempt = 0
  private window: [number, number] | undefined
  private stopped = true
  private forceToken = false
  private refusals = 0
  private unheard = 0
  private silenceMs = 60_000
  up = false

  constructor(private readonly options: ConnectionOptions) {}

  start(): void {
    if (!this.stopped) return
    this.stopped = false
    void this.connect()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.timer = undefined
    this.drop(1000)
  }

  send(frame: ClientFrame): boolean {
    if (!this.up || !this.transport) return false
    this.transport.send(JSON.stringify(frame))
    return true
  }

  /** The network or the tab is back: do not sit out the wait. */
  wake(): void {
    if (this.stopped) return
    if (this.up) {
      // A socket that died while the machine slept does not know it yet.
      this.send({ t: 'ping', n: 0 })
      this.watch(5000)
    } else if (this.timer !== undefined) {
      clearTimeout(this.timer)
      this.timer = undefined
      this.attempt = 0
      void this.connect()
    }
  }

  /** The browser says the network is gone: better to know now than after a silent minute. */
  lost(): void {
    if (!this.stopped && this.up) this.closed(1006)
  }

  private async connect(): Promise<void> {
    let token: string | undefined
    try {
      token = await this.options.token(this.forceToken)
      this.forceToken = false
    } catch {
      this.later()
      return
    }
    if (this.stopped) return
    if (!token) {
      this.end('ended')
      return
    }
    const transport = this.options.open()
    this.transport = transport
    this.watch(WELCOME_WITHIN_MS)
    transport.onopen = () => transport.send(JSON.stringify(this.options.hello(token)))
    transport.onmessage = ({ data }) => {
      if (this.transport !== transport || typeof data !== 'string') return
      this.receive(JSON.parse(data) as ServerFrame)
    }
    transport.onclose = ({ code }) => {
      if (this.transport === transport) this.closed(code)
    }
  }

  private receive(frame: ServerFrame): void {
    if (frame.t === 'welcome') {
      this.up = true
      this.attempt = 0
      this.refusals = 0
      this.unheard = 0
      this.silenceMs = Math.max(10_000, frame.hb * 2.2)
      this.options.onFrame(frame)
      this.watch(this.silenceMs)
      this.options.onUp()
      return
    }
    this.watch(this.silenceMs)
    if (frame.t === 'ping') this.send({ t: 'pong', n: frame.n })
    if (frame.t === 'drain') this.window = frame.retry_ms
    this.options.onFrame(frame)
  }

  /** Closes the socket if nothing is heard in time. */
  private watch(ms: number): void {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => {
      this.drop(4009)
      this.closed(4009)
    }, ms)
  }

  private drop(code: number): void {
    clearTimeout(this.silence)
    const transport = this.transport
    this.transport = undefined
    if (transport) {
      transport.onopen = null
      transport.onmessage = null
      transport.onclose = null
      transport.close(code === 1000 ? 1000 : undefined)
    }
    if (this.up) {
      this.up = false
      this.options.onDown()
    }
  }

  private closed(code: number): void {
    const isFirst = !this.up
    this.drop(code)
    if (this.stopped) return
    if (code === RESET) this.options.onReset?.()
    if (CLOSED.has(code)) return this.end('closed')
    if (code === BAD_FRAME && isFirst && ++this.unheard < FIRST_FRAMES) return this.later()
    if (PROTOCOL.has(code)) return this.end('protocol')
    if (SIGN_IN.has(code)) {
      // One new token; a server that refuses that too has ended the session.
      if (++this.refusals > 1) return this.end('ended')
      this.forceToken = true
    }
    this.later()
  }

  private later(): void {
    const random = this.options.random ?? Math.random
    let wait: number
    if (this.window) {
      const [min, max] = this.window
      this.window = undefined
      wait = min + random() * (max - min)
    } else {
      wait = random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempt)
      this.attempt = Math.min(this.attempt + 1, 10)
    }
    this.timer = setTimeout(() => {
      this.timer = undefined
      void this.connect()
    }, wait)
  }

  private end(why: 'ended' | 'closed' | 'protocol'): void {
    this.stopped = true
    this.options.onEnd(why)
  }
}
