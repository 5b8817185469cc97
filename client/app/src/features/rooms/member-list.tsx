// Who is in a room, with the way to bring and to take out; of many, those who are found by name.
import { Crown, UserPlus, X } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Dialog, FormButtons } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import { Paged } from '@/ui/paged'
import { SearchField } from '@/ui/search-field'
import type { Member, Room } from '@/wire/rooms'
import { addMembers, removeMember } from './commands'
import { isLarge, useMembers } from './members'
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

function MemberLine({
  room,
  member,
  canRemove,
}: {
  room: Room
  member: Member
  canRemove: boolean
}) {
  const t = useRoomTexts()
  const { people, me } = useChat()
  const here = useHere()
  const person = people.of(member.user_id)
  const isMe = person.id === me
  return (
    <li>
      <Avatar person={person} size="m" state={here.get(person.id)} />
      <span className="el">{isMe ? `${person.name} (${t('you')})` : person.name}</span>
      <span className="sp" />
      {member.role === 'owner' && (
        <span className="t3 row sm">
          <Icon of={Crown} size="s" />
          {t('owner')}
        </span>
      )}
      {canRemove && !isMe && (
        <IconButton
          icon={X}
          small
          label={t('remove', { name: person.name })}
          onPress={() => removeMember(room, member, person.name)}
        />
      )}
    </li>
  )
}

function Found({ room, canRemove }: { room: Room; canRemove: boolean }) {
  const t = useRoomTexts()
  const [typed, setTyped] = useState('')
  const read = useMembers(room.id, typed)
  return (
    <>
      <SearchField label={t('findPerson')} value={typed} onChange={setTyped} />
      <div className="member-rows">
        <Paged read={read} height={40} empty={<p className="t3">{t('nobody')}</p>}>
          {(member) => (
            <MemberLine key={member.user_id} room={room} member={member} canRemove={canRemove} />
          )}
        </Paged>
      </div>
    </>
  )
}

export function Members({ room }: { room: Room }) {
  const t = useRoomTexts()
  const { canManage } = useChat()
  const mine = useMyRoom(room.id)?.mine ?? room.mine
  const [isAdding, setAdding] = useState(false)
  const runs = mine?.role === 'owner' || (canManage && room.kind === 'channel')
  const canRemove = runs && !room.archived_at
  return (
    <>
      {mine && !room.archived_at && (
        <Button icon={UserPlus} onPress={() => setAdding(true)}>
          {t('addPeople')}
        </Button>
      )}
      {isLarge(room) ? (
        <Found room={room} canRemove={canRemove} />
      ) : (
        <ul className="member-rows">
          {room.members.map((member) => (
            <MemberLine key={member.user_id} room={room} member={member} canRemove={canRemove} />
          ))}
        </ul>
      )}
      {isAdding && <AddDialog room={room} onClose={() => setAdding(false)} />}
    </>
  )
}
