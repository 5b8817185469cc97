// A file that was read and waits: columns, options, what will happen, one button.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { number } from '@/i18n/format'
import { api } from '@/session/api'
import { problemText } from '@/session/errors'
import { Part } from '@/shell/sections'
import { Button } from '@/ui/button'
import type { Import } from '@/wire/records'
import { Counts, RowErrors } from './check'
import { Mapping } from './mapping'
import { ImportOptions } from './options'
import { keepImport } from './queries'
import { useImportTexts } from './texts'

const CHECK_AFTER_MS = 350

const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n]/)
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]

export function Prepare({ item }: { item: Import }) {
  const t = useImportTexts()
  const queries = useQueryClient()
  const [mapping, setMapping] = useState(item.mapping)
  const [options, setOptions] = useState(item.options)
  const [tagText, setTagText] = useState(item.options.tags.join(', '))
  const touched = useRef(false)
  const wanted = { mapping, options: { ...options, tags: tagsOf(tagText) } }
  const wantedText = JSON.stringify(wanted)

  const check = useMutation({
    mutationFn: (body: string) => api.post<Import>(`/imports/${item.id}/preview`, JSON.parse(body)),
    onSuccess: (next, body) => {
      // A later change is already on its way: its answer counts.
      if (body === latest.current) queries.setQueryData(['import', item.id], next)
    },
  })
  const latest = useRef(wantedText)
  latest.current = wantedText
  const { mutate } = check
  useEffect(() => {
    if (!touched.current) {
      touched.current = true
      return
    }
    const timer = setTimeout(() => mutate(wantedText), CHECK_AFTER_MS)
    return () => clearTimeout(timer)
  }, [wantedText, mutate])

  const start = useMutation({
    mutationFn: async () => {
      await api.post(`/imports/${item.id}/commit`, wanted)
      return api.get<Import>(`/imports/${item.id}`)
    },
    onSuccess: (next) => keepImport(queries, next),
  })
  const { counts } = item
  const taken = counts.create + counts.match
  const problem = start.error ?? check.error
  const summary = [
    `${number(counts.create)} ${t('countCreate', { count: counts.create })}`,
    `${number(counts.match)} ${t('countMatch')}`,
    ...(counts.error > 0
      ? [`${number(counts.error)} ${t('countError', { count: counts.error })}`]
      : []),
  ].join(' · ')
  return (
    <>
      <Part title={`1. ${t('step1')}`}>
        <Mapping item={item} mapping={mapping} onChange={setMapping} />
      </Part>
      <Part title={`2. ${t('step2')}`}>
        <ImportOptions
          options={options}
          tagText={tagText}
          onTagText={setTagText}
          onChange={(change) => setOptions({ ...options, ...change })}
        />
      </Part>
      <Part title={`3. ${t('step3')}`} {...(counts.error > 0 ? { lead: t('errorsLead') } : {})}>
        <Counts
          stale={check.isPending}
          items={[
            { value: counts.rows, label: t('countRows', { count: counts.rows }) },
            { value: counts.create, label: t('countCreate', { count: counts.create }), tone: 'ok' },
            { value: counts.match, label: t('countMatch') },
            {
              value: counts.error,
              label: t('countError', { count: counts.error }),
              tone: 'danger',
            },
          ]}
        />
        <RowErrors item={item} />
        {item.errors.length < counts.error && item.errors.length > 0 && (
          <p className="t3 sm mt-2">{t('errorsMore', { n: number(item.errors.length) })}</p>
        )}
      </Part>
      <div className="import-go">
        <span className="sp t3" aria-live="polite">
          {check.isPending ? t('checking') : taken === 0 ? t('nothing') : summary}
        </span>
        {problem && (
          <span className="ferr" role="alert">
            {problemText(problem)}
          </span>
        )}
        <Button
          tone="primary"
          isDisabled={taken === 0 || check.isPending}
          isPending={start.isPending}
          onPress={() => start.mutate()}
        >
          {t('start', { count: taken, n: number(taken) })}
        </Button>
      </div>
    </>
  )
}
