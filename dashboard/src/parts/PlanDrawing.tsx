import { createElement, type KeyboardEvent, memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { Drawing, Shape } from '../../../rules/drawing.ts'
import type { Severity } from '../../../rules/rule.ts'
import { useText } from '../text/index.ts'
import { PriorityShape } from './Priority.tsx'

/** What a place looks like, and what it is called by those who cannot see it. */
export interface PlaceLook {
  readonly severity: Severity | null
  /** Something is active that nobody has acknowledged. */
  readonly unacked: boolean
  /** How many devices tell nothing that can be trusted. */
  readonly unknown: number
  readonly label: string
}
interface Props {
  readonly drawing: Drawing
  /** Element id -> place. */
  readonly placeOf: ReadonlyMap<string, string>
  /** Places that are a position: a mark is drawn there. */
  readonly marks: readonly {
    readonly place: string
    readonly at: readonly [number, number]
    readonly mark: ReactNode
  }[]
  readonly looks: ReadonlyMap<string, PlaceLook>
  readonly chosen: string | null
  readonly onChoose: (place: string) => void
  readonly label: string
  /** A scan or a photo: where it is fetched from. It fills the box of the drawing. */
  readonly picture?: string | null
  /** What of the box is shown; null: all. */
  readonly view?: Drawing['viewBox'] | null
  /** Points of patrol routes: seen, not pressed. */
  readonly checkpoints?: readonly {
    readonly id: string
    readonly at: readonly [number, number]
    readonly label: string
  }[]
}

/** Classes of a drawing that mean something here; any other word of it could be one of this page's own. */
const CLASSES = new Set(['zh', 'en', 'room', 'floor', 'dim', 'no'])
const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

function attributesOf({ attributes }: Shape): Record<string, string> {
  const { id: _, class: words = '', ...rest } = attributes
  const known = words.split(/\s+/).filter(word => CLASSES.has(word))
  return {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [camel(name), value])),
    ...(known.length > 0 && { className: known.map(word => `pl-${word}`).join(' ') }),
  }
}

/**
 * A floor plan as elements of this page. Nothing of the drawing's text becomes markup: what rules/drawing.ts kept is made
 * anew, element by element, without its ids and with known classes only.
 */
export function PlanDrawing(props: Props) {
  const { drawing, placeOf, marks, looks, chosen, onChoose, label, picture = null, view = null } = props
  const [x, y, width, height] = view ?? drawing.viewBox
  const size = markSize(width)
  const box = useRef<SVGSVGElement>(null)
  const [corners, setCorners] = useState<Corners>(new Map())
  const names = [...looks.keys()].join()
  const other = useText().lang === 'en' ? 'zh' : 'en'
  // biome-ignore lint/correctness/useExhaustiveDependencies: where places are follows from what is drawn
  useLayoutEffect(() => {
    setCorners(cornersOf(box.current, size))
    enlarge(box.current)
  }, [drawing, size, names, x, y, other])
  const make = (shape: Shape, key: number): ReactNode => {
    const place = shape.attributes.id === undefined ? undefined : placeOf.get(shape.attributes.id)
    const look = place === undefined ? undefined : looks.get(place)
    if (place === undefined || !look) return made(shape, key)
    return (
      <Place key={key} {...{ place, look, onChoose }} chosen={place === chosen} drawn={textIn(shape, other)}>
        {made(shape, 0)}
      </Place>
    )
  }
  const made = (shape: Shape, key: number): ReactNode =>
    createElement(
      shape.tag,
      { key, ...attributesOf(shape) },
      // Between the lines of a name there is a space for those who hear it.
      ...shape.children.flatMap((child, i) => [
        ...(i > 0 && shape.tag === 'text' ? [' '] : []),
        typeof child === 'string' ? child : make(child, i),
      ]),
    )
  const { viewBox: _, width: __, height: ___, ...root } = attributesOf(drawing.root)
  return (
    <svg {...root} ref={box} className="pl" viewBox={`${x} ${y} ${width} ${height}`}>
      <title>{label}</title>
      <defs>
        <pattern
          id="plan-unknown"
          width={size / 3}
          height={size / 3}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect className="pl-hatch" width={size} height={size} strokeWidth={0} />
          <path className="pl-hatch" d={`M0 0V${size / 3}`} strokeWidth={size / 10} />
        </pattern>
      </defs>
      {picture === null ? null : <Picture href={picture} box={drawing.viewBox} />}
      {drawing.root.children.map((child, i) => (typeof child === 'string' ? null : make(child, i)))}
      {props.checkpoints?.map(point => (
        <g key={point.id} className="pl-cp">
          <title>{point.label}</title>
          <CheckpointShape at={point.at} size={size} />
        </g>
      ))}
      {marks.map(({ place, at, mark }) => {
        const look = looks.get(place)
        return look ? (
          <Place key={place} {...{ place, look, onChoose }} chosen={place === chosen}>
            {/* On a scan a symbol alone is lost among its lines. */}
            {picture === null ? null : <circle cx={at[0]} cy={at[1]} r={size * 0.85} />}
            <svg
              x={at[0] - size * 0.65}
              y={at[1] - size * 0.65}
              width={size * 1.3}
              height={size * 1.3}
              viewBox="0 0 48 48"
              aria-hidden="true"
            >
              {mark}
            </svg>
          </Place>
        ) : null
      })}
      {[...corners].map(([place, at]) => {
        const look = looks.get(place)
        return look && (look.severity || look.unknown > 0) ? <Badge key={place} {...{ look, at, size }} /> : null
      })}
    </svg>
  )
}

/** How large a mark is: one 34th of what is shown. */
export const markSize = (width: number): number => Math.max(width / 34, 0.01)

/** The picture as it is, in all of the box; a dark page does not turn a scan round. */
const Picture = ({ href, box: [x, y, width, height] }: { readonly href: string; readonly box: Drawing['viewBox'] }) => (
  <image href={href} x={x} y={y} width={width} height={height} preserveAspectRatio="none" />
)
/** A flag on its pole, whose foot is the place. */
export const CheckpointShape = ({
  at: [x, y],
  size,
}: {
  readonly at: readonly [number, number]
  readonly size: number
}) => (
  <path
    className="pl-flag"
    strokeWidth={size / 10}
    d={`M${x} ${y}V${y - size}L${x + size * 0.6} ${y - size * 0.72}L${x} ${y - size * 0.45}`}
  />
)

/** The drawing by itself, without places: the ground on which they are put. */
export const PlanGround = memo(function PlanGround({
  drawing,
  picture,
  placeOf,
}: Pick<Props, 'drawing' | 'picture' | 'placeOf'>) {
  const made = (shape: Shape, key: number): ReactNode => {
    const element = bare(shape, key)
    return shape.attributes.id !== undefined && placeOf.has(shape.attributes.id) ? (
      <g key={key} className="pl-place still">
        <g>{element}</g>
      </g>
    ) : (
      element
    )
  }
  const bare = (shape: Shape, key: number): ReactNode =>
    createElement(
      shape.tag,
      { key, ...attributesOf(shape) },
      ...shape.children.map((child, i) => (typeof child === 'string' ? child : made(child, i))),
    )
  const { viewBox: _, width: __, height: ___, ...root } = attributesOf(drawing.root)
  return (
    <g {...root}>
      {picture ? <Picture href={picture} box={drawing.viewBox} /> : null}
      {drawing.root.children.map((child, i) => (typeof child === 'string' ? null : made(child, i)))}
    </g>
  )
})

interface PlaceProps {
  readonly place: string
  readonly look: PlaceLook
  readonly chosen: boolean
  /** What the drawing has written there: who speaks to the page says what he sees. */
  readonly drawn?: string
  readonly onChoose: (place: string) => void
  readonly children: ReactNode
}

/** A drawing has its words in both languages, of which one is shown. */
const textIn = (shape: Shape, other: string): string =>
  ['title', 'desc'].includes(shape.tag) || (shape.attributes.class ?? '').split(' ').includes(other)
    ? ''
    : shape.children
        .map(child => (typeof child === 'string' ? child.trim() : textIn(child, other)))
        .filter(Boolean)
        .join(' ')
        // A Chinese name in two lines is one word.
        .replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')

/** A room as a button. */
function Place({ place, look, chosen, drawn = '', onChoose, children }: PlaceProps) {
  const { severity, unacked, unknown } = look
  const tint = severity !== null && (unacked || severity === 'life')
  const state = [severity && `${severity} al`, tint && 'tint', unknown > 0 && 'unk', chosen && 'sel']
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    event.stopPropagation()
    onChoose(place)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button of HTML cannot have the shape of a room
    <g
      className={`pl-place ${state.filter(Boolean).join(' ')}`}
      data-place={place}
      role="button"
      tabIndex={0}
      aria-pressed={chosen}
      aria-label={drawn === '' || look.label.includes(drawn) ? look.label : `${drawn} · ${look.label}`}
      onClick={event => {
        event.stopPropagation()
        onChoose(place)
      }}
      onKeyDown={onKey}
    >
      <g>{children}</g>
    </g>
  )
}

/** A name that is drawn too small to be read here is made larger, as far as its room has room for it. */
function enlarge(svg: SVGSVGElement | null): void {
  const least = svg === null ? 0 : Number.parseFloat(getComputedStyle(svg).getPropertyValue('--pl-least'))
  const scale = svg?.getScreenCTM()?.a ?? 0
  if (!svg || !(least > 0) || scale === 0) return
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  for (const text of svg.querySelectorAll<SVGTextElement>('[data-place] text')) {
    const own = Number.parseFloat(getComputedStyle(text).fontSize) * scale
    const words = text.getBBox()
    const room = text.closest<SVGGElement>('[data-place]')?.getBBox()
    if (!room || words.width === 0) continue
    const times = Math.min((least * rem) / own, (room.width * 0.94) / words.width, (room.height * 0.6) / words.height)
    text.style.scale = times > 1 ? String(times) : ''
  }
}

/** Where the badge of each place is: in its corner, in the middle of a small one, on the upper edge of a whole floor. */
function cornersOf(svg: SVGSVGElement | null, size: number): Corners {
  const corners = new Map<string, readonly [number, number]>()
  const inverse = svg?.getScreenCTM()?.inverse()
  if (!svg || !inverse) return corners
  for (const element of svg.querySelectorAll<SVGGElement>('[data-place]')) {
    const { x, y, width, height } = element.getBBox()
    const matrix = element.getScreenCTM()
    if (!matrix) continue
    const floor = element.querySelector('.pl-floor') !== null
    const low = Math.min(width, height) < size * 2.4
    const [cx, cy] = floor
      ? [x + width / 2, y]
      : low
        ? [x + width - Math.min(width / 2, size * 0.8), y + height / 2]
        : [x + width - size * 0.9, y + size * 0.9]
    const at = new DOMPoint(cx, cy).matrixTransform(inverse.multiply(matrix))
    corners.set(element.dataset.place ?? '', [at.x, at.y])
  }
  return corners
}
type Corners = ReadonlyMap<string, readonly [number, number]>

/** Above all rooms, so that none hides the badge of another. */
const Badge = ({ look, at, size }: { look: PlaceLook; at: readonly [number, number]; size: number }) => (
  <svg
    x={at[0] - size / 2}
    y={at[1] - size / 2}
    width={size}
    height={size}
    viewBox="0 0 20 20"
    className={look.severity ? `pl-badge pri ${look.severity} ${look.unacked ? 'unack' : 'ack'}` : 'pl-badge pl-q'}
    aria-hidden="true"
  >
    {look.severity ? (
      <PriorityShape severity={look.severity} className="psv" />
    ) : (
      <>
        <circle cx="10" cy="10" r="9" />
        <path d="M7.4 7.6a2.7 2.7 0 1 1 4 2.4c-.9.5-1.4 1-1.4 2.1M10 14.6v.2" />
      </>
    )}
  </svg>
)
