// Signing out, from the menu or the palette. Commands that were not sent are asked about first.
import { leave } from '@/live/live'
import { observable } from '@/live/observable'
import { liveStatus } from '@/live/status'

/** How many unsent commands the question is about; 0 is no question. */
export const leaving = observable(0)

export function askToLeave(): void {
  const { pending } = liveStatus.get()
  if (pending > 0) leaving.set(pending)
  else void leave()
}
