// The palette: everything that can be done now, and customers by search. Loaded when first opened.
import './commands.css'
import { useRouter } from '@tanstack/react-router'
import { Check, ChevronLeft, ChevronRight, Search, UserRound } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react'
import {
  Dialog as AriaDialog,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  Autocomplete,
  Header,
  Input,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components'
import { usePermission } from '@/session/session'
import { announce } from '@/ui/announce'
import { Icon } from '@/ui/icon'
import { useFoundCustomers } from './customers'
import { Keys } from './key-caps'
import { search } from './match'
import { closeCommands } from './open'
import { recentCommands, recentCustomers, rememberCommand, rememberCustomer } from './recent'
import { type Command, commandGroups, keysOf } from './registry'
import { useCommandTexts } from './texts'

interface Row {
  key: string
  command: Command
  /** The parent's title, when a child was found directly. */
  under?: string
}
interface Section {
  title: string
  rows: Row[]
}

const RECENT_SHOWN = 5

export default function Palette({ start }: { start?: Command | undefined }) {
  const t = useCommandTexts()
  const router = useRouter()
  const mayFind = usePermission('customers.view')
  // What can be done is what could be done when it opened.
  const [groups] = useState(commandGroups)
  const [recent] = useState(recentCommands)
  const [typed, setTyped] = useState('')
  const [page, setPage] = useState(start)
  const found = useFoundCustomers(mayFind && !page ? typed : '')

  const toCustomer = (id: string, name: string, detail?: string): Command => ({
    id: `customer.${id}`,
    title: name,
    icon: UserRound,
    ...(detail ? { words: detail } : {}),
    run: () => {
      rememberCustomer(id, name)
      void router.navigate({ to: '/customers/$customerId', params: { customerId: id } })
    },
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: the rest is fixed while it is open
  const sections = useMemo((): Section[] => {
    const rows = (commands: readonly Command[]): Row[] =>
      commands.filter((c) => !c.keyOnly).map((command) => ({ key: command.id, command }))
    const query = typed.trim()
    if (page) {
      const children = page.children?.() ?? []
      const hits = query ? search(query, children).map((hit) => hit.command) : children
      return [{ title: page.title, rows: rows(hits) }]
    }
    const all = groups.flatMap((group) => group.commands)
    if (!query) {
      const used = recent
        .map((id) => all.find((c) => c.id === id && !c.keyOnly))
        .filter((c) => c !== undefined)
        .slice(0, RECENT_SHOWN)
      const seen = mayFind ? recentCustomers().slice(0, RECENT_SHOWN) : []
      const about = groups.filter((group) => group.about)
      const others = groups.filter((group) => !group.about)
      const section = (group: (typeof groups)[number]) => ({
        title: group.title,
        rows: rows(group.commands),
      })
      return [
        ...about.map(section),
        {
          title: t('recent'),
          rows: [
            ...used.map((command) => ({ key: `recent ${command.id}`, command })),
            ...rows(seen.map(({ id, name }) => toCustomer(id, name))),
          ],
        },
        ...others.map(section),
      ]
    }
    const hits = search(query, all, recent)
    return [
      {
        title: t('found'),
        rows: hits.map(({ command, under }) => ({
          key: under ? `${under.id} ${command.id}` : command.id,
          command,
          ...(under ? { under: under.title } : {}),
        })),
      },
      {
        title: t('customers'),
        rows: rows(found.customers.map((c) => toCustomer(c.id, c.name, c.detail))),
      },
    ]
  }, [typed, page, groups, recent, found.customers, mayFind, t])

  const shown = sections.filter((section) => section.rows.length > 0)
  const count = shown.reduce((sum, section) => sum + section.rows.length, 0)
  useEffect(() => {
    if (typed) announce(t('results', { count }))
  }, [typed, count, t])

  const choose = (key: string) => {
    const row = shown.flatMap((section) => section.rows).find((each) => each.key === key)
    if (!row) return
    const { command } = row
    if (command.children) {
      setPage(command)
      setTyped('')
      return
    }
    if (!command.id.startsWith('customer.') && !row.under && !page) rememberCommand(command.id)
    closeCommands()
    // Once the focus is back where it was: what runs may open a menu there or move the focus on.
    requestAnimationFrame(() => requestAnimationFrame(() => command.run?.()))
  }
  const back = () => {
    setPage(undefined)
    setTyped('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (page && event.key === 'Backspace' && typed === '') {
      event.preventDefault()
      back()
    }
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      closeCommands()
    }
  }

  return (
    <ModalOverlay
      className="scrim palette-scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => !open && closeCommands()}
    >
      <Modal className="palette">
        <AriaDialog className="dlg" aria-label={t('palette')}>
          <Autocomplete inputValue={typed} onInputChange={setTyped}>
            <SearchField
              className="palette-field"
              aria-label={t('placeholder')}
              autoFocus
              onKeyDown={onKeyDown as never}
            >
              {page ? (
                <button type="button" className="btn sm q" onClick={back}>
                  <Icon of={ChevronLeft} />
                  {page.title}
                </button>
              ) : (
                <Icon of={Search} size="l" />
              )}
              <Input placeholder={page ? '' : t('placeholder')} maxLength={80} />
              <kbd aria-hidden="true">Esc</kbd>
            </SearchField>
            {/* Arrows move through it from the field; it is a stop of its own for those who scroll. */}
            <div className="palette-list" role="group" aria-label={t('found')} tabIndex={0}>
              <AriaMenu
                className="menu"
                aria-label={t('palette')}
                onAction={(key) => choose(String(key))}
                renderEmptyState={() => (
                  <div className="palette-none" role="status">
                    <p>{found.searching ? t('searching') : t('nothing')}</p>
                    {!found.searching && (
                      <p className="t3 sm">{t(found.failed ? 'offlineSearch' : 'nothingHint')}</p>
                    )}
                  </div>
                )}
              >
                {shown.map((section) => (
                  <AriaMenuSection key={section.title}>
                    <Header>{section.title}</Header>
                    {section.rows.map((row) => (
                      <PaletteItem key={row.key} row={row} />
                    ))}
                  </AriaMenuSection>
                ))}
              </AriaMenu>
            </div>
          </Autocomplete>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

function PaletteItem({ row }: { row: Row }) {
  const { command, under } = row
  const keys = keysOf(command)[0] ?? command.hint
  const isCustomer = command.id.startsWith('customer.')
  return (
    <AriaMenuItem
      className={command.danger ? 'mi d' : 'mi'}
      id={row.key}
      textValue={under ? `${under} ${command.title}` : command.title}
    >
      {command.mark}
      {!command.mark && command.icon && <Icon of={command.icon} />}
      <span className="el">
        {under && <span className="t3">{under} · </span>}
        {command.title}
        {isCustomer && command.words && <span className="t3"> {command.words}</span>}
      </span>
      {command.checked && (
        <span className="tick">
          <Icon of={Check} />
        </span>
      )}
      {command.children && (
        <span className="tick t3">
          <Icon of={ChevronRight} size="s" />
        </span>
      )}
      {!command.children && !command.checked && keys && (
        <span aria-hidden="true" className="end">
          <Keys of={keys} />
        </span>
      )}
    </AriaMenuItem>
  )
}
