// The left pane: who this is. Everything that can be changed is changed in place.
import { Phone, Plus, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { SourceGlyph, sourceName } from '@/features/boards/source'
import { useCustomFields, useTags } from '@/features/customers/queries'
import { dateTime } from '@/i18n/format'
import { perform } from '@/live/live'
import { offerUndo } from '@/live/undo'
import { Avatar } from '@/ui/avatar'
import { IconButton } from '@/ui/button'
import { Chip } from '@/ui/chip'
import { Checkbox } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem } from '@/ui/menu'
import { PickMenu } from '@/ui/pick-menu'
import type { CustomField, Quality } from '@/wire/records'
import { fieldName } from './fields'
import { InlineText, Line, type Since, TextLine } from './inline'
import { fieldValue, useCustomer } from './live'
import { Merges } from './merge'
import { Score } from './score'
import { useCustomerTexts } from './texts'

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>{children}</dl>
    </section>
  )
}

function Contacts({ field }: { field: 'phones' | 'emails' }) {
  const t = useCustomerTexts()
  const { customer, save, typing, canEdit } = useCustomer()
  const [adding, setAdding] = useState(false)
  const contacts = customer[field]
  const isPhone = field === 'phones'
  const since = { version: customer.version, value: fieldValue(customer, field) }
  const write = (index: number, next: string, known: Since) => {
    const values = contacts.map((each) => each.value)
    if (next) values[index] = next
    else values.splice(index, 1)
    save(field, values, known)
  }
  const type = isPhone ? 'tel' : 'email'
  return (
    <Line field={field}>
      {contacts.map((contact, index) => (
        <span className="contact" key={contact.value}>
          <InlineText
            value={contact.display}
            label={fieldName(field)}
            type={type}
            disabled={!canEdit}
            onTyping={() => typing(field)}
            since={since}
            onSave={(next, known) => write(index, next, known)}
          />
          {isPhone && (
            <a
              className="btn q i sm"
              href={`tel:${contact.value}`}
              aria-label={t('callPhone', { phone: contact.display })}
            >
              <Icon of={Phone} size="s" />
            </a>
          )}
          {canEdit && !adding && index === contacts.length - 1 && (
            <IconButton
              icon={Plus}
              small
              label={t(isPhone ? 'addPhone' : 'addEmail')}
              onPress={() => setAdding(true)}
            />
          )}
        </span>
      ))}
      {adding && (
        <InlineText
          value=""
          label={t(isPhone ? 'addPhone' : 'addEmail')}
          type={type}
          startOpen
          onClose={() => setAdding(false)}
          onTyping={() => typing(field)}
          since={since}
          onSave={(next, known) => next && write(contacts.length, next, known)}
        />
      )}
      {!adding && contacts.length === 0 && canEdit && (
        <button type="button" className="add-line" onClick={() => setAdding(true)}>
          <Icon of={Plus} size="s" />
          {t(isPhone ? 'addPhone' : 'addEmail')}
        </button>
      )}
    </Line>
  )
}

export function useTagging() {
  const t = useCustomerTexts()
  const { customer, topic } = useCustomer()
  return (add: string[], remove: string[]) => {
    const text = [...add.map((tag) => `+ ${tag}`), ...remove.map((tag) => `− ${tag}`)].join(', ')
    const label = `${fieldName('tags')}: ${text}`
    const command = (d: object) => ({ topic, op: 'customer.tag', d: { ...d }, label })
    if (add.every((tag) => customer.tags.includes(tag)) && remove.length === 0) return
    offerUndo(
      { text: `${t('tag')}: ${text}`, inverse: () => [command({ add: remove, remove: add })] },
      { given: perform(command({ add, remove })) },
    )
  }
}

export function useAssigning() {
  const { customer, topic, people } = useCustomer()
  return (owners: string[]) => {
    const before = customer.owners
    const label = `${fieldName('owners')}: ${owners.map((id) => people.of(id).name).join(', ') || '—'}`
    const command = (next: readonly string[]) => ({
      topic,
      op: 'customer.assign',
      d: { owners: next },
      label,
    })
    offerUndo(
      { text: label, inverse: () => [command(before)] },
      { given: perform(command(owners)) },
    )
  }
}

function Tags() {
  const t = useCustomerTexts()
  const { customer, canEdit } = useCustomer()
  const known = useTags().data ?? []
  const tag = useTagging()
  return (
    <Line field="tags">
      <span className="wrap-chips">
        {customer.tags.map((each) =>
          canEdit ? (
            <Chip
              key={each}
              removeLabel={t('removeTag', { tag: each })}
              onRemove={() => tag([], [each])}
            >
              {each}
            </Chip>
          ) : (
            <Chip key={each}>{each}</Chip>
          ),
        )}
        {canEdit && (
          <PickMenu
            label={t('addTag')}
            searchLabel={t('findTag')}
            newLabel={(typed) => t('newTag', { tag: typed })}
            options={known
              .filter((each) => !customer.tags.includes(each.name))
              .map((each) => ({ id: each.name, label: each.name, count: each.count }))}
            onPick={(id) => tag([id], [])}
            button={<IconButton icon={Plus} label={t('addTag')} small />}
          />
        )}
      </span>
    </Line>
  )
}

function Owners() {
  const t = useCustomerTexts()
  const { customer, people, canEdit } = useCustomer()
  const assign = useAssigning()
  return (
    <Line field="owners">
      <span className="owners">
        {customer.owners.map((id) => {
          const person = people.of(id)
          return (
            <span className="row" key={id} style={{ gap: 6 }}>
              <Avatar person={person} />
              <span className="el">{person.name}</span>
              {canEdit && (
                <IconButton
                  icon={X}
                  small
                  label={t('removeOwner', { name: person.name })}
                  onPress={() => assign(customer.owners.filter((each) => each !== id))}
                />
              )}
            </span>
          )
        })}
        {canEdit && (
          <PickMenu
            label={t('addOwner')}
            searchLabel={t('findPerson')}
            options={people.active
              .filter((each) => !customer.owners.includes(each.id))
              .map((each) => ({ id: each.id, label: each.name, mark: <Avatar person={each} /> }))}
            onPick={(id) => assign([...customer.owners, id])}
            button={
              <AriaButton className="add-line">
                <Icon of={Plus} size="s" />
                {t('addOwner')}
              </AriaButton>
            }
          />
        )}
      </span>
    </Line>
  )
}

const qualities: readonly Quality[] = ['A', 'B', 'C', 'D']

function ChoiceLine({
  field,
  label,
  options,
}: {
  field: string
  label?: string
  options: readonly string[]
}) {
  const t = useCustomerTexts()
  const { customer, save, canEdit } = useCustomer()
  const value = fieldValue(customer, field) as string | null | undefined
  const name = label ?? fieldName(field)
  const known = { version: customer.version, value }
  const shown =
    field === 'quality' && value ? <span className="qual">{value}</span> : (value ?? t('empty'))
  if (!canEdit) return <Line label={name}>{shown}</Line>
  return (
    <Line field={field} label={name}>
      <MenuButton
        label={name}
        button={
          <AriaButton
            className="inline"
            aria-label={`${t('editHint', { field: name })}. ${value ?? t('empty')}`}
            {...(value ? {} : { 'data-empty': true })}
          >
            {shown}
          </AriaButton>
        }
      >
        {[
          ...options.map((option) => (
            <MenuItem
              key={option}
              checked={option === value}
              onAction={() => option !== value && save(field, option, known)}
            >
              {option}
            </MenuItem>
          )),
          <MenuItem key="none" onAction={() => value && save(field, null, known)}>
            {t('none')}
          </MenuItem>,
        ]}
      </MenuButton>
    </Line>
  )
}

function OwnField({ field }: { field: CustomField }) {
  const t = useCustomerTexts()
  const { customer, save, canEdit } = useCustomer()
  const path = `custom:${field.key}`
  const value = fieldValue(customer, path)
  if (field.kind === 'choice')
    return <ChoiceLine field={path} label={field.label} options={field.options} />
  if (field.kind === 'bool') {
    return (
      <Line field={path} label={field.label}>
        <Checkbox
          label={value ? t('yes') : t('no')}
          isSelected={value === true}
          isDisabled={!canEdit}
          onChange={(on) => save(path, on, { version: customer.version, value })}
        />
      </Line>
    )
  }
  if (field.kind === 'number')
    return <TextLine field={path} label={field.label} inputMode="decimal" />
  if (field.kind === 'date') return <TextLine field={path} label={field.label} type="date" />
  return <TextLine field={path} label={field.label} />
}

const known = ['campaign', 'form', 'medium', 'term', 'content', 'referrer', 'ad'] as const

function Origin() {
  const t = useCustomerTexts()
  const { customer } = useCustomer()
  const details = { ...customer.utm, ...customer.source } as Record<string, unknown>
  const lines = known.flatMap((key) => {
    const value = details[key] ?? details[`utm_${key}`]
    return typeof value === 'string' && value ? [{ key, value }] : []
  })
  return (
    <Group title={t('firstTouch')}>
      <Line field="source">
        {customer.source ? (
          <span className="row" style={{ gap: 6 }}>
            <SourceGlyph source={customer.source.channel} />
            <span aria-hidden="true">{sourceName(customer.source.channel)}</span>
          </span>
        ) : (
          <span className="t3">{t('empty')}</span>
        )}
      </Line>
      {lines.map(({ key, value }) => (
        <Line key={key} label={t(`d.${key}`)}>
          {value}
        </Line>
      ))}
      <Line label={t('created')}>{dateTime(new Date(customer.created_at))}</Line>
    </Group>
  )
}

export function Who() {
  const t = useCustomerTexts()
  const { customer } = useCustomer()
  const fields = useCustomFields().data ?? []
  const others = customer.identities.filter(
    (each) => each.kind !== 'phone' && each.kind !== 'email',
  )
  return (
    <>
      <Group title={t('details')}>
        <Contacts field="phones" />
        <Contacts field="emails" />
        <TextLine field="company" />
        <ChoiceLine field="quality" options={qualities} />
        <Owners />
        <Tags />
      </Group>
      <section>
        <h2>{t('scores')}</h2>
        <Score field="score_emotional" tone="accent" />
        <Score field="score_logical" tone="info" />
      </section>
      {fields.length > 0 && (
        <Group title={t('customFields')}>
          {[...fields]
            .sort((a, b) => a.position - b.position)
            .map((field) => (
              <OwnField key={field.id} field={field} />
            ))}
        </Group>
      )}
      {others.length > 0 && (
        <Group title={t('identities')}>
          {others.map((each) => (
            <Line key={each.id} label={sourceName(each.kind)}>
              {each.display}
            </Line>
          ))}
        </Group>
      )}
      <Origin />
      <Merges />
    </>
  )
}
