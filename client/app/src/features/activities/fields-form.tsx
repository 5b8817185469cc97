// The questions of an outcome or a stage, as fields.
import { useQuery } from '@tanstack/react-query'
import { usePeople } from '@/features/customers/people'
import { api } from '@/session/api'
import { errorText } from '@/session/errors'
import { useSignedIn } from '@/session/session'
import { Avatar } from '@/ui/avatar'
import { SelectField, TextField } from '@/ui/field'
import type { Page, Quality } from '@/wire/records'
import type { Asked, AskProblem, Draft, Question } from './asks'
import { useActivityTexts } from './texts'

const qualities: readonly Quality[] = ['A', 'B', 'C', 'D']
const SUGGESTED = 6

const useLostReasons = (enabled: boolean) =>
  useQuery({
    queryKey: ['lost-reasons'],
    queryFn: async () =>
      (await api.get<Page<{ reason?: string; name?: string }>>('/lost-reasons')).items,
    staleTime: 60_000,
    enabled,
  }).data ?? []

export type Problems = Partial<Record<Asked, AskProblem | { text: string }>>

export function FieldsForm({
  questions,
  draft,
  problems,
  onChange,
}: {
  questions: readonly Question[]
  draft: Draft
  problems: Problems
  onChange: (field: Asked, text: string) => void
}) {
  const t = useActivityTexts()
  const people = usePeople()
  const { tenant } = useSignedIn()
  const reasons = useLostReasons(questions.some(({ field }) => field === 'lost_reason'))
  const said = (problem: Problems[Asked]): string | undefined =>
    problem === undefined
      ? undefined
      : typeof problem === 'object'
        ? problem.text
        : problem === 'required'
          ? errorText('required')
          : t(problem)
  return questions.map(({ field, required }, index) => {
    const name = t(`field.${field}`)
    const error = said(problems[field])
    const shared = {
      label: required ? name : t('optional', { field: name }),
      value: draft[field] ?? '',
      onChange: (text: string) => onChange(field, text),
      isRequired: required,
      autoFocus: index === 0,
      ...(error ? { error } : {}),
    }
    if (field === 'quality') {
      return (
        <SelectField
          key={field}
          {...shared}
          value={(draft.quality || null) as Quality | null}
          onChange={(value) => onChange(field, value)}
          options={qualities.map((id) => ({ id, label: id }))}
        />
      )
    }
    if (field === 'owner') {
      return (
        <SelectField
          key={field}
          {...shared}
          value={draft.owner || null}
          onChange={(value) => onChange(field, value)}
          options={people.active.map((each) => ({
            id: each.id as string,
            label: each.name,
            mark: <Avatar person={each} />,
          }))}
        />
      )
    }
    if (field === 'amount') {
      return (
        <TextField
          key={field}
          {...shared}
          label={`${shared.label} (${tenant.currency})`}
          inputMode="decimal"
        />
      )
    }
    if (field === 'date' || field === 'next_due_at')
      return <TextField key={field} {...shared} type="datetime-local" />
    if (field === 'note') return <TextField key={field} {...shared} rows={3} maxLength={2000} />
    if (field === 'lost_reason') {
      const known = reasons.map((each) => each.reason ?? each.name ?? '').filter(Boolean)
      return (
        <div className="ask" key={field}>
          <TextField {...shared} maxLength={200} />
          {known.length > 0 && (
            <div className="wrap-chips" role="group" aria-label={t('reasons')}>
              {known.slice(0, SUGGESTED).map((reason) => (
                <button
                  key={reason}
                  type="button"
                  className={draft.lost_reason === reason ? 'fchip on' : 'fchip'}
                  aria-pressed={draft.lost_reason === reason}
                  onClick={() => onChange(field, reason)}
                >
                  {reason}
                </button>
              ))}
            </div>
          )}
        </div>
      )
    }
    return <TextField key={field} {...shared} maxLength={200} />
  })
}
