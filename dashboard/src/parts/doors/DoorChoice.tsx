import type { AccessDoorView } from '../../../../gateway/http/contract.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'

export interface DoorsProps {
  readonly doors: readonly AccessDoorView[]
}
export function DoorChoice({
  doors,
  value,
  onChange,
  any,
}: DoorsProps & { readonly value: string; readonly onChange: (id: string) => void; readonly any: string }) {
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

/** The name of a door by its id; one that is gone from the site is its id. */
export const useDoorName = (doors: readonly AccessDoorView[]) => {
  const { of } = useText()
  return (id: string) => {
    const found = doors.find(one => one.id === id)
    return found ? of(found.name) : plain(id)
  }
}
