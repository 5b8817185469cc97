// The pages of channels in the settings: connections, one connection behind its address, and the
// ledger of what came in.
import './channels.css'
import { Link, useParams } from '@tanstack/react-router'
import { ConnectionPage } from './connection-page'
import { ConnectionList } from './connections'
import { LedgerPage } from './ledger'
import { useChannelEvents } from './queries'
import { HOME, LEDGER } from './search'
import { useChannelTexts } from './texts'

function Views() {
  const t = useChannelTexts()
  return (
    <nav className="seg channel-views" aria-label={t('views')}>
      <Link {...HOME} activeOptions={{ exact: true }}>
        {t('connections')}
      </Link>
      <Link {...LEDGER}>{t('ledger')}</Link>
    </nav>
  )
}

export default function ChannelsSection() {
  const { id } = useParams({ strict: false })
  useChannelEvents()
  if (id && id !== 'ledger') return <ConnectionPage key={id} id={id} />
  return (
    <>
      <Views />
      {id ? <LedgerPage /> : <ConnectionList />}
    </>
  )
}
