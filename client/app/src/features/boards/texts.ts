import { defineTexts } from '@/i18n'

export const { useTexts: useBoardTexts, texts: boardTexts } = defineTexts(
  'boards',
  {
    boards: 'Panolar',
    noBoards: 'Henüz pano yok',
    noBoardsHint: 'Bir pano, satış sürecini aşamalarıyla gösterir.',
  },
  {
    boards: 'Boards',
    noBoards: 'No boards yet',
    noBoardsHint: 'A board shows your sales process stage by stage.',
  },
)
