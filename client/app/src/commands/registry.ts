// Who offers which commands now. The rules are in index.ts.
import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'

export interface Command {
  id: string
  title: string
  /** Further words to find it by, in any language. */
  words?: string
  icon?: LucideIcon
  /** Drawn in place of an icon, e.g. a stage gauge or an avatar. */
  mark?: ReactNode
  /** What heard keys run it; the first is shown. */
  keys?: string | readonly string[]
  /** A key that the screen hears itself. */
  hint?: string
  /** Only in the sheet of keys. */
  keyOnly?: boolean
  danger?: boolean
  checked?: boolean
  run?: () => void
  children?: () => readonly Command[]
}

export interface CommandGroup {
  title: string
  about: boolean
  commands: readonly Command[]
}

interface Provider {
  title: string | (() => string)
  about: boolean
  provide: () => readonly Command[]
}

const providers: { current: Provider }[] = []

export function useCommands(
  title: string | (() => string),
  provide: () => readonly Command[],
  { about = false }: { about?: boolean } = {},
): void {
  const ref = useRef<Provider>({ title, about, provide })
  ref.current = { title, about, provide }
  useEffect(() => {
    providers.unshift(ref)
    return () => {
      providers.splice(providers.indexOf(ref), 1)
    }
  }, [])
}

/** All groups with commands, chosen things first, then the newest. */
export function commandGroups(): CommandGroup[] {
  const groups = providers.map(({ current }) => ({
    title: typeof current.title === 'function' ? current.title() : current.title,
    about: current.about,
    commands: current.provide(),
  }))
  const merged = new Map<string, CommandGroup>()
  for (const group of groups) {
    if (group.commands.length === 0) continue
    const same = merged.get(group.title)
    merged.set(
      group.title,
      same ? { ...same, commands: [...same.commands, ...group.commands] } : group,
    )
  }
  return [...merged.values()].sort((a, b) => Number(b.about) - Number(a.about))
}

export const keysOf = ({ keys }: Command): readonly string[] =>
  keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys
