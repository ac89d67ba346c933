import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { Drawing } from '../../../rules/drawing.ts'
import {
  type At,
  type Box,
  type PlanDraft,
  panned,
  positionOf,
  type Snap,
  snapped,
  stepOf,
  zoomed,
} from '../../../rules/planedit.ts'
import { CheckpointShape, markSize, PlanGround } from '../parts/PlanDrawing.tsx'
import { SymbolShape } from '../parts/PlantSymbol.tsx'
import { useText } from '../text/index.ts'
import type { Thing } from './things.ts'

interface Props {
  readonly box: RefObject<SVGSVGElement | null>
  readonly drawing: Drawing
  readonly picture: string | null
  readonly draft: PlanDraft
  /** Element id -> place. */
  readonly placeOf: ReadonlyMap<string, string>
  readonly things: ReadonlyMap<string, Thing>
  readonly chosen: string | null
  readonly view: Box
  /** null: things stand wherever they are let go. */
  readonly grid: number | null
  readonly label: string
  readonly onView: (view: Box) => void
  readonly onChoose: (thing: string | null) => void
  /** @param run see `stepped` */
  readonly onPut: (thing: string, at: At, run?: string) => void
  readonly onTakeOff: (thing: string) => void
}

/** Where on the drawing somebody points; null: it is not on the page. */
export function pointedAt(
  svg: SVGSVGElement | null,
  { clientX, clientY }: { clientX: number; clientY: number },
): At | null {
  const inverse = svg?.getScreenCTM()?.inverse()
  if (!inverse) return null
  const at = new DOMPoint(clientX, clientY).matrixTransform(inverse)
  return [at.x, at.y]
}

const ARROWS: Readonly<Record<string, At>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
/** One turn of the wheel, and one press of a key. */
const ZOOM = 1.25

/** The drawing with what stands on it: dragged by hand, moved by the arrow keys; the ground is moved and brought closer. */
export function Canvas(props: Props) {
  const { box, drawing, picture, draft, placeOf, things, chosen, view, grid, label } = props
  const { onView, onChoose, onPut, onTakeOff } = props
  const { lang } = useText()
  const all = drawing.viewBox
  const size = markSize(view[2])
  const [drag, setDrag] = useState<{ readonly thing: string; readonly off: At; readonly snap: Snap } | null>(null)
  const hold = useRef<At | null>(null)
  const marks = useMemo(
    () =>
      [...Object.keys(draft.places), ...Object.keys(draft.checkpoints)].flatMap(id => {
        const at = positionOf(draft, id)
        return at ? [{ id, at }] : []
      }),
    [draft],
  )
  const now = useRef({ view, all, onView })
  now.current = { view, all, onView }
  useEffect(() => {
    const svg = box.current
    if (!svg) return
    const turn = (event: WheelEvent) => {
      event.preventDefault()
      const at = pointedAt(svg, event)
      const { view, all, onView } = now.current
      if (at && event.deltaY !== 0) onView(zoomed(view, event.deltaY < 0 ? ZOOM : 1 / ZOOM, at, all))
    }
    // React's own is passive: the page would scroll as well.
    svg.addEventListener('wheel', turn, { passive: false })
    return () => svg.removeEventListener('wheel', turn)
  }, [box])

  const snapOf = (thing: string, off: At, event: PointerEvent): Snap | null => {
    const at = pointedAt(box.current, event)
    if (!at) return null
    const others = event.altKey ? [] : marks.filter(one => one.id !== thing).map(one => one.at)
    return snapped([at[0] + off[0], at[1] + off[1]], event.altKey ? null : grid, others, view[2] / 150)
  }
  const take = (thing: string, at: At) => (event: PointerEvent) => {
    if (event.button !== 0) return
    event.stopPropagation()
    const from = pointedAt(box.current, event)
    if (!from) return
    event.currentTarget.setPointerCapture(event.pointerId)
    onChoose(thing)
    setDrag({ thing, off: [at[0] - from[0], at[1] - from[1]], snap: { at, x: null, y: null } })
  }
  const drop = () => {
    if (drag) onPut(drag.thing, drag.snap.at)
    setDrag(null)
    hold.current = null
  }
  const keysOfThing =
    (thing: string, [x, y]: At) =>
    (event: KeyboardEvent) => {
      const arrow = ARROWS[event.key]
      if (arrow) {
        const by = (event.shiftKey ? 10 : 1) * stepOf(all)
        onPut(thing, [x + arrow[0] * by, y + arrow[1] * by], `key ${thing}`)
      } else if (event.key === 'Delete' || event.key === 'Backspace') {
        onTakeOff(thing)
        box.current?.focus()
      } else if (event.key === 'Enter' || event.key === ' ') onChoose(thing)
      else if (event.key === 'Escape') {
        onChoose(null)
        box.current?.focus()
      } else return
      event.preventDefault()
      event.stopPropagation()
    }
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const middle: At = [view[0] + view[2] / 2, view[1] + view[3] / 2]
    const arrow = ARROWS[event.key]
    if (arrow) onView(panned(view, [(arrow[0] * view[2]) / 10, (arrow[1] * view[3]) / 10], all))
    else if (event.key === '+' || event.key === '=') onView(zoomed(view, ZOOM, middle, all))
    else if (event.key === '-') onView(zoomed(view, 1 / ZOOM, middle, all))
    else if (event.key === '0') onView(all)
    else return
    event.preventDefault()
  }
  const snap = drag?.snap
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a drawing
    <svg
      ref={box}
      className="pl ple-c"
      data-lang={lang}
      viewBox={view.join(' ')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys that move it need the focus
      tabIndex={0}
      role="group"
      aria-label={label}
      onKeyDown={keys}
      onPointerDown={event => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        hold.current = pointedAt(box.current, event)
        onChoose(null)
      }}
      onPointerMove={event => {
        if (drag) {
          const next = snapOf(drag.thing, drag.off, event)
          if (next) setDrag({ ...drag, snap: next })
        } else if (hold.current) {
          const at = pointedAt(box.current, event)
          if (at) onView(panned(view, [hold.current[0] - at[0], hold.current[1] - at[1]], all))
        }
      }}
      onPointerUp={drop}
      onPointerCancel={() => {
        setDrag(null)
        hold.current = null
      }}
    >
      <PlanGround {...{ drawing, picture, placeOf }} />
      <rect className="ple-edge" x={all[0]} y={all[1]} width={all[2]} height={all[3]} />
      {snap?.x == null ? null : <path className="ple-line" d={`M${snap.x} ${all[1]}v${all[3]}`} />}
      {snap?.y == null ? null : <path className="ple-line" d={`M${all[0]} ${snap.y}h${all[2]}`} />}
      {marks.map(({ id, at: stands }) => {
        const at = drag?.thing === id ? drag.snap.at : stands
        const thing = things.get(id)
        return (
          // biome-ignore lint/a11y/useSemanticElements: a button of HTML cannot stand in a drawing
          <g
            key={id}
            className={`ple-m ${chosen === id ? 'sel' : ''}`}
            data-thing={id}
            role="button"
            tabIndex={0}
            aria-pressed={chosen === id}
            aria-label={`${thing?.name ?? id}, x ${at[0]}, y ${at[1]}`}
            onPointerDown={take(id, at)}
            onFocus={() => chosen === id || onChoose(id)}
            onKeyDown={keysOfThing(id, at)}
          >
            <title>{thing?.name ?? id}</title>
            <circle cx={at[0]} cy={at[1]} r={size * 0.8} />
            {thing?.sort === 'checkpoint' ? (
              <CheckpointShape at={at} size={size * 0.7} />
            ) : thing?.sort === 'space' ? (
              <rect
                className="ple-sp"
                x={at[0] - size / 3}
                y={at[1] - size / 3}
                width={size / 1.5}
                height={size / 1.5}
              />
            ) : (
              <svg
                {...{ x: at[0] - size * 0.55, y: at[1] - size * 0.55, width: size * 1.1, height: size * 1.1 }}
                viewBox="0 0 48 48"
                aria-hidden="true"
              >
                <SymbolShape kind={thing?.kind ?? ''} />
              </svg>
            )}
          </g>
        )
      })}
    </svg>
  )
}
