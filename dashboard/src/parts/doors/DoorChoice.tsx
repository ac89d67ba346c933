import type { AccessDoorView, AccessView } from '../../../../gateway/http/contract.ts'
import { useDoors } from '../../access.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'

export interface DoorsProps {
  readonly doors: readonly AccessDoorView[]
  /** Where events are looked for, gates with a guard are asked for as well. */
  readonly gates?: AccessView['gates']
}
export function DoorChoice({
  doors,
  gates = [],
  value,
  onChange,
  any,
}: DoorsProps & { readonly value: string; readonly onChange: (id: string) => void; readonly any: string }) {
  const { t, of } = useText()
  return (
    <select className="inp" aria-label={t('doors.door')} value={value} onChange={event => onChange(event.target.value)}>
      <option value="">{any}</option>
      {[...doors, ...gates].map(door => (
        <option key={door.id} value={door.id}>
          {of(door.name)}
        </option>
      ))}
    </select>
  )
}

/** The name of a door, or of a gate with a guard, by its id; one that is gone from the site is its id. */
export const useDoorName = (doors: readonly AccessDoorView[]) => {
  const { of } = useText()
  const gates = useDoors(60_000).data?.gates ?? []
  return (id: string) => {
    const found = doors.find(one => one.id === id) ?? gates.find(one => one.id === id)
    return found ? of(found.name) : plain(id)
  }
}
