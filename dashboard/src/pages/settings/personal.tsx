import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PersonalFound, PersonalGoneView, PersonalKept } from '../../../../gateway/http/contract.ts'
import { personalKinds } from '../../../../rules/personal.ts'
import { call, type Items, queries, useMay, useMe } from '../../api.ts'
import { formatDay, formatNumber, plain } from '../../format.ts'
import { Button, useRecordBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Loaded, Refusal } from '../../parts/notes.tsx'
import { saveMade } from '../../savefile.ts'
import { useText } from '../../text/index.ts'
import { PersonalKeep } from './personal-keep.tsx'

/** What is known of people from outside: how long, all of one of them, and its end. */
export function Personal() {
  const writes = useMay('site.write')
  return (
    <div className="col g4">
      <Kinds />
      <OnePerson />
      {writes ? <PersonalKeep /> : null}
    </div>
  )
}

function Kinds() {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const query = useQuery({
    queryKey: ['personal-data'],
    queryFn: async () => (await call<Items<PersonalKept>>('personal-data')).items,
  })
  return (
    <section className="card" aria-label={t('personal.title')}>
      <div className="card-h">
        <h2>{t('personal.title')}</h2>
      </div>
      <p className="card-b dim">{t('personal.lead')}</p>
      <Loaded query={query} what={t('personal.title')}>
        {kinds => (
          <div className="scroll-x">
            <table className="tbl flow">
              <thead>
                <tr>
                  <th>{t('personal.kind')}</th>
                  <th>{t('personal.days')}</th>
                  <th className="r">{t('personal.records')}</th>
                  <th>{t('personal.oldest')}</th>
                </tr>
              </thead>
              <tbody>
                {kinds.map(k => (
                  <tr key={k.kind}>
                    <td className="wide">
                      <b>{of(personalKinds[k.kind].name)}</b>
                    </td>
                    <td>
                      {k.days === null
                        ? t('personal.byRegister')
                        : t('personal.daysOf', { n: formatNumber(k.days, lang) })}
                      {k.law > 0 ? (
                        <span className="dim"> · {t('personal.law', { n: formatNumber(k.law, lang) })}</span>
                      ) : null}
                    </td>
                    <td className="r">
                      {k.records === null ? '' : t('personal.found', { n: formatNumber(k.records, lang) })}
                    </td>
                    <td className="dim nw">
                      {k.oldest === null ? null : (
                        <>
                          <span className="only-s">{t('personal.oldest')} </span>
                          {formatDay(Date.parse(k.oldest), zone)}
                        </>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </section>
  )
}

function OnePerson() {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const mayForget = useMay('personal.forget')
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [found, setFound] = useState<readonly PersonalFound[] | null>(null)
  const [said, setSaid] = useState<readonly string[]>([])
  const [asking, setAsking] = useState(false)
  const body = { name: name.trim(), reason: reason.trim() }
  const lacks =
    body.name.length < 2
      ? t('common.lacks', { what: t('personal.name') })
      : body.reason === ''
        ? t('common.lacks', { what: t('common.reason') })
        : null
  async function act(work: () => Promise<void>) {
    setBusy(true)
    setError(null)
    setSaid([])
    try {
      await work()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const find = () =>
    act(async () => {
      const answer = await call<Items<PersonalFound>>('personal-data/find', { method: 'POST', body })
      setFound(answer.items)
    })
  const save = () =>
    act(async () => {
      await saveMade('personal-data/export', 'gatehouse-person.zip', body)
      setSaid([t('personal.saved')])
    })
  const forget = () =>
    act(async () => {
      const { items, photos } = await call<PersonalGoneView>('personal-data/forget', { method: 'POST', body })
      const kept = items.flatMap(i => i.kept.map(k => `${k.no} (${t(`personal.why.${k.why}`)})`))
      setAsking(false)
      setFound(null)
      setSaid([
        t('personal.gone', { n: items.reduce((sum, i) => sum + i.records, 0), photos }),
        ...(kept.length > 0 ? [t('personal.stays', { list: kept.join(', ') })] : []),
      ])
      await queries.invalidateQueries({ queryKey: ['personal-data'] })
    })
  const blocked = away ?? lacks
  return (
    <section className="card" aria-label={t('personal.one')}>
      <div className="card-h">
        <h2>{t('personal.one')}</h2>
      </div>
      <div className="card-b col g3">
        <p className="dim">{t('personal.oneWhy')}</p>
        <div className="row wrap g4">
          <Field label={t('personal.name')}>
            <input className="inp" maxLength={64} value={name} onChange={event => setName(event.target.value)} />
          </Field>
          <Field label={t('common.reason')}>
            <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
          </Field>
        </div>
        <div className="row wrap">
          <Button blocked={blocked} sayWhy onClick={() => void find()}>
            {t('personal.find')}
          </Button>
          {found && found.length > 0 ? (
            <Button blocked={blocked} onClick={() => void save()}>
              {t('personal.save')}
            </Button>
          ) : null}
          {found && found.length > 0 && mayForget ? (
            <Button blocked={blocked} onClick={() => setAsking(true)}>
              {t('personal.forget')}
            </Button>
          ) : null}
        </div>
        <Refusal error={asking ? null : error} />
        {said.map(words => (
          <p key={words} role="status">
            {words}
          </p>
        ))}
        {found === null ? null : (
          <p role="status" className="dim">
            {found.length === 0 ? t('personal.none') : t('personal.found', { n: found.length })}
          </p>
        )}
        {found && found.length > 0 ? (
          <ul className="exl">
            {found.map((k, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same record may know him twice
              <li key={i}>
                <time dateTime={k.at}>{formatDay(Date.parse(k.at), zone)}</time>
                <span>
                  <b className="mono">{k.no}</b> {of(personalKinds[k.kind].name)} · <bdi>{wordsOf(k.facts)}</bdi>
                  {k.photos > 0 ? ` · ${t('personal.photos', { n: k.photos })}` : ''}{' '}
                  <span className={k.kept ? 'q-t' : 'dim'}>
                    {t(k.kept ? `personal.why.${k.kept}` : 'personal.would')}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {asking ? (
        <Dialog
          title={t('personal.forgetAsk', { name: plain(body.name) })}
          verb={t('personal.forget')}
          blocked={blocked}
          busy={busy}
          error={error}
          onDo={() => void forget()}
          onClose={() => setAsking(false)}
        >
          {t('personal.forgetWhy')}
        </Dialog>
      ) : null}
    </section>
  )
}

/** What identifies the person, so that nobody is taken for another of the same name. */
const wordsOf = (facts: Readonly<Record<string, unknown>>): string =>
  ['name', 'value', 'phone', 'company', 'room', 'unit', 'host', 'outgoing', 'incoming']
    .flatMap(key => (typeof facts[key] === 'string' && facts[key] !== '' ? [plain(facts[key])] : []))
    .join(' · ')
