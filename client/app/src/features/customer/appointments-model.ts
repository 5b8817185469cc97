// A customer's appointments on `customer:<id>`.
import { extendModel } from '@/live/model'
import type { CustomerAppointment } from '@/wire/work'

extendModel('customer', {
  snapshot(to, d: { appointments?: CustomerAppointment[] }) {
    for (const each of d.appointments ?? []) to.put('appointments', each.id, each)
  },
  event(to, { op, d }) {
    if (!op.startsWith('appointment.')) return
    const { appointment } = d as { appointment?: CustomerAppointment }
    if (appointment) to.put('appointments', appointment.id, appointment)
  },
})
