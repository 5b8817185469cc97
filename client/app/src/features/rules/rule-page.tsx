// One rule at its own address: what it says, and what it did.
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeft, Copy, EllipsisVertical, RotateCcw, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { usePeople } from '@/features/customers/people'
import { useCommonTexts } from '@/i18n/common'
import { offerUndo } from '@/live/undo'
import { Button, IconButton } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem, MenuSeparator } from '@/ui/menu'
import { Banner, EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { Switch } from '@/ui/switch'
import { toast } from '@/ui/toasts'
import type { Rule, RuleParts } from '@/wire/rules'
import { updateRule, useRuleActions } from './commands'
import { useLastWriter } from './conflict-notice'
import { Editor } from './editor'
import { type House, namesOf, useHouse } from './house'
import { OriginChip } from './list'
import { useRules } from './queries'
import { Runs } from './runs'
import { SentenceView } from './sentence-view'
import { TemplateList } from './template-list'
import { isChanged, isTemplateKey, templateOf } from './templates'
import { useRuleTexts } from './texts'

const blank: RuleParts = {
  name: '',
  trigger: { op: 'lead.received' },
  conditions: [],
  actions: [],
  delay_minutes: 0,
  hours: 'always',
}

export function NewRule() {
  const house = useHouse()
  const { from } = useSearch({ strict: false })
  const template = isTemplateKey(from) ? templateOf(from, house) : undefined
  // A template may wait for the records it names.
  return (
    <>
      <Editor
        key={template ? from : 'blank'}
        rule={undefined}
        start={template ?? blank}
        house={house}
      />
      {!template && <TemplateList house={house} />}
    </>
  )
}

function RuleActions({ rule, house }: { rule: Rule; house: House }) {
  const t = useRuleTexts()
  const c = useCommonTexts()
  const navigate = useNavigate()
  const actions = useRuleActions()
  const template = isTemplateKey(rule.builtin) ? templateOf(rule.builtin, house) : undefined
  const setBack = () => {
    if (!template) return
    const before: RuleParts = rule
    void updateRule(rule.id, template, rule.version).then(
      (version) =>
        offerUndo({
          text: t('setBackDone', { name: template.name }),
          inverse: () => {
            const { name, trigger, conditions, actions: doing, delay_minutes, hours } = before
            return [
              {
                topic: 'tenant',
                op: 'rule.update',
                d: {
                  rule: rule.id,
                  name,
                  trigger,
                  conditions,
                  actions: doing,
                  delay_minutes,
                  hours,
                },
                if: { ver: version },
                label: name,
              },
            ]
          },
        }),
      () => toast(t('conflict')),
    )
  }
  return (
    <>
      <Switch
        label={t(rule.enabled ? 'on' : 'off')}
        isSelected={rule.enabled}
        onChange={(on) => actions.turn(rule, on)}
      />
      <MenuButton
        label={rule.name}
        placement="bottom end"
        button={<IconButton icon={EllipsisVertical} label={c('more')} />}
      >
        <MenuItem
          icon={Copy}
          onAction={() =>
            void actions.duplicate(rule).then((id) => {
              if (id)
                void navigate({ to: '/settings/$section/$id', params: { section: 'rules', id } })
            })
          }
        >
          {t('duplicate')}
        </MenuItem>
        {template && (
          <MenuItem icon={RotateCcw} isDisabled={!isChanged(rule, template)} onAction={setBack}>
            {t('setBack')}
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem
          icon={Trash2}
          danger
          onAction={() => {
            actions.remove(rule)
            void navigate({ to: '/settings/$section', params: { section: 'rules' } })
          }}
        >
          {c('delete')}
        </MenuItem>
      </MenuButton>
    </>
  )
}

function Views({ id }: { id: string }) {
  const t = useRuleTexts()
  const to = { to: '/settings/$section/$id', params: { section: 'rules', id } } as const
  return (
    <nav className="seg" aria-label={t('views')}>
      <Link {...to} search={{}} activeOptions={{ exact: true }}>
        {t('rule')}
      </Link>
      <Link {...to} search={{ view: 'runs' }} activeOptions={{ exact: true }}>
        {t('runs')}
      </Link>
    </nav>
  )
}

export function RulePage({ id }: { id: string }) {
  const t = useRuleTexts()
  const read = useRules()
  const house = useHouse()
  const people = usePeople()
  const actions = useRuleActions()
  const writer = useLastWriter(id)
  const { view } = useSearch({ strict: false })
  const found = read.data?.find((rule) => rule.id === id)
  // Removed by a colleague: what was here stays readable, and can be brought back.
  const last = useRef(found)
  if (found) last.current = found
  const rule = last.current?.id === id ? last.current : undefined
  if (read.isError && !read.data)
    return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  if (!read.data) return <Skeleton height={320} />
  if (!rule) {
    return (
      <EmptyState
        title={t('noSuchRule')}
        action={
          <Link className="btn" to="/settings/$section" params={{ section: 'rules' }}>
            {t('rules')}
          </Link>
        }
      >
        {t('noSuchRuleBody')}
      </EmptyState>
    )
  }
  const isRuns = view === 'runs'
  const notice = !found && (
    <Banner
      tone="danger"
      action={
        <Button small onPress={() => actions.restore(rule.id, rule.name)}>
          {t('bringBack')}
        </Button>
      }
    >
      <span className="sp">
        {writer ? t('removedBy', { name: people.of(writer).name }) : t('removedMeanwhile')}
      </span>
    </Banner>
  )
  const head = (
    <>
      <OriginChip rule={rule} house={house} />
      <Views id={id} />
      {found && <RuleActions rule={rule} house={house} />}
    </>
  )
  if (!isRuns)
    return <Editor key={id} rule={rule} start={rule} house={house} actions={head} notice={notice} />
  return (
    <div className="editor">
      <header className="editor-head">
        <Link to="/settings/$section" params={{ section: 'rules' }} className="back">
          <Icon of={ArrowLeft} size="s" />
          {t('rules')}
        </Link>
        <span className="sp" />
        {head}
      </header>
      {notice}
      <h2>{rule.name}</h2>
      <p className="sentence">
        <SentenceView rule={rule} names={namesOf(house, rule.trigger.op)} />
      </p>
      <Runs rule={id} house={house} />
    </div>
  )
}
