/** @jsxImportSource preact */
// What is offered, and who does it.
import { useId } from 'preact/hooks'
import type { Person, Service } from './api'
import { Face, Glyph } from './parts'
import { useLocale, useTexts } from './texts'
import { price } from './times'

export function Services({
  services,
  people,
  service,
  person,
  onService,
  onPerson,
}: {
  services: readonly Service[]
  people: readonly Person[]
  service: Service | undefined
  person: string | undefined
  onService: (id: string) => void
  onPerson: (id: string | undefined) => void
}) {
  const t = useTexts()
  const locale = useLocale()
  const name = useId()
  const able = people.filter(({ id }) => service?.people.includes(id))
  return (
    <>
      <fieldset class="bk-list">
        <legend class="vh">{t.service}</legend>
        {services.map((each) => (
          <label key={each.id} class="bk-option">
            <input
              type="radio"
              class="vh"
              name={`${name}-service`}
              checked={each.id === service?.id}
              onChange={() => onService(each.id)}
            />
            <span class="mark" />
            <span class="sp">
              <b>{each.name}</b>
              <span class="t2">{t.minutes(each.minutes)}</span>
            </span>
            {each.price && <span class="bk-price">{price(each.price, locale)}</span>}
          </label>
        ))}
      </fieldset>
      {able.length > 1 && (
        <fieldset class="bk-list people">
          <legend class="lbl">{t.who}</legend>
          <label class="bk-option">
            <input
              type="radio"
              class="vh"
              name={`${name}-person`}
              checked={person === undefined}
              onChange={() => onPerson(undefined)}
            />
            <span class="bk-face any">
              <Glyph of="person" />
            </span>
            <span class="sp">
              <b>{t.anybody}</b>
              <span class="t2">{t.anybodyHint}</span>
            </span>
          </label>
          {able.map((each) => (
            <label key={each.id} class="bk-option">
              <input
                type="radio"
                class="vh"
                name={`${name}-person`}
                checked={each.id === person}
                onChange={() => onPerson(each.id)}
              />
              <Face person={each} />
              <span class="sp">
                <b>{each.name}</b>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {able.length === 1 && able[0] && (
        <p class="bk-with">
          <Face person={able[0]} />
          <span class="t2">{t.with}:</span> {able[0].name}
        </p>
      )}
    </>
  )
}
