// The one thing a screen is most often opened to make: `n`, and its line in the palette.
import { Plus } from 'lucide-react'
import { useCommands } from './registry'

/** Without `run` the reader may not. */
export function useCreateCommand(
  group: string,
  id: string,
  title: string,
  run: (() => void) | false | undefined,
): void {
  useCommands(group, () =>
    run ? [{ id, title, icon: Plus, keys: 'n', words: 'new yeni add ekle', run }] : [],
  )
}
