import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import type { EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { formatUnit } from '../format.ts'
import { useText } from '../text/index.ts'
import { canTrend } from '../trends.ts'
import { Icon } from './Icon.tsx'

const MOST = 40

export interface Found {
  readonly equipment: EquipmentView
  readonly point: PointInfo
}
/** Every word typed must be somewhere in the name, the place or the id, in either language. */
export function search(all: readonly EquipmentView[], typed: string): Found[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const found: Found[] = []
  for (const equipment of all) {
    const around = [equipment.name, equipment.space?.name].map(name => `${name?.['zh-CN'] ?? ''} ${name?.en ?? ''}`)
    for (const point of equipment.points) {
      if (!canTrend(point)) continue
      const text = [...around, point.id, point.name['zh-CN'], point.name.en].join(' ').toLowerCase()
      if (words.every(word => text.includes(word))) found.push({ equipment, point })
      if (found.length >= MOST) return found
    }
  }
  return found
}

interface Props {
  readonly all: readonly EquipmentView[]
  readonly chosen: readonly string[]
  /** Why this one cannot be added; null: it can. */
  readonly blocked: (point: PointInfo) => string | null
  readonly add: (id: string) => void
}
export function PointSearch({ all, chosen, blocked, add }: Props) {
  const { t, of } = useText()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const found = search(all, useDeferredValue(typed)).filter(({ point }) => !chosen.includes(point.id))
  const marked = Math.min(at, found.length - 1)
  const take = (one: Found | undefined) => {
    if (!one || blocked(one.point) !== null) return
    add(one.point.id)
    setAt(0)
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, marked + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, marked - 1))
    else if (event.key === 'Enter') take(found[marked])
    else if (event.key === 'Escape') setTyped('')
    else return
    event.preventDefault()
  }
  return (
    <div className="tds-find">
      <label className="inp">
        <Icon name="search" />
        <span className="sr">{t('trends.find')}</span>
        <input
          type="search"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={list}
          aria-activedescendant={found[marked] ? `${list}-${marked}` : undefined}
          placeholder={t('trends.find')}
          value={typed}
          onChange={event => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={keys}
        />
      </label>
      {typed.trim() === '' ? null : (
        <div className="tds-found" id={list} role="listbox" aria-label={t('trends.find')}>
          {found.length === 0 ? <span className="dim">{t('trends.noneFound')}</span> : null}
          {found.map(({ equipment, point }, i) => {
            const why = blocked(point)
            return (
              <div
                key={point.id}
                id={`${list}-${i}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === marked}
                aria-disabled={why !== null}
                title={why ?? undefined}
                onPointerDown={event => {
                  event.preventDefault()
                  take({ equipment, point })
                }}
              >
                <b>{of(point.name)}</b> <span>{formatUnit(point.unit)}</span>
                <small>
                  {of(equipment.name)}
                  {equipment.space ? ` · ${of(equipment.space.name)}` : ''}
                  {why === null ? '' : ` · ${why}`}
                </small>
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}
