// Rules to begin with, each shown as the sentence it would be.
import { Link } from '@tanstack/react-router'
import { type House, namesOf } from './house'
import { SentenceView } from './sentence-view'
import { templateKeys, templateOf } from './templates'
import { useRuleTexts } from './texts'

export function TemplateList({ house }: { house: House }) {
  const t = useRuleTexts()
  const templates = templateKeys.flatMap((key) => {
    const parts = templateOf(key, house)
    return parts ? [{ key, parts }] : []
  })
  return (
    <section className="templates" aria-label={t('templates')}>
      <h3 className="lbl">{t('templates')}</h3>
      <ul>
        {templates.map(({ key, parts }) => (
          <li key={key}>
            <Link
              to="/settings/$section/$id"
              params={{ section: 'rules', id: 'new' }}
              search={{ from: key }}
            >
              <b>{parts.name}</b>
              <span className="t2">
                <SentenceView rule={parts} names={namesOf(house, parts.trigger.op)} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
