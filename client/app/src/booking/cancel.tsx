/** @jsxImportSource preact */
// The last question before an appointment is cancelled by its holder.
import { useRef, useState } from 'preact/hooks'
import { type Appointment, cancel, keys, Refusal } from './api'
import { Field, Heading } from './parts'
import { useTexts } from './texts'

export function Cancel({
  token,
  onCancelled,
  onRefused,
  onClose,
}: {
  token: string
  onCancelled: (appointment: Appointment) => void
  onRefused: (refusal: Refusal) => void
  onClose: () => void
}) {
  const t = useTexts()
  const [reason, setReason] = useState('')
  const [sending, setSending] = useState(false)
  const isSending = useRef(false)
  const keyOf = useRef(keys())
  const submit = async () => {
    if (isSending.current) return
    isSending.current = true
    setSending(true)
    const text = reason.trim()
    try {
      onCancelled(await cancel(token, text, keyOf.current({ text })))
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500)
      if (refusal.code !== 'offline') keyOf.current = keys()
      onRefused(refusal)
    } finally {
      isSending.current = false
      setSending(false)
    }
  }
  return (
    <form
      class="bk-card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Heading show>{t.cancelTitle}</Heading>
      <Field
        label={
          <>
            {t.reason} <span class="t3">({t.optional})</span>
          </>
        }
        name="reason"
        rows={2}
        maxLength={500}
        value={reason}
        onInput={setReason}
      />
      <div class="bk-bar still">
        <button type="submit" class="btn df bk-go" aria-disabled={sending}>
          {sending ? t.cancelling : t.cancelNow}
        </button>
        <button type="button" class="btn q" onClick={onClose}>
          {t.keep}
        </button>
      </div>
    </form>
  )
}
