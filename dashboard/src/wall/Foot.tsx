import type { ReactNode } from 'react'
import type { AlarmView, EquipmentView, PointInfo, WallView } from '../../../gateway/http/contract.ts'
import type { Severity } from '../../../rules/rule.ts'
import { useAbout, useEquipment, useLinkage, useMe } from '../api.ts'
import { formatAge, formatNumber, formatTime, plain } from '../format.ts'
import { silence as quietFor, sampleOf, serverNow, useAlarmRate, useDerived, useSample, useTicking } from '../live.ts'
import { Icon } from '../parts/Icon.tsx'
import { Priority } from '../parts/Priority.tsx'
import { useWorded, Value } from '../parts/Value.tsx'
import { useText } from '../text/index.ts'
import { fireGear, type LiftPoints, liftsOf, worstOn } from './facts.ts'

const NO_EQUIPMENT: readonly EquipmentView[] = []
const LINKAGE_MS = 2000
const MOST_DOORS = 3
const MOST_LIFTS = 12

interface Props {
  readonly alarms: readonly AlarmView[]
  /** Null: not heard yet, or it cannot be had: nothing is said of it. */
  readonly wall: WallView | null
  readonly aside: { readonly shelved: number; readonly heldBack: number }
}

/** What must never be out of sight. Each line is plain until an alarm stands on one of its points. */
export function Foot({ alarms, wall, aside }: Props) {
  const equipment = useEquipment().data
  return (
    <footer className="wf">
      <Fire alarms={alarms} equipment={equipment} />
      <Doors wall={wall} />
      <Lifts alarms={alarms} equipment={equipment} />
      <Works wall={wall} aside={aside} />
      <Data wall={wall} />
    </footer>
  )
}

interface LineProps {
  readonly name: string
  readonly children: ReactNode
  readonly severity?: Severity | null
}
const Line = ({ name, children, severity = null }: LineProps) => (
  <div className={severity ? `${severity} hit` : ''}>
    <span className="el">{name}</span>
    <b>
      {severity ? <Priority severity={severity} word={null} /> : null}
      {children}
    </b>
  </div>
)
/** Said as it is: nobody watches it from here. */
function Absent() {
  const { t } = useText()
  return <span className="dim3">{t('wall.absent')}</span>
}

interface PlantProps {
  readonly alarms: readonly AlarmView[]
  readonly equipment: readonly EquipmentView[] | undefined
}
function Fire({ alarms, equipment = NO_EQUIPMENT }: PlantProps) {
  const { t } = useText()
  const zones = useLinkage(LINKAGE_MS).data?.zones
  const { pumps, pool, shutters, supply } = fireGear(equipment)
  const on = (points: readonly PointInfo[]) =>
    worstOn(
      points.map(p => p.id),
      alarms,
    )
  const pumpPoints = equipment.filter(e => e.kind.startsWith('fire-pump')).flatMap(e => e.points)
  const alight = zones?.filter(zone => zone.phase !== 'normal').length ?? 0
  const blind = zones?.filter(zone => zone.blind).length ?? 0
  return (
    <section className="wc fire" data-foot="fire">
      <h3>{t('wall.fire')}</h3>
      <Line name={t('wall.zones')} severity={alight > 0 ? 'life' : null}>
        {!zones || zones.length === 0 ? (
          <Absent />
        ) : alight > 0 ? (
          t('wall.alight', { n: alight })
        ) : blind > 0 ? (
          <span className="q-t">{t('wall.blind', { n: blind })}</span>
        ) : (
          t('wall.zonesNormal', { n: zones.length })
        )}
      </Line>
      <Line name={t('wall.pumps')} severity={on(pumpPoints.filter(p => !pool.includes(p) && p.key !== 'pool-low'))}>
        <Running points={pumps} />
      </Line>
      <Line name={t('wall.pool')} severity={on(pumpPoints.filter(p => pool.includes(p) || p.key === 'pool-low'))}>
        {pool[0] ? <Value point={pool[0]} /> : <Absent />}
      </Line>
      <Line name={t('wall.shutters')} severity={on(shutters)}>
        <Shutters points={shutters} />
      </Line>
      <Line name={t('wall.supply')} severity={on(supply)}>
        <Supply points={supply} />
      </Line>
    </section>
  )
}

/** `told` of each point, or null where nothing can be believed. */
const told = (point: PointInfo) => {
  const sample = sampleOf(point.id)
  return sample && sample.quality !== 'bad' ? sample.value : null
}
function Running({ points }: { readonly points: readonly PointInfo[] }) {
  const { t } = useText()
  const ids = points.map(p => p.id)
  const running = useDerived(ids, () => points.filter(p => told(p) === true).length)
  const unknown = useDerived(ids, () => points.filter(p => told(p) === null).length)
  if (points.length === 0) return <Absent />
  if (unknown > 0) return <span className="q-t">{t('wall.unknownOf', { n: unknown, all: points.length })}</span>
  return running === 0
    ? t('wall.pumpsStand', { n: points.length })
    : t('wall.pumpsRun', { n: running, all: points.length })
}
function Shutters({ points }: { readonly points: readonly PointInfo[] }) {
  const { t } = useText()
  const worded = useWorded()
  const ids = points.map(p => p.id)
  const unknown = useDerived(ids, () => points.filter(p => told(p) === null).length)
  const words = useDerived(ids, () => {
    const counts = Map.groupBy(
      points.filter(p => told(p) !== null),
      p => worded(p, told(p)!),
    )
    return [...counts]
      .toSorted((a, b) => b[1].length - a[1].length)
      .slice(0, 3)
      .map(([word, all]) => `${all.length} ${word}`)
      .join(' · ')
  })
  if (points.length === 0) return <Absent />
  if (unknown > 0) return <span className="q-t">{t('wall.unknownOf', { n: unknown, all: points.length })}</span>
  return words
}
function Supply({ points }: { readonly points: readonly PointInfo[] }) {
  const { t } = useText()
  const ids = points.map(p => p.id)
  const fault = (word: string) => points.some(p => p.key.startsWith(word) && told(p) === true)
  const mains = useDerived(ids, () => fault('mains'))
  const battery = useDerived(ids, () => fault('battery'))
  const unknown = useDerived(ids, () => points.filter(p => told(p) === null).length)
  if (points.length === 0) return <Absent />
  if (mains) return t('wall.mainsFault')
  if (battery) return t('wall.batteryFault')
  if (unknown > 0) return <span className="q-t">{t('wall.unknownOf', { n: unknown, all: points.length })}</span>
  return t('wall.supplyNormal')
}

function Doors({ wall }: { readonly wall: WallView | null }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const items = wall?.doors?.items ?? []
  // What somebody forced comes before what somebody set.
  const sorted = items.toSorted((a, b) => rank(a) - rank(b))
  return (
    <section className="wc" data-foot="doors">
      <h3>
        {t('wall.doors')}
        {items.length > 0 ? <em>{items.length}</em> : null}
      </h3>
      {wall === null ? (
        <div className="q-t">{t('wall.unknown')}</div>
      ) : wall.doors === null ? (
        <div>
          <Absent />
        </div>
      ) : items.length === 0 ? (
        <Line name={t('wall.doorsAll', { n: wall.doors.all })}>{t('wall.normal')}</Line>
      ) : (
        sorted.slice(0, items.length > MOST_DOORS + 1 ? MOST_DOORS : MOST_DOORS + 1).map(door => (
          <Line key={door.id} name={of(door.name)} severity={urgency(door)}>
            {door.unknown && door.position === 'closed' && door.mode === 'normal' ? (
              <span className="q-t">{t('wall.unknown')}</span>
            ) : door.position === 'closed' || door.position === 'open' ? (
              <>
                {t(`doorMode.${door.mode}`)}
                {door.until === null
                  ? ''
                  : ` ${t('wall.until', { time: formatTime(Date.parse(door.until), lang, zone).slice(0, 5) })}`}
              </>
            ) : (
              t(`wall.door.${door.position}`)
            )}
          </Line>
        ))
      )}
      {items.length > MOST_DOORS + 1 ? (
        <div className="dim">{t('wall.more', { n: items.length - MOST_DOORS })}</div>
      ) : null}
    </section>
  )
}
type Door = NonNullable<WallView['doors']>['items'][number]
const places = ['forced', 'released', 'held', 'warned', 'open', 'closed']
const rank = (door: Door): number => places.indexOf(door.position) + (door.unknown && door.mode === 'normal' ? 10 : 0)
const urgency = (door: Door): Severity | null =>
  door.position === 'forced' ? 'high' : door.position === 'held' ? 'medium' : null

function Lifts({ alarms, equipment = NO_EQUIPMENT }: PlantProps) {
  const { t } = useText()
  const lifts = liftsOf(equipment)
  return (
    <section className="wc" data-foot="lifts">
      <h3>{t('wall.lifts')}</h3>
      {lifts.length === 0 ? (
        <div>
          <Absent />
        </div>
      ) : (
        <ul className="lf">
          {lifts.slice(0, MOST_LIFTS).map(one => (
            <Lift
              key={one.lift.id}
              one={one}
              worst={worstOn(
                one.lift.points.map(p => p.id),
                alarms,
              )}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
function Lift({ one, worst }: { readonly one: LiftPoints; readonly worst: Severity | null }) {
  const { t, of } = useText()
  const worded = useWorded()
  const { lift, floor, direction, mode, service } = one
  const ids = [floor, direction, mode, service].flatMap(p => (p ? [p.id] : []))
  const at = useDerived(ids, () => {
    const value = floor ? told(floor) : null
    return typeof value === 'number' ? String(Math.round(value * 10) / 10) : typeof value === 'string' ? value : null
  })
  const arrow = useDerived(ids, () => {
    const value = direction ? told(direction) : null
    return value === 1 ? '↑' : value === -1 ? '↓' : ''
  })
  const aside = useDerived(ids, () => {
    const value = mode ? told(mode) : null
    if (mode && value !== null && value !== 0) return worded(mode, value)
    return service && told(service) === false ? t('wall.outOfService') : ''
  })
  const offline = useSample(`${lift.id}/online`)?.value === false
  return (
    <li
      className={`lb ${worst ?? ''} ${at === null || offline ? 'unk' : ''} ${aside ? 'mt' : ''}`}
      title={of(lift.name)}
      data-lift={lift.id}
    >
      <span>{of(lift.name)}</span>
      <b>
        {worst ? <Priority severity={worst} word={null} /> : null}
        {at === null || offline ? '—' : `${at}${arrow}`}
      </b>
      {aside ? <small>{aside}</small> : null}
    </li>
  )
}

function Works({ wall, aside }: Pick<Props, 'wall' | 'aside'>) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const { flood } = useAlarmRate()
  if (flood)
    return (
      <section className="wc" data-foot="works">
        <h3>{t('wall.notShown')}</h3>
        <Line name={t('wall.heldBackName')}>{aside.heldBack}</Line>
        <Line name={t('wall.shelvedName')}>{aside.shelved}</Line>
        <Line name={t('wall.oneByOne')}>
          <kbd>L</kbd>
        </Line>
      </section>
    )
  const permits = wall?.permits ?? []
  return (
    <section className="wc" data-foot="works">
      <h3>
        {t('wall.works')}
        {permits.length > 0 ? <em>{permits.length}</em> : null}
      </h3>
      {wall === null ? (
        <div className="q-t">{t('wall.unknown')}</div>
      ) : (
        <>
          {permits.length === 0 ? <Line name={t('wall.permits')}>{t('wall.none')}</Line> : null}
          {permits.slice(0, MOST_DOORS - 1).map(permit => (
            <Line key={permit.id} name={`${of(permit.place)} ${t(`permitKind.${permit.kind}`)}`}>
              {permit.until === null
                ? ''
                : t('wall.until', { time: formatTime(Date.parse(permit.until), lang, zone).slice(0, 5) })}
            </Line>
          ))}
          <Line name={t('wall.tags')}>
            {wall.tags === 0 ? t('wall.none') : <span className="tagcard">{t('wall.tagsHung', { n: wall.tags })}</span>}
          </Line>
        </>
      )}
    </section>
  )
}

function Data({ wall }: { readonly wall: WallView | null }) {
  const { t, lang } = useText()
  const degraded = useAbout().data?.degraded
  const age = useTicking(() => formatAge(quietFor()))
  const late = useTicking(now => wall !== null && now - Date.parse(wall.at) > LATE_MS)
  const doubtful = wall === null ? 0 : wall.points.stale + wall.points.bad
  const n = (count: number) => formatNumber(count, lang)
  const duty = wall?.duty
  return (
    <section className="wc" data-foot="data">
      <h3>{t('wall.dataTitle')}</h3>
      <Line name={t('wall.link')}>{age}</Line>
      <div className={doubtful > 0 || late ? 'q-t' : ''}>
        <span>{t('wall.doubtful')}</span>
        <b>
          {wall === null
            ? '–'
            : late
              ? formatAge(serverNow() - Date.parse(wall.at))
              : `${n(doubtful)} / ${n(wall.points.all)}`}
        </b>
      </div>
      {degraded ? <div className="q-t">{t('degraded.title')}</div> : null}
      {duty ? (
        <div className={duty.on.length < duty.least || duty.asked ? 'high hit' : ''}>
          <span>{t('wall.duty')}</span>
          <b>
            {duty.on.length < duty.least ? <Priority severity="high" word={null} /> : <Icon name="person" />}
            {duty.on.length === 0 ? t('controlRoom.nobody') : duty.on.map(plain).join(t('common.listSep'))}
          </b>
        </div>
      ) : null}
    </section>
  )
}
const LATE_MS = 15_000
