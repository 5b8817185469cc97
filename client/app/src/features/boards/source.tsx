// Where a customer came from: a small glyph with its name.
import {
  CalendarCheck,
  Camera,
  FileSpreadsheet,
  Globe,
  type LucideIcon,
  Mail,
  MessageCircle,
  MessageSquareText,
  PenLine,
  Phone,
  Video,
  Waypoints,
} from 'lucide-react'
import { Icon } from '@/ui/icon'
import { boardTexts } from './texts'

const known: Record<string, [LucideIcon, string]> = {
  whatsapp: [MessageCircle, '--ch-whatsapp'],
  instagram: [Camera, '--ch-instagram'],
  messenger: [MessageCircle, '--ch-messenger'],
  sms: [MessageSquareText, '--ch-sms'],
  email: [Mail, '--ch-email'],
  phone: [Phone, '--ch-phone'],
  video: [Video, '--ch-video'],
  web: [Globe, '--ch-web'],
  form: [Globe, '--ch-web'],
  booking: [CalendarCheck, '--ch-web'],
  api: [Waypoints, '--ch-email'],
  import: [FileSpreadsheet, '--ch-email'],
  manual: [PenLine, '--ch-email'],
}

export function sourceName(source: string): string {
  const key = `source_${source}`
  const text = boardTexts(key as 'source_web')
  return text === key ? source : text
}

export function SourceGlyph({ source }: { source: string | null }) {
  if (!source) return null
  const [icon, colour] = known[source] ?? [Globe, '--ch-web']
  const name = sourceName(source)
  return (
    <span title={name} style={{ color: `var(${colour})` }}>
      <Icon of={icon} size="s" />
      <span className="vh">{name}</span>
    </span>
  )
}
