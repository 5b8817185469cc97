// Commands on disk: they survive a reload, one tab sends for all, refusals without an owner wait.
import { afterEach, expect, test } from 'vitest'
import type { CommandBody } from '@/wire/frames'
import type { Transport } from './connection'
import { type Disk, openDisk } from './db'
import { Engine } from './engine'
import './tenant-model'

class Line implements Transport {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  sent: CommandBody[] = []
  constructor(private readonly answer: (command: CommandBody) => object | undefined) {
    queueMicrotask(() => this.onopen?.())
  }
  send(text: string) {
    const frame = JSON.parse(text) as { t: string } & CommandBody
    if (frame.t === 'hello') {
      this.push({ t: 'welcome', hb: 25_000, resumed: [], limits: { inflight: 32 } })
    } else if (frame.t === 'cmd') {
      this.sent.push(frame)
      const answer = this.answer(frame)
      if (answer) this.push(answer)
    }
  }
  push(frame: object) {
    queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(frame) }))
  }
  close() {}
}

type Channel = NonNullable<ConstructorParameters<typeof Engine>[0]['channel']>
/** Two tabs of one browser. */
function channels(): [Channel, Channel] {
  const make = (): Channel => ({ onmessage: null, postMessage: () => {}, close: () => {} })
  const pair: [Channel, Channel] = [make(), make()]
  pair.forEach((channel, i) => {
    const other = pair[i === 0 ? 1 : 0] as Channel
    channel.postMessage = (data: unknown) => {
      const copy = structuredClone(data)
      setTimeout(() => other.onmessage?.call(null as never, { data: copy } as MessageEvent))
    }
  })
  return pair
}

const ok = (command: CommandBody) => ({
  t: 'res',
  id: command.id,
  ok: true,
  topic: command.topic,
  seq: 1,
})
let n = 0
const engines: Engine[] = []
let disk: Disk
function tab(answer: (command: CommandBody) => object | undefined, channel?: Channel) {
  const lines: Line[] = []
  const refused: string[] = []
  const engine = new Engine({
    me: 'me',
    open: () => {
      const line = new Line(answer)
      lines.push(line)
      return line
    },
    token: async () => 'token',
    onEnd: () => {},
    onRefused: (row) => refused.push(row.id),
    schedule: (flush) => void setTimeout(flush),
    ...(channel ? { channel } : {}),
  })
  engines.push(engine)
  return { engine, lines, refused, sent: () => lines.flatMap((line) => line.sent) }
}
const until = async (fact: () => boolean) => {
  for (let i = 0; i < 200 && !fact(); i++) await new Promise((done) => setTimeout(done, 5))
  expect(fact()).toBe(true)
}
/** The ids of the commands on the disk, once there are so many. */
const written = async (count: number): Promise<string[]> => {
  let ids: string[] = []
  await until(() => {
    void disk.outbox.all().then((rows) => {
      ids = rows.map((row) => row.id)
    })
    return ids.length === count
  })
  return ids
}
/** A tab that holds the lock, over the disk. */
const leading = async (...how: Parameters<typeof tab>) => {
  const page = tab(...how)
  await page.engine.attach(disk)
  page.engine.lead()
  return page
}
const note = (body: string) => ({ topic: 'customer:1', op: 'note.add', d: { body } })

afterEach(async () => {
  for (const engine of engines.splice(0)) engine.stop()
  await disk.destroy()
})

test('a command given without a connection is sent by the next page, with the same id', async () => {
  disk = await openDisk(`t${n++}`)
  const first = await leading(() => undefined)
  void first.engine.dispatch(note('bir'))
  void first.engine.dispatch(note('iki'))
  const kept = await written(2)

  const second = tab(ok)
  await second.engine.attach(disk)
  expect(second.engine.queued).toHaveLength(2)
  second.engine.lead()
  second.engine.start()
  await until(() => second.engine.queued.length === 0)
  expect(second.sent().map((command) => command.id)).toEqual(kept)
  await until(() => second.engine.queued.length === 0)
  expect(await disk.outbox.all()).toEqual([])
})

test('what is given before the disk is open goes out after what has waited there', async () => {
  disk = await openDisk(`t${n++}`)
  const first = tab(() => undefined)
  await first.engine.attach(disk)
  void first.engine.dispatch(note('eski'))
  await written(1)

  const second = tab(ok)
  second.engine.lead()
  second.engine.start()
  await until(() => second.engine.connection.up)
  const given = second.engine.dispatch(note('yeni'))
  await new Promise((done) => setTimeout(done, 20))
  expect(second.sent()).toEqual([])
  await second.engine.attach(disk)
  await given
  expect(second.sent().map(({ d }) => (d as { body: string }).body)).toEqual(['eski', 'yeni'])
  expect(second.engine.queued).toEqual([])
})

test('only the tab with the lock sends; the other hears the answer', async () => {
  disk = await openDisk(`t${n++}`)
  const [a, b] = channels()
  const leader = tab(ok, a)
  const other = tab(ok, b)
  await leader.engine.attach(disk)
  await other.engine.attach(disk)
  leader.engine.lead()
  leader.engine.start()
  other.engine.start()
  await until(() => leader.engine.connection.up && other.engine.connection.up)
  const res = await other.engine.dispatch(note('öbür sekmeden'))
  expect(res.seq).toBe(1)
  expect(other.sent()).toEqual([])
  expect(leader.sent()).toHaveLength(1)
  expect(other.engine.queued).toEqual([])
})

test('a refusal that nobody waits for is kept for a person, and can be discarded', async () => {
  disk = await openDisk(`t${n++}`)
  const first = tab(() => undefined)
  await first.engine.attach(disk)
  void first.engine.dispatch(note('eski'))
  await written(1)

  const second = await leading((c) => ({ t: 'err', id: c.id, code: 'gone', message: 'gone' }))
  second.engine.start()
  await until(() => second.engine.parked.length === 1)
  expect(second.refused).toHaveLength(1)
  expect(second.engine.parked[0]?.error?.code).toBe('gone')
  await second.engine.discard(second.engine.parked[0]?.id ?? '')
  expect(await disk.outbox.all()).toEqual([])
})

test('what a command lacked is filled in, and it is given once more', async () => {
  disk = await openDisk(`t${n++}`)
  const answered = (c: CommandBody) => {
    const { need } = (c.d as { fields?: { need?: string } }).fields ?? {}
    if (need) return ok(c)
    const errors = [{ field: 'fields.need', code: 'required', message: '' }]
    const d = { missing: ['need'], requires: ['need'] }
    return {
      t: 'err',
      id: c.id,
      code: 'invalid',
      reason: 'fields_required',
      message: '',
      d,
      errors,
    }
  }
  const page = await leading(answered)
  const fields = { amount: 5 }
  page.engine.leave({ topic: 'customer:1', op: 'activity.close', d: { activity: 'a', fields } })
  page.engine.start()
  await until(() => page.engine.parked.length === 1)
  const [row] = page.engine.parked
  expect(row?.error).toMatchObject({ code: 'fields_required', missing: ['need'] })
  await page.engine.retry(row?.id ?? '')
  await until(() => page.engine.parked.length === 1)
  const [again] = page.engine.parked
  expect(again?.id).not.toBe(row?.id)
  await page.engine.retry(again?.id ?? '', { need: '3+1' })
  await until(() => page.sent().length === 3 && page.engine.queued.length === 0)
  expect(page.sent()[2]?.d).toEqual({ activity: 'a', fields: { amount: 5, need: '3+1' } })
  expect(page.engine.parked).toEqual([])
})

test('a command older than 29 days is not sent by itself', async () => {
  disk = await openDisk(`t${n++}`)
  const at = Date.now() - 30 * 86_400_000
  await disk.outbox.put({ id: 'old', ...note('çok eski'), at, on: ['customer:1'], state: 'queued' })
  const page = await leading(ok)
  page.engine.start()
  await until(() => page.engine.connection.up)
  expect(page.engine.parked.map((row) => row.id)).toEqual(['old'])
  expect(page.sent()).toEqual([])
})
