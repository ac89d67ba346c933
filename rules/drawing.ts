/**
 * Which SVG may be shown. A drawing of a site's own folder may come from anywhere, so nothing of it is believed: it is
 * read by an own small reader, only what is listed here is kept, and what could act or fetch refuses the whole drawing.
 * The gateway serves what is kept; the page reads that once more and makes its own elements of it. Pure.
 */

export const DRAWING_MAX_BYTES = 512 * 1024
const MOST_ELEMENTS = 20_000
const DEEPEST = 64

export interface Shape {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Shape | string)[]
}
export const drawingFaults = ['too-large', 'not-xml', 'not-svg', 'active', 'outside', 'no-view-box'] as const
export type DrawingFault = (typeof drawingFaults)[number]
export interface Drawing {
  readonly root: Shape
  /** x, y, width, height */
  readonly viewBox: readonly [number, number, number, number]
  readonly ids: ReadonlySet<string>
  /** Tags that were left out, each once: `use`, `metadata`. */
  readonly leftOut: readonly string[]
}
export type DrawingRead =
  | { readonly ok: true; readonly drawing: Drawing }
  | { readonly ok: false; readonly fault: DrawingFault; readonly what: string; readonly line: number }

const SHOWN = new Set('svg g path rect circle ellipse line polyline polygon text tspan title desc'.split(' '))
/** They run, embed or fetch. Animation too: it can set what was checked to something else. */
const ACTIVE = new Set(
  'script foreignobject iframe object embed audio video canvas handler listener a animate animatemotion animatetransform set discard'.split(
    ' ',
  ),
)
/** Attributes that are numbers and words about geometry and looks. */
const KEPT = new Set(
  (
    'id class lang viewBox x y x1 y1 x2 y2 cx cy r rx ry dx dy width height d points transform pathLength rotate textLength ' +
    'preserveAspectRatio fill fill-opacity fill-rule stroke stroke-width stroke-dasharray stroke-dashoffset stroke-linecap ' +
    'stroke-linejoin stroke-miterlimit stroke-opacity opacity display visibility color vector-effect paint-order ' +
    'font-size font-weight font-style font-family letter-spacing text-anchor dominant-baseline text-decoration'
  ).split(' '),
)
/** A name, a number, a colour, a transform: nothing that CSS could fetch with, and no escapes. */
const PLAIN = /^[\p{L}\p{N}\s#.,:;%()+\-_'"/]*$/u
const FUNCTIONS = /^(?:rgba?|hsla?|var|matrix|translate|scale|rotate|skewx|skewy)$/i

class Fault extends Error {
  readonly fault: DrawingFault
  readonly what: string
  readonly at: number
  constructor(fault: DrawingFault, what: string, at: number) {
    super(fault)
    this.fault = fault
    this.what = what.slice(0, 60)
    this.at = at
  }
}

/** Reads a drawing. @param source the file's text; never throws */
export function readDrawing(source: string): DrawingRead {
  try {
    if (source.length > DRAWING_MAX_BYTES) throw new Fault('too-large', `${Math.ceil(source.length / 1024)} kB`, 0)
    return { ok: true, drawing: read(source) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { ok: false, fault: error.fault, what: error.what, line: source.slice(0, error.at).split('\n').length }
  }
}

interface Open {
  readonly name: string
  readonly shape: { tag: string; attributes: Record<string, string>; children: (Shape | string)[] } | null
}

function read(source: string): Drawing {
  const ids = new Set<string>()
  const leftOut = new Set<string>()
  const stack: Open[] = []
  let root: Shape | null = null
  let elements = 0
  let at = 0
  const token =
    /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^<>[]*>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*?)(\/?)>|[^<]+/gy
  while (at < source.length) {
    token.lastIndex = at
    const found = token.exec(source)
    if (!found) throw new Fault('not-xml', source.slice(at, at + 20), at)
    const [whole, cdata, close, open, rest, empty] = found
    const top = stack.at(-1)
    if (close !== undefined) {
      if (top?.name !== close) throw new Fault('not-xml', `</${close}>`, at)
      stack.pop()
    } else if (open !== undefined) {
      if (root && stack.length === 0) throw new Fault('not-xml', `<${open}>`, at)
      if (++elements > MOST_ELEMENTS || stack.length >= DEEPEST) throw new Fault('too-large', `<${open}>`, at)
      const attributes = attributesOf(open, rest ?? '', at)
      if (!root && open !== 'svg') throw new Fault('not-svg', `<${open}>`, at)
      const shown: boolean = SHOWN.has(open) && (!top || top.shape !== null) && (open !== 'svg' || !root)
      const shape: Open['shape'] = shown ? { tag: open, attributes, children: [] } : null
      if (shape) {
        if (attributes.id !== undefined) ids.add(attributes.id)
        if (root) top!.shape!.children.push(shape)
        else root = shape
      } else if (!top || top.shape !== null) leftOut.add(open)
      if (!empty) stack.push({ name: open, shape })
    } else if (!whole.startsWith('<!--') && !whole.startsWith('<?') && !whole.startsWith('<!DOCTYPE')) {
      const text = cdata ?? decoded(whole, at)
      if (!top && text.replace(/^\uFEFF/, '').trim() !== '') throw new Fault('not-xml', text.trim(), at)
      if (top?.name === 'style' && fetches(text)) throw new Fault('outside', '<style>', at)
      if (top?.shape && WRITES.has(top.shape.tag) && text !== '') top.shape.children.push(text)
    }
    at += whole.length
  }
  if (!root || stack.length > 0) throw new Fault('not-xml', root ? `<${stack.at(-1)!.name}>` : '', source.length)
  return { root, viewBox: viewBoxOf(root), ids, leftOut: [...leftOut].sort() }
}

const WRITES = new Set(['text', 'tspan', 'title', 'desc'])
const local = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase()
const fetches = (css: string): boolean => /\\|@import|url\s*\(\s*['"]?\s*[^#\s'")]|image-set|expression/i.test(css)

/** What is kept of the attributes of one element; what could act or fetch is a fault, in whatever element it stands. */
function attributesOf(tag: string, rest: string, at: number): Record<string, string> {
  if (ACTIVE.has(local(tag))) throw new Fault('active', `<${tag}>`, at)
  const kept: Record<string, string> = {}
  const seen = new Set<string>()
  const one = /\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')|\s+$/gy
  let from = 0
  while (from < rest.length) {
    one.lastIndex = from
    const found = one.exec(rest)
    if (!found) throw new Fault('not-xml', `<${tag}${rest}`, at)
    from += found[0].length
    const name = found[1]
    if (name === undefined) continue
    if (seen.has(name)) throw new Fault('not-xml', `${name}="…" ${name}="…"`, at)
    seen.add(name)
    const value = decoded(found[2] ?? found[3] ?? '', at)
    if (/^on/.test(local(name))) throw new Fault('active', name, at)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers overlook them within a scheme
    const bare = value.replace(/[\u0000-\u0020]/g, '').toLowerCase()
    if (/(?:javascript|vbscript|livescript):/.test(bare)) throw new Fault('active', name, at)
    if (/^(?:href|src|data|action|from|to|values|by)$/.test(local(name)) && bare !== '' && !bare.startsWith('#'))
      throw new Fault('outside', name, at)
    if (name === 'style') Object.assign(kept, declared(value, at))
    else if (KEPT.has(name)) keep(kept, name, value, at)
  }
  return kept
}

function keep(into: Record<string, string>, name: string, value: string, at: number) {
  if (fetches(value)) throw new Fault('outside', name, at)
  // A gradient or pattern of the file: they are left out, so the shape is drawn without it.
  if (/url\s*\(/i.test(value)) return
  for (const [, call] of value.matchAll(/([\w-]+)\s*\(/g))
    if (!FUNCTIONS.test(call!)) throw new Fault('outside', `${name}: ${call}()`, at)
  if (PLAIN.test(value)) into[name] = value
}

/** `style` as Inkscape writes it, as attributes, which a theme can overrule. */
function declared(css: string, at: number): Record<string, string> {
  const kept: Record<string, string> = {}
  if (fetches(css)) throw new Fault('outside', 'style', at)
  for (const part of css.split(';')) {
    const [name = '', ...value] = part.split(':')
    const word = name.trim().toLowerCase()
    if (KEPT.has(word) && word !== 'id' && word !== 'class') keep(kept, word, value.join(':').trim(), at)
  }
  return kept
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
/** Only the five entities of XML and numbers: others would need a DTD, which could hold anything. */
const decoded = (text: string, at: number): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));?/g, (whole, ten, hex, name) => {
    const code = ten ? Number(ten) : hex ? Number.parseInt(hex, 16) : -1
    const sign = code >= 0 ? (code <= 0x10ffff ? String.fromCodePoint(code) : undefined) : named[name]
    if (sign === undefined || !whole.endsWith(';')) throw new Fault('not-xml', whole, at)
    return sign
  })

function viewBoxOf({ attributes }: Shape): Drawing['viewBox'] {
  const size = (word: string | undefined) => Number(/^[\d.]+/.exec(word ?? '')?.[0])
  const box = (attributes.viewBox ?? `0 0 ${size(attributes.width)} ${size(attributes.height)}`)
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const [x = Number.NaN, y = Number.NaN, width = Number.NaN, height = Number.NaN] = box
  if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0)
    throw new Fault('no-view-box', attributes.viewBox ?? '', 0)
  return [x, y, width, height]
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '')

/** The drawing as SVG again: nothing but what was kept. */
export function drawingText({ root, viewBox }: Drawing): string {
  const write = ({ tag, attributes, children }: Shape): string => {
    const words = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`)
    const inner = children.map(c => (typeof c === 'string' ? escaped(c) : write(c))).join('')
    return inner === '' ? `<${tag}${words.join('')}/>` : `<${tag}${words.join('')}>${inner}</${tag}>`
  }
  const { width: _, height: __, viewBox: ___, ...rest } = root.attributes
  return write({ ...root, attributes: { ...rest, viewBox: viewBox.join(' ') } })
    .replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
    .concat('\n')
}
