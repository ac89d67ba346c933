import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { RunFormView, RunSheet } from '../../../gateway/http/contract.ts'
import { sourceIn } from '../../../rules/sourcewords.ts'
import { newKey, post, useMe } from '../api.ts'
import { formatDay, formatWhen, plain } from '../format.ts'
import { serverNow, useTicking } from '../live.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded, Refusal } from '../parts/notes.tsx'
import { ExcuseLine } from '../parts/runrecords/ExcuseLine.tsx'
import { PreStart } from '../parts/runrecords/PreStart.tsx'
import { type Chosen, SheetTable, Todo } from '../parts/runrecords/SheetTable.tsx'
import { WriteLine } from '../parts/runrecords/WriteLine.tsx'
import { runChanged, useRunForms, useRunSheet } from '../runrecords.ts'
import { useText } from '../text/index.ts'
import './runbooks.css'
import './runrecords.css'

interface Props {
  readonly form: string | undefined
  readonly day: string | undefined
}
/** Run records of plant rooms: all forms with what is to be done, or the sheet of a day. */
export default function RunRecords({ form, day }: Props) {
  return form === undefined ? <Forms /> : <Sheet key={`${form} ${day ?? ''}`} form={form} day={day ?? ''} />
}

function Forms() {
  const { t, of, lang } = useText()
  const query = useRunForms()
  return (
    <Page title={t('runRecords.title')} sub={t('runRecords.sub')}>
      <section className="card" aria-label={t('runRecords.title')}>
        <Loaded query={query} what={t('runRecords.title')}>
          {list =>
            list.length === 0 ? (
              <Empty icon="runrecords" title={t('runRecords.none')} why={t('runRecords.noneWhy')} />
            ) : (
              <table className="tbl flow" aria-label={t('runRecords.title')}>
                <thead>
                  <tr>
                    <th>{t('runRecords.form')}</th>
                    <th className="r">{t('runRecords.toWrite')}</th>
                    <th className="r">{t('runRecords.toConfirm')}</th>
                    <th className="r">{t('runRecords.missedDay')}</th>
                    <th>{t('runRecords.next')}</th>
                  </tr>
                </thead>
                <tbody>
                  {list.map(form => (
                    <tr key={form.id} data-form={form.id}>
                      <td className="wide">
                        <Link href={`/runrecords/${encodeURIComponent(form.id)}`} className="link">
                          <b>{of(form.name)}</b>
                        </Link>
                        {form.source ? <div className="cap">{plain(sourceIn(form.source, lang))}</div> : null}
                      </td>
                      <Count label={t('runRecords.toWrite')} n={form.open} />
                      <Count label={t('runRecords.toConfirm')} n={form.waiting} />
                      <Count label={t('runRecords.missedDay')} n={form.missed} bad />
                      <td className="nw">
                        <Next form={form} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Loaded>
      </section>
    </Page>
  )
}
const Count = ({ label, n, bad = false }: { readonly label: string; readonly n: number; readonly bad?: boolean }) => (
  <td className="nw r">
    <span className="only-s">{label} </span>
    {n === 0 ? (
      n
    ) : (
      <b>
        {bad ? <Icon name="warn" /> : null} {n}
      </b>
    )}
  </td>
)
function Next({ form }: { readonly form: RunFormView }) {
  const { t, lang } = useText()
  const { timezone } = useMe().site
  return (
    <>
      {form.next ? (
        <>
          <span className="only-s">{t('runRecords.next')} </span>
          <span className="mono">{formatWhen(Date.parse(form.next), serverNow(), lang, timezone)}</span>
        </>
      ) : null}
      {form.running === null ? null : (
        <span>
          {form.next ? ' · ' : ''}
          {t(form.running ? 'runRecords.running' : 'runRecords.standing')}
        </span>
      )}
    </>
  )
}

function Sheet({ form, day }: { readonly form: string; readonly day: string }) {
  const { t, of, lang } = useText()
  const { site } = useMe()
  const [, go] = useLocation()
  const away = useRecordBlock()
  const query = useRunSheet(form, day)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [key, setKey] = useState(newKey)
  const name = query.data ? of(query.data.name) : t('runRecords.title')
  // By the gateway's clock, whatever this machine takes for today.
  const today = useTicking(now => formatDay(now, site.timezone).slice(0, 10))
  const close = () => setChosen(null)
  const extra = async () => {
    setError(null)
    try {
      await post(`run-forms/${encodeURIComponent(form)}/lines`, {}, key)
      setKey(newKey())
      await runChanged()
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <Page title={name} sub={t('runRecords.sheetSub')}>
      <div className="rp">
        <div className="row wrap g2 rp-x rr-bar">
          <Back href="/runrecords">{t('runRecords.title')}</Back>
          <label className="row nowrap">
            {t('runRecords.day')}
            <input
              className="inp"
              type="date"
              value={query.data?.day ?? day}
              max={today}
              onChange={event =>
                event.target.value === '' || go(`/runrecords/${encodeURIComponent(form)}/${event.target.value}`)
              }
            />
          </label>
          <span className="ml row wrap">
            {query.data?.mine && query.data.day === today ? (
              <Button icon="plus" blocked={away} onClick={() => void extra()}>
                {t('runRecords.extra')}
              </Button>
            ) : null}
            <a
              className="btn"
              href={`/api/v1/run-forms/${encodeURIComponent(form)}/sheet?format=csv&lang=${lang}&day=${query.data?.day ?? day}`}
              download
            >
              {t('runRecords.csv')}
            </a>
            <Button onClick={() => window.print()}>{t('runRecords.print')}</Button>
          </span>
        </div>
        <Refusal error={error} />
        <PreStart form={form} day={day} today={day === '' || day === today} />
        <Loaded query={query} what={t('runRecords.title')}>
          {sheet => (
            <article className="card rp-p rr-p">
              <header className="rr-top">
                <h2>
                  {of(site.name)} · {of(sheet.name)}
                </h2>
                <span className="mono">{sheet.day}</span>
              </header>
              {sheet.lines.length === 0 ? (
                <Empty icon="runrecords" title={t('runRecords.noLines')} why={t('runRecords.noLinesWhy')} />
              ) : (
                <>
                  <Todo sheet={sheet} choose={setChosen} />
                  <SheetTable sheet={sheet} choose={setChosen} />
                </>
              )}
              <Foot sheet={sheet} />
            </article>
          )}
        </Loaded>
      </div>
      {chosen === null ? null : chosen.mode === 'excuse' ? (
        <ExcuseLine line={chosen.line} onClose={close} />
      ) : (
        <WriteLine line={chosen.line} columns={query.data?.columns ?? []} mode={chosen.mode} onClose={close} />
      )}
    </Page>
  )
}

/** What the marks mean, the places to sign on paper, and up to which entry of the trail this is. */
function Foot({ sheet }: { readonly sheet: RunSheet }) {
  const { t, lang } = useText()
  const { site } = useMe()
  return (
    <footer className="rr-foot">
      <p>{t('runRecords.legend')}</p>
      {sheet.source ? <p>{plain(sourceIn(sheet.source, lang))}</p> : null}
      <div className="rr-sign">
        <span>{t('runRecords.signDuty')}</span>
        <span>{t('runRecords.signSupervisor')}</span>
      </div>
      <p className="mono">
        {t('runRecords.trail', {
          ...{ seq: sheet.trail.seq, hash: sheet.trail.hash },
          time: formatDay(Date.parse(sheet.trail.at), site.timezone),
        })}
      </p>
    </footer>
  )
}
