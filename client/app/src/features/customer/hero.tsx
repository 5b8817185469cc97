// Name, the one line that tells who this is, and what can be done with one key.
import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  GitMerge,
  Link2,
  NotepadText,
  Tag,
  UserRound,
} from 'lucide-react'
import { useCommands } from '@/commands'
import { useTags } from '@/features/customers/queries'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { usePermission } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { MenuButton, MenuItem } from '@/ui/menu'
import { PickMenu } from '@/ui/pick-menu'
import { toast } from '@/ui/toasts'
import { fieldName } from './fields'
import { InlineText } from './inline'
import { useCustomer } from './live'
import { useCustomerTexts } from './texts'
import { useAssigning, useTagging } from './who'

/** A key presses the button, so that its list opens where it is. */
const press = (key: string) =>
  document.querySelector<HTMLElement>(`.qa [data-key="${key}"]`)?.click()

export function Hero({ onNote, onMerge }: { onNote: () => void; onMerge: () => void }) {
  const t = useCustomerTexts()
  const { customer, topic, people, save, typing, canEdit } = useCustomer()
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
    void perform(command(now as string))
    offerUndo({ text, inverse: () => [command(back as string)] })
  }
  const copyLink = () =>
    void navigator.clipboard?.writeText(window.location.href).then(() => toast(t('linkCopied')))

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
              id: 'customer.assign',
              title: t('assign'),
              icon: UserRound,
              keys: 'a',
              words: 'owner sorumlu assign',
              run: () => press('a'),
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
  const contact = [customer.phones[0]?.display ?? customer.emails[0]?.display, customer.company]
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
        {contact && <p className="t2 el">{contact}</p>}
      </div>
      <div className="qa" role="toolbar" aria-label={t('quick')}>
        {canEdit && (
          <>
            <Button icon={NotepadText} hint="N" onPress={onNote}>
              {t('note')}
            </Button>
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
                <Button icon={UserRound} hint="A" data-key="a">
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
