// The frame around a colleague's sight: whose eyes these are, that nothing can be changed, and the way
// back. Screens beside boards and customers say why they are not here.
import { QueryClientProvider } from '@tanstack/react-query'
import { Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { Eye } from 'lucide-react'
import { useEffect } from 'react'
import { ownEngine } from '@/live/live'
import { useObservable } from '@/live/observable'
import { type Looking, stopLooking } from '@/session/see-as'
import { useOwner } from '@/session/session'
import { announce } from '@/ui/announce'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Icon } from '@/ui/icon'
import { EmptyState } from '@/ui/states'
import { useBorrowedTexts } from './borrowed-texts'
import { places } from './nav'

const ELSEWHERE = ['/customers/imports', '/customers/duplicates']

export const isSeen = (path: string): boolean =>
  path === '/' ||
  (places.some((place) => place.seen && path.startsWith(place.to)) &&
    !ELSEWHERE.some((each) => path.startsWith(each)))

export default function Borrowed({ looking }: { looking: Looking }) {
  const t = useBorrowedTexts()
  const router = useRouter()
  const path = useLocation({ select: (location) => location.pathname })
  const { permissions } = useOwner()
  const isOpen = useObservable(ownEngine) !== undefined
  const mayLook = isOpen && permissions.has('users.manage')
  const { name, id } = looking.user
  const back = () => {
    stopLooking()
    void router.navigate({
      to: '/people/$section/$item',
      params: { section: 'users', item: id },
      search: {},
    })
  }
  useEffect(() => announce(t('began', { name })), [name, t])
  useEffect(() => {
    if (!mayLook) stopLooking()
  }, [mayLook])
  return (
    <QueryClientProvider client={looking.queries}>
      <div className="eyes" role="region" aria-label={t('region')}>
        <Icon of={Eye} />
        <Avatar person={looking.user} />
        <span className="eyes-text">
          <b>{t('began', { name })}</b> <span className="max-sm:hidden">{t('readOnly')}</span>
        </span>
        <Button small onPress={back}>
          {t('back')}
        </Button>
      </div>
      {isSeen(path) ? (
        <Outlet />
      ) : (
        <EmptyState
          title={t('notHere')}
          action={
            <Button tone="primary" onPress={back}>
              {t('back')}
            </Button>
          }
        >
          {t('notHereBody')}
        </EmptyState>
      )}
    </QueryClientProvider>
  )
}
