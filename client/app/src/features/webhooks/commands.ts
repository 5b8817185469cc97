// On, off and gone.
import type { QueryClient } from '@tanstack/react-query'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import type { Webhook } from '@/wire/rules'
import { hostOf } from './address'
import { webhooksKey } from './queries'
import { webhookTexts as t } from './texts'

const readAgain = (queries: QueryClient) =>
  void queries.invalidateQueries({ queryKey: webhooksKey })

export function turn(queries: QueryClient, hook: Webhook, on: boolean): void {
  const text = t(on ? 'turnedOn' : 'turnedOff', { host: hostOf(hook.url) })
  const to = (enabled: boolean) => ({
    topic: 'tenant',
    op: enabled ? 'webhook.enable' : 'webhook.disable',
    d: { webhook: hook.id },
    label: text,
  })
  queries.setQueryData<readonly Webhook[]>(webhooksKey, (hooks) =>
    hooks?.map((each) =>
      each.id === hook.id
        ? { ...each, enabled: on, off_because: on ? null : 'by_hand', failing_since: null }
        : each,
    ),
  )
  const given = perform(to(on))
  void given.then(() => readAgain(queries))
  offerUndo({ text, inverse: () => [to(!on)] }, { given })
}

export async function remove(queries: QueryClient, hook: Webhook): Promise<boolean> {
  const answer = await perform({
    topic: 'tenant',
    op: 'webhook.remove',
    d: { webhook: hook.id },
    label: t('remove'),
  })
  readAgain(queries)
  return answer !== undefined
}
