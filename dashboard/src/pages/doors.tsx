import { useState } from 'react'
import { Link } from 'wouter'
import type { AccessDoorView, DoorControllerView } from '../../../gateway/http/contract.ts'
import { type SettableMode, settable, settableModes } from '../../../rules/access/doormode.ts'
import { passesChanged, useAccessEvents, useDoorControllers, useDoors, useFireRelease, useHolders } from '../access.ts'
import { post, useMay, useMe } from '../api.ts'
import { formatDuration, formatWhen, plain } from '../format.ts'
import { useTicking } from '../live.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { DoorControllers, DoorPolicy, DoorReaders, FireRelease } from '../parts/DoorControllers.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { momentIn } from '../parts/OrderFields.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

/** Doors: those that are not as usual first, the oldest on top; who was refused and why; who could come in when. */
export default function Doors() {
  const { t, of } = useText()
  const query = useDoors()
  const controllers = useDoorControllers().data ?? []
  const release = useFireRelease().data
  const [setting, setSetting] = useState<AccessDoorView | null>(null)
  const mayRead = useMay('pass.read')
  return (
    <Page title={t('doors.title')} sub={t('doors.sub')}>
      <Loaded query={query} what={t('doors.title')}>
        {view => {
          if (view.items.length === 0)
            return (
              <section className="card">
                <Empty icon="lock" title={t('doors.none')} why={t('doors.noneWhy')} />
              </section>
            )
          const odd = view.items.filter(isOdd).sort((a, b) => Date.parse(a.mode.since) - Date.parse(b.mode.since))
          const rest = view.items.filter(door => !isOdd(door))
          return (
            <div className="col g3">
              {view.clockSafe ? null : (
                <Note sort="high" icon="clock" role="alert" title={t('doors.clock')}>
                  {t('doors.clockWhy')}
                </Note>
              )}
              {view.unknown > 0 ? (
                <Note sort="medium" icon="person">
                  {t('doors.unknown', { n: view.unknown })}
                </Note>
              ) : null}
              {view.items.some(door => door.ownTable) ? (
                <Note icon="help" title={t('doors.ownTable')}>
                  {t('doors.ownTableWhy')}
                </Note>
              ) : null}
              {release ? <FireRelease view={release} /> : null}
              <section className="card" aria-label={t('doors.list')}>
                <div className="card-h">
                  <h2>{t('doors.list')}</h2>
                  <span className="dim">{t('doors.count', { n: view.items.length, odd: odd.length })}</span>
                  {mayRead ? (
                    <a className="ml" href="/muster">
                      {t('doors.muster')}
                    </a>
                  ) : null}
                </div>
                <ul className="drs">
                  {[...odd, ...rest].map(door => (
                    <Door
                      key={door.id}
                      door={door}
                      controller={controllers.find(c => c.doors.includes(door.id))}
                      onSet={() => setSetting(door)}
                    />
                  ))}
                </ul>
              </section>
              <DoorControllers items={controllers} />
              {mayRead ? <Events doors={view.items} /> : null}
              {mayRead ? <Holders doors={view.items} /> : null}
              <section className="card">
                <div className="card-h">
                  <h2>{t('doors.areas')}</h2>
                </div>
                <ul className="drs-a">
                  {view.areas.map(area => (
                    <li key={area.id}>
                      {of(area.name)}
                      <b className="ml">
                        {area.inside}
                        {area.capacity === null ? '' : ` / ${area.capacity}`}
                      </b>
                    </li>
                  ))}
                </ul>
              </section>
            </div>
          )
        }}
      </Loaded>
      {setting ? <SetMode door={setting} onClose={() => setSetting(null)} /> : null}
    </Page>
  )
}

const isOdd = (door: AccessDoorView): boolean =>
  door.mode.mode !== 'normal' || door.position === 'forced' || door.position === 'held'

interface DoorProps {
  readonly door: AccessDoorView
  readonly controller: DoorControllerView | undefined
  readonly onSet: () => void
}
function Door({ door, controller, onSet }: DoorProps) {
  const { t, of } = useText()
  const { mode } = door
  const allowed = useMay('door.mode')
  const blocked = useRecordBlock() ?? (allowed ? null : t('doors.blockedRole'))
  // What a cause outside of us brings has no beginning that we know of.
  const since = useTicking(now =>
    mode.mode === 'normal' || mode.by === null ? '' : formatDuration(now - Date.parse(mode.since)),
  )
  const left = useTicking(now => (mode.until === null ? '' : formatDuration(Date.parse(mode.until) - now)))
  const own = door.layers.find(layer => layer.id !== null && layer.mode === mode.mode)
  const [ending, setEnding] = useState(false)
  return (
    <li className={`dr ${mode.mode}`} data-door={door.id}>
      <div className="row wrap">
        <b>{of(door.name)}</b>
        <span className={`dr-m ${mode.mode}`}>
          {t(`doorMode.${mode.mode}`)}
          {mode.level === null ? '' : ` ≥ ${mode.level}`}
        </span>
        {door.position === 'forced' || door.position === 'held' ? (
          <span className="dr-m lockout">{t(`doors.position.${door.position}`)}</span>
        ) : null}
        <span className="ml dim">
          {door.open === null ? (
            <span className="q-t">{t('doors.noContact')}</span>
          ) : (
            t(`doors.${door.open ? 'open' : 'shut'}`)
          )}
        </span>
      </div>
      <div className="row wrap dim">
        <span>
          {t(`doors.class.${door.class}`)}
          {door.escort ? ` · ${t('doors.escort')}` : ''}
          {door.twoPersons.length > 0 ? ` · ${t('doors.two', { roles: door.twoPersons.map(plain).join(' + ') })}` : ''}
        </span>
        {mode.by !== null ? (
          <span>{t('doors.setBy', { name: plain(mode.by), reason: plain(mode.reason), age: since, left })}</span>
        ) : null}
        <DoorPolicy controller={controller} />
        <DoorReaders controller={controller} door={door.id} />
        <span className="ml row">
          {own ? (
            <Button small blocked={blocked} onClick={() => setEnding(true)}>
              {t('doors.end')}
            </Button>
          ) : null}
          <Button small blocked={blocked} onClick={onSet} aria-label={t('doors.setOf', { door: of(door.name) })}>
            {t('doors.set')}
          </Button>
        </span>
      </div>
      {ending && own ? <EndMode door={door} layer={own.id!} onClose={() => setEnding(false)} /> : null}
    </li>
  )
}

function useSend(onClose: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (path: string, body: object) => {
    setBusy(true)
    setError(null)
    try {
      await post(path, body)
      await passesChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return { busy, error, send }
}

function SetMode({ door, onClose }: { readonly door: AccessDoorView; readonly onClose: () => void }) {
  const { t, of } = useText()
  const [mode, setMode] = useState<SettableMode>('lockdown')
  const [minutes, setMinutes] = useState('')
  const [level, setLevel] = useState('5')
  const [reason, setReason] = useState('')
  const { busy, error, send } = useSend(onClose)
  const limit = settable[mode]
  const body = {
    mode,
    reason: reason.trim(),
    ...(minutes === '' ? {} : { minutes: Number(minutes) }),
    ...(mode === 'lockdown' ? { level: Number(level) } : {}),
  }
  return (
    <Dialog
      title={t('doors.setOf', { door: of(door.name) })}
      verb={t('doors.setVerb', { mode: t(`doorMode.${mode}`) })}
      blocked={reason.trim() === '' ? t('common.lacks', { what: t('doors.reason') }) : null}
      busy={busy}
      error={error}
      onDo={() => void send(`doors/${encodeURIComponent(door.id)}/modes`, body)}
      onClose={onClose}
    >
      <div className="col g1" role="radiogroup" aria-label={t('doors.set')}>
        {settableModes.map(one => (
          <label key={one} className="row">
            <input type="radio" name="mode" checked={mode === one} onChange={() => setMode(one)} />
            <span>
              <b>{t(`doorMode.${one}`)}</b> <span className="dim">{t(`doors.what.${one}`)}</span>
            </span>
          </label>
        ))}
      </div>
      <div className="two">
        <Field label={t('doors.minutes')} hint={t('doors.minutesHint', { usual: limit.usualMin, most: limit.mostMin })}>
          <input
            className="inp"
            type="number"
            min={1}
            max={limit.mostMin}
            value={minutes}
            placeholder={String(limit.usualMin)}
            onChange={event => setMinutes(event.target.value)}
          />
        </Field>
        {mode === 'lockdown' ? (
          <Field label={t('doors.level')}>
            <input
              className="inp"
              type="number"
              min={1}
              max={9}
              value={level}
              onChange={e => setLevel(e.target.value)}
            />
          </Field>
        ) : null}
      </div>
      <Field label={t('doors.reason')}>
        <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
      <p className="dim">{t(door.ownTable ? 'doors.onlyHere' : 'doors.wayOut')}</p>
    </Dialog>
  )
}

function EndMode({
  door,
  layer,
  onClose,
}: {
  readonly door: AccessDoorView
  readonly layer: string
  readonly onClose: () => void
}) {
  const { t, of } = useText()
  const [reason, setReason] = useState('')
  const { busy, error, send } = useSend(onClose)
  return (
    <Dialog
      title={t('doors.endOf', { door: of(door.name), mode: t(`doorMode.${door.mode.mode}`) })}
      verb={t('doors.end')}
      blocked={reason.trim() === '' ? t('common.lacks', { what: t('doors.reason') }) : null}
      busy={busy}
      error={error}
      onDo={() => void send(`doors/${encodeURIComponent(door.id)}/modes/${layer}/end`, { reason: reason.trim() })}
      onClose={onClose}
    >
      <Field label={t('doors.reason')}>
        <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
    </Dialog>
  )
}

interface ListProps {
  readonly doors: readonly AccessDoorView[]
}
export function DoorChoice({
  doors,
  value,
  onChange,
  any,
}: ListProps & { readonly value: string; readonly onChange: (id: string) => void; readonly any: string }) {
  const { t, of } = useText()
  return (
    <select className="inp" aria-label={t('doors.door')} value={value} onChange={event => onChange(event.target.value)}>
      <option value="">{any}</option>
      {doors.map(door => (
        <option key={door.id} value={door.id}>
          {of(door.name)}
        </option>
      ))}
    </select>
  )
}

/** Why was X refused at door D at T: each refusal with the rule that gave it. */
function Events({ doors }: ListProps) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const [refused, setRefused] = useState(true)
  const [door, setDoor] = useState('')
  const query = useAccessEvents(refused, door)
  const nameOf = (id: string) => {
    const found = doors.find(one => one.id === id)
    return found ? of(found.name) : plain(id)
  }
  return (
    <section className="card" aria-label={t('doors.events')}>
      <div className="card-h wrap">
        <h2>{t('doors.events')}</h2>
        <span className="ml row wrap">
          <Link href="/doors/log">{t('doorLog.open')}</Link>
          <DoorChoice doors={doors} value={door} onChange={setDoor} any={t('doors.anyDoor')} />
          <label className="row">
            <input type="checkbox" checked={refused} onChange={event => setRefused(event.target.checked)} />
            {t('doors.onlyRefused')}
          </label>
        </span>
      </div>
      <Loaded query={query} what={t('doors.events')}>
        {items =>
          items.length === 0 ? (
            <Empty icon="check" title={t(refused ? 'doors.noRefusals' : 'doors.noEvents')} />
          ) : (
            <ul className="drs-e">
              {items.map(event => (
                <li key={event.seq} className={event.outcome.startsWith('denied') ? 'no' : ''}>
                  <span className="nw dim">{formatWhen(Date.parse(event.at), Date.now(), lang, timezone)}</span>
                  <span>
                    <b>
                      <bdi>{event.personName === null ? t('doors.nobody') : plain(event.personName)}</bdi>
                    </b>
                    {` · ${nameOf(event.door)} · ${t(`doors.direction.${event.direction}`)}`}
                    {event.entered ? ` · ${t('doors.entered')}` : ''}
                  </span>
                  <span>
                    {of(event.text)}
                    <span className="dim"> {t('doors.rule', { rule: event.rule, version: event.policyVersion })}</span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

/** Who could open a door at a time: by right alone. */
function Holders({ doors }: ListProps) {
  const { t, of } = useText()
  const { timezone } = useMe().site
  const [door, setDoor] = useState('')
  const [at, setAt] = useState('')
  const query = useHolders(door, at === '' ? null : momentIn(at, timezone))
  return (
    <section className="card" aria-label={t('doors.holders')}>
      <div className="card-h wrap">
        <h2>{t('doors.holders')}</h2>
        <span className="ml row wrap">
          <DoorChoice doors={doors} value={door} onChange={setDoor} any={t('common.choose')} />
          <input
            className="inp"
            type="datetime-local"
            aria-label={t('doors.at')}
            value={at}
            onChange={event => setAt(event.target.value)}
          />
        </span>
      </div>
      {door === '' ? (
        <Empty icon="help" title={t('doors.chooseDoor')} why={t('doors.holdersWhy')} />
      ) : (
        <Loaded query={query} what={t('doors.holders')}>
          {view =>
            view.items.length === 0 ? (
              <Empty icon="lock" title={t('doors.nobodyMay')} why={t(`doorMode.${view.mode}`)} />
            ) : (
              <ul className="drs-e">
                {view.items.map(one => (
                  <li key={`${one.person} ${one.no}`}>
                    <span className="nw mono">{one.no}</span>
                    <span>
                      <b>
                        <bdi>{plain(one.personName)}</bdi>
                      </b>{' '}
                      · {t(`personKind.${one.kind}`)}
                    </span>
                    <span>{one.outcome.startsWith('granted') ? t('doors.byRight') : of(one.text)}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      )}
    </section>
  )
}
