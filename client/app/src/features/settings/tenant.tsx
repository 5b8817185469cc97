import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { type Locale, useLocale } from '@/i18n'
import { useCommonTexts } from '@/i18n/common'
import { api } from '@/session/api'
import { fieldErrors, problemText } from '@/session/errors'
import { session, useSignedIn } from '@/session/session'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import { SelectField, TextField } from '@/ui/field'
import { toast } from '@/ui/toasts'
import type { Tenant } from '@/wire/records'
import { useSettingsTexts } from './texts'

const currencies = ['TRY', 'EUR', 'USD', 'GBP'] as const
const countries = ['TR', 'AZ', 'BG', 'DE', 'GB', 'NL', 'US'] as const
/** Those whose customers are near; the kept one is always added. */
const zones = [
  'Europe/Istanbul',
  'Asia/Baku',
  'Europe/Sofia',
  'Europe/Berlin',
  'Europe/Amsterdam',
  'Europe/London',
  'America/New_York',
  'UTC',
]

export function TenantSection() {
  const t = useSettingsTexts()
  const c = useCommonTexts()
  const { tenant } = useSignedIn()
  const language = useLocale()
  const [draft, setDraft] = useState(tenant)
  const change = (next: Partial<Tenant>) => setDraft({ ...draft, ...next })
  const save = useMutation({
    mutationFn: () => {
      const { name, locale, country, time_zone, currency } = draft
      return api.patch<Tenant>('/tenant', {
        name: name.trim(),
        locale,
        country,
        time_zone,
        currency,
      })
    },
    onSuccess: (next) => {
      session.update({ tenant: { ...tenant, ...next } })
      setDraft({ ...tenant, ...next })
      toast(t('saved'), { key: 'settings' })
    },
    onError: (error) => toast(problemText(error)),
  })
  const errors = fieldErrors(save.error)
  const country = new Intl.DisplayNames([language], { type: 'region' })
  const withKept = (all: readonly string[], kept: string) =>
    all.includes(kept) ? all : [kept, ...all]
  return (
    <Part title={t('tenant')} lead={t('tenantLead')}>
      <form
        className="form-grid"
        onSubmit={(event) => {
          event.preventDefault()
          if (draft.name.trim()) save.mutate()
        }}
      >
        <TextField
          label={t('tenantName')}
          value={draft.name}
          onChange={(name) => change({ name })}
          error={draft.name.trim() ? errors.name : t('required')}
          maxLength={120}
        />
        <TextField label={t('slug')} value={tenant.slug} onChange={() => {}} isDisabled />
        <SelectField
          label={t('timeZone')}
          options={withKept(zones, tenant.time_zone).map((id) => ({
            id,
            label: id.replaceAll('_', ' '),
          }))}
          value={draft.time_zone}
          onChange={(time_zone) => change({ time_zone })}
        />
        <SelectField
          label={t('currency')}
          options={withKept(currencies, tenant.currency).map((id) => ({
            id,
            label: currencies.find((each) => each === id)
              ? t(`currency.${id as (typeof currencies)[number]}`)
              : id,
          }))}
          value={draft.currency}
          onChange={(currency) => change({ currency })}
        />
        <SelectField
          label={t('country')}
          options={withKept(countries, tenant.country).map((id) => ({
            id,
            label: country.of(id) ?? id,
          }))}
          value={draft.country}
          onChange={(id) => change({ country: id })}
        />
        <SelectField<Locale>
          label={t('locale')}
          options={[
            { id: 'tr', label: 'Türkçe' },
            { id: 'en', label: 'English' },
          ]}
          value={draft.locale}
          onChange={(locale) => change({ locale })}
        />
        <div className="wide">
          <Button type="submit" tone="primary" isPending={save.isPending}>
            {c('save')}
          </Button>
        </div>
      </form>
    </Part>
  )
}
