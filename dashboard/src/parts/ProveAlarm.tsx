import { useState } from 'react'
import { useLocation } from 'wouter'
import type { ProofOffer, ProofView, Provable } from '../../../gateway/http/contract.ts'
import { newKey, post, useMay, useMe } from '../api.ts'
import { formatDay } from '../format.ts'
import { proofsChanged, useOffer, useStated } from '../proofs.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Empty, Loaded, Note } from './notes.tsx'

/** The alarms of a rule or of some equipment, each with when it was proved last and the way to test it. */
export function ProvableList({
  list,
  byEquipment,
}: {
  readonly list: readonly Provable[]
  readonly byEquipment: boolean
}) {
  const { t, of } = useText()
  const { site } = useMe()
  const away = useRecordBlock()
  const may = useMay('alarm.prove')
  const [asked, setAsked] = useState<Provable | null>(null)
  if (list.length === 0)
    return <Empty title={t(byEquipment ? 'proving.nonePoints' : 'proving.none')} why={t('proving.noneWhy')} />
  const nameOf = (one: Provable) =>
    [byEquipment ? of(one.equipmentName) : of(one.text), one.pointName ? of(one.pointName) : '']
      .filter(Boolean)
      .join(' · ')
  return (
    <>
      <table className="tbl flow" aria-label={t('proving.title')}>
        <thead>
          <tr>
            <th>{t('proving.rule')}</th>
            <th>{t('proving.proved')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {list.map(one => (
            <tr key={one.alarm} data-provable={one.alarm}>
              <td className="wide">
                <bdi>{nameOf(one)}</bdi>
              </td>
              <td className="nw">
                <Proved of={one} zone={site.timezone} />
              </td>
              <td className="r">
                <Button
                  small
                  blocked={away ?? (may ? null : t('proving.blockedRole'))}
                  aria-label={t('proving.askLabel', { what: nameOf(one) })}
                  onClick={() => setAsked(one)}
                >
                  {t('proving.ask')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked ? <ProveAlarm alarm={asked} onClose={() => setAsked(null)} /> : null}
    </>
  )
}

function Proved({ of: one, zone }: { readonly of: Provable; readonly zone: string }) {
  const { t } = useText()
  return (
    <>
      {one.provedAt === null ? (
        <span className="dim">{t('proving.never')}</span>
      ) : (
        formatDay(Date.parse(one.provedAt), zone)
      )}
      {one.last && !one.last.passed ? <div className="cap b">{t('proving.lastFailed')}</div> : null}
    </>
  )
}

/** Asks for the test values, the siren and the reason, and starts the test of one alarm. */
export function ProveAlarm({ alarm, onClose }: { readonly alarm: Provable; readonly onClose: () => void }) {
  const { t, of } = useText()
  const offer = useOffer(alarm.rule, alarm.point)
  if (!offer.data || offer.data.refused)
    return (
      <Dialog title={t('proving.startTitle', { what: of(alarm.text) })} onClose={onClose}>
        <Loaded query={offer} what={t('proving.one')}>
          {({ refused }) =>
            refused ? (
              <Note sort="medium" icon="warn">
                <b>{t('proving.refused')}</b>
                <div>{of(refused)}</div>
              </Note>
            ) : null
          }
        </Loaded>
      </Dialog>
    )
  return <Asking alarm={alarm} offer={offer.data} onClose={onClose} />
}

type Input = ProofOffer['inputs'][number]
const NONE = ''
/** What was typed as the value that it stands for; undefined: none, or no number. */
const meant = ({ kind }: Input, typed: string): number | boolean | string | undefined => {
  if (typed.trim() === '') return undefined
  if (kind === 'boolean') return typed === 'true'
  if (kind === 'text') return typed
  const number = Number(typed)
  return Number.isFinite(number) ? number : undefined
}

function Asking({
  alarm,
  offer,
  onClose,
}: {
  readonly alarm: Provable
  readonly offer: ProofOffer
  readonly onClose: () => void
}) {
  const { t, of } = useText()
  const stated = useStated()
  const away = useRecordBlock()
  const [, go] = useLocation()
  const [key] = useState(newKey)
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(offer.inputs.map(i => [i.point, i.suggested === null ? NONE : String(i.suggested)])),
  )
  const [siren, setSiren] = useState(NONE)
  const [why, setWhy] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const values = offer.inputs.flatMap(input => {
    const value = meant(input, typed[input.point] ?? NONE)
    return value === undefined ? [] : [{ point: input.point, value }]
  })
  const wrong = offer.inputs.some(
    i => (typed[i.point] ?? NONE).trim() !== '' && meant(i, typed[i.point]!) === undefined,
  )
  const lacks = wrong || values.length === 0 ? t('proving.stated') : why.trim() === '' ? t('alarms.needReason') : null
  const start = async () => {
    setBusy(true)
    setError(null)
    try {
      const body = {
        rule: alarm.rule,
        point: alarm.point,
        values,
        siren: siren === NONE ? null : siren,
        why: why.trim(),
      }
      const made = await post<ProofView>('alarm-proofs', body, key)
      await proofsChanged()
      go(`/alarms/tests/${encodeURIComponent(made.id)}`)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('proving.startTitle', { what: `${of(alarm.equipmentName)} · ${of(alarm.text)}` })}
      verb={t('proving.start')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void start()}
      onClose={onClose}
    >
      <Note sort="medium" icon="warn">
        {t('proving.warn')}
      </Note>
      {offer.inputs.map(input => (
        <Field
          key={input.point}
          label={t('proving.value', { point: of(input.name) })}
          hint={
            input.now === null ? undefined : t('proving.now', { value: stated(input.point, input.now, input.unit) })
          }
        >
          {input.kind === 'boolean' ? (
            <select
              className="inp"
              value={typed[input.point]}
              onChange={event => setTyped({ ...typed, [input.point]: event.target.value })}
            >
              <option value={NONE}>{t('proving.asIs')}</option>
              {[true, false].map(one => (
                <option key={String(one)} value={String(one)}>
                  {stated(input.point, one, null)}
                </option>
              ))}
            </select>
          ) : (
            <input
              className="inp"
              inputMode={input.kind === 'number' ? 'decimal' : 'text'}
              placeholder={t('proving.asIs')}
              value={typed[input.point]}
              onChange={event => setTyped({ ...typed, [input.point]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Field label={t('proving.siren')} hint={offer.sirens.length === 0 ? t('proving.noSirens') : undefined}>
        <select
          className="inp"
          value={siren}
          disabled={offer.sirens.length === 0}
          onChange={event => setSiren(event.target.value)}
        >
          <option value={NONE}>{t('proving.noSiren')}</option>
          {offer.sirens.map(one => (
            <option key={one.point} value={one.point}>
              {of(one.equipmentName)} · {of(one.name)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('proving.why')} hint={t('proving.whyHint')}>
        <textarea className="inp" rows={2} maxLength={500} value={why} onChange={event => setWhy(event.target.value)} />
      </Field>
    </Dialog>
  )
}
