// What somebody wants to book or open, from anywhere in the app.
import { observable } from '@/live/observable'

export interface Asked {
  customer?: { id: string; name: string }
  start?: Date
  minutes?: number
  people?: string[]
  resources?: string[]
}

export const askedBooking = observable<Asked | undefined>(undefined)
/** An appointment to be shown where one is; the agenda shows its own. */
export const askedAppointment = observable<string | undefined>(undefined)
