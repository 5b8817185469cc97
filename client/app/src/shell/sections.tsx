// A screen of several pages: list at the left, a scrolling row on a phone.
import './sections.css'
import { Link, useParams, useRouter } from '@tanstack/react-router'
import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useCommands } from '@/commands'
import { Icon } from '@/ui/icon'

export interface SectionLink {
  id: string
  label: string
  icon: LucideIcon
}

export function Sections({
  label,
  base,
  links,
  children,
}: {
  label: string
  base: '/people/$section' | '/settings/$section'
  links: readonly SectionLink[]
  children: ReactNode
}) {
  const router = useRouter()
  const nav = useRef<HTMLElement>(null)
  const { section } = useParams({ strict: false })
  // On a phone the row is longer than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page that is shown decides
  useEffect(() => {
    const here = nav.current?.querySelector('[aria-current="page"]')
    here?.scrollIntoView?.({ block: 'nearest', inline: 'center' })
  }, [section])
  useCommands(label, () =>
    links.map((link) => ({
      id: `${base}.${link.id}`,
      title: `${label}: ${link.label}`,
      icon: link.icon,
      run: () => void router.navigate({ to: base, params: { section: link.id } }),
    })),
  )
  return (
    <div className="sections">
      <nav aria-label={label} ref={nav}>
        {links.map((link) => (
          <Link key={link.id} to={base} params={{ section: link.id }}>
            <Icon of={link.icon} />
            {link.label}
          </Link>
        ))}
      </nav>
      <section className="scroll" tabIndex={0} aria-label={label}>
        <div className="column">{children}</div>
      </section>
    </div>
  )
}

/** A titled part of such a page. */
export function Part({
  title,
  lead,
  action,
  children,
}: {
  title: string
  lead?: string
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="part">
      <header>
        <div>
          <h2>{title}</h2>
          {lead && <p className="t3">{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  )
}
