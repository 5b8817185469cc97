import { Chip } from '@/ui/chip'
import type { Offboarding } from '@/wire/leaving'
import { useOffboardingTexts } from './texts'

const tones = { running: 'accent', done: 'ok', reverting: 'accent', reverted: 'plain' } as const

export function StateChip({ state }: Pick<Offboarding, 'state'>) {
  const t = useOffboardingTexts()
  return <Chip tone={tones[state]}>{t(state)}</Chip>
}
