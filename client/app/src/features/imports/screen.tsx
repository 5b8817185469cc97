// One import, wherever it stands: the address is enough to come back to it.
import './imports.css'
import { useParams } from '@tanstack/react-router'
import { Screen } from '@/shell/screen'
import { ErrorState, Skeleton } from '@/ui/states'
import type { Import } from '@/wire/records'
import { ImportCrumbs, StateChip } from './list'
import { Prepare } from './prepare'
import { Result, Running } from './progress'
import { isMoving, useImport, useImportProgress } from './queries'
import { useImportTexts } from './texts'

function About({ item }: { item: Import }) {
  const t = useImportTexts()
  const facts = [
    item.kind.toUpperCase(),
    item.encoding,
    item.delimiter && (item.delimiter === '\t' ? 'Tab' : item.delimiter),
    item.sheet && t('sheet', { name: item.sheet }),
  ].filter(Boolean)
  return (
    <header className="import-head">
      <div className="names">
        <h1>{item.file_name}</h1>
        <p className="t3">{facts.join(' · ')}</p>
      </div>
      <StateChip state={item.state} />
    </header>
  )
}

export function ImportScreen() {
  const t = useImportTexts()
  const { importId } = useParams({ strict: false })
  const read = useImport(importId ?? '')
  useImportProgress()
  const item = read.data
  return (
    <Screen
      title={item?.file_name ?? t('title')}
      heading={<ImportCrumbs name={item?.file_name ?? '…'} />}
    >
      <div className="import-page scroll">
        <div className="column">
          {item ? (
            <>
              <About item={item} />
              {item.state === 'ready' ? (
                <Prepare key={item.id} item={item} />
              ) : isMoving(item.state) ? (
                <Running item={item} />
              ) : (
                <Result item={item} />
              )}
            </>
          ) : read.isError ? (
            <ErrorState error={read.error} onRetry={() => void read.refetch()} />
          ) : (
            <Skeleton height={240} />
          )}
        </div>
      </div>
    </Screen>
  )
}
