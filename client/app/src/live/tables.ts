// Rows by table and id. The base holds what the server committed; a layer over it holds what
// pending commands would change, and can be thrown away and replayed at any time.
export type Row = object

export interface Reader {
  get: <T extends Row>(table: string, id: string) => T | undefined
  /** Every row of a table; the order is not defined. */
  all: <T extends Row>(table: string) => Iterable<T>
}
export interface Writer extends Reader {
  put: (table: string, id: string, row: Row) => void
  remove: (table: string, id: string) => void
}

/** Which rows a change touched; `all` after a snapshot was swapped in. */
export class Touched {
  all = false
  readonly rows = new Map<string, Set<string>>()

  add(table: string, id: string): void {
    let ids = this.rows.get(table)
    if (!ids) {
      ids = new Set()
      this.rows.set(table, ids)
    }
    ids.add(id)
  }
  addAll(other: Touched): void {
    this.all ||= other.all
    for (const [table, ids] of other.rows) for (const id of ids) this.add(table, id)
  }
  get isEmpty(): boolean {
    return !this.all && this.rows.size === 0
  }
}

export class Base implements Writer {
  readonly tables = new Map<string, Map<string, Row>>()
  touched = new Touched()

  private table(name: string): Map<string, Row> {
    let table = this.tables.get(name)
    if (!table) {
      table = new Map()
      this.tables.set(name, table)
    }
    return table
  }
  get<T extends Row>(table: string, id: string): T | undefined {
    return this.tables.get(table)?.get(id) as T | undefined
  }
  all<T extends Row>(table: string): Iterable<T> {
    return (this.tables.get(table)?.values() ?? []) as Iterable<T>
  }
  put(table: string, id: string, row: Row): void {
    this.table(table).set(id, row)
    this.touched.add(table, id)
  }
  remove(table: string, id: string): void {
    if (this.tables.get(table)?.delete(id)) this.touched.add(table, id)
  }
}

export class Overlay implements Writer {
  readonly changes = new Map<string, Map<string, Row | null>>()

  constructor(private readonly base: Base) {}

  get<T extends Row>(table: string, id: string): T | undefined {
    const change = this.changes.get(table)?.get(id)
    if (change === null) return undefined
    return (change as T | undefined) ?? this.base.get<T>(table, id)
  }
  *all<T extends Row>(table: string): Iterable<T> {
    const changes = this.changes.get(table)
    for (const [id, row] of this.base.tables.get(table) ?? []) {
      if (!changes?.has(id)) yield row as T
    }
    for (const row of changes?.values() ?? []) if (row) yield row as T
  }
  put(table: string, id: string, row: Row): void {
    this.change(table, id, row)
  }
  remove(table: string, id: string): void {
    this.change(table, id, null)
  }
  get isEmpty(): boolean {
    return this.changes.size === 0
  }
  touch(into: Touched): void {
    for (const [table, rows] of this.changes) for (const id of rows.keys()) into.add(table, id)
  }

  private change(table: string, id: string, row: Row | null): void {
    let rows = this.changes.get(table)
    if (!rows) {
      rows = new Map()
      this.changes.set(table, rows)
    }
    rows.set(id, row)
  }
}
