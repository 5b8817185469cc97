// Beside the thread: who is in the room, or a search in it. Without the room for it, a sheet.
import { Crown, UserPlus, X } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Dialog, FormButtons, Sheet } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { SearchField } from '@/ui/search-field'
import { EmptyState } from '@/ui/states'
import type { Room } from '@/wire/rooms'
import { addMembers, removeMember } from './commands'
import { Hits, useMessageSearch } from './hits'
import { walk } from './list'
import { PeopleChoice, useChosen } from './people-choice'
import { useRoomTexts } from './texts'
import { useChat, useHere, useMyRoom } from './use-rooms'

const ADD_MOST = 50

function AddDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const t = useRoomTexts()
  const { people } = useChat()
  const { chosen, choose } = useChosen()
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('addPeople')}
      keepOpen={chosen.size > 0}
      onSubmit={() => {
        addMembers(room, [...chosen].slice(0, ADD_MOST))
        onClose()
      }}
      footer={<FormButtons onCancel={onClose} action={t('add')} isDisabled={chosen.size === 0} />}
    >
      <PeopleChoice
        people={people}
        without={new Set(room.members.map((member) => member.user_id))}
        chosen={chosen}
        onChoose={choose}
      />
    </Dialog>
  )
}

function Members({ room }: { room: Room }) {
  const t = useRoomTexts()
  const { people, me, canManage } = useChat()
  const here = useHere()
  const mine = useMyRoom(room.id)?.mine ?? room.mine
  const [isAdding, setAdding] = useState(false)
  const canRemove = mine?.role === 'owner' || (canManage && room.kind === 'channel')
  return (
    <>
      {mine && !room.archived_at && (
        <Button icon={UserPlus} onPress={() => setAdding(true)}>
          {t('addPeople')}
        </Button>
      )}
      <ul className="member-rows">
        {room.members.map((member) => {
          const person = people.of(member.user_id)
          const isMe = person.id === me
          return (
            <li key={person.id}>
              <Avatar person={person} size="m" state={here.get(person.id)} />
              <span className="el">{isMe ? `${person.name} (${t('you')})` : person.name}</span>
              <span className="sp" />
              {member.role === 'owner' && (
                <span className="t3 row sm">
                  <Icon of={Crown} size="s" />
                  {t('owner')}
                </span>
              )}
              {canRemove && !isMe && !room.archived_at && (
                <IconButton
                  icon={X}
                  small
                  label={t('remove', { name: person.name })}
                  onPress={() => removeMember(room, person.id, person.name)}
                />
              )}
            </li>
          )
        })}
      </ul>
      {room.member_count > room.members.length && (
        <p className="t3 sm">{t('firstHundred', { count: room.member_count })}</p>
      )}
      {isAdding && <AddDialog room={room} onClose={() => setAdding(false)} />}
    </>
  )
}

function SearchHere({ room }: { room: Room }) {
  const t = useRoomTexts()
  const [typed, setTyped] = useState('')
  const search = useMessageSearch(typed, room.id)
  const isEmpty = search.hits?.length === 0 && !search.isReading
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys walk the links inside
    <div className="search-here" onKeyDown={walk}>
      <SearchField label={t('findMessage')} value={typed} onChange={setTyped} autoFocus />
      {typed.trim().length < 2 && <p className="t3 sm">{t('typeMore')}</p>}
      {isEmpty && <EmptyState title={t('nothingFound')}>{t('nothingFoundBody')}</EmptyState>}
      <Hits search={search} query={typed} />
    </div>
  )
}

export function SidePanel({
  what,
  room,
  inSheet,
  onClose,
}: {
  what: 'people' | 'search'
  room: Room
  inSheet: boolean
  onClose: () => void
}) {
  const t = useRoomTexts()
  const title = t(what === 'people' ? 'people' : 'searchHere')
  const content = what === 'people' ? <Members room={room} /> : <SearchHere room={room} />
  if (inSheet)
    return (
      <Sheet isOpen onClose={onClose} title={title}>
        {content}
      </Sheet>
    )
  return (
    <aside className="room-side scroll" aria-label={title}>
      <header className="row">
        <h2 className="sp">{title}</h2>
        <IconButton icon={X} label={t('stop')} small onPress={onClose} />
      </header>
      {content}
    </aside>
  )
}
