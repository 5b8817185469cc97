// What floats above a board. One part of the build, loaded after the columns are drawn.
export { AddLead } from './add-lead'
export { BoardSwitcher } from './board-switcher'
export { BulkBar } from './bulk-bar'
export { CardMenu } from './card-menu'
export { FilterButton } from './filter-button'
export { ArchiveStageDialog, StageDialog } from './stage-dialog'
export { StageMenu } from './stage-menu'
export { TagDialog } from './tag-dialog'
