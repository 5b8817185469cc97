// Make or change a webhook: where to, and what it hears. The secret of a new one is shown once.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { CommandError } from '@/live/engine'
import { uuidv7 } from '@/live/ids'
import { performOrThrow } from '@/live/live'
import { refusal } from '@/live/refusal'
import { api } from '@/session/api'
import { Button } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { Checkbox, TextField } from '@/ui/field'
import { Secret } from '@/ui/secret'
import { toast } from '@/ui/toasts'
import type { Webhook } from '@/wire/rules'
import { hostOf, looksLikeAddress } from './address'
import { inOrder, opGroups } from './ops'
import { webhooksKey } from './queries'
import { useWebhookTexts } from './texts'

export type Revealed = Webhook & { secret: string }

/** A secret, this once. */
export function SecretDialog({ hook, onClose }: { hook: Revealed; onClose: () => void }) {
  const t = useWebhookTexts()
  return (
    <Dialog
      isOpen
      keepOpen
      onClose={onClose}
      title={t('ready', { host: hostOf(hook.url) })}
      footer={
        <Button tone="primary" onPress={onClose}>
          {t('done')}
        </Button>
      }
    >
      <p className="t2">{t('secretOnce')}</p>
      <Secret value={hook.secret} label={t('copy')} copied={t('copied')} />
    </Dialog>
  )
}

function OpChoices({
  value,
  onChange,
}: {
  value: readonly string[]
  onChange: (ops: string[]) => void
}) {
  const t = useWebhookTexts()
  const set = (ops: readonly string[], on: boolean) =>
    onChange(inOrder(on ? [...value, ...ops] : value.filter((op) => !ops.includes(op))))
  return (
    <div className="op-groups">
      {opGroups.map(({ id, ops }) => {
        const chosen = ops.filter((op) => value.includes(op)).length
        const group = t(`group.${id}`)
        return (
          <fieldset key={id}>
            <legend className="vh">{group}</legend>
            <Checkbox
              label={t('chooseAll', { group })}
              hideLabel
              isSelected={chosen === ops.length}
              isIndeterminate={chosen > 0 && chosen < ops.length}
              onChange={(on) => set(ops, on)}
            />
            <b aria-hidden="true">{group}</b>
            <div>
              {ops.map((op) => (
                <Checkbox
                  key={op}
                  label={t(`op.${op}`)}
                  isSelected={value.includes(op)}
                  onChange={(on) => set([op], on)}
                />
              ))}
            </div>
          </fieldset>
        )
      })}
    </div>
  )
}

export function HookDialog({
  hook,
  onClose,
  onMade,
}: {
  hook?: Webhook
  onClose: () => void
  onMade?: (hook: Revealed) => void
}) {
  const t = useWebhookTexts()
  const c = useCommonTexts()
  const queries = useQueryClient()
  const [base, setBase] = useState(hook)
  const [url, setUrl] = useState(hook?.url ?? '')
  const [ops, setOps] = useState<readonly string[]>(hook?.ops ?? ['lead.received', 'card.moved'])
  const [tried, setTried] = useState(false)
  // A second press, or a lost answer, makes no second webhook.
  const once = useRef(uuidv7())
  const save = useMutation({
    mutationFn: async (): Promise<Revealed | undefined> => {
      const body = { url: url.trim(), ops }
      if (!base) return api.post<Revealed>('/webhooks', body, { idempotencyKey: once.current })
      await performOrThrow({
        topic: 'tenant',
        op: 'webhook.update',
        d: { webhook: base.id, ...body },
        if: { ver: base.version },
        label: hostOf(body.url),
      })
      return undefined
    },
    onError: () => {
      once.current = uuidv7()
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: webhooksKey })
      if (made) onMade?.(made)
      else toast(t('saved', { host: hostOf(url) }), { key: 'webhook' })
      onClose()
    },
  })
  const isConflict = save.error instanceof CommandError && save.error.reason === 'version_conflict'
  const refused = save.error && !isConflict ? refusal(save.error) : undefined
  const addressIsWrong = !looksLikeAddress(url)
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value)
      if (save.error && !isConflict) save.reset()
    }
  const showTheirs = async () => {
    await queries.refetchQueries({ queryKey: webhooksKey })
    const theirs = queries
      .getQueryData<Webhook[]>(webhooksKey)
      ?.find((each) => each.id === base?.id)
    if (!theirs) return onClose()
    setBase(theirs)
    setUrl(theirs.url)
    setOps(theirs.ops)
    save.reset()
  }
  return (
    <Dialog
      wide
      isOpen
      onClose={onClose}
      keepOpen={url !== (hook?.url ?? '')}
      title={t(hook ? 'edit' : 'add')}
      onSubmit={() => {
        setTried(true)
        if (!addressIsWrong && ops.length > 0 && !save.isPending && !isConflict) save.mutate()
      }}
      footer={
        <FormButtons
          onCancel={onClose}
          action={hook ? c('save') : t('add')}
          isPending={save.isPending}
          isDisabled={isConflict}
        />
      }
    >
      {isConflict && (
        <div className="conflict" role="alert">
          <p>{t('conflict')}</p>
          <div>
            <Button small onPress={() => void showTheirs()}>
              {t('showTheirs')}
            </Button>
          </div>
        </div>
      )}
      <TextField
        label={t('address')}
        type="url"
        inputMode="url"
        value={url}
        onChange={change(setUrl)}
        placeholder={t('addressHolder')}
        hint={t('addressHint')}
        error={tried && addressIsWrong ? t('badAddress') : refused?.fields.url}
        maxLength={2000}
        autoFocus
      />
      <div>
        <span className="lbl">
          {t('eventList')} · {ops.length}
        </span>
        <OpChoices value={ops} onChange={change(setOps)} />
        {((tried && ops.length === 0) || refused?.fields.ops) && (
          <span className="ferr" role="alert">
            {refused?.fields.ops ?? t('needEvent')}
          </span>
        )}
      </div>
      {refused?.whole && (
        <p className="ferr" role="alert">
          {refused.whole}
        </p>
      )}
    </Dialog>
  )
}
