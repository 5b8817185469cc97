// How appointments are kept, and the page on which strangers book.
import { ExternalLink } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { SelectField, TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { Secret } from '@/ui/secret'
import { Banner } from '@/ui/states'
import { Switch } from '@/ui/switch'
import type { BookingSettings } from '@/wire/agenda'
import type { Bookables } from '../range'
import { refusedFields, refusedWhole } from '../refusals'
import { setUp } from './commands'
import { useSetupTexts } from './texts'

const STEPS = ['5', '10', '15', '20', '30', '60'] as const
const limits = {
  grace_minutes: [0, 1440],
  reminder_minutes: [0, 10_080],
  notice_minutes: [0, 43_200],
  horizon_days: [1, 366],
} as const
type Counted = keyof typeof limits

type Draft = Record<Counted, string> &
  Pick<BookingSettings, 'holidays' | 'step_minutes' | 'show_people'> &
  Record<'intro' | 'consent' | 'place', string>

const draftOf = (of: BookingSettings): Draft => ({
  holidays: of.holidays,
  step_minutes: of.step_minutes,
  show_people: of.show_people,
  grace_minutes: String(of.grace_minutes),
  reminder_minutes: String(of.reminder_minutes),
  notice_minutes: String(of.notice_minutes),
  horizon_days: String(of.horizon_days),
  intro: of.intro ?? '',
  consent: of.consent ?? '',
  place: of.place ?? '',
})

/** The number that was typed, if it is one that is taken. */
export function counted(field: Counted, text: string): number | undefined {
  const [least, most] = limits[field]
  const value = Number(text)
  return text.trim() && Number.isInteger(value) && value >= least && value <= most
    ? value
    : undefined
}

function useSettingsForm(settings: BookingSettings, fields: readonly (keyof Draft)[]) {
  const t = useSetupTexts()
  const [draft, setDraft] = useState(() => draftOf(settings))
  const [error, setError] = useState<unknown>()
  const [isPending, setPending] = useState(false)
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const numbers = fields.filter((field): field is Counted => field in limits)
  const isWrong = numbers.some((field) => counted(field, draft[field]) === undefined)
  const isSame = JSON.stringify(draft) === JSON.stringify(draftOf(settings))
  const save = async () => {
    if (isWrong) return
    const d: Record<string, unknown> = {}
    for (const field of fields) {
      if (field in limits) d[field] = counted(field as Counted, draft[field as Counted])
      else if (field === 'intro' || field === 'consent' || field === 'place')
        d[field] = draft[field].trim() || null
      else d[field] = draft[field]
    }
    setPending(true)
    setError(undefined)
    try {
      await setUp('booking.settings', d)
    } catch (refused) {
      setError(refused)
    }
    setPending(false)
  }
  const errors = refusedFields(error)
  const errorOf = (field: Counted): string | undefined => {
    const [least, most] = limits[field]
    return counted(field, draft[field]) === undefined ? t('bad', { least, most }) : errors[field]
  }
  const whole = refusedWhole(error, fields)
  const form = (children: ReactNode) => (
    <form
      className="form-grid"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {children}
      <div className="wide row">
        <Button type="submit" isDisabled={isSame || isWrong} isPending={isPending}>
          {t('save')}
        </Button>
        {whole && (
          <span className="ferr" role="alert">
            {whole}
          </span>
        )}
      </div>
    </form>
  )
  return { draft, set, errors, errorOf, form }
}

const kept = ['holidays', 'grace_minutes', 'reminder_minutes', 'step_minutes'] as const

export function RulesPart({ settings }: { settings: BookingSettings }) {
  const t = useSetupTexts()
  const { draft, set, errorOf, form } = useSettingsForm(settings, kept)
  const holidays = draft.holidays === null ? 'usual' : draft.holidays ? 'yes' : 'no'
  return (
    <Part title={t('rules')}>
      {form(
        <>
          <SelectField
            label={t('holidays')}
            value={holidays}
            onChange={(id) => set({ holidays: id === 'usual' ? null : id === 'yes' })}
            options={(['usual', 'yes', 'no'] as const).map((id) => ({
              id,
              label: t(`holidays.${id}`),
            }))}
          />
          <SelectField
            label={t('step')}
            value={String(draft.step_minutes)}
            onChange={(id) => set({ step_minutes: Number(id) })}
            options={STEPS.map((id) => ({ id: id as string, label: t('minutes', { n: id }) }))}
          />
          <TextField
            label={t('grace')}
            hint={t('graceHint')}
            inputMode="numeric"
            value={draft.grace_minutes}
            onChange={(grace_minutes) => set({ grace_minutes })}
            error={errorOf('grace_minutes')}
          />
          <TextField
            label={t('reminder')}
            hint={t('reminderHint')}
            inputMode="numeric"
            value={draft.reminder_minutes}
            onChange={(reminder_minutes) => set({ reminder_minutes })}
            error={errorOf('reminder_minutes')}
          />
        </>,
      )}
    </Part>
  )
}

const shown = [
  'notice_minutes',
  'horizon_days',
  'show_people',
  'intro',
  'consent',
  'place',
] as const

export function OnlinePart({
  settings,
  bookables,
}: {
  settings: BookingSettings
  bookables: Bookables
}) {
  const t = useSetupTexts()
  const { draft, set, errors, errorOf, form } = useSettingsForm(settings, shown)
  const [error, setError] = useState<unknown>()
  const link = `${location.origin}/b/${bookables.slug}`
  const isEmpty = !bookables.services.some((each) => each.public)
  const publish = (isPublic: boolean) => {
    setError(undefined)
    setUp('booking.settings', { public: isPublic }).catch(setError)
  }
  const problem = refusedWhole(error, [])
  return (
    <Part
      title={t('online')}
      lead={t('onlineLead')}
      action={<Switch label={t('isPublic')} isSelected={settings.public} onChange={publish} />}
    >
      {problem && (
        <p className="ferr" role="alert">
          {problem}
        </p>
      )}
      {settings.public && (
        <div className="online">
          <Secret value={link} label={t('copyLink')} copied={t('copied')} />
          <a className="btn sm" href={link} target="_blank" rel="noreferrer">
            <Icon of={ExternalLink} />
            {t('openPage')}
          </a>
        </div>
      )}
      {settings.public && isEmpty && <Banner>{t('noPublicService')}</Banner>}
      {form(
        <>
          <TextField
            label={t('notice')}
            hint={t('noticeHint')}
            inputMode="numeric"
            value={draft.notice_minutes}
            onChange={(notice_minutes) => set({ notice_minutes })}
            error={errorOf('notice_minutes')}
          />
          <TextField
            label={t('horizon')}
            inputMode="numeric"
            value={draft.horizon_days}
            onChange={(horizon_days) => set({ horizon_days })}
            error={errorOf('horizon_days')}
          />
          <div className="wide">
            <Switch
              label={t('showPeople')}
              isSelected={draft.show_people}
              onChange={(show_people) => set({ show_people })}
            />
          </div>
          <div className="wide">
            <TextField
              label={t('intro')}
              rows={3}
              value={draft.intro}
              onChange={(intro) => set({ intro })}
              error={errors.intro}
              maxLength={2000}
            />
          </div>
          <div className="wide">
            <TextField
              label={t('consent')}
              hint={t('consentHint')}
              rows={2}
              value={draft.consent}
              onChange={(consent) => set({ consent })}
              error={errors.consent}
              maxLength={2000}
            />
          </div>
          <div className="wide">
            <TextField
              label={t('place')}
              hint={t('placeHint')}
              value={draft.place}
              onChange={(place) => set({ place })}
              error={errors.place}
              maxLength={300}
            />
          </div>
        </>,
      )}
    </Part>
  )
}
