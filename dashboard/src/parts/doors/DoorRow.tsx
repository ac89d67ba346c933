import { useState } from 'react'
import type { AccessDoorView, DoorControllerView } from '../../../../gateway/http/contract.ts'
import { personRole } from '../../../../rules/access/personrole.ts'
import { useMay } from '../../api.ts'
import { formatDuration, plain } from '../../format.ts'
import { useTicking } from '../../live.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { DoorPolicy, DoorReaders } from '../DoorControllers.tsx'
import { EndMode } from './doormodes.tsx'

/** One that is open or shut by its timetable is as usual. */
const usual: readonly string[] = ['normal', 'scheduled-unlock', 'scheduled-lock']
export const isOdd = (door: AccessDoorView): boolean =>
  !usual.includes(door.mode.mode) || door.position === 'forced' || door.position === 'held'

interface DoorProps {
  readonly door: AccessDoorView
  readonly controller: DoorControllerView | undefined
  readonly onSet: () => void
}
/** A door: what mode it is in, by whom and how long yet, and what may be done about it. */
export function DoorRow({ door, controller, onSet }: DoorProps) {
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
      <div className="row wrap dim dr-s">
        <span>
          {t(`doors.class.${door.class}`)}
          {door.escort ? ` · ${t('doors.escort')}` : ''}
          {door.twoPersons.length > 0
            ? ` · ${t('doors.two', { roles: door.twoPersons.map(role => of(personRole(role))).join(' + ') })}`
            : ''}
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
