// The socket's manners: what each close code means, heartbeat, drain, wake.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Connection, type Transport } from './connection'

class Line implements Transport {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  sent: string[] = []
  closed = false
  send(text: string) {
    this.sent.push(text)
  }
  close() {
    this.closed = true
  }
  welcome() {
    this.onopen?.()
    this.onmessage?.({ data: JSON.stringify({ t: 'welcome', hb: 25_000, resumed: [] }) })
  }
}

function setup() {
  const lines: Line[] = []
  const ended: string[] = []
  const forced: boolean[] = []
  const connection = new Connection({
    open: () => {
      const line = new Line()
      lines.push(line)
      return line
    },
    token: async (force) => {
      forced.push(force)
      return 'token'
    },
    hello: (token) => ({ t: 'hello', v: 1, token, cid: 'c' }),
    onFrame: () => {},
    onUp: () => {},
    onDown: () => {},
    onEnd: (why) => ended.push(why),
    random: () => 1,
  })
  connection.start()
  return { connection, lines, ended, forced }
}
const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('passing faults are answered by coming back, at most 20 seconds apart', async () => {
  for (const code of [1001, 1006, 1012, 4000, 4008, 4009, 4010, 4029]) {
    const { connection, lines, ended } = setup()
    await tick()
    lines[0]?.welcome()
    lines[0]?.onclose?.({ code })
    await tick(500)
    expect(lines, String(code)).toHaveLength(2)
    for (let i = 1; i < 12; i++) {
      lines[i]?.onclose?.({ code })
      await tick(20_000)
    }
    expect(lines).toHaveLength(13)
    expect(ended).toEqual([])
    connection.stop()
  }
})

test('4001 and 4101 ask for a new token once, then the session is over', async () => {
  for (const code of [4001, 4101]) {
    const { lines, ended, forced } = setup()
    await tick()
    lines[0]?.onclose?.({ code })
    await tick(500)
    expect(forced).toEqual([false, true])
    lines[1]?.onclose?.({ code })
    await tick(60_000)
    expect(lines).toHaveLength(2)
    expect(ended).toEqual(['ended'])
  }
})

test('4103 closes the access, 4100 and 4113 end this client', async () => {
  for (const [code, why] of [
    [4103, 'closed'],
    [4100, 'protocol'],
    [4113, 'protocol'],
  ] as const) {
    const { lines, ended } = setup()
    await tick()
    lines[0]?.welcome()
    lines[0]?.onclose?.({ code })
    await tick(60_000)
    expect(ended).toEqual([why])
    expect(lines).toHaveLength(1)
  }
})

test('a first frame that came too late is sent again; one that is never understood ends this client', async () => {
  const { lines, ended } = setup()
  await tick()
  lines[0]?.onclose?.({ code: 4100 })
  await tick(500)
  lines[1]?.welcome()
  lines[1]?.onclose?.({ code: 1006 })
  for (let i = 2; i < 5; i++) {
    await tick(2_000)
    expect(ended).toEqual([])
    lines[i]?.onclose?.({ code: 4100 })
  }
  await tick(60_000)
  expect(lines).toHaveLength(5)
  expect(ended).toEqual(['protocol'])
})

test('a silent line is left, a drain is obeyed, waking up does not wait', async () => {
  const { connection, lines } = setup()
  await tick()
  lines[0]?.welcome()
  await tick(56_000)
  expect(lines[0]?.closed).toBe(true)
  await tick(500)
  lines[1]?.welcome()
  lines[1]?.onmessage?.({ data: JSON.stringify({ t: 'drain', retry_ms: [3000, 4000] }) })
  lines[1]?.onclose?.({ code: 1012 })
  await tick(3900)
  expect(lines).toHaveLength(2)
  await tick(200)
  expect(lines).toHaveLength(3)
  lines[2]?.onclose?.({ code: 1006 })
  connection.wake()
  await tick()
  expect(lines).toHaveLength(4)
  connection.stop()
})
