// The agenda's part of every screen: it books for whoever asks, and shows an appointment in place.
import { lazy, Suspense, useEffect } from 'react'
import { booking, openAppointment } from '@/features/customer/booking'
import { useObservable } from '@/live/observable'
import { usePermission } from '@/session/session'
import { askedAppointment, askedBooking } from './asked'

const BookingSheet = lazy(() =>
  import('./booking-sheet').then((m) => ({ default: m.BookingSheet })),
)
const DetailPanel = lazy(() => import('./detail-panel').then((m) => ({ default: m.DetailPanel })))

export default function AgendaHost() {
  const canEdit = usePermission('agenda.edit')
  const asked = useObservable(askedBooking)
  const opened = useObservable(askedAppointment)

  useEffect(() => {
    if (canEdit) booking.set(({ id, name }) => askedBooking.set({ customer: { id, name } }))
    openAppointment.set((id) => askedAppointment.set(id))
    return () => {
      booking.set(undefined)
      openAppointment.set(undefined)
      askedBooking.set(undefined)
      askedAppointment.set(undefined)
    }
  }, [canEdit])

  return (
    <Suspense>
      {opened && (
        <DetailPanel id={opened} inSheet onClose={() => askedAppointment.set(undefined)} />
      )}
      {asked && canEdit && (
        <BookingSheet asked={asked} onClose={() => askedBooking.set(undefined)} />
      )}
    </Suspense>
  )
}
