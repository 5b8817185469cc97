// What this browser keeps for one user of one tenant: commands on their way and rows for a start
// without a network. Nothing else of the live state touches the disk.
import Dexie, { type Table } from 'dexie'
import type { Position } from '@/wire/frames'
import type { OutboxRow, OutboxStore } from './outbox'
import type { Row } from './tables'

export interface KeptTopic extends Position {
  key: string
  version: number
  savedAt: number
  tables: [string, [string, Row][]][]
}

type Numbered = OutboxRow & { n?: number }

class LiveDatabase extends Dexie {
  outbox!: Table<Numbered, number>
  topics!: Table<KeptTopic, string>

  constructor(name: string) {
    super(name)
    this.version(1).stores({ outbox: '++n,&id', topics: 'key,savedAt' })
  }
}

export interface Disk {
  outbox: OutboxStore
  topic: (key: string) => Promise<KeptTopic | undefined>
  keep: (topic: KeptTopic) => Promise<void>
  /** Drops the rows of one topic. */
  drop: (key: string) => Promise<void>
  /** Drops the rows of all topics; commands on their way stay. */
  forget: () => Promise<void>
  destroy: () => Promise<void>
}

const TOPICS_KEPT = 24

export async function openDisk(name: string): Promise<Disk> {
  const db = new LiveDatabase(name)
  await db.open()
  return {
    outbox: {
      all: () => db.outbox.orderBy('n').toArray(),
      async put(row) {
        const known = await db.outbox.where('id').equals(row.id).first()
        await db.outbox.put(known?.n === undefined ? row : { ...row, n: known.n })
      },
      async remove(id) {
        await db.outbox.where('id').equals(id).delete()
      },
    },
    topic: (key) => db.topics.get(key),
    async keep(topic) {
      await db.topics.put(topic)
      const count = await db.topics.count()
      if (count <= TOPICS_KEPT) return
      const oldest = await db.topics
        .orderBy('savedAt')
        .limit(count - TOPICS_KEPT)
        .primaryKeys()
      await db.topics.bulkDelete(oldest)
    },
    drop: (key) => db.topics.delete(key),
    forget: () => db.topics.clear(),
    async destroy() {
      await db.delete()
    },
  }
}
