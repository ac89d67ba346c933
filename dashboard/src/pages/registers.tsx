import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { RegisterEntryView } from '../../../gateway/http/contract.ts'
import { allFields, mayKeep, type Register } from '../../../rules/register.ts'
import { lastDay } from '../../../rules/registerdays.ts'
import { registerOf, registers } from '../../../rules/registers/all.ts'
import { useMay, useMe } from '../api.ts'
import { plain } from '../format.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { EntryDetail } from '../parts/registers/EntryDetail.tsx'
import { FactsForm } from '../parts/registers/EntryForms.tsx'
import { PaperForm } from '../parts/registers/PaperForm.tsx'
import { PeopleSearch } from '../parts/registers/PeopleSearch.tsx'
import { Slip } from '../parts/registers/Slip.tsx'
import { useEntries, useRegisters, useWritten } from '../registers.ts'
import { useText } from '../text/index.ts'
import './runbooks.css'
import './registers.css'

interface Props {
  readonly register: string | undefined
  readonly no: string | undefined
  readonly slip: boolean
}
/** The registers of the property office: all of them, one as a table, one entry, or its slip on paper. */
export default function Registers({ register, no, slip }: Props) {
  const { t } = useText()
  const found = register === undefined ? null : registerOf(register)
  if (found === null) return <All />
  if (found === undefined)
    return (
      <Page title={t('registers.title')}>
        <section className="card">
          <Empty icon="help" title={t('common.notFound')} why={t('common.notFoundWhy')} />
        </section>
      </Page>
    )
  if (no === 'form' && found.form) return <PaperForm key={found.id} register={found} form={found.form} />
  if (no === undefined) return <Table key={found.id} register={found} />
  return slip && found.slip ? <Slip register={found} no={no} /> : <EntryDetail key={no} register={found} no={no} />
}

function All() {
  const { t, of } = useText()
  const query = useRegisters()
  return (
    <Page title={t('registers.title')} sub={t('registers.sub')}>
      {useMay('month.read') ? (
        <div className="row wrap bar-h rg-x">
          <Link href="/month" className="btn">
            {t('monthly.title')}
          </Link>
        </div>
      ) : null}
      <section className="card" aria-label={t('registers.title')}>
        <Loaded query={query} what={t('registers.title')}>
          {list => (
            <table className="tbl flow" aria-label={t('registers.title')}>
              <thead>
                <tr>
                  <th>{t('registers.title')}</th>
                  <th className="r">{t('registers.open')}</th>
                  <th className="r">{t('registers.overdue')}</th>
                  <th>{t('registers.figures')}</th>
                </tr>
              </thead>
              <tbody>
                {registers.map(register => {
                  const counts = list.find(one => one.id === register.id)
                  return (
                    <tr key={register.id}>
                      <td className="wide">
                        <Link href={`/registers/${register.id}`} className="link">
                          <b>{of(register.name)}</b>
                        </Link>
                        <div className="cap">{of(register.help)}</div>
                      </td>
                      <td className="nw r">
                        <span className="only-s">{t('registers.open')} </span>
                        {counts?.open ?? '—'}
                      </td>
                      <td className="nw r">
                        <span className="only-s">{t('registers.overdue')} </span>
                        {counts && counts.overdue > 0 ? (
                          <b>
                            <Icon name="warn" /> {counts.overdue}
                          </b>
                        ) : (
                          (counts?.overdue ?? '—')
                        )}
                      </td>
                      <td>
                        {counts?.figures.map(f => (
                          <div key={f.name.en} className="nw">
                            {of(f.name)} {f.value}
                            {f.least === null ? '' : ` / ${f.least}`}
                            {f.least !== null && f.value < f.least ? (
                              <>
                                {' '}
                                <Icon name="warn" /> {t('registers.tooFew')}
                              </>
                            ) : null}
                          </div>
                        ))}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          )}
        </Loaded>
      </section>
      {useMay('register.identity') ? <PeopleSearch /> : null}
    </Page>
  )
}

function Table({ register }: { readonly register: Register }) {
  const { t, of, lang } = useText()
  const me = useMe()
  const [, go] = useLocation()
  const away = useRecordBlock()
  const [past, setPast] = useState(false)
  const [words, setWords] = useState('')
  const [adding, setAdding] = useState(false)
  const query = useEntries(register.id, !past)
  const written = useWritten()
  const columns = allFields(register).filter(f => f.column && f.key !== register.title)
  const has = (entry: RegisterEntryView) =>
    words.trim() === '' ||
    `${entry.no} ${JSON.stringify(entry.values)}`.toLowerCase().includes(words.trim().toLowerCase())
  return (
    <Page title={of(register.name)} sub={t('registers.title')}>
      <div className="row wrap bar-h rg-x">
        <Back href="/registers">{t('registers.title')}</Back>
        <fieldset className="tabs bare" aria-label={t('registers.show')}>
          <button type="button" aria-pressed={!past} onClick={() => setPast(false)}>
            {t('registers.open')}
          </button>
          <button type="button" aria-pressed={past} onClick={() => setPast(true)}>
            {t('registers.all')}
          </button>
        </fieldset>
        <input
          className="inp fit"
          aria-label={t('registers.search')}
          placeholder={t('registers.search')}
          value={words}
          onChange={event => setWords(event.target.value)}
        />
        <span className="ml row wrap">
          {register.form ? (
            <Link href={`/registers/${register.id}/form`} className="btn">
              {of(register.form.name)}
            </Link>
          ) : null}
          <a className="btn" href={`/api/v1/registers/${register.id}?format=csv&lang=${lang}&open=${!past}`} download>
            {t('registers.csv')}
          </a>
          <a className="btn" href={`/api/v1/registers/${register.id}?format=csv&what=lines&lang=${lang}`} download>
            {t('registers.csvLines')}
          </a>
          <Button onClick={() => window.print()}>{t('registers.print')}</Button>
          {mayKeep(register, me.role) ? (
            <Button primary icon="plus" blocked={away} onClick={() => setAdding(true)}>
              {t('registers.add')}
            </Button>
          ) : null}
        </span>
      </div>
      <p className="dim rg-help">{of(register.help)}</p>
      <section className="card">
        <Loaded query={query} what={of(register.name)}>
          {list => {
            const shown = list.filter(has).toSorted((a, b) => Number(b.overdue) - Number(a.overdue))
            if (shown.length === 0) return <Empty title={t('registers.none')} why={t('registers.noneWhy')} />
            return (
              <table className="tbl flow" aria-label={of(register.name)}>
                <thead>
                  <tr>
                    <th>{of(register.fields.find(f => f.key === register.title)!.name)}</th>
                    <th>{t('registers.state')}</th>
                    {columns.map(c => (
                      <th key={c.key}>{of(c.name)}</th>
                    ))}
                    <th>{t('registers.due')}</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map(entry => (
                    <tr key={entry.id}>
                      <td className="wide">
                        <Link href={`/registers/${register.id}/${entry.no}`} className="link">
                          <b>
                            <bdi>{plain(entry.title)}</bdi>
                          </b>
                        </Link>{' '}
                        <span className="mono dim nw">{entry.no}</span>
                        {entry.demo ? <span className="cap"> {t('registers.demo')}</span> : null}
                      </td>
                      <td className="nw">
                        <b>{of(entry.phaseName)}</b>
                      </td>
                      {columns.map(c => {
                        const text = written(c, entry.values[c.key])
                        return (
                          <td key={c.key}>
                            {text === '' ? null : (
                              <>
                                <span className="only-s dim">{of(c.name)} </span>
                                <bdi>{text}</bdi>
                              </>
                            )}
                          </td>
                        )
                      })}
                      <td className="nw">
                        {entry.dueAt === null ? null : (
                          <span className={entry.overdue ? 'rg-late' : 'dim'}>
                            <span className="only-s">{t('registers.due')} </span>
                            {entry.overdue ? <Icon name="warn" /> : null}{' '}
                            {lastDay(Date.parse(entry.dueAt), me.site.timezone)}
                            {entry.overdue ? ` · ${t('registers.late')}` : ''}
                          </span>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }}
        </Loaded>
      </section>
      {adding ? (
        <FactsForm
          register={register}
          entry={null}
          onClose={() => setAdding(false)}
          onDone={entry => go(`/registers/${register.id}/${entry.no}`)}
        />
      ) : null}
    </Page>
  )
}
