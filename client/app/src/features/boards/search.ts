// The board's filters live in the address, so that a view can be sent, kept and gone back to.
import * as v from 'valibot'

const list = v.optional(v.fallback(v.array(v.string()), []))
const schema = v.object({
  owner: list,
  source: list,
  quality: list,
  tag: list,
  overdue: v.optional(v.fallback(v.boolean(), false)),
  q: v.optional(v.fallback(v.string(), '')),
  /** The customer that is open beside the board. */
  customer: v.optional(v.fallback(v.string(), '')),
  /** The saved view that this is, or began as. */
  view: v.optional(v.fallback(v.string(), '')),
})

export type BoardSearch = v.InferOutput<typeof schema>

/** Keeps what is known and not empty; a broken address becomes an unfiltered board. */
export function boardSearch(input: Record<string, unknown>): BoardSearch {
  const parsed = v.safeParse(schema, input)
  if (!parsed.success) return {}
  return Object.fromEntries(
    Object.entries(parsed.output).filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : Boolean(value),
    ),
  )
}
