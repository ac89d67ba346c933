import type { DoorControllerView, FireReleaseView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatAge, formatDuration, formatWhen, plain } from '../format.ts'
import { serverNow, useTicking } from '../live.ts'
import { useText } from '../text/index.ts'
import { ControllerMoves } from './DoorControllerMoves.tsx'
import { ReaderList } from './doors/ReaderList.tsx'
import { Note } from './notes.tsx'

type Proof = FireReleaseView['doors'][number]

/** Doors that a fire holds open, each with its proof: what is not proved stands on top. */
export function FireRelease({ view }: { readonly view: FireReleaseView }) {
  const { t, of } = useText()
  if (view.since === null) return null
  const rank = (door: Proof) => ['not-confirmed', 'unproved', 'waiting', 'released'].indexOf(door.proof ?? '')
  const doors = view.doors.filter(door => door.since !== null).sort((a, b) => rank(a) - rank(b))
  return (
    <section className="card" aria-label={t('doors.release')}>
      <div className="card-h wrap">
        <h2>{t('doors.release')}</h2>
        <a className="ml" href="/muster">
          {t('doors.muster')}
        </a>
      </div>
      <Note sort="high" icon="fire" role="alert">
        {t('doors.releaseWhy')}
      </Note>
      <ul className="drs-e">
        {doors.map(door => (
          <li key={door.id} className={door.proof === 'released' ? '' : 'no'} data-release={door.id}>
            <b>{of(door.name)}</b>
            <span>{door.opened ? t('doors.open') : ''}</span>
            <span>
              {door.proof === null
                ? ''
                : t(`doors.proof.${door.proof}`, { by: door.by.map(one => t(`doors.proofBy.${one}`)).join(', ') })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What a door's controller has of its table, in one line at the door. */
export function DoorPolicy({ controller }: { readonly controller: DoorControllerView | undefined }) {
  const { t } = useText()
  const since = controller?.notRevoked[0]?.since ?? null
  const age = useTicking(now => (since === null ? '' : formatDuration(now - Date.parse(since))))
  if (!controller || controller.account === null) return null
  return since === null ? (
    <span>{t('doors.revoked', { version: controller.acked })}</span>
  ) : (
    <span className="q-t">{t('doors.notRevokedShort', { n: controller.notRevoked.length, age })}</span>
  )
}

/** How safely the readers of a door speak with its controller; only what was said. */
export function DoorReaders({
  controller,
  door,
}: {
  readonly controller: DoorControllerView | undefined
  readonly door: string
}) {
  const { t } = useText()
  const readers = controller?.readers.filter(one => one.door === door) ?? []
  return readers.map(one => (
    <span key={one.id} className="row wrap" data-reader={one.id}>
      {t('doors.reader', { reader: plain(one.id) })}
      <span className={one.security === 'secure' ? '' : 'dr-m lockout'}>{t(`doors.readerIs.${one.security}`)}</span>
      {one.refused === null ? null : <span className="q-t">{t(`doors.readerRefused.${one.refused}`)}</span>}
      {one.attacked && one.refused === null ? <span className="q-t">{t('doors.readerAttacked')}</span> : null}
      {one.changed ? <span className="q-t">{t('doors.readerChanged')}</span> : null}
      {one.tamper ? <span className="q-t">{t('doors.readerTamper')}</span> : null}
      {one.power ? <span className="q-t">{t('doors.readerPower')}</span> : null}
      {one.installS === null ? null : (
        <span className="q-t">{t('doors.readerInstall', { age: formatDuration(one.installS * 1000) })}</span>
      )}
    </span>
  ))
}

/** Each controller: is it heard, which table has it, and who is revoked here and not there yet. */
interface ListProps {
  readonly items: readonly DoorControllerView[]
  readonly release: FireReleaseView | undefined
}
export function DoorControllers({ items, release }: ListProps) {
  const { t } = useText()
  if (items.length === 0) return null
  return (
    <section className="card" aria-label={t('doors.controllers')}>
      <div className="card-h">
        <h2>{t('doors.controllers')}</h2>
      </div>
      <ul className="drs">
        {items.map(one => (
          <Controller key={one.id} one={one} release={release} />
        ))}
      </ul>
    </section>
  )
}

interface OneProps {
  readonly one: DoorControllerView
  readonly release: FireReleaseView | undefined
}
function Controller({ one, release }: OneProps) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const age = (at: string | null, now: number) => (at === null ? '' : formatAge(now - Date.parse(at)))
  const words = useTicking(now =>
    JSON.stringify([age(one.heardAt, now), age(one.ackedAt, now), age(one.behindSince, now)]),
  )
  const [heard = '', acked = '', behind = ''] = JSON.parse(words) as string[]
  const until = one.expiresAt === null ? '—' : formatWhen(Date.parse(one.expiresAt), serverNow(), lang, timezone)
  return (
    <li className={`dr ${one.account !== null && !one.online ? 'lockout' : ''}`} data-controller={one.id}>
      <div className="row wrap">
        <b>{of(one.name)}</b>
        {one.account === null ? (
          <span className="q-t">{t('doors.controllerNone')}</span>
        ) : one.online ? null : (
          <span className="dr-m lockout">
            {one.heardAt === null ? t('doors.controllerNever') : t('doors.controllerAway', { age: heard })}
          </span>
        )}
        {one.released.length > 0 ? (
          <span className="dr-m fire-release">{t('doors.controllerReleased', { n: one.released.length })}</span>
        ) : null}
        <ControllerMoves one={one} release={release} />
      </div>
      {one.account === null ? null : (
        <div className="row wrap dim">
          {one.behindSince !== null ? (
            <span className="q-t">
              {t('doors.controllerBehind', { acked: one.acked, version: one.version, age: behind })}
            </span>
          ) : (
            <span>{t('doors.controllerHas', { version: one.acked, age: acked, until })}</span>
          )}
          {one.clockSafe === false ? <span className="q-t">{t('doors.controllerClock')}</span> : null}
          {one.eventsMissing > 0 ? <span>{t('doors.controllerMissing', { n: one.eventsMissing })}</span> : null}
          {one.eventsLost > 0 ? <span className="q-t">{t('doors.controllerLost', { n: one.eventsLost })}</span> : null}
        </div>
      )}
      {one.notRevoked.map(card => (
        <Late key={card.credential} card={card} />
      ))}
      <ReaderList controller={one} />
    </li>
  )
}
function Late({ card }: { readonly card: DoorControllerView['notRevoked'][number] }) {
  const { t } = useText()
  const age = useTicking(now => formatDuration(now - Date.parse(card.since)))
  return <span className="q-t">{t('doors.notRevoked', { no: card.no, name: plain(card.person), age })}</span>
}
