// A time that cannot be had: why, the next three that can, and going ahead where that is allowed.
import { CircleAlert } from 'lucide-react'
import { useCommonTexts } from '@/i18n/common'
import { errorText } from '@/session/errors'
import { Button } from '@/ui/button'
import { Sheet } from '@/ui/dialog'
import { Icon } from '@/ui/icon'
import type { Slot } from '@/wire/agenda'
import { type Hindrance, whenText } from './commands'
import { useAgendaTexts } from './texts'

const MOST_NAMED = 4

export interface ConflictProps {
  hindrance: Hindrance
  /** Takes one of the times offered, at once. */
  onTake?: ((slot: Slot) => void) | undefined
  /** Outside the hours after all. */
  onForce?: (() => void) | undefined
  /** It is booked already and only goes somewhere else. */
  isMove?: boolean
  /** Of a series: leaves out what hinders. */
  onSkip?: (() => void) | undefined
}

export function Conflict({ hindrance, onTake, onForce, onSkip, isMove }: ConflictProps) {
  const t = useAgendaTexts()
  const { reason, free, at } = hindrance
  const isOutside = reason === 'outside_hours'
  return (
    <div className="conflict" role="alert">
      <p className="row">
        <Icon of={CircleAlert} />
        <b>{isOutside ? errorText('outside_hours') : t('taken')}</b>
      </p>
      {at.length > 1 && (
        <p className="sm">
          {t('hindered', {
            times: at
              .slice(0, MOST_NAMED)
              .map((each) => whenText(new Date(each)))
              .join(', '),
          })}
          {at.length > MOST_NAMED ? ` +${at.length - MOST_NAMED}` : ''}
        </p>
      )}
      {onTake && free.length > 0 && (
        <>
          <p className="sm">{t('nextFree')}</p>
          <div className="chips" role="group" aria-label={t('nextFree')}>
            {free.map((slot, index) => (
              <Button
                key={slot.starts_at}
                small
                autoFocus={index === 0}
                onPress={() => onTake(slot)}
              >
                {whenText(new Date(slot.starts_at))}
              </Button>
            ))}
          </div>
        </>
      )}
      {onTake && free.length === 0 && <p className="sm">{t('nothingFree')}</p>}
      <div className="chips">
        {isOutside && onForce && (
          <Button small onPress={onForce}>
            {t(isMove ? 'moveAnyway' : 'bookAnyway')}
          </Button>
        )}
        {onSkip && (
          <Button small onPress={onSkip}>
            {t('skipThem')}
          </Button>
        )}
      </div>
    </div>
  )
}

/** The same after a drag, where no form is open. */
export function ConflictSheet({
  name,
  when,
  onClose,
  ...props
}: ConflictProps & { name: string; when: Date; onClose: () => void }) {
  const t = useAgendaTexts()
  const c = useCommonTexts()
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={t('notMoved', { name })}
      footer={
        <Button tone="quiet" onPress={onClose}>
          {c('cancel')}
        </Button>
      }
    >
      <p className="conflict-when">{t('notHere', { when: whenText(when) })}</p>
      <Conflict {...props} isMove />
    </Sheet>
  )
}
