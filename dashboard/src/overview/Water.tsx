import type { EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { flowMap } from '../../../rules/plant/flowmap.ts'
import { fillOf, levelPoint, pumpsOf } from '../../../rules/plant/state.ts'
import { sampleOf, useDerived } from '../live.ts'
import { PlantSymbol } from '../parts/PlantSymbol.tsx'
import { leadingPoints, type PlantState, truthOf } from '../plant.ts'
import { useText } from '../text/index.ts'
import { Box, type Plant } from './Box.tsx'

interface Props {
  readonly parts: readonly EquipmentView[]
  readonly plant: Plant
  readonly width: number
}

/** Tank, pump sets and valves as the water runs; what has no relation is beside it. */
export function Water({ parts, plant, width }: Props) {
  const { t } = useText()
  const map = flowMap(parts, width, id => heightOf(plant.byId.get(id)))
  const rest = map.rest.flatMap(id => plant.byId.get(id) ?? [])
  const narrow = width < 640 || map.width > width
  const linked = map.nodes.flatMap(n => plant.byId.get(n.id) ?? [])
  return (
    <>
      {linked.length === 0 ? <p className="ov-say">{t('overview.noRelations')}</p> : null}
      {narrow || linked.length === 0 ? (
        <div className="ov-grid">
          {linked.map(one => (
            <WaterBox key={one.id} equipment={one} plant={plant} />
          ))}
        </div>
      ) : (
        <div className="ov-flow" style={{ width: map.width, height: map.height }}>
          <svg width={map.width} height={map.height} aria-hidden="true">
            {map.links.map(({ from, to, path }) => (
              <path key={`${from} ${to}`} className="ov-pipe" d={`M${path.map(([x, y]) => `${x} ${y}`).join('L')}`} />
            ))}
          </svg>
          {map.nodes.map(({ id, x, y, width: w, height }) => {
            const one = plant.byId.get(id)
            return one ? (
              <div key={id} className="ov-at" style={{ left: x, top: y, width: w, height }}>
                <WaterBox equipment={one} plant={plant} />
              </div>
            ) : null
          })}
        </div>
      )}
      {rest.length === 0 ? null : (
        <div className="ov-grid">
          {rest.map(one => (
            <WaterBox key={one.id} equipment={one} plant={plant} />
          ))}
        </div>
      )}
    </>
  )
}

const pointsOf = (equipment: EquipmentView): PointInfo[] => {
  const led = leadingPoints(equipment.points, 6).filter(p => !/setpoint|running/.test(p.key))
  return led.slice(0, 3)
}
/** Head, pumps, three values, and room for one alarm, so that none moves the others: a box never grows over the next. */
const heightOf = (equipment: EquipmentView | undefined): number =>
  equipment === undefined ? 0 : 82 + (pumpsOf(equipment.points).length > 0 ? 40 : 0) + 17 * pointsOf(equipment).length

function WaterBox({ equipment, plant }: { readonly equipment: EquipmentView; readonly plant: Plant }) {
  const level = levelPoint(equipment.points)
  const pumps = pumpsOf(equipment.points)
  const tank = /tank|pool|sump/.test(equipment.kind) && level !== undefined
  return (
    <Box
      equipment={equipment}
      plant={plant}
      points={pointsOf(equipment)}
      {...(tank && { symbol: <Tank level={level} /> })}
    >
      {pumps.length === 0 ? null : (
        <div className="row wrap g2 ov-pumps">
          {pumps.map(pump => (
            <Pump key={pump.n} {...pump} />
          ))}
        </div>
      )}
    </Box>
  )
}

/** The liquid stands as high as it is measured; no liquid is drawn where nobody knows. */
function Tank({ level }: { readonly level: PointInfo }) {
  const fill = useDerived([level.id], () => fillOf(sampleOf(level.id), level.unit))
  const bad = useDerived([level.id], () => (sampleOf(level.id)?.quality ?? 'bad') === 'bad')
  return (
    <span className="symw">
      <svg className={`sym ov-tank ${bad ? 'unknown' : 'run'}`} viewBox="0 0 48 64" aria-hidden="true">
        <path className="f" d="M6 4h36v56H6z" />
        {fill === null ? null : <rect className="lv" x="7" y={59 - 54 * fill} width="34" height={54 * fill} />}
        <path className="s" d="M6 4h36v56H6z" />
      </svg>
      {bad ? <b className="ov unk">?</b> : null}
    </span>
  )
}

function Pump({ n, running, fault }: ReturnType<typeof pumpsOf<PointInfo>>[number]) {
  const { t } = useText()
  const state: PlantState = useDerived(fault ? [running.id, fault.id] : [running.id], () => {
    const told = (id: PointInfo['id']) => {
      const sample = sampleOf(id)
      return sample && sample.quality !== 'bad' ? sample.value : null
    }
    if (fault && told(fault.id) === true) return 'fault'
    const on = told(running.id)
    return on === true ? 'running' : on === false ? 'stopped' : 'unknown'
  })
  const word =
    state === 'fault' && fault && truthOf(fault.key) === 'trip' ? t('truth.trip.on') : t(`equipmentState.${state}`)
  return (
    <span className={`ov-pump ${state}`}>
      <PlantSymbol kind="pump" state={state} />
      <span className="cap">
        {n}# {word}
      </span>
    </span>
  )
}
