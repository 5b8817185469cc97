// One rule being written: the sentence grows above, the steps stand below, the dry run beside.
import { Link, useBlocker, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, ListFilter, Play, Timer, Zap } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useCommands } from '@/commands'
import { useCommonTexts } from '@/i18n/common'
import { errorText } from '@/session/errors'
import { Button } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { toast } from '@/ui/toasts'
import type { Rule, RuleParts } from '@/wire/rules'
import { ActionFields } from './action-fields'
import { createRule, refusalOf, updateRule } from './commands'
import { ConditionFields } from './condition-fields'
import { ConflictNotice, useLastWriter } from './conflict-notice'
import { type Draft, draftOf, isSame, meet, missingIn, partsOf } from './draft'
import { type House, namesOf } from './house'
import { PreviewPane } from './preview'
import { SentenceView } from './sentence-view'
import { useRuleTexts } from './texts'
import { TimingFields } from './timing-fields'
import { TriggerFields } from './trigger-fields'

function Step({
  icon,
  title,
  lead,
  children,
}: {
  icon: typeof Zap
  title: string
  lead?: string
  children: ReactNode
}) {
  return (
    <section className="step" aria-label={title}>
      <span className="sign">
        <Icon of={icon} />
      </span>
      <div>
        <h3>{title}</h3>
        {lead && <p className="t3 sm">{lead}</p>}
        <div className="fields">{children}</div>
      </div>
    </section>
  )
}

/** What a colleague saved meanwhile is taken, kept apart or shown, as it meets my own changes. */
function useBase(rule: Rule | undefined, start: RuleParts) {
  const [base, setBase] = useState<RuleParts>(rule ?? start)
  const [version, setVersion] = useState(rule?.version ?? 0)
  const [draft, setDraft] = useState<Draft>(() => draftOf(rule ?? start))
  const mine = useMemo(() => partsOf(draft), [draft])
  const hasNews = rule !== undefined && rule.version > version
  const meeting = hasNews ? meet(base, mine, rule) : undefined
  const take = () => {
    if (!rule) return
    setBase(rule)
    setVersion(rule.version)
    setDraft(draftOf(rule))
  }
  const keep = () => {
    if (!rule) return
    setBase(rule)
    setVersion(rule.version)
  }
  // Drawn again at once, before anything of the old is seen.
  if (meeting === 'take') take()
  else if (meeting === 'keep') keep()
  return {
    draft,
    setDraft,
    mine,
    version,
    isDirty: !isSame(base, mine),
    isConflict: meeting === 'conflict',
    take,
    keep,
    /** What was just saved is the new ground, before the event says so. */
    saved(parts: RuleParts, next: number) {
      setBase(parts)
      setVersion((now) => Math.max(now, next))
    },
  }
}

export function Editor({
  rule,
  start,
  house,
  actions,
  notice,
}: {
  /** The rule as it is now; none yet for a new one. */
  rule: Rule | undefined
  start: RuleParts
  house: House
  /** Beside the save button. */
  actions?: ReactNode
  notice?: ReactNode
}) {
  const t = useRuleTexts()
  const c = useCommonTexts()
  const navigate = useNavigate()
  const state = useBase(rule, start)
  const { draft, setDraft, mine, isDirty } = state
  const writer = useLastWriter(rule?.id ?? '')
  const [tried, setTried] = useState(false)
  const [isSaving, setSaving] = useState(false)
  const [refused, setRefused] = useState<{ fields: Record<string, string>; whole: string }>()
  const frame = useRef<HTMLDivElement>(null)
  const isLeaving = useRef(false)
  const isNew = rule === undefined
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty && !isLeaving.current,
    enableBeforeUnload: () => isDirty && !isLeaving.current,
    withResolver: true,
  })
  const change = (next: Partial<Draft>) => {
    setDraft((now) => ({ ...now, ...next }))
    setRefused(undefined)
  }
  const missing = missingIn(mine)
  const errors: Record<string, string> = {
    ...(tried
      ? Object.fromEntries(Object.entries(missing).map(([field, code]) => [field, errorText(code)]))
      : {}),
    ...refused?.fields,
  }
  const names = namesOf(house, draft.trigger.op)

  const toFirstError = () =>
    requestAnimationFrame(() =>
      frame.current
        ?.querySelector<HTMLElement>(
          ':is(input, textarea)[aria-invalid="true"], [data-invalid] button, [data-invalid] input',
        )
        ?.focus(),
    )

  const save = async () => {
    setTried(true)
    if (isSaving) return
    if (Object.keys(missing).length > 0) {
      toFirstError()
      return
    }
    setSaving(true)
    setRefused(undefined)
    try {
      if (rule) {
        state.saved(mine, await updateRule(rule.id, mine, state.version))
        toast(t('saved', { name: mine.name }), { key: 'rule' })
      } else {
        const id = await createRule(mine, true)
        isLeaving.current = true
        toast(t('created', { name: mine.name }), { key: 'rule' })
        await navigate({ to: '/settings/$section/$id', params: { section: 'rules', id } })
      }
    } catch (error) {
      const { fields, whole, isConflict } = refusalOf(error)
      // The event with the colleague's change is here already or comes at once.
      if (!isConflict) setRefused({ fields, whole })
      toFirstError()
    } finally {
      setSaving(false)
    }
  }

  const latest = useRef(save)
  latest.current = save
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key.toLowerCase() !== 's') return
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
      // A list or a question that is open has the key first; one that is fading away has not.
      const over = (event.target as Element).closest('.pop, .scrim')
      if (over && !over.hasAttribute('data-exiting')) return
      event.preventDefault()
      event.stopPropagation()
      void latest.current()
    }
    // Before the buttons: Enter on one would press it.
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])
  useCommands(t('rule'), () => [
    {
      id: 'rules.save',
      title: t('save'),
      hint: 'mod+enter',
      words: 'kaydet save',
      run: () => void latest.current(),
    },
  ])

  return (
    <div className="editor" ref={frame}>
      <header className="editor-head">
        <Link to="/settings/$section" params={{ section: 'rules' }} className="back">
          <Icon of={ArrowLeft} size="s" />
          {t('rules')}
        </Link>
        <span className="sp" />
        {actions}
        <Button
          tone="primary"
          isPending={isSaving}
          isDisabled={!isNew && !isDirty}
          onPress={() => void save()}
        >
          {c('save')}
        </Button>
      </header>
      {notice}
      {state.isConflict && rule && (
        <ConflictNotice
          rule={rule}
          names={names}
          by={writer}
          onTake={state.take}
          onKeep={state.keep}
        />
      )}
      {refused && (
        <p className="ferr" role="alert">
          {refused.whole}
        </p>
      )}
      <p className="sentence" role="status" aria-label={t('sentence')}>
        <SentenceView rule={mine} names={names} />
      </p>
      <div className="editor-body">
        <div className="steps">
          <TextField
            label={t('name')}
            value={draft.name}
            onChange={(name) => change({ name })}
            error={errors.name}
            maxLength={200}
            autoFocus={isNew}
          />
          <Step icon={Zap} title={t('stepWhen')}>
            <TriggerFields
              trigger={draft.trigger}
              onChange={(trigger) => change({ trigger })}
              house={house}
              errors={errors}
            />
          </Step>
          <Step icon={ListFilter} title={t('stepIf')} lead={t('stepIfLead')}>
            <ConditionFields
              conditions={draft.conditions}
              op={draft.trigger.op}
              house={house}
              errors={errors}
              onChange={(conditions) => change({ conditions })}
            />
          </Step>
          <Step icon={Play} title={t('stepThen')}>
            <ActionFields
              actions={draft.actions}
              op={draft.trigger.op}
              house={house}
              errors={errors}
              onChange={(next) => change({ actions: next })}
            />
          </Step>
          <Step icon={Timer} title={t('stepTime')}>
            <TimingFields draft={draft} onChange={change} errors={errors} />
          </Step>
        </div>
        <PreviewPane parts={mine} />
      </div>
      {blocker.status === 'blocked' && (
        <ConfirmDialog
          isOpen
          title={t('leaveTitle')}
          action={t('leave')}
          onClose={() => blocker.reset()}
          onConfirm={() => blocker.proceed()}
        >
          <p>{t('leaveBody')}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
