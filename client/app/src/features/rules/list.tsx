// All rules, one readable sentence each.
import { Link, useNavigate } from '@tanstack/react-router'
import {
  ArrowDown,
  ArrowUp,
  Copy,
  EllipsisVertical,
  History,
  Pencil,
  Plus,
  Trash2,
  TriangleAlert,
} from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { useCommands, useCreateCommand } from '@/commands'
import { useCommonTexts } from '@/i18n/common'
import { dateTime, number } from '@/i18n/format'
import { since } from '@/i18n/since'
import { Part } from '@/shell/sections'
import { announce } from '@/ui/announce'
import { Button, IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem, MenuSeparator } from '@/ui/menu'
import { EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { Switch } from '@/ui/switch'
import type { Rule } from '@/wire/rules'
import { useRuleActions } from './commands'
import { isFailing } from './draft'
import { type House, namesOf, useHouse } from './house'
import { useRules } from './queries'
import { SentenceView } from './sentence-view'
import { TemplateList } from './template-list'
import { isChanged, isTemplateKey, templateOf } from './templates'
import { useRuleTexts } from './texts'

/** Whether it is one of the product's own, and still as it came. */
export function OriginChip({ rule, house }: { rule: Rule; house: House }) {
  const t = useRuleTexts()
  if (!isTemplateKey(rule.builtin)) return null
  const template = templateOf(rule.builtin, house)
  const changed = template !== undefined && isChanged(rule, template)
  return <Chip tone="line">{t(changed ? 'builtinChanged' : 'builtin')}</Chip>
}

function Lately({ rule }: { rule: Rule }) {
  const t = useRuleTexts()
  const failing = isFailing(rule)
  return (
    <span className="lately sm t3">
      {rule.last_run_at ? (
        <span title={dateTime(new Date(rule.last_run_at))}>
          {t('lastRun', { when: since(rule.last_run_at) })}
        </span>
      ) : (
        <span>{t('neverRan')}</span>
      )}
      {rule.runs_week > 0 && (
        <span>{t('runsWeek', { count: rule.runs_week, n: number(rule.runs_week) })}</span>
      )}
      {failing ? (
        <Link
          to="/settings/$section/$id"
          params={{ section: 'rules', id: rule.id }}
          search={{ view: 'runs' }}
        >
          <Chip tone="danger">
            <Icon of={TriangleAlert} size="s" />
            {t('failing')}
          </Chip>
        </Link>
      ) : (
        rule.failed_week > 0 && (
          <Chip tone="warn">
            <Icon of={TriangleAlert} size="s" />
            {t('failedWeek', { count: rule.failed_week })}
          </Chip>
        )
      )}
    </span>
  )
}

function RuleRow({ rule, rules, house }: { rule: Rule; rules: readonly Rule[]; house: House }) {
  const t = useRuleTexts()
  const c = useCommonTexts()
  const navigate = useNavigate()
  const actions = useRuleActions()
  const order = rules.map(({ id }) => id)
  const at = order.indexOf(rule.id)
  const to = { to: '/settings/$section/$id', params: { section: 'rules', id: rule.id } } as const
  const shift = (by: number) => {
    const place = at + by
    if (place < 0 || place >= order.length) return
    const next = order.filter((id) => id !== rule.id)
    next.splice(place, 0, rule.id)
    actions.order(next, order, rule.name)
    announce(t('movedTo', { name: rule.name, place: place + 1, of: order.length }))
  }
  const onKey = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey) return
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    shift(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li className="rule" data-off={rule.enabled ? undefined : true} onKeyDown={onKey}>
      <Switch
        label={rule.name}
        hideLabel
        isSelected={rule.enabled}
        onChange={(on) => actions.turn(rule, on)}
      />
      <div className="names">
        <span className="row title">
          <Link {...to}>{rule.name}</Link>
          <OriginChip rule={rule} house={house} />
          {!rule.enabled && <Chip>{t('off')}</Chip>}
        </span>
        <p className="t2">
          <SentenceView rule={rule} names={namesOf(house, rule.trigger.op)} />
        </p>
        <Lately rule={rule} />
      </div>
      <MenuButton
        label={rule.name}
        placement="bottom end"
        button={<IconButton icon={EllipsisVertical} label={`${c('more')}: ${rule.name}`} small />}
      >
        <MenuItem icon={Pencil} onAction={() => void navigate(to)}>
          {c('edit')}
        </MenuItem>
        <MenuItem
          icon={History}
          onAction={() => void navigate({ ...to, search: { view: 'runs' } })}
        >
          {t('runs')}
        </MenuItem>
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
        <MenuItem icon={ArrowUp} isDisabled={at === 0} onAction={() => shift(-1)}>
          {t('up')}
        </MenuItem>
        <MenuItem icon={ArrowDown} isDisabled={at === order.length - 1} onAction={() => shift(1)}>
          {t('down')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} danger onAction={() => actions.remove(rule)}>
          {c('delete')}
        </MenuItem>
      </MenuButton>
    </li>
  )
}

export function RuleList() {
  const t = useRuleTexts()
  const navigate = useNavigate()
  const read = useRules()
  const house = useHouse()
  const create = () =>
    void navigate({ to: '/settings/$section/$id', params: { section: 'rules', id: 'new' } })
  useCreateCommand(t('rules'), 'settings.rule', t('newRule'), create)
  useCommands(t('rules'), () =>
    (read.data ?? []).map((rule) => ({
      id: `rules.open.${rule.id}`,
      title: `${t('rule')}: ${rule.name}`,
      icon: Pencil,
      run: () =>
        void navigate({
          to: '/settings/$section/$id',
          params: { section: 'rules', id: rule.id },
        }),
    })),
  )
  if (read.isError && !read.data)
    return <ErrorState error={read.error} onRetry={() => void read.refetch()} />
  const rules = read.data
  return (
    <Part
      title={t('rules')}
      lead={t('lead')}
      action={
        rules &&
        rules.length > 0 && (
          <Button icon={Plus} hint="N" tone="primary" onPress={create}>
            {t('newRule')}
          </Button>
        )
      }
    >
      {!rules ? (
        [1, 2, 3].map((n) => <Skeleton key={n} height={72} />)
      ) : rules.length === 0 ? (
        <>
          <EmptyState
            title={t('noRules')}
            action={
              <Button tone="primary" icon={Plus} onPress={create}>
                {t('newRule')}
              </Button>
            }
          >
            {t('noRulesBody')}
          </EmptyState>
          <TemplateList house={house} />
        </>
      ) : (
        <ul className="lines rules">
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} rules={rules} house={house} />
          ))}
        </ul>
      )}
    </Part>
  )
}
