import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RegisterFormView } from '../../../../gateway/http/contract.ts'
import { monthAt, monthBy } from '../../../../rules/month.ts'
import type { Register } from '../../../../rules/register.ts'
import type { RegisterForm } from '../../../../rules/registerform.ts'
import { call, useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { useText } from '../../text/index.ts'
import { Back } from '../Back.tsx'
import { Button } from '../Button.tsx'
import { Page } from '../Frame.tsx'
import { Empty, Loaded } from '../notes.tsx'

const MONTHS = 24
const DATE = /(\d{4}-\d\d-\d\d)/

/** A date of a cell, every second piece of it, does not break at its hyphens. */
const whole = (piece: string, i: number) =>
  i % 2 === 1 ? (
    <span key={i} className="nw">
      {piece}
    </span>
  ) : (
    piece
  )

interface Props {
  readonly register: Register
  readonly form: RegisterForm
}
/** A month of a register as its form on paper: its columns in their order, to print and sign. */
export function PaperForm({ register, form }: Props) {
  const { t, of, lang } = useText()
  const { site } = useMe()
  const here = monthAt(serverNow(), site.timezone)
  const [month, setMonth] = useState(here)
  const asked = `month=${month}&lang=${lang}`
  const query = useQuery({
    queryKey: ['register', register.id, 'form', month, lang],
    queryFn: () => call<RegisterFormView>(`registers/${register.id}/form?${asked}`),
    staleTime: 0,
  })
  return (
    <Page title={of(form.name)} sub={month}>
      <div className="row wrap bar-h rg-x">
        <Back href={`/registers/${register.id}`}>{of(register.name)}</Back>
        <select
          className="inp fit"
          aria-label={t('monthly.month')}
          value={month}
          onChange={event => setMonth(event.target.value)}
        >
          {Array.from({ length: MONTHS }, (_, i) => monthBy(here, -i)).map(one => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <span className="ml row wrap">
          <a className="btn" href={`/api/v1/registers/${register.id}/form?format=csv&${asked}`} download>
            {t('registers.csv')}
          </a>
          <Button onClick={() => window.print()}>{t('registers.print')}</Button>
        </span>
      </div>
      <article className="card rp-p rg-form">
        <h2>{of(form.name)}</h2>
        <p>
          {of(site.name)} · {month}
        </p>
        <Loaded query={query} what={of(form.name)}>
          {({ columns, rows }) =>
            rows.length === 0 ? (
              <Empty title={t('registers.none')} why={t('registers.formNone')} />
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard
              <section className="rg-wide" aria-label={of(form.name)} tabIndex={0}>
                <table aria-label={of(form.name)}>
                  <thead>
                    <tr>
                      {columns.map((name, i) => (
                        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                        <th key={i}>{name}</th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map(row => (
                      <tr key={row[0]}>
                        {row.map((cell, i) => (
                          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                          <td key={i}>
                            <bdi>{plain(cell).split(DATE).map(whole)}</bdi>
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
            )
          }
        </Loaded>
        <div className="rg-sign">
          <span>{t('monthly.signMade')}</span>
          <span>{t('monthly.signChecked')}</span>
        </div>
      </article>
    </Page>
  )
}
