// What is done to many customers at once: one command each, shown in the list at once, taken back
// as one.
import type { QueryClient } from '@tanstack/react-query'
import type { CommandInit } from '@/live/engine'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import type { Customer } from '@/wire/records'
import { patchLists } from './queries'

interface Change {
  text: string
  commands: CommandInit[]
  inverse: CommandInit[]
  ids: ReadonlySet<string>
  show: (customer: Customer) => Customer | null
}

function run(queries: QueryClient, change: Change): void {
  const before = queries.getQueriesData({ queryKey: ['customers'] })
  patchLists(queries, change.ids, change.show)
  const given = Promise.all(change.commands.map(perform))
  void given.then((answers) => {
    if (answers.includes(undefined)) void queries.invalidateQueries({ queryKey: ['customers'] })
  })
  offerUndo(
    {
      text: change.text,
      inverse: () => {
        for (const [key, data] of before) queries.setQueryData(key, data)
        return change.inverse
      },
    },
    // Of several some may have been done: those can still be taken back.
    {
      given: given.then(
        (answers) => answers.length === 0 || answers.find((each) => each !== undefined),
      ),
    },
  )
}

const idsOf = (rows: readonly Customer[]) => new Set(rows.map((row) => row.id as string))
const on = (
  customer: Customer,
  op: string,
  d: Record<string, unknown>,
  label: string,
): CommandInit => ({
  topic: `customer:${customer.id}`,
  op,
  d,
  label,
})

export function assignMany(
  queries: QueryClient,
  rows: readonly Customer[],
  owners: string[],
  text: string,
): void {
  const changed = rows.filter((row) => row.owners.join() !== owners.join())
  run(queries, {
    text,
    ids: idsOf(changed),
    commands: changed.map((row) => on(row, 'customer.assign', { owners }, text)),
    inverse: changed.map((row) => on(row, 'customer.assign', { owners: row.owners }, text)),
    show: (row) => ({ ...row, owners }),
  })
}

export function tagMany(
  queries: QueryClient,
  rows: readonly Customer[],
  tag: string,
  text: string,
): void {
  const changed = rows.filter((row) => !row.tags.includes(tag))
  run(queries, {
    text,
    ids: idsOf(changed),
    commands: changed.map((row) => on(row, 'customer.tag', { add: [tag] }, text)),
    inverse: changed.map((row) => on(row, 'customer.tag', { remove: [tag] }, text)),
    show: (row) => ({ ...row, tags: [...row.tags, tag] }),
  })
}

export function archiveMany(
  queries: QueryClient,
  rows: readonly Customer[],
  restore: boolean,
  text: string,
): void {
  const op = restore ? 'customer.restore' : 'customer.archive'
  const back = restore ? 'customer.archive' : 'customer.restore'
  run(queries, {
    text,
    ids: idsOf(rows),
    commands: rows.map((row) => on(row, op, {}, text)),
    inverse: rows.map((row) => on(row, back, {}, text)),
    show: () => null,
  })
}
