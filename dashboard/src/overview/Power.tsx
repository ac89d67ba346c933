import { Link } from 'wouter'
import type { EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { type OneLine, type OneLineLink, type OneLineNode, oneLine } from '../../../rules/plant/oneline.ts'
import { busState, closedPoint, electricPoints, livePoint, trippedPoint } from '../../../rules/plant/state.ts'
import { supplyOf } from '../../../rules/plant/systems.ts'
import { sampleOf, useDerived } from '../live.ts'
import { StateWord, usePlantState, worstAlarm } from '../parts/EquipmentState.tsx'
import { PlantSymbol } from '../parts/PlantSymbol.tsx'
import { TagNote } from '../parts/permits/TagNote.tsx'
import { Value } from '../parts/Value.tsx'
import { leadingPoints } from '../plant.ts'
import { useText } from '../text/index.ts'
import { AlarmWord, Box, Doubt, hrefOf, type Plant, tintOf } from './Box.tsx'
import { BreakerSymbol, BreakerWord, type Contacts, electricOf, useBreaker, useBus } from './breaker.tsx'
import { useWordsEnd } from './useWordsEnd.ts'

interface Props {
  readonly parts: readonly EquipmentView[]
  readonly plant: Plant
  readonly width: number
}

/** The single-line diagram of the site, and in a narrow window the same as a list. */
export function Power({ parts, plant, width }: Props) {
  const { t } = useText()
  const drawing = oneLine(parts, Math.min(width, 1900))
  const rest = drawing.rest.flatMap(id => plant.byId.get(id) ?? [])
  const byKey = new Map(drawing.nodes.map(n => [n.key, n]))
  // As one reads the diagram: each row from left to right.
  const nodes = drawing.nodes.toSorted((a, b) => a.y - b.y || a.x - b.x)
  const [frame, height] = useWordsEnd(drawing.height)
  return (
    <>
      {nodes.length === 0 ? (
        <p className="ov-say">{t('overview.noRelations')}</p>
      ) : width < 640 ? (
        <PowerList drawing={drawing} plant={plant} />
      ) : (
        <div className="ov-scroll">
          <div ref={frame} className="ov-line" style={{ width: drawing.width, height }}>
            <svg width={drawing.width} height={height} aria-hidden="true">
              {drawing.links.map(link => (
                <Wire key={`${link.from} ${link.to}`} link={link} byKey={byKey} plant={plant} />
              ))}
            </svg>
            {nodes.map(node => (
              <Node key={node.key} node={node} plant={plant} />
            ))}
          </div>
        </div>
      )}
      {rest.length === 0 ? null : (
        <div className="ov-grid">
          {rest.map(one => (
            <Box key={one.id} equipment={one} plant={plant} points={pointsOf(one, plant)} {...breakerParts(one)} />
          ))}
        </div>
      )}
    </>
  )
}

const pathOf = (path: OneLineLink['path']): string => `M${path.map(([x, y]) => `${x} ${y}`).join('L')}`

/** A line is what its busbar is measured to be; elsewhere it is only a line. */
function Wire({ link, byKey, plant }: { link: OneLineLink; byKey: ReadonlyMap<string, OneLineNode>; plant: Plant }) {
  const bar = [byKey.get(link.from), byKey.get(link.to)].find(n => n?.kind === 'bar')
  const board = bar && plant.byId.get(bar.part)
  const state = useBus(board?.busbars.find(b => b.id === bar?.busbar) ?? null, board)
  return <path className={`ov-wire ${state}`} d={pathOf(link.path)} />
}

const contactsOf = (equipment: EquipmentView): Contacts => ({
  closed: closedPoint(equipment.points)?.id ?? null,
  tripped: trippedPoint(equipment.points)?.id ?? null,
})
const isBreaker = (equipment: EquipmentView): boolean => closedPoint(equipment.points) !== undefined

function pointsOf(equipment: EquipmentView, plant: Plant): PointInfo[] {
  const electric = electricOf(plant, equipment, equipment.meter)
  if (isBreaker(equipment)) return electric
  const led = leadingPoints(equipment.points, 3)
  return [...led, ...electricPoints(equipment.points).filter(p => !led.includes(p))].slice(0, 4)
}
const breakerParts = (equipment: EquipmentView) =>
  isBreaker(equipment)
    ? {
        symbol: <OwnBreaker contacts={contactsOf(equipment)} />,
        state: <BreakerWord contacts={contactsOf(equipment)} />,
      }
    : {}
function OwnBreaker({ contacts }: { readonly contacts: Contacts }) {
  return <BreakerSymbol state={useBreaker(contacts)} />
}

function Node({ node, plant }: { readonly node: OneLineNode; readonly plant: Plant }) {
  const equipment = plant.byId.get(node.part)
  if (!equipment) return null
  if (node.kind === 'bar') return <Bar node={node} board={equipment} />
  if (node.kind === 'breaker' || node.kind === 'tie')
    return <BoardBreaker node={node} board={equipment} plant={plant} />
  return <Machine node={node} equipment={equipment} plant={plant} />
}

function Bar({ node, board }: { readonly node: OneLineNode; readonly board: EquipmentView }) {
  const { t, of } = useText()
  const bar = board.busbars.find(b => b.id === node.busbar)!
  const state = useBus(bar, board)
  const voltage = board.points.find(p => p.id === bar.voltage)
  return (
    <>
      <div
        className={`ov-bar ${state}`}
        style={{ left: node.x - node.width / 2, top: node.y - 4, width: node.width }}
      />
      <div className="ov-barname" style={{ left: node.x - node.width / 2, top: node.y - 30 }} data-node={node.key}>
        <Link href={hrefOf(board.id)}>
          <bdi>{bar.name ? of(bar.name) : `${of(board.name)} ${bar.id}`}</bdi>
        </Link>
        {voltage ? <Value point={voltage} /> : null}
        {state === 'live' ? null : <span className={`ov-w ${state}`}>{t(`overview.bus.${state}`)}</span>}
      </div>
    </>
  )
}

function BoardBreaker({ node, board, plant }: { node: OneLineNode; board: EquipmentView; plant: Plant }) {
  const { t } = useText()
  const tie = node.kind === 'tie'
  const source = tie ? undefined : board.busbars.find(b => b.id === node.busbar)?.fedBy[node.nth]
  const contacts: Contacts = (tie ? board.ties[node.nth] : source) ?? { closed: null, tripped: null }
  const state = useBreaker(contacts)
  const points = tie ? [] : throughOf(plant, board, source)
  return (
    <div className={`ov-n ${tie ? 'ov-tie' : ''}`} style={{ left: node.x, top: node.y }} data-node={node.key}>
      <Link
        href={hrefOf(board.id)}
        className="ov-sym"
        aria-label={`${t(tie ? 'overview.tie' : 'overview.incoming')} ${t(`overview.breaker.${state}`)}`}
      >
        <BreakerSymbol state={state} />
      </Link>
      <div className="ov-r" style={{ maxWidth: tie ? node.width : node.width / 2 - 24 }}>
        {tie ? <span className="cap">{t('overview.tie')}</span> : null}
        <BreakerWord contacts={contacts} />
        <Reserves references={node.reserves} plant={plant} />
      </div>
      {points.length > 0 ? (
        <div className="ov-l">
          <Values points={points} />
        </div>
      ) : null}
    </div>
  )
}

/** What goes through an incoming breaker: the board's own figure first, the rest from its meter. */
function throughOf(
  plant: Plant,
  board: EquipmentView,
  source: EquipmentView['busbars'][number]['fedBy'][number] | undefined,
) {
  const power = board.points.filter(p => source?.power !== null && p.id === source?.power)
  const metered = electricOf(plant, undefined, source?.meter ?? null)
  return [...power, ...metered.filter(p => power.length === 0 || !/W$/.test(p.unit ?? ''))]
}

/** Digits that an electrician reads, at most: a meter has more. */
function short(point: PointInfo): PointInfo {
  const most = point.unit === 'A' ? 1 : /factor|cos-phi/.test(point.key) ? 2 : null
  return most === null ? point : { ...point, decimals: Math.min(point.decimals ?? most, most) }
}

/** Whose unit would be taken for something else: losses for the power that goes through. */
const named = (point: PointInfo): boolean => point.unit === '%' || /loss|water-temperature/.test(point.key)

/** Its unit says what a value is, but for cos φ, and for what is named. */
function Values({ points }: { readonly points: readonly PointInfo[] }) {
  const { of } = useText()
  return points.map(point => (
    <span key={point.id} title={of(point.name)}>
      {point.key.includes('factor') || point.key.includes('cos-phi') ? <span className="cap">cos φ&nbsp;</span> : null}
      {named(point) ? <span className="cap">{of(point.name)}&nbsp;</span> : null}
      <Value point={short(point)} />
    </span>
  ))
}

/** Sources that take over when the normal one is gone. */
function Reserves({ references, plant }: { readonly references: readonly string[]; readonly plant: Plant }) {
  const { t, of } = useText()
  const names = references.flatMap(r => plant.byId.get(supplyOf(r).equipment) ?? [])
  if (names.length === 0) return null
  return (
    <span className="cap ov-res">
      {t('overview.reserve')} <span>{names.map(e => of(e.name)).join(' · ')}</span>
    </span>
  )
}

function Machine({ node, equipment, plant }: { node: OneLineNode; equipment: EquipmentView; plant: Plant }) {
  const { t, of } = useText()
  const alarms = plant.alarms.get(equipment.id) ?? []
  const contacts = contactsOf(equipment)
  const breaker = isBreaker(equipment)
  const state = usePlantState(equipment)
  const onBar = node.kind === 'leaf' && node.width < 150
  const live = livePoint(equipment.points)?.id ?? null
  const alive = useDerived(live === null ? [] : [live as PointInfo['id']], () =>
    busState(live === null ? null : sampleOf(live as PointInfo['id']), null, 400),
  )
  const name = (
    <Link href={hrefOf(equipment.id)} className="eq-a">
      <bdi>{of(equipment.name)}</bdi>
    </Link>
  )
  const word = breaker ? <BreakerWord contacts={contacts} /> : <StateWord state={state} />
  const points = pointsOf(equipment, plant)
  const standsBy = node.kind === 'leaf' && !onBar ? standingBy(equipment.id, plant) : 0
  return (
    <div
      className={`ov-n ${onBar ? 'ov-leaf' : ''} ${tintOf(alarms)}`}
      style={{ left: node.x, top: node.y, ...(onBar && { width: node.width }) }}
      data-node={node.key}
    >
      <span className="ov-sym">
        {breaker ? (
          <OwnBreaker contacts={contacts} />
        ) : (
          <PlantSymbol kind={equipment.kind} state={state} alarm={worstAlarm(alarms)} />
        )}
      </span>
      {onBar ? (
        <div className="ov-u">
          <i className={`ov-stub ${alive}`} />
          {word}
          <Values points={points} />
          {name}
          <Doubt points={live === null ? [] : [live]} />
          <AlarmWord alarms={alarms} />
          <Reserves references={node.reserves} plant={plant} />
          {node.onward
            .flatMap(id => plant.byId.get(id) ?? [])
            .map(one => (
              <Link key={one.id} href={hrefOf(one.id)} className="cap ov-on">
                ↳ <bdi>{of(one.name)}</bdi>
              </Link>
            ))}
          <TagNote equipment={equipment.id} />
        </div>
      ) : (
        <>
          <div className="ov-r" style={{ maxWidth: node.kind === 'trunk' ? 150 : node.width - 40 }}>
            {name}
            <span className="row wrap g2">{word}</span>
            {standsBy > 0 ? <span className="cap">{t('overview.standsBy', { n: standsBy })}</span> : null}
            <AlarmWord alarms={alarms} />
            <TagNote equipment={equipment.id} />
          </div>
          <div className={node.kind === 'trunk' ? 'ov-l' : 'ov-d'}>
            <Values points={node.kind === 'trunk' ? points : points.filter(p => p.unit !== null && p.unit !== '1')} />
          </div>
        </>
      )}
    </div>
  )
}

/** How many feeders or busbars it would take over. */
const standingBy = (id: string, { all }: Plant): number =>
  all.filter(
    e =>
      e.fedBy.slice(1).some(r => supplyOf(r).equipment === id) ||
      e.busbars.some(b => b.fedBy.slice(1).some(s => supplyOf(s.from).equipment === id)),
  ).length

/** By busbar, from its sources down: what the diagram says, one under the other. */
function PowerList({ drawing, plant }: { readonly drawing: OneLine; readonly plant: Plant }) {
  const bars = drawing.nodes.filter(n => n.kind === 'bar')
  const onBar = new Map(drawing.links.filter(l => bars.some(b => b.key === l.from)).map(l => [l.to, l.from] as const))
  const nodes = drawing.nodes.toSorted((a, b) => a.y - b.y || a.x - b.x)
  const boxes = (list: readonly OneLineNode[]) =>
    list.map(node => {
      const one = plant.byId.get(node.part)
      return one ? (
        <Box key={node.key} equipment={one} plant={plant} points={pointsOf(one, plant)} {...breakerParts(one)}>
          <Reserves references={node.reserves} plant={plant} />
        </Box>
      ) : null
    })
  const machines = nodes.filter(n => n.kind === 'trunk' || n.kind === 'leaf')
  return (
    <div className="ov-list">
      {boxes(machines.filter(n => !onBar.has(n.key)))}
      {bars.map(bar => {
        const board = plant.byId.get(bar.part)
        if (!board) return null
        const couplers = nodes.filter(
          n =>
            (n.kind === 'breaker' && n.part === bar.part && n.busbar === bar.busbar) ||
            (n.kind === 'tie' && n.part === bar.part),
        )
        return (
          <section key={bar.key} className="ov-lbar">
            <BarHead node={bar} board={board} />
            {couplers.map(n => (
              <CouplerLine key={n.key} node={n} board={board} plant={plant} />
            ))}
            {boxes(machines.filter(n => onBar.get(n.key) === bar.key))}
          </section>
        )
      })}
    </div>
  )
}

function BarHead({ node, board }: { readonly node: OneLineNode; readonly board: EquipmentView }) {
  const { t, of } = useText()
  const bar = board.busbars.find(b => b.id === node.busbar)!
  const state = useBus(bar, board)
  const voltage = board.points.find(p => p.id === bar.voltage)
  return (
    <h3 className="row wrap g2">
      <Link href={hrefOf(board.id)}>
        <bdi>{bar.name ? of(bar.name) : `${of(board.name)} ${bar.id}`}</bdi>
      </Link>
      {voltage ? <Value point={voltage} /> : null}
      <span className={`ov-w ${state}`}>{t(`overview.bus.${state}`)}</span>
    </h3>
  )
}

function CouplerLine({ node, board, plant }: { node: OneLineNode; board: EquipmentView; plant: Plant }) {
  const { t } = useText()
  const tie = node.kind === 'tie'
  const source = tie ? undefined : board.busbars.find(b => b.id === node.busbar)?.fedBy[node.nth]
  const contacts: Contacts = (tie ? board.ties[node.nth] : source) ?? { closed: null, tripped: null }
  return (
    <p className="row wrap g2 ov-lcp">
      <OwnBreaker contacts={contacts} />
      <span>{t(tie ? 'overview.tie' : 'overview.incoming')}</span>
      <BreakerWord contacts={contacts} />
      {tie ? null : <Values points={throughOf(plant, board, source)} />}
    </p>
  )
}
