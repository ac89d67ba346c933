import { Link } from 'wouter'
import type { EquipmentView } from '../../../gateway/http/contract.ts'
import { neighboursOf } from '../../../rules/plant/systems.ts'
import { useEquipment } from '../api.ts'
import { useText } from '../text/index.ts'
import { StateWord, usePlantState } from './EquipmentState.tsx'

/** What feeds a piece of equipment and what goes with it when it is off; nothing where the site says nothing of it. */
export function SupplyCard({ equipment }: { readonly equipment: EquipmentView }) {
  const { t } = useText()
  const all = useEquipment().data ?? []
  const { from, to } = neighboursOf(equipment.id, all)
  const meter = equipment.meter === null ? [] : [equipment.meter]
  const rows = (
    [
      ['from', from],
      ['to', to],
      ['meter', meter],
    ] as const
  ).filter(([, ids]) => ids.length > 0)
  if (rows.length === 0) return null
  return (
    <section className="card" aria-label={t('overview.fromTitle')}>
      <div className="card-h">
        <h2>{t('overview.fromTitle')}</h2>
        {equipment.system ? (
          <Link href={`/equipment/by/${equipment.system}`} className="link ml">
            {t(`overview.drawing.${equipment.system}`)}
          </Link>
        ) : null}
      </div>
      {rows.map(([word, ids]) => (
        <div key={word} className="card-b">
          <div className="cap">{t(`overview.${word}`)}</div>
          <ul className="lst bare">
            {ids
              .flatMap(id => all.find(one => one.id === id) ?? [])
              .map(one => (
                <Neighbour key={one.id} equipment={one} />
              ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

function Neighbour({ equipment }: { readonly equipment: EquipmentView }) {
  const { of } = useText()
  return (
    <li className="row wrap g2">
      <Link href={`/equipment/${encodeURIComponent(equipment.id)}`} className="link">
        <bdi>{of(equipment.name)}</bdi>
      </Link>
      <span className="cap ml">
        <StateWord state={usePlantState(equipment)} />
      </span>
    </li>
  )
}
