// The parts of the board that a first paint does not need: menus, dialogs, sheets.
import { lazy } from 'react'

const overlays = () => import('./overlays')

export const AddLead = lazy(() => overlays().then((m) => ({ default: m.AddLead })))
export const BoardSwitcher = lazy(() => overlays().then((m) => ({ default: m.BoardSwitcher })))
export const BulkBar = lazy(() => overlays().then((m) => ({ default: m.BulkBar })))
export const CardMenu = lazy(() => overlays().then((m) => ({ default: m.CardMenu })))
export const FilterButton = lazy(() => overlays().then((m) => ({ default: m.FilterButton })))
export const StageDialog = lazy(() => overlays().then((m) => ({ default: m.StageDialog })))
export const ArchiveStageDialog = lazy(() =>
  overlays().then((m) => ({ default: m.ArchiveStageDialog })),
)
export const StageMenu = lazy(() => overlays().then((m) => ({ default: m.StageMenu })))
export const TagDialog = lazy(() => overlays().then((m) => ({ default: m.TagDialog })))
/** The viewer is a part of its own; a board without it opens sooner. */
export const CustomerPanel = lazy(() =>
  import('@/features/customer/panel').then((m) => ({ default: m.CustomerPanel })),
)
export const RequireSheet = lazy(() =>
  import('@/features/activities/require-sheet').then((m) => ({ default: m.RequireSheet })),
)
export const ViewMenu = lazy(() => import('@/features/views/menu'))
