// The seam to the agenda: whoever can book says so here, and the viewer then offers it.
import { observable } from '@/live/observable'
import type { CustomerId } from '@/wire/records'

export interface BookingFor {
  id: CustomerId
  name: string
  /** The card it is about, where there is one. */
  card?: string | undefined
}

/** Opens the booking dialog for a customer; undefined while nobody can book. */
export const booking = observable<((customer: BookingFor) => void) | undefined>(undefined)

/** Opens an appointment where it can be changed; undefined while there is no agenda. */
export const openAppointment = observable<((id: string) => void) | undefined>(undefined)
