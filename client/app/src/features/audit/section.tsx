// The audit: who did what that matters for security, newest first, day by day.
import './audit.css'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronRight, Download, RefreshCw, Settings2, ShieldAlert } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useCommands } from '@/commands'
import { saveFile } from '@/features/customers/csv'
import { usePeople } from '@/features/customers/people'
import { useLocale } from '@/i18n'
import { compareNames } from '@/i18n/fold'
import { clock, dateTime, dayMonth, daysBetween } from '@/i18n/format'
import { useRoles, useTeams, useUsers } from '@/live/hooks'
import { request } from '@/session/api'
import { problemText } from '@/session/errors'
import { roleName } from '@/session/roles'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { Banner, EmptyState, ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { AuditLine } from '@/wire/leaving'
import type { Role, Team } from '@/wire/records'
import { Details } from './details'
import { Filters } from './filters'
import { useAudit, useNewer } from './queries'
import { type AuditSearch, auditQuery, isFiltered } from './search'
import { type AuditNames, auditSentence } from './sentences'
import { auditTexts, useAuditTexts } from './texts'

async function download(search: AuditSearch): Promise<void> {
  const query = new URLSearchParams(auditQuery(search)).toString()
  const response = await request(`/audit.csv${query ? `?${query}` : ''}`)
  saveFile(auditTexts('fileName'), await response.blob())
}

function Line({
  line,
  names,
  roles,
  teams,
}: {
  line: AuditLine
  names: AuditNames
  roles: readonly Role[]
  teams: readonly Team[]
}) {
  const [open, setOpen] = useState(false)
  const at = new Date(line.at)
  const { who, person, text, grave } = auditSentence(line, names)
  const id = `audit-${line.id}`
  return (
    <li className="audit-line" data-grave={grave || undefined}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <time className="t3 num" dateTime={line.at} title={dateTime(at)}>
          {clock(at)}
        </time>
        {grave ? (
          <span className="audit-mark">
            <Icon of={ShieldAlert} />
          </span>
        ) : person ? (
          <Avatar person={{ id: person, name: names.user(person) }} />
        ) : (
          <span className="audit-mark">
            <Icon of={Settings2} size="s" />
          </span>
        )}
        <span className="audit-text">
          {who && <b>{who}</b>} {text}
        </span>
        {line.address && <span className="sm t3 num audit-address">{line.address}</span>}
        <span className="t3 turn">
          <Icon of={ChevronRight} size="s" />
        </span>
      </button>
      {open && (
        <div id={id}>
          <Details line={line} roles={roles} teams={teams} />
        </div>
      )}
    </li>
  )
}

/** Asks for more when the end of the list comes near. */
function End({ onNear, label }: { onNear: () => void; label: string }) {
  const ref = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const node = ref.current
    if (!node) return
    const watch = new IntersectionObserver(
      (seen) => seen.some((each) => each.isIntersecting) && onNear(),
      { rootMargin: '600px' },
    )
    watch.observe(node)
    return () => watch.disconnect()
  }, [onNear])
  return (
    <button ref={ref} type="button" className="btn q audit-more" onClick={onNear}>
      {label}
    </button>
  )
}

function useDays(lines: readonly AuditLine[]): [title: string, lines: AuditLine[]][] {
  const t = useAuditTexts()
  const locale = useLocale()
  // biome-ignore lint/correctness/useExhaustiveDependencies: titles are in the reader's language
  return useMemo(() => {
    const now = new Date()
    const days: [string, AuditLine[]][] = []
    for (const line of lines) {
      const at = new Date(line.at)
      const past = -daysBetween(now, at)
      const title = past === 0 ? t('today') : past === 1 ? t('yesterday') : dayMonth(at)
      const last = days.at(-1)
      if (last?.[0] === title) last[1].push(line)
      else days.push([title, [line]])
    }
    return days
  }, [lines, t, locale])
}

export default function AuditSection() {
  const t = useAuditTexts()
  const found = useSearch({ strict: false }) as AuditSearch
  const { kind, by, user, from, to } = found
  const search: AuditSearch = Object.fromEntries(
    Object.entries({ kind, by, user, from, to }).filter(([, value]) => value),
  )
  const navigate = useNavigate()
  const users = useUsers()
  const people = usePeople()
  const roles = useRoles()
  const teams = useTeams()
  const list = useAudit(search)
  const { newer, show } = useNewer(search)
  const everybody = useMemo(() => [...users].sort((a, b) => compareNames(a.name, b.name)), [users])
  const names = useMemo<AuditNames>(
    () => ({
      user: (id) => people.of(id).name,
      role: (key, name) => {
        const known = roleName(key, roles)
        return known === key && name ? name : known
      },
    }),
    [people, roles],
  )
  const lines = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const days = useDays(lines)
  const change = (next: { [K in keyof AuditSearch]?: AuditSearch[K] | undefined }) =>
    void navigate({
      to: '/people/$section',
      params: { section: 'audit' },
      search: { ...search, ...next } as AuditSearch,
      replace: true,
    })
  const save = () => {
    toast(t('exporting'), { key: 'export' })
    download(search).catch((error: unknown) => toast(problemText(error), { key: 'export' }))
  }
  useCommands(t('title'), () => [
    { id: 'audit.export', title: t('export'), icon: Download, words: 'csv export', run: save },
  ])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  const more = useMemo(
    () => () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
    [hasNextPage, isFetchingNextPage, fetchNextPage],
  )
  return (
    <Part
      title={t('title')}
      lead={t('lead')}
      action={
        <Button icon={Download} onPress={save}>
          {t('export')}
        </Button>
      }
    >
      <Filters search={search} people={people} everybody={everybody} onChange={change} />
      {newer && (
        <div className="audit-newer">
          <Banner
            tone="ok"
            icon={RefreshCw}
            action={
              <Button small onPress={show}>
                {t('show')}
              </Button>
            }
          >
            {t('newer')}
          </Banner>
        </div>
      )}
      {list.isError && lines.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <div className="grid gap-3 pt-4">
          {[82, 64, 74, 58, 70, 66, 80].map((width) => (
            <Skeleton key={width} width={`${width}%`} height={20} />
          ))}
        </div>
      ) : lines.length === 0 ? (
        isFiltered(search) ? (
          <EmptyState
            title={t('nothing')}
            action={
              <Button
                onPress={() =>
                  change({
                    kind: undefined,
                    by: undefined,
                    user: undefined,
                    from: undefined,
                    to: undefined,
                  })
                }
              >
                {t('clear')}
              </Button>
            }
          >
            {t('nothingBody')}
          </EmptyState>
        ) : (
          <EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>
        )
      ) : (
        <>
          {days.map(([title, of]) => (
            <section key={`${title}${of[0]?.id}`} className="audit-day-part">
              <h3>{title}</h3>
              <ul>
                {of.map((line) => (
                  <Line key={line.id} line={line} names={names} roles={roles} teams={teams} />
                ))}
              </ul>
            </section>
          ))}
          {hasNextPage ? (
            <End onNear={more} label={t('more')} />
          ) : (
            <p className="audit-more sm t3">{t('end')}</p>
          )}
        </>
      )}
    </Part>
  )
}
