// The way back from one of a list to the list.
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { Icon } from '@/ui/icon'

export function Crumb({ section, label }: { section: string; label: string }) {
  return (
    <div>
      <Link className="crumb" to="/people/$section" params={{ section }} search={{}}>
        <Icon of={ChevronLeft} size="s" />
        {label}
      </Link>
    </div>
  )
}
