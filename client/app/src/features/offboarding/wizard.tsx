// Somebody leaves, step by step: who, what they hold, who takes over, and a confirmation that cannot
// be given by accident. Nothing happens before the last button.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Bell, History, LockKeyhole } from 'lucide-react'
import { useState } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { Crumb } from '@/features/people/crumb'
import { useRoleList, useTeamList, useUserList } from '@/features/people/queries'
import { compareNames, fold } from '@/i18n/fold'
import { CommandError } from '@/live/engine'
import { performOrThrow } from '@/live/live'
import { useObservable } from '@/live/observable'
import { liveStatus } from '@/live/status'
import { ApiError, errorText, fieldErrors, problemText } from '@/session/errors'
import { hasFailed } from '@/session/reads'
import { roleName } from '@/session/roles'
import { useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { SelectField, TextField } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { ErrorState, Skeleton } from '@/ui/states'
import { toast } from '@/ui/toasts'
import type { Plan } from '@/wire/leaving'
import type { User } from '@/wire/records'
import { Counts, isNothing } from './counts'
import { PickPerson } from './pick-person'
import { usePreview } from './queries'
import { Shares } from './shares'
import { useOffboardingTexts } from './texts'

type Kind = Plan['kind']

const refusal = (error: unknown): string => {
  if (error instanceof CommandError) {
    const field = error.fields?.[0]
    return errorText(field?.code ?? error.reason ?? error.code, field?.message ?? error.message)
  }
  const fields = fieldErrors(error)
  return fields.plan ?? fields.user ?? problemText(error)
}

export function Wizard() {
  const t = useOffboardingTexts()
  const { user: asked } = useSearch({ strict: false }) as { user?: string }
  const me = useSignedIn().user.id
  const users = useUserList()
  const roles = useRoleList().data ?? []
  const navigate = useNavigate()
  const leaver = users.data?.find((user) => user.id === asked && user.id !== me)
  const choose = (user?: User) =>
    void navigate({
      to: '/people/$section/$item',
      params: { section: 'offboarding', item: 'new' },
      search: user ? { user: user.id } : {},
      replace: true,
    })

  return (
    <>
      <Crumb section="offboarding" label={t('back')} />
      <Part title={t('wizard')} lead={t('wizardLead')}>
        {hasFailed(users) ? (
          <ErrorState error={users.error} onRetry={() => void users.refetch()} />
        ) : !users.data ? (
          <Skeleton height={240} />
        ) : (
          <div className="steps">
            <section className="step" data-done={leaver ? true : undefined}>
              <h2>{t('who')}</h2>
              <div className="answer">
                {leaver ? (
                  <div className="person-line">
                    <Avatar person={leaver} size="g" />
                    <span className="names">
                      <b>{leaver.name}</b>
                      <span className="sm t3">
                        {roleName(leaver.role, roles)} · {leaver.email}
                      </span>
                    </span>
                    <Button small onPress={() => choose()}>
                      {t('change')}
                    </Button>
                  </div>
                ) : (
                  <PickPerson
                    people={users.data.filter((user) => user.id !== me)}
                    roles={roles}
                    onPick={choose}
                  />
                )}
              </div>
            </section>
            {leaver && <Steps key={leaver.id} leaver={leaver} people={users.data} />}
          </div>
        )}
      </Part>
    </>
  )
}

function Steps({ leaver, people }: { leaver: User; people: readonly User[] }) {
  const t = useOffboardingTexts()
  const navigate = useNavigate()
  const live = useObservable(liveStatus).phase === 'live'
  const teams = useTeamList().data ?? []
  const [kind, setKind] = useState<Kind>('spread')
  const [to, setTo] = useState<string | null>(null)
  const [team, setTeam] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)

  const plan: Plan | undefined =
    kind === 'spread'
      ? { kind }
      : kind === 'user'
        ? to
          ? { kind, to }
          : undefined
        : team
          ? { kind, team }
          : undefined
  // What is held does not depend on who takes over; where nobody is there, that is said at the plan.
  const held = usePreview(leaver.id, { kind: 'spread' })
  const preview = usePreview(leaver.id, plan)
  const others = people
    .filter((user) => user.active && user.id !== leaver.id)
    .sort((a, b) => compareNames(a.name, b.name))
  const nameOf = (id: string) => people.find((user) => user.id === id)?.name ?? ''
  const counts = preview.data ?? held.data
  const canRun = plan !== undefined && !preview.isError && live

  const run = () => {
    if (!plan) return
    if (fold(typed) !== fold(leaver.name)) return setWrong(true)
    setBusy(true)
    performOrThrow({ topic: 'tenant', op: 'user.offboard', d: { user: leaver.id, plan } })
      .then((res) => {
        toast(t('started', { name: leaver.name }))
        const { offboarding_id: item = '' } = (res.d ?? {}) as { offboarding_id?: string }
        return navigate({
          to: '/people/$section/$item',
          params: { section: 'offboarding', item },
          search: {},
          replace: true,
        })
      })
      .catch((error: unknown) => {
        setBusy(false)
        toast(refusal(error))
      })
  }

  return (
    <>
      <section className="step" data-done={counts ? true : undefined}>
        <h2>{t('holds')}</h2>
        <div className="answer">
          {counts ? (
            <>
              <Counts counts={counts} />
              {isNothing(counts) && <p className="t2">{t('holdsNothing')}</p>}
              {counts.own_reminders > 0 && (
                <p className="sm t3">{t('ownReminders', { count: counts.own_reminders })}</p>
              )}
            </>
          ) : held.isError && !(held.error instanceof ApiError && held.error.status === 422) ? (
            <ErrorState error={held.error} onRetry={() => void held.refetch()} />
          ) : held.isError ? null : (
            <Skeleton height={72} />
          )}
        </div>
      </section>

      <section className="step" data-done={plan && preview.data ? true : undefined}>
        <h2>{t('toWhom')}</h2>
        <div className="answer">
          <RadioGroup
            className="plan-kinds"
            aria-label={t('toWhom')}
            value={kind}
            onChange={(next) => setKind(next as Kind)}
          >
            <Radio className="plan-kind" value="spread">
              <b>{t('spread')}</b>
              <span className="sm t3">{t('spreadBody')}</span>
            </Radio>
            <Radio className="plan-kind" value="user">
              <b>{t('toUser')}</b>
              <span className="sm t3">{t('toUserBody')}</span>
            </Radio>
            <Radio className="plan-kind" value="team" isDisabled={teams.length === 0}>
              <b>{t('toTeam')}</b>
              <span className="sm t3">{teams.length > 0 ? t('toTeamBody') : t('noTeams')}</span>
            </Radio>
          </RadioGroup>
          {kind === 'user' && (
            <div className="max-w-[420px]">
              <SelectField
                label={t('person')}
                options={others.map((user) => ({
                  id: user.id as string,
                  label: user.name,
                  mark: <Avatar person={user} />,
                }))}
                value={to}
                onChange={setTo}
              />
            </div>
          )}
          {kind === 'team' && (
            <div className="max-w-[420px]">
              <SelectField
                label={t('team')}
                options={teams.map((each) => ({ id: each.id, label: each.name }))}
                value={team}
                onChange={setTeam}
              />
            </div>
          )}
          {!plan ? (
            <p className="t3">{t('previewPick')}</p>
          ) : preview.isError ? (
            <p className="ferr" role="alert">
              {refusal(preview.error)}
            </p>
          ) : preview.data ? (
            !isNothing(preview.data) && (
              <>
                <Shares preview={preview.data} nameOf={nameOf} stale={preview.isPlaceholderData} />
                <p className="sm t3">{t('rest')}</p>
              </>
            )
          ) : (
            <Skeleton height={120} />
          )}
        </div>
      </section>

      <section className="step">
        <h2>{t('confirm')}</h2>
        <div className="answer">
          <ul className="effects">
            <li>
              <Icon of={LockKeyhole} />
              {t('effect1')}
            </li>
            <li>
              <Icon of={Bell} />
              {t('effect2')}
            </li>
            <li>
              <Icon of={History} />
              {t('effect3')}
            </li>
          </ul>
          <form
            className="confirm-run"
            onSubmit={(event) => {
              event.preventDefault()
              if (canRun && !busy) run()
            }}
          >
            <TextField
              label={t('typeName', { name: leaver.name })}
              value={typed}
              onChange={(next) => {
                setTyped(next)
                setWrong(false)
              }}
              error={wrong ? t('typeWrong') : undefined}
              autoComplete="off"
            />
            <Button tone="danger-filled" type="submit" isDisabled={!canRun} isPending={busy}>
              {t('run')}
            </Button>
          </form>
          {!live && <p className="t3">{t('needsLive')}</p>}
        </div>
      </section>
    </>
  )
}
