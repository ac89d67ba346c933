import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { SpecialBrief, SpecialView } from '../../../gateway/http/contract.ts'
import { specialKinds } from '../../../rules/readings/special.ts'
import { call, type Items, newKey, post, queries, useMay, useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { momentIn } from '../parts/OrderFields.tsx'
import { useText } from '../text/index.ts'
import './byhand.css'
import { Back } from '../parts/Back.tsx'

export const specialKey = ['readings', 'special'] as const

/** Forms of readings at an event, newest first [F27, M04]. */
export default function Specials() {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const reads = useMay('reading.read')
  const [making, setMaking] = useState(false)
  const query = useQuery({ queryKey: specialKey, queryFn: () => call<Items<SpecialBrief>>('special-readings') })
  return (
    <Page title={t('special.title')} sub={t('special.sub')}>
      <div className="row wrap bar-h">
        <Back href={reads ? '/readings' : '/readings/walk'}>{t(reads ? 'readings.back' : 'meterWalk.title')}</Back>
        <span className="ml">
          <Button icon="plus" blocked={away} onClick={() => setMaking(true)}>
            {t('special.new')}
          </Button>
        </span>
      </div>
      <Loaded query={query} what={t('special.title')}>
        {({ items }) => (
          <section className="card">
            {items.length === 0 ? (
              <Empty icon="help" title={t('special.none')} why={t('special.noneWhy')} />
            ) : (
              <table className="tbl flow" aria-label={t('special.title')}>
                <thead>
                  <tr>
                    <th>{t('special.no')}</th>
                    <th>{t('special.what')}</th>
                    <th>{t('special.unit')}</th>
                    <th>{t('special.at')}</th>
                    <th>{t('special.outgoing')}</th>
                    <th>{t('special.incoming')}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {items.map(s => (
                    <tr key={s.id}>
                      <td className="mono wide">
                        <Link className="link" href={`/readings/special/${s.id}`}>
                          {s.no}
                        </Link>
                      </td>
                      <td>{t(`special.kinds.${s.kind}`)}</td>
                      <td>{s.unit === null ? t('special.site') : s.unitName ? of(s.unitName) : plain(s.unit)}</td>
                      <td className="nw">{formatDay(Date.parse(s.at), zone)}</td>
                      <td>
                        <span className="only-s">{t('special.outgoing')} </span>
                        <bdi>{plain(s.outgoing) || '—'}</bdi>
                      </td>
                      <td>
                        <span className="only-s">{t('special.incoming')} </span>
                        <bdi>{plain(s.incoming) || '—'}</bdi>
                      </td>
                      <td>
                        <b>{t(`special.phase.${s.phase}`)}</b>
                        {s.gaps > 0 ? <span className="cap"> {t('special.gaps', { n: s.gaps })}</span> : null}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </section>
        )}
      </Loaded>
      {making ? <NewDialog onClose={() => setMaking(false)} /> : null}
    </Page>
  )
}

function NewDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const zone = useMe().site.timezone
  const [, go] = useLocation()
  const [key] = useState(newKey)
  const [form, setForm] = useState({
    ...{ kind: 'handover' as (typeof specialKinds)[number], unit: '', at: '', outgoing: '', incoming: '', note: '' },
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const whole = form.kind === 'takeover' && form.unit.trim() === ''
  const splits = form.outgoing.trim() !== form.incoming.trim()
  const lacks = form.unit.trim() === '' && !whole ? t('special.unit') : null
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const { at, unit, ...rest } = form
      const body = {
        ...{ ...rest, unit: whole ? null : unit.trim() },
        ...(at === '' ? {} : { at: momentIn(at, zone) }),
      }
      const made = await post<SpecialView>('special-readings', body, key)
      await queries.invalidateQueries({ queryKey: specialKey })
      go(`/readings/special/${made.id}`)
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const input = (field: 'unit' | 'at' | 'outgoing' | 'incoming' | 'note', label: string, hint?: string) => (
    <Field label={label} hint={hint}>
      <input
        className="inp"
        name={field}
        type={field === 'at' ? 'datetime-local' : 'text'}
        maxLength={field === 'unit' ? 64 : 100}
        value={form[field]}
        onChange={event => setForm({ ...form, [field]: event.target.value })}
      />
    </Field>
  )
  return (
    <Dialog
      title={t('special.new')}
      verb={t('special.make')}
      blocked={away ?? (lacks === null ? null : t('common.lacks', { what: lacks }))}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <div className="two">
        <Field label={t('special.what')}>
          <select
            className="inp"
            name="kind"
            value={form.kind}
            onChange={event => setForm({ ...form, kind: event.target.value as (typeof specialKinds)[number] })}
          >
            {specialKinds.map(kind => (
              <option key={kind} value={kind}>
                {t(`special.kinds.${kind}`)}
              </option>
            ))}
          </select>
        </Field>
        {input('unit', t('special.unit'), whole ? t('special.site') : t('special.unitHint'))}
      </div>
      {input('at', t('special.at'), t('special.atHint'))}
      <div className="two">
        {input('outgoing', t('special.outgoing'), t('special.occupierHint'))}
        {input('incoming', t('special.incoming'), t('special.occupierHint'))}
      </div>
      {input('note', t('special.note'))}
      <Note icon="help">{t(splits ? 'special.splits' : 'special.same')}</Note>
    </Dialog>
  )
}
