import type { EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { sampleOf, useDerived } from '../live.ts'
import { PlantSymbol } from '../parts/PlantSymbol.tsx'
import { Value } from '../parts/Value.tsx'
import { leadingPoints } from '../plant.ts'
import { useText } from '../text/index.ts'
import { Box, type Plant } from './Box.tsx'

interface Props {
  readonly parts: readonly EquipmentView[]
  readonly plant: Plant
}

/** From the source of cold and heat to the rooms. */
const ORDER = [/weather/, /plant/, /chill|boiler|heat/, /tower/, /drive|pump/, /air-|ahu|fresh/, /fan|vent/, /./]
const rank = (kind: string): number => ORDER.findIndex(word => word.test(kind))
/** What a person asks of a machine of air and water: the temperatures first. */
const pointsOf = (equipment: EquipmentView): PointInfo[] => {
  const hot = equipment.points.filter(
    p => p.kind === 'number' && p.unit === 'Cel' && !/setpoint|limit|max|min/.test(p.key),
  )
  const led = leadingPoints(equipment.points, 4).filter(p => !hot.includes(p) && !p.key.includes('setpoint'))
  return [...hot.slice(0, 2), ...led].slice(0, 4)
}

/** Machines of heating, cooling and air, by what they are. */
export function Hvac({ parts, plant }: Props) {
  const { code } = useText()
  const groups = [...Map.groupBy(parts, one => one.kind)].toSorted(([a], [b]) => rank(a) - rank(b))
  return (
    <div className="ov-groups">
      {groups.map(([kind, list]) => (
        <section key={kind} className={`ov-group ov-${list.length < 4 ? list.length : 'all'}`}>
          <h3>
            {code('kind', kind)} <span className="dim">{list.length}</span>
          </h3>
          <div className="ov-grid">
            {list.map(one => (
              <Box key={one.id} equipment={one} plant={plant} points={pointsOf(one)} />
            ))}
          </div>
        </section>
      ))}
    </div>
  )
}

/** Lifts and escalators: where each is, where it goes, its door, and whether somebody is trapped. */
export function Lifts({ parts, plant }: Props) {
  return (
    <div className="ov-grid">
      {parts.map(one => (
        <LiftBox key={one.id} equipment={one} plant={plant} />
      ))}
    </div>
  )
}

function LiftBox({ equipment, plant }: { readonly equipment: EquipmentView; readonly plant: Plant }) {
  const { t, of } = useText()
  const find = (word: RegExp) => equipment.points.find(p => word.test(p.key))
  const trapped = find(/trapped/)
  const floor = find(/^floor$/) ?? find(/^position$/)
  const rows = [find(/^direction$/), find(/^door(-open)?$/), find(/^speed$/), find(/^mode$/)].filter(
    p => p !== undefined,
  )
  const state = useDerived(trapped ? [trapped.id] : [], () => {
    const sample = trapped && sampleOf(trapped.id)
    return !sample || sample.quality === 'bad' ? 'unknown' : sample.value === true ? 'yes' : 'no'
  })
  return (
    <Box
      equipment={equipment}
      plant={plant}
      points={[...rows, ...(trapped && state === 'unknown' ? [trapped] : [])]}
      className={trapped && state === 'yes' ? 'life tint' : ''}
      {...(trapped && state === 'yes' && { symbol: <PlantSymbol kind={equipment.kind} state="fault" alarm="life" /> })}
    >
      {trapped && state === 'yes' ? <b className="ov-trapped">{t('overview.trapped')}</b> : null}
      {floor ? (
        <div className="ov-floor">
          <span className="cap">{of(floor.name)}</span> <Value point={floor} />
        </div>
      ) : null}
    </Box>
  )
}
