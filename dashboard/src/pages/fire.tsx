import { useMemo, useState } from 'react'
import type { LinkageActionView, LinkageZoneView, PointInfo } from '../../../gateway/http/contract.ts'
import { type LinkageCause, linkageCauses } from '../../../rules/linkage.ts'
import { post, queries, useEquipment, useLinkage, useMay, useMe } from '../api.ts'
import { formatDuration, formatTime } from '../format.ts'
import { useTicking } from '../live.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { Value } from '../parts/Value.tsx'
import { useText } from '../text/index.ts'
import './fire.css'

/** The fire control room's page: each zone, what the linkage did with its proof, and the person's word that it is over. */
export default function Fire() {
  const { t } = useText()
  const query = useLinkage(1000)
  const equipment = useEquipment()
  const pointOf = useMemo(
    () => new Map(equipment.data?.flatMap(one => one.points.map(point => [point.id, point] as const))),
    [equipment.data],
  )
  const [ending, setEnding] = useState<LinkageZoneView | null>(null)
  return (
    <Page title={t('fire.title')} sub={t('fire.sub')}>
      <Loaded query={query} what={t('fire.title')}>
        {({ zones, actions }) => {
          if (zones.length === 0)
            return (
              <section className="card">
                <Empty icon="fire" title={t('fire.none')} why={t('fire.noneWhy')} />
              </section>
            )
          const now = zones.filter(zone => zone.phase !== 'normal').sort(worst)
          const blind = zones.filter(zone => zone.blind).length
          const running = actions.filter(action => action.startedAt !== null)
          return (
            <div className="col g3">
              {now.length > 0 ? (
                <ul className="fz-now" aria-label={t('fire.now')}>
                  {now.map(zone => (
                    <Zone key={zone.id} zone={zone} onEnd={() => setEnding(zone)} />
                  ))}
                </ul>
              ) : null}
              <section className="card">
                <div className="card-h">
                  <h2>{t('fire.actions')}</h2>
                  <span className="dim">{t('fire.actionsSub', { n: running.length, of: actions.length })}</span>
                </div>
                {(running.length > 0 ? running : actions).map(action => (
                  <Action key={action.id} action={action} pointOf={pointOf} />
                ))}
                {actions.length === 0 ? <Empty icon="fire" title={t('fire.noActions')} /> : null}
              </section>
              <section className="card">
                <div className="card-h">
                  <h2>{t('fire.zones')}</h2>
                  <span className="dim">{t('fire.zonesSub', { n: zones.length, now: now.length })}</span>
                  {blind > 0 ? <span className="q-t">{t('fire.zonesBlind', { n: blind })}</span> : null}
                </div>
                <ul className="fz-all">
                  {zones.map(zone => (
                    <Tile key={zone.id} zone={zone} />
                  ))}
                </ul>
              </section>
            </div>
          )
        }}
      </Loaded>
      {ending ? <Over zone={ending} onClose={() => setEnding(null)} /> : null}
    </Page>
  )
}

const order = ['confirmed', 'linked', 'first', 'to-confirm', 'normal']
const worst = (a: LinkageZoneView, b: LinkageZoneView) => order.indexOf(a.phase) - order.indexOf(b.phase)

function Zone({ zone, onEnd }: { readonly zone: LinkageZoneView; readonly onEnd: () => void }) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const away = useRecordBlock()
  const allowed = useMay('linkage.confirm')
  const began = Date.parse(zone.firstAt ?? zone.since!)
  const age = useTicking(now => formatDuration(now - began))
  const time = (at: string) => formatTime(Date.parse(at), lang, timezone)
  const blocked =
    away ?? (allowed ? (zone.phase === 'to-confirm' ? null : t('fire.panelFirst')) : t('fire.blockedRole'))
  return (
    <li className={`fz ${zone.phase}`}>
      <div className="row wrap">
        <h3>{of(zone.name)}</h3>
        <span className={`fz-p ${zone.phase}`}>{t(`fire.phase.${zone.phase}`)}</span>
        <span className="ml dim">{age}</span>
      </div>
      <span>{t(`fire.do.${zone.phase as 'first'}`)}</span>
      <span className="dim">
        {t('fire.firstAt', { time: time(zone.firstAt ?? zone.since!) })}
        {zone.confirmedAt ? ` · ${t('fire.confirmedAt', { time: time(zone.confirmedAt) })}` : ''}
        {zone.by ? ` · ${t(`fire.by.${zone.by}`)}` : ''}
        {` · ${t('fire.devices', { n: zone.devices })}`}
      </span>
      {zone.former.length === 0 ? null : (
        <span className="cap b">
          {t('fire.former', {
            n: zone.former.length + 1,
            times: zone.former.map(one => `${time(one.firstAt)}–${time(one.normalAt)}`).join(t('common.listSep')),
          })}
        </span>
      )}
      {zone.blind ? <span className="q-t">{t('fire.blind')}</span> : null}
      <div className="row wrap">
        <Button
          primary={zone.phase === 'to-confirm'}
          icon="check"
          blocked={blocked}
          sayWhy
          aria-label={t('fire.endLabel', { zone: of(zone.name) })}
          onClick={onEnd}
        >
          {t('fire.end')}
        </Button>
      </div>
    </li>
  )
}

type Device = LinkageActionView['devices'][number]

function Tile({ zone }: { readonly zone: LinkageZoneView }) {
  const { t, of } = useText()
  return (
    <li className={zone.phase}>
      {of(zone.name)}
      <span className={`cap ${zone.blind ? 'q-t' : 'dim'}`}>
        {zone.blind && zone.phase === 'normal' ? t('fire.blindShort') : t(`fire.phase.${zone.phase}`)}
      </span>
    </li>
  )
}

/** What nobody has proved stands on top: it is what somebody has to look at. */
const byProof = (a: Device, b: Device) => Number(a.phase === 'proved') - Number(b.phase === 'proved')

interface ActionProps {
  readonly action: LinkageActionView
  readonly pointOf: ReadonlyMap<string, PointInfo>
}
function Action({ action, pointOf }: ActionProps) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const proved = action.devices.filter(d => d.phase === 'proved').length
  const open = action.startedAt !== null
  const took = (at: string) => {
    const ms = Math.max(0, Date.parse(at) - Date.parse(action.startedAt!))
    return ms < 60_000 ? `${Math.round(ms / 1000)} s` : formatDuration(ms)
  }
  return (
    <div className="fa">
      <div className="row wrap">
        <h3>{of(action.name)}</h3>
        <span className="dim">{t(action.act ? 'fire.act' : 'fire.announce')}</span>
        <span className={`ml ${open && proved === action.devices.length ? 'proved' : ''}`}>
          {open
            ? t('fire.proved', { n: proved, of: action.devices.length })
            : t('fire.calm', { n: action.devices.length, s: action.withinS })}
        </span>
      </div>
      {open ? (
        <ul>
          {action.devices.toSorted(byProof).map(device => (
            <li key={device.point}>
              <span>
                {of(device.name)}
                <Now point={pointOf.get(device.point)} />
                {device.text ? <span className="q-t"> · {of(device.text)}</span> : null}
              </span>
              <span className={`nw ${device.phase ?? ''}`}>
                {t(`fire.proof.${device.phase ?? 'waiting'}`)}
                {device.phase === 'proved' && device.provedAt ? (
                  <span className="dim">
                    {' '}
                    {formatTime(Date.parse(device.provedAt), lang, timezone)} · {took(device.provedAt)}
                  </span>
                ) : device.attempts > 1 ? (
                  <span className="dim"> {t('fire.attempts', { n: device.attempts })}</span>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

/** What the point says now: a name like "damper open" proves the closed damper by its "no". */
const Now = ({ point }: { readonly point: PointInfo | undefined }) =>
  point ? (
    <span className="fa-v">
      <Value point={point} noAge />
    </span>
  ) : null

function Over({ zone, onClose }: { readonly zone: LinkageZoneView; readonly onClose: () => void }) {
  const { t, of } = useText()
  const [cause, setCause] = useState<LinkageCause | null>(null)
  const [remark, setRemark] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`linkage/${encodeURIComponent(zone.id)}/confirm`, { cause, remark })
      await queries.invalidateQueries({ queryKey: ['linkage'] })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('fire.endTitle', { zone: of(zone.name) })}
      verb={t('fire.end')}
      blocked={cause === null ? t('fire.chooseCause') : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p>{t('fire.endWhy')}</p>
      <div className="col g1" role="radiogroup" aria-label={t('fire.chooseCause')}>
        {linkageCauses.map(one => (
          <label key={one} className="row">
            <input type="radio" name="cause" checked={cause === one} onChange={() => setCause(one)} />
            <span>{t(`fire.cause.${one}`)}</span>
          </label>
        ))}
      </div>
      <Field label={t('fire.remark')}>
        <input className="inp" maxLength={500} value={remark} onChange={event => setRemark(event.target.value)} />
      </Field>
    </Dialog>
  )
}
