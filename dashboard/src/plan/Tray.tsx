import { type PointerEvent, useMemo, useRef, useState } from 'react'
import { matcher } from '../../../rules/search/match.ts'
import { formatNumber } from '../format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Empty } from '../parts/notes.tsx'
import { SymbolShape } from '../parts/PlantSymbol.tsx'
import { useText } from '../text/index.ts'
import type { Thing } from './things.ts'

interface Props {
  readonly things: ReadonlyMap<string, Thing>
  readonly placed: ReadonlySet<string>
  readonly chosen: string | null
  /** Nothing can be put anywhere while there is no drawing. */
  readonly ready: boolean
  /** Pressed: where the drawing is looked at. Let go somewhere: there, when that is on the drawing. */
  readonly onPut: (thing: string, where: { readonly clientX: number; readonly clientY: number } | null) => void
  readonly onChoose: (thing: string) => void
}
/** So many rows; whoever sees more reads none. */
const MOST = 150
/** A hand that trembles does not drag, px. */
const DRAG_PX = 5

/** What may still be placed, and what is. A row is dragged onto the drawing, or pressed. */
export function Tray({ things, placed, chosen, ready, onPut, onChoose }: Props) {
  const { t, lang } = useText()
  const [tab, setTab] = useState<'open' | 'placed'>('open')
  const [typed, setTyped] = useState('')
  const [whole, setWhole] = useState(false)
  const [ghost, setGhost] = useState<{ readonly name: string; readonly x: number; readonly y: number } | null>(null)
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null)
  const dragged = useRef(false)
  const all = useMemo(() => [...things.values()], [things])
  const inTab = all.filter(one => (tab === 'placed') === placed.has(one.id) && (tab === 'placed' || whole || one.here))
  const found = useMemo(() => {
    if (typed.trim() === '') return inTab
    const rank = matcher(typed)
    return inTab
      .flatMap(one => {
        const fit = rank(one.texts)
        return fit === null ? [] : [{ one, fit }]
      })
      .sort((a, b) => a.fit - b.fit)
      .map(({ one }) => one)
  }, [typed, inTab])
  const open = all.filter(one => !placed.has(one.id) && (whole || one.here)).length
  const move = (one: Thing) => (event: PointerEvent) => {
    const at = from.current
    if (!at) return
    if (!dragged.current && Math.hypot(event.clientX - at.x, event.clientY - at.y) < DRAG_PX) return
    dragged.current = true
    setGhost({ name: one.name, x: event.clientX, y: event.clientY })
  }
  const end = (one: Thing) => (event: PointerEvent) => {
    from.current = null
    setGhost(null)
    if (dragged.current) onPut(one.id, event)
  }
  return (
    <section className="card ple-t" aria-label={t('planEdit.things')}>
      <div className="tabs">
        {(['open', 'placed'] as const).map(one => (
          <button key={one} type="button" aria-pressed={tab === one} onClick={() => setTab(one)}>
            {t(`planEdit.${one}`)}{' '}
            <span className="dim">{formatNumber(one === 'open' ? open : placed.size, lang)}</span>
          </button>
        ))}
      </div>
      <div className="card-b col g2">
        <input
          className="inp"
          type="search"
          maxLength={64}
          aria-label={t('planEdit.search')}
          placeholder={t('planEdit.search')}
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
        {tab === 'open' ? (
          <label className="row g2">
            <input type="checkbox" checked={whole} onChange={event => setWhole(event.target.checked)} />
            {t('planEdit.wholeSite')}
          </label>
        ) : null}
      </div>
      {found.length === 0 ? (
        <Empty
          title={t(
            typed.trim() !== '' ? 'planEdit.notFound' : tab === 'open' ? 'planEdit.allPlaced' : 'planEdit.nonePlaced',
          )}
        />
      ) : (
        <ul className="ple-l">
          {found.slice(0, MOST).map(one => (
            <li key={one.id}>
              <button
                type="button"
                className="ple-b"
                aria-current={chosen === one.id ? 'true' : undefined}
                data-id={one.id}
                onPointerDown={event => {
                  dragged.current = false
                  if (!ready || event.button !== 0 || event.pointerType === 'touch') return
                  from.current = { x: event.clientX, y: event.clientY }
                  event.currentTarget.setPointerCapture(event.pointerId)
                }}
                onPointerMove={move(one)}
                onPointerUp={end(one)}
                onPointerCancel={() => {
                  from.current = null
                  setGhost(null)
                }}
                onClick={() => {
                  if (dragged.current) dragged.current = false
                  else if (tab === 'placed') onChoose(one.id)
                  else if (ready) onPut(one.id, null)
                }}
              >
                {one.sort === 'equipment' ? (
                  <svg className="sym run" viewBox="0 0 48 48" aria-hidden="true">
                    <SymbolShape kind={one.kind} />
                  </svg>
                ) : (
                  <Icon name={one.sort === 'space' ? 'plan' : 'rounds'} />
                )}
                <span className="grow">
                  <bdi>{one.name}</bdi>
                  <small className="cap">{one.sub}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {found.length > MOST ? <p className="card-f cap">{t('planEdit.more', { n: found.length - MOST })}</p> : null}
      {ghost ? (
        <div className="ple-g" style={{ left: ghost.x + 8, top: ghost.y + 8 }} aria-hidden="true">
          {ghost.name}
        </div>
      ) : null}
    </section>
  )
}
