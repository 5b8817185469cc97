// The ledger of what came in: what was read, or the payloads as they came, or one of these.
import { Link, useNavigate } from '@tanstack/react-router'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { ChoiceBar } from '@/ui/choice-bar'
import { SelectField } from '@/ui/field'
import { Paged } from '@/ui/paged'
import { EmptyState } from '@/ui/states'
import { itemStates, payloadStates } from '@/wire/channels'
import { ItemRow } from './item-row'
import { useLedgerTexts } from './ledger-texts'
import { kindName } from './lines'
import { PayloadPage } from './payload-page'
import { PayloadRow } from './payload-row'
import { useChannels, useConnections, useItems, usePayloads } from './queries'
import { LEDGER, type Ledger, type LedgerSearch, useLedger } from './search'

const ALL = 'all'

/** The address says what is looked at; a filter is no step back. */
function useShow(): (search: LedgerSearch) => void {
  const navigate = useNavigate()
  return (search) => void navigate({ ...LEDGER, search, replace: true })
}

function Items({ itemState, channel }: Ledger) {
  const t = useLedgerTexts()
  const show = useShow()
  const connections = useConnections().data
  const channels = useChannels().data
  const read = useItems({ state: itemState, channel })
  const isFiltered = itemState !== undefined || channel !== undefined
  const change = (next: { state?: string | undefined; channel?: string | undefined }) =>
    show(without({ state: itemState, channel, ...next }))
  const choices = [
    { id: ALL, label: t('allChannels') },
    ...(channels ?? []).map(({ id, kind, name }) => ({ id, label: `${name} · ${kindName(kind)}` })),
  ]
  if (channel && channels && !channels.some(({ id }) => id === channel))
    choices.push({ id: channel, label: t('goneChannel') })
  return (
    <>
      <div className="ledger-filters">
        <ChoiceBar
          label={t('filterItems')}
          options={[undefined, ...itemStates].map((id) => ({
            id,
            text: id ? t(`item.${id}`) : t('all'),
          }))}
          value={itemState}
          onChange={(state) => change({ state })}
        />
        {channels && choices.length > 1 && (
          <SelectField
            label={t('channel')}
            hideLabel
            options={choices}
            value={channel ?? ALL}
            onChange={(id) => change({ channel: id === ALL ? undefined : id })}
          />
        )}
      </div>
      <Paged
        read={read}
        height={40}
        empty={
          <EmptyState
            title={t(isFiltered ? 'noItemsLike' : 'noItems')}
            action={isFiltered && <Button onPress={() => show({})}>{t('showAll')}</Button>}
          >
            {!isFiltered && t('noItemsBody')}
          </EmptyState>
        }
      >
        {(item) => (
          <ItemRow
            key={item.id}
            item={item}
            connections={connections ?? []}
            channels={channels ?? []}
          />
        )}
      </Paged>
    </>
  )
}

function Payloads({ payloadState }: Ledger) {
  const t = useLedgerTexts()
  const show = useShow()
  const connections = useConnections().data
  const read = usePayloads(payloadState)
  return (
    <>
      <div className="ledger-filters">
        <ChoiceBar
          label={t('filterPayloads')}
          options={[undefined, ...payloadStates].map((id) => ({
            id,
            text: id ? t(`payload.${id}`) : t('all'),
          }))}
          value={payloadState}
          onChange={(state) => show(without({ list: 'payloads', state }))}
        />
      </div>
      <Paged
        read={read}
        height={40}
        empty={
          <EmptyState
            title={t(payloadState ? 'noPayloadsLike' : 'noPayloads')}
            action={
              payloadState && (
                <Button onPress={() => show({ list: 'payloads' })}>{t('showAll')}</Button>
              )
            }
          >
            {!payloadState && t('noPayloadsBody')}
          </EmptyState>
        }
      >
        {(payload) => (
          <PayloadRow key={payload.id} payload={payload} connections={connections ?? []} />
        )}
      </Paged>
    </>
  )
}

/** Without what is not said: it does not stand in the address. */
function without(search: Record<string, string | undefined>): LedgerSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value)) as LedgerSearch
}

export function LedgerPage() {
  const t = useLedgerTexts()
  const ledger = useLedger()
  if (ledger.payload) return <PayloadPage key={ledger.payload} id={ledger.payload} />
  const isItems = ledger.list === 'items'
  return (
    <Part
      title={t('title')}
      lead={t('lead')}
      action={
        <nav className="seg channel-views" aria-label={t('lists')}>
          <Link
            {...LEDGER}
            search={{}}
            activeOptions={{ exact: true }}
            {...(isItems ? { 'aria-current': 'page' } : {})}
          >
            {t('items')}
          </Link>
          <Link
            {...LEDGER}
            search={{ list: 'payloads' }}
            activeOptions={{ exact: true }}
            {...(isItems ? {} : { 'aria-current': 'page' })}
          >
            {t('payloads')}
          </Link>
        </nav>
      }
    >
      {isItems ? <Items {...ledger} /> : <Payloads {...ledger} />}
    </Part>
  )
}
