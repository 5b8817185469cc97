// How I want to be told: by kind and channel, not at night, and on this device.
import './notifications.css'
import { useEffect, useState } from 'react'
import { useCommonTexts } from '@/i18n/common'
import { useRow, useTopic } from '@/live/hooks'
import { useObservable } from '@/live/observable'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { Checkbox, SelectField, TextField } from '@/ui/field'
import { Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Channels, MailPace, NotificationSettings, QuietHours } from '@/wire/work'
import { chooseSettings } from './commands'
import type { Inbox } from './model'
import { lookAtPush, pushState, startPush, stopPush } from './push'
import { kindName, notificationKinds } from './sentences'
import { useNotificationTexts } from './texts'

const paces: readonly MailPace[] = ['off', 'now', 'hourly', 'daily']
const days = [1, 2, 3, 4, 5, 6, 7] as const
const standard: Channels = { app: true, mail: 'off', push: false }

function ChannelList({ settings }: { settings: NotificationSettings }) {
  const t = useNotificationTexts()
  const set = (kind: string, change: Partial<Channels>) => {
    const channels = { ...settings.channels }
    channels[kind] = { ...standard, ...channels[kind], ...change }
    chooseSettings({ ...settings, channels })
  }
  return (
    <Part title={t('title')} lead={t('settingsLead')}>
      <div className="channels">
        <div className="line head" aria-hidden="true">
          <span>{t('event')}</span>
          <span>{t('app')}</span>
          <span>{t('mail')}</span>
          <span>{t('push')}</span>
        </div>
        {notificationKinds.map((id) => {
          const kind = kindName(id)
          const now = { ...standard, ...settings.channels[id] }
          return (
            <div className="line" key={id} role="group" aria-label={kind}>
              <b>{kind}</b>
              <div className="channel">
                <span aria-hidden="true">{t('app')}</span>
                <Checkbox
                  label={t('appOf', { kind })}
                  hideLabel
                  isSelected={now.app}
                  onChange={(app) => set(id, { app })}
                />
              </div>
              <div className="channel">
                <span aria-hidden="true">{t('mail')}</span>
                <SelectField
                  label={t('mailOf', { kind })}
                  hideLabel
                  value={now.mail}
                  onChange={(mail) => set(id, { mail })}
                  options={paces.map((pace) => ({ id: pace, label: t(`mail.${pace}`) }))}
                />
              </div>
              <div className="channel">
                <span aria-hidden="true">{t('push')}</span>
                <Checkbox
                  label={t('pushOf', { kind })}
                  hideLabel
                  isSelected={now.push}
                  onChange={(push) => set(id, { push })}
                />
              </div>
            </div>
          )
        })}
      </div>
    </Part>
  )
}

function Quiet({ settings }: { settings: NotificationSettings }) {
  const t = useNotificationTexts()
  const c = useCommonTexts()
  const { quiet } = settings
  const [draft, setDraft] = useState<QuietHours>(quiet ?? { from: '22:00', to: '08:00' })
  const chosen = draft.days ?? [...days]
  const save = (next: QuietHours | null) => {
    chooseSettings({ ...settings, quiet: next })
    toast(t('saved'), { key: 'settings' })
  }
  const toggle = (day: number) => {
    const next = chosen.includes(day) ? chosen.filter((each) => each !== day) : [...chosen, day]
    // No day at all would be no quiet hours.
    if (next.length === 0) return
    const { days: _, ...rest } = draft
    setDraft(next.length === days.length ? rest : { ...rest, days: next.sort((a, b) => a - b) })
  }
  const isChanged = JSON.stringify(draft) !== JSON.stringify(quiet)
  return (
    <Part title={t('quiet')} lead={t('quietLead')}>
      <div className="form-grid">
        <div className="wide">
          <Checkbox
            label={t('quietOn')}
            isSelected={quiet !== null}
            onChange={(on) => save(on ? draft : null)}
          />
        </div>
        {quiet && (
          <>
            <TextField
              label={t('quietFrom')}
              type="time"
              value={draft.from}
              onChange={(from) => setDraft({ ...draft, from })}
            />
            <TextField
              label={t('quietTo')}
              type="time"
              value={draft.to}
              onChange={(to) => setDraft({ ...draft, to })}
            />
            <div className="wide field">
              <span className="lbl" id="quiet-days">
                {t('quietDays')}
              </span>
              <div className="day-chips" role="group" aria-labelledby="quiet-days">
                {days.map((day) => (
                  <button
                    key={day}
                    type="button"
                    className={chosen.includes(day) ? 'fchip on' : 'fchip'}
                    aria-pressed={chosen.includes(day)}
                    onClick={() => toggle(day)}
                  >
                    {t(`day.${day}`)}
                  </button>
                ))}
              </div>
            </div>
            <div className="wide">
              <Button
                isDisabled={!isChanged || !draft.from || !draft.to}
                onPress={() => save(draft)}
              >
                {c('save')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Part>
  )
}

function Device() {
  const t = useNotificationTexts()
  const state = useObservable(pushState)
  const [isPending, setPending] = useState(false)
  useEffect(() => void lookAtPush(), [])
  const run = async (work: () => Promise<void>) => {
    setPending(true)
    await work().catch(() => toast(t('deviceFailed')))
    setPending(false)
  }
  return (
    <Part title={t('device')} lead={t('deviceLead')}>
      {state === 'unsupported' && <p className="t2">{t('deviceUnsupported')}</p>}
      {state === 'no-key' && <p className="t2">{t('deviceNoKey')}</p>}
      {state === 'denied' && <p className="t2">{t('deviceDenied')}</p>}
      {state === 'off' && (
        <Button isPending={isPending} onPress={() => void run(startPush)}>
          {t('deviceOn')}
        </Button>
      )}
      {state === 'on' && (
        <div className="row" style={{ gap: 12 }}>
          <span className="t2">{t('deviceIsOn')}</span>
          <Button small isPending={isPending} onPress={() => void run(stopPush)}>
            {t('deviceOff')}
          </Button>
        </div>
      )}
      {state === 'unknown' && <Skeleton width="50%" />}
    </Part>
  )
}

export function NotificationsSection() {
  const inbox = useRow<Inbox>(useTopic('me'), 'inbox', 'self')
  const settings = inbox?.settings
  if (!settings) return <Skeleton height={240} />
  return (
    <>
      <ChannelList settings={settings} />
      <Quiet settings={settings} />
      <Device />
    </>
  )
}
