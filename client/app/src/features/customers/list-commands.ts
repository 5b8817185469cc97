// What the palette and the keys offer on the customer list.
import { useNavigate } from '@tanstack/react-router'
import { Download, FileUp, GitMerge, Layers, Plus, Search, X } from 'lucide-react'
import { type Command, useCommands } from '@/commands'
import { usePermission } from '@/session/session'
import { useCustomersTexts } from './texts'

export interface ListCommands {
  isFiltered: boolean
  hasChosen: boolean
  onCreate: () => void
  onSearch: () => void
  onClear: () => void
  onExport: () => void
  onUnselect: () => void
}

export function useListCommands(on: ListCommands): void {
  const t = useCustomersTexts()
  const navigate = useNavigate()
  const canCreate = usePermission('customers.create')
  const canEdit = usePermission('customers.edit')
  const canImport = usePermission('customers.import')
  const canExport = usePermission('customers.export')
  const canMerge = usePermission('customers.merge')
  useCommands(t('title'), () => {
    const offered: (Command | false)[] = [
      canCreate && {
        id: 'customers.create',
        title: t('add'),
        icon: Plus,
        keys: 'n',
        words: 'yeni new create',
        run: on.onCreate,
      },
      { id: 'customers.search', title: t('search'), icon: Search, keys: '/', run: on.onSearch },
      on.isFiltered && {
        id: 'customers.clear',
        title: t('clearFilters'),
        icon: X,
        run: on.onClear,
      },
      canImport && {
        id: 'customers.import',
        title: t('import'),
        icon: FileUp,
        words: 'csv excel vcard',
        run: () => void navigate({ to: '/customers/imports' }),
      },
      canExport && {
        id: 'customers.export',
        title: t('export'),
        icon: Download,
        words: 'csv',
        run: on.onExport,
      },
      canMerge && {
        id: 'customers.duplicates',
        title: t('duplicates'),
        icon: GitMerge,
        words: 'merge birleştir',
        run: () => void navigate({ to: '/customers/duplicates' }),
      },
      canEdit && {
        id: 'customers.bulks',
        title: t('bulks'),
        icon: Layers,
        words: 'bulk history undo geri al geçmiş',
        run: () => void navigate({ to: '/customers/bulk' }),
      },
      on.hasChosen && {
        id: 'customers.unselect',
        title: t('clearSelection'),
        icon: X,
        keys: 'Escape',
        run: on.onUnselect,
      },
    ]
    return offered.filter((each) => each !== false)
  })
}
