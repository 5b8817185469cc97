// The tenant's activity types with their outcomes, and what stages ask for.
import './activities.css'
import {
  Archive,
  ArchiveRestore,
  ArrowDown,
  ArrowUp,
  EllipsisVertical,
  Pencil,
  Plus,
} from 'lucide-react'
import { useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { useTenantTopic, useTopicStatus } from '@/live/hooks'
import { perform } from '@/live/live'
import { Part } from '@/shell/sections'
import { Button, IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Checkbox } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem } from '@/ui/menu'
import { EmptyState, Skeleton } from '@/ui/states'
import type { ActivityType, Outcome } from '@/wire/work'
import { OutcomeDialog } from './outcome-dialog'
import { outcomeIcons } from './outcome-sheet'
import { StageRequirements } from './requirements'
import { useActivityTexts } from './texts'
import { TypeDialog } from './type-dialog'
import { iconOf, useActivityTypes } from './types'

type Asking =
  | { what: 'type'; type?: ActivityType }
  | { what: 'outcome'; type: ActivityType; outcome?: Outcome }

const tell = (op: string, d: Record<string, unknown>, label: string): void =>
  void perform({ topic: 'tenant', op, d, label })

function OutcomeLine({ outcome, onEdit }: { outcome: Outcome; onEdit: () => void }) {
  const t = useActivityTexts()
  const c = useCommonTexts()
  const asks = outcome.asks.map(({ field }) => t(`field.${field}`)).join(', ')
  return (
    <li>
      <span className="outcome-mark" data-kind={outcome.kind}>
        <Icon of={outcomeIcons[outcome.kind]} size="s" />
      </span>
      <span className="nm">
        {outcome.name}
        {asks && <span className="t3 sm"> · {t('asksShort', { fields: asks })}</span>}
      </span>
      {outcome.archived_at && <Chip tone="warn">{t('archivedChip')}</Chip>}
      <MenuButton
        label={outcome.name}
        placement="bottom end"
        button={<IconButton icon={EllipsisVertical} label={c('more')} small />}
      >
        <MenuItem icon={Pencil} onAction={onEdit}>
          {t('editOutcome')}
        </MenuItem>
        <MenuItem
          icon={outcome.archived_at ? ArchiveRestore : Archive}
          onAction={() =>
            tell(
              outcome.archived_at ? 'outcome.restore' : 'outcome.archive',
              { outcome: outcome.id },
              outcome.name,
            )
          }
        >
          {t(outcome.archived_at ? 'restore' : 'archive')}
        </MenuItem>
      </MenuButton>
    </li>
  )
}

function TypeCard({
  type,
  order,
  showArchived,
  ask,
}: {
  type: ActivityType
  order: readonly string[]
  showArchived: boolean
  ask: (next: Asking) => void
}) {
  const t = useActivityTexts()
  const c = useCommonTexts()
  const at = order.indexOf(type.id)
  const shift = (by: number) => {
    const next = order.filter((id) => id !== type.id)
    next.splice(at + by, 0, type.id)
    tell('activity_type.reorder', { order: next }, type.name)
  }
  const outcomes = [...type.outcomes]
    .sort((a, b) => a.position - b.position)
    .filter((each) => showArchived || !each.archived_at)
  return (
    <article className="type-card" aria-label={type.name}>
      <header>
        <span style={{ color: `var(--stage-${type.colour})` }}>
          <Icon of={iconOf(type.icon)} />
        </span>
        <h3>{type.name}</h3>
        {type.builtin && <span className="t3 sm">{t('builtin')}</span>}
        {type.archived_at && <Chip tone="warn">{t('archivedChip')}</Chip>}
        <span className="sp" />
        <Button small tone="quiet" icon={Plus} onPress={() => ask({ what: 'outcome', type })}>
          {t('newOutcome')}
        </Button>
        <MenuButton
          label={type.name}
          placement="bottom end"
          button={<IconButton icon={EllipsisVertical} label={c('more')} small />}
        >
          <MenuItem icon={Pencil} onAction={() => ask({ what: 'type', type })}>
            {t('editType')}
          </MenuItem>
          <MenuItem icon={ArrowUp} isDisabled={at <= 0} onAction={() => shift(-1)}>
            {t('moveUp')}
          </MenuItem>
          <MenuItem
            icon={ArrowDown}
            isDisabled={at < 0 || at >= order.length - 1}
            onAction={() => shift(1)}
          >
            {t('moveDown')}
          </MenuItem>
          <MenuItem
            icon={type.archived_at ? ArchiveRestore : Archive}
            onAction={() =>
              tell(
                type.archived_at ? 'activity_type.restore' : 'activity_type.archive',
                { activity_type: type.id },
                type.name,
              )
            }
          >
            {t(type.archived_at ? 'restore' : 'archive')}
          </MenuItem>
        </MenuButton>
      </header>
      <ul>
        {outcomes.map((outcome) => (
          <OutcomeLine
            key={outcome.id}
            outcome={outcome}
            onEdit={() => ask({ what: 'outcome', type, outcome })}
          />
        ))}
      </ul>
    </article>
  )
}

export function ActivitiesSection() {
  const t = useActivityTexts()
  const types = useActivityTypes()
  const status = useTopicStatus(useTenantTopic())
  const [showArchived, setShowArchived] = useState(false)
  const [asking, ask] = useState<Asking>()
  const order = types.live.map((type) => type.id)
  const shown = showArchived ? types.all : types.live
  return (
    <>
      <Part
        title={t('activities')}
        lead={t('settingsLead')}
        action={
          <Button small icon={Plus} onPress={() => ask({ what: 'type' })}>
            {t('newType')}
          </Button>
        }
      >
        {types.all.length === 0 && status === 'loading' ? (
          <Skeleton height={160} />
        ) : shown.length === 0 ? (
          <EmptyState title={t('noTypes')} />
        ) : (
          shown.map((type) => (
            <TypeCard
              key={type.id}
              type={type}
              order={order}
              showArchived={showArchived}
              ask={ask}
            />
          ))
        )}
        <div style={{ marginTop: 12 }}>
          <Checkbox
            label={t('showArchived')}
            isSelected={showArchived}
            onChange={setShowArchived}
          />
        </div>
      </Part>
      <StageRequirements />
      {asking?.what === 'type' && <TypeDialog type={asking.type} onClose={() => ask(undefined)} />}
      {asking?.what === 'outcome' && (
        <OutcomeDialog type={asking.type} outcome={asking.outcome} onClose={() => ask(undefined)} />
      )}
    </>
  )
}
