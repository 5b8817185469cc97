// Name, the one line that tells who this is, and what can be done with one key.
import {
  Archive,
  ArchiveRestore,
  Bell,
  CalendarPlus,
  CircleCheck,
  Ellipsis,
  GitMerge,
  Link2,
  ListChecks,
  NotepadText,
  Phone,
  Tag,
  UserRound,
} from 'lucide-react'
import { useCommands } from '@/commands'
import { activityName } from '@/features/activities/commands'
import { useActivityTypes } from '@/features/activities/types'
import { useTags } from '@/features/customers/queries'
import { money } from '@/i18n/format'
import { perform } from '@/live/live'
import { useObservable } from '@/live/observable'
import { offerUndo } from '@/live/undo'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem } from '@/ui/menu'
import { PickMenu } from '@/ui/pick-menu'
import { copyText } from '@/ui/secret'
import { toast } from '@/ui/toasts'
import { booking } from './booking'
import { fieldName } from './fields'
import { InlineText } from './inline'
import { useCustomer } from './live'
import type { Asking } from './quick'
import { useCustomerTexts } from './texts'
import { useAssigning, useTagging } from './who'
import type { CustomerWork } from './work'

/** A key presses the button, so that its list opens where it is. */
const press = (key: string) =>
  document.querySelector<HTMLElement>(`.qa [data-key="${key}"]`)?.click()

export function Hero({
  onNote,
  ask,
  work,
}: {
  onNote: () => void
  ask: (next: Asking) => void
  work: CustomerWork
}) {
  const t = useCustomerTexts()
  const { customer, topic, people, save, typing, canEdit } = useCustomer()
  const book = useObservable(booking)
  const types = useActivityTypes()
  const onMerge = () => ask({ what: 'merge' })
  const onBook = () => book?.({ id: customer.id, name: customer.name, card: customer.cards[0]?.id })
  const phone = customer.phones[0]
  const canMerge = usePermission('customers.merge') && canEdit
  const canArchive = usePermission('customers.archive') && !customer.merged_into
  const tags = useTags().data ?? []
  const tag = useTagging()
  const assign = useAssigning()
  const isArchived = customer.archived_at !== null

  const archive = () => {
    const text = t(isArchived ? 'restoredDone' : 'archivedDone', { name: customer.name })
    const command = (op: string) => ({ topic, op, d: {}, label: text })
    const [now, back] = isArchived
      ? ['customer.restore', 'customer.archive']
      : ['customer.archive', 'customer.restore']
    const given = perform(command(now as string))
    offerUndo({ text, inverse: () => [command(back as string)] }, { given })
  }
  const copyLink = () =>
    void copyText(`${window.location.origin}/customers/${customer.id}`).then(
      (done) => done && toast(t('linkCopied')),
    )

  useCommands(
    customer.name,
    () => [
      ...(canEdit
        ? [
            {
              id: 'customer.note',
              title: t('note'),
              icon: NotepadText,
              keys: 'n',
              words: 'note yaz',
              run: onNote,
            },
            {
              id: 'customer.remind',
              title: t('remind'),
              icon: Bell,
              keys: 'r',
              words: 'reminder hatırlatma',
              run: () => ask({ what: 'reminder' }),
            },
            {
              id: 'customer.activity',
              title: t('activity'),
              icon: ListChecks,
              keys: 'k',
              words: 'activity görev task',
              run: () => ask({ what: 'activity' }),
            },
            ...work.open.slice(0, 5).map((activity, index) => ({
              id: `customer.result-${index}`,
              title: t('resultOf', { name: activityName(activity, types.of(activity.type_id)) }),
              icon: CircleCheck,
              ...(index === 0 ? { keys: 'd' } : {}),
              words: 'outcome sonuç done',
              run: () => ask({ what: 'outcome', activity }),
            })),
            ...(book
              ? [
                  {
                    id: 'customer.book',
                    title: t('appointment'),
                    icon: CalendarPlus,
                    keys: 'a',
                    words: 'appointment randevu book',
                    run: onBook,
                  },
                ]
              : []),
            {
              id: 'customer.assign',
              title: t('assign'),
              icon: UserRound,
              keys: 'o',
              words: 'owner sorumlu assign',
              run: () => press('o'),
              children: () =>
                people.active.map((each) => ({
                  id: `customer.assign-${each.id}`,
                  title: each.name,
                  mark: <Avatar person={each} />,
                  checked: customer.owners.includes(each.id),
                  run: () => assign([each.id]),
                })),
            },
            {
              id: 'customer.tag',
              title: t('tag'),
              icon: Tag,
              keys: 'l',
              words: 'label tag',
              run: () => press('l'),
              children: () =>
                tags
                  .filter((each) => !customer.tags.includes(each.name))
                  .map((each) => ({
                    id: `customer.tag-${each.name}`,
                    title: each.name,
                    run: () => tag([each.name], []),
                  })),
            },
          ]
        : []),
      ...(phone
        ? [
            {
              id: 'customer.call',
              title: t('callPhone', { phone: phone.display }),
              icon: Phone,
              keys: 'c',
              words: 'call phone telefon',
              run: () => press('c'),
            },
          ]
        : []),
      { id: 'customer.link', title: t('copyLink'), icon: Link2, words: 'url link', run: copyLink },
      ...(canMerge
        ? [
            {
              id: 'customer.merge',
              title: t('merge'),
              icon: GitMerge,
              words: 'merge',
              run: onMerge,
            },
          ]
        : []),
      ...(canArchive
        ? [
            {
              id: 'customer.archive',
              title: t(isArchived ? 'restore' : 'archive'),
              icon: isArchived ? ArchiveRestore : Archive,
              words: 'archive restore',
              run: archive,
            },
          ]
        : []),
    ],
    { about: true },
  )
  const line = customer.cards.find((card) => card.need || card.amount)
  const contact = [
    customer.phones[0]?.display ?? customer.emails[0]?.display,
    customer.company,
    line?.need,
  ]
    .filter(Boolean)
    .join(' · ')

  return (
    <section className="hero" aria-label={customer.name}>
      <Avatar person={customer} size="x" />
      <div className="hx">
        <div className="row">
          <h1>
            <InlineText
              big
              value={customer.name}
              label={fieldName('name')}
              disabled={!canEdit}
              onTyping={() => typing('name')}
              since={{ version: customer.version, value: customer.name }}
              onSave={(next, since) => next && save('name', next, since)}
            />
          </h1>
          {customer.quality && (
            <span className="qual" title={`${fieldName('quality')}: ${customer.quality}`}>
              {customer.quality}
            </span>
          )}
          {isArchived && <Chip tone="warn">{t('archivedChip')}</Chip>}
        </div>
        {(contact || line?.amount) && (
          <p className="row t2" style={{ gap: 0 }}>
            <span className="el">{contact}</span>
            {line?.amount && (
              <b
                style={{
                  flex: 'none',
                  whiteSpace: 'pre',
                  color: 'var(--text-1)',
                  fontWeight: 600,
                }}
              >
                {contact && ' · '}
                {money(line.amount)}
              </b>
            )}
          </p>
        )}
      </div>
      <div className="qa" role="toolbar" aria-label={t('quick')}>
        {canEdit && (
          <>
            <Button icon={NotepadText} hint="N" onPress={onNote}>
              {t('note')}
            </Button>
            <Button icon={Bell} hint="R" onPress={() => ask({ what: 'reminder' })}>
              {t('remind')}
            </Button>
            <Button icon={ListChecks} hint="K" onPress={() => ask({ what: 'activity' })}>
              {t('activity')}
            </Button>
            {book && (
              <Button icon={CalendarPlus} hint="A" onPress={onBook}>
                {t('appointment')}
              </Button>
            )}
            <PickMenu
              label={t('assign')}
              searchLabel={t('findPerson')}
              placement="bottom end"
              options={people.active.map((each) => ({
                id: each.id as string,
                label: each.name,
                mark: <Avatar person={each} />,
              }))}
              onPick={(id) => assign([id])}
              button={
                <Button icon={UserRound} hint="O" data-key="o">
                  {t('assign')}
                </Button>
              }
            />
            <PickMenu
              label={t('addTag')}
              searchLabel={t('findTag')}
              placement="bottom end"
              newLabel={(typed) => t('newTag', { tag: typed })}
              options={tags
                .filter((each) => !customer.tags.includes(each.name))
                .map((each) => ({ id: each.name, label: each.name, count: each.count }))}
              onPick={(id) => tag([id], [])}
              button={
                <Button icon={Tag} hint="L" data-key="l">
                  {t('tag')}
                </Button>
              }
            />
          </>
        )}
        {phone && (
          <a className="btn" data-key="c" href={`tel:${phone.value}`}>
            <Icon of={Phone} />
            {t('call')}
            <kbd aria-hidden="true">C</kbd>
          </a>
        )}
        <MenuButton
          label={t('more')}
          placement="bottom end"
          button={<IconButton icon={Ellipsis} label={t('more')} tone="plain" />}
        >
          <MenuItem icon={Link2} onAction={copyLink}>
            {t('copyLink')}
          </MenuItem>
          {canMerge ? (
            <MenuItem icon={GitMerge} onAction={onMerge}>
              {t('merge')}
            </MenuItem>
          ) : null}
          {canArchive ? (
            <MenuItem icon={isArchived ? ArchiveRestore : Archive} onAction={archive}>
              {t(isArchived ? 'restore' : 'archive')}
            </MenuItem>
          ) : null}
        </MenuButton>
      </div>
    </section>
  )
}
