import fc from 'fast-check'
import { drivers, profiles } from '../../../drivers/index.ts'
import { demoSite } from '../../../gateway/demo/site.ts'
import { pathOf } from '../../../gateway/site/jsonproblems.ts'
import { checkSite } from '../../../gateway/site/site.ts'
import { quietSite } from '../../support/sites.ts'
import { busyMs, type Damage, damaged, damages, drawn, type Fuzzed, nastyText, nastyValue, shown } from './kit.ts'

type Json = Record<string | number, unknown>
const LONGEST_MS = 3000
/** Of each list: enough to have every word of the schema, little enough to be checked a hundred thousand times. */
const SOME = 2

/** Every word that the demo's site uses, in a file of a few kilobytes. */
function smallSite(): object {
  const lines = (id: string) => ({
    protocol: id.startsWith('opc') ? 'opcua' : 'modbus-tcp',
    host: '127.0.0.1',
    port: 1502,
  })
  const few = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.slice(0, SOME).map(few)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([word, inner]) => [word, few(inner)]))
        : value
  const { channels, equipment, rules, spaces, ...rest } = few(demoSite(lines as never)) as Record<string, object[]>
  const name = quietSite.site.name
  const site = {
    ...rest,
    site: quietSite.site,
    spaces: [...quietSite.spaces, ...spaces!],
    channels: [
      ...[...quietSite.channels, ...channels!],
      { id: 'bms', protocol: 'opcua', endpoint: 'opc.tcp://127.0.0.1:4840' },
      { id: 'things', protocol: 'mqtt', host: '127.0.0.1', port: 1883 },
      {
        id: 'panel',
        protocol: 'text-tcp',
        host: '127.0.0.1',
        port: 1,
        grammar: { lines: [{ match: '^(?<event>\\S+) (?<place>.+)$' }] },
      },
    ],
    equipment: [
      ...[...quietSite.equipment, ...equipment!],
      {
        id: 'ahu-1',
        kind: 'air-handler',
        name,
        space: 'b1',
        channel: 'bms',
        points: [{ key: 'speed', node: 'ns=2;s=a', kind: 'number' }],
      },
      {
        id: 'fire-1',
        kind: 'fire-panel',
        name,
        space: 'b1',
        channel: 'panel',
        points: [{ key: 'fire', on: ['fire'], clear: ['reset'] }],
      },
    ],
    rules: [...quietSite.rules, ...rules!],
  }
  // What names something that was cut away goes as well, until the rest fits together.
  for (let tries = 0; tries < 50; tries++) {
    const errors = checkSite(JSON.stringify(site), drivers, profiles).problems.filter(p => p.level === 'error')
    if (errors.length === 0) return site
    const paths = errors.map(p => pathOf(p.path)).sort((a, b) => Number(b[1]) - Number(a[1]))
    for (const [list, index] of new Map(paths.map(path => [`${path[0]} ${path[1]}`, path])).values()) {
      const of = (site as Json)[list as string]
      if (Array.isArray(of) && typeof index === 'number') of.splice(index, 1)
      else delete (site as Json)[list as string]
    }
  }
  throw new Error('nothing is left of the site that all are made of')
}

type Change =
  | { readonly kind: 'put' | 'add'; readonly pick: number; readonly value: unknown; readonly word: string }
  | { readonly kind: 'remove' | 'double' | 'move'; readonly pick: number; readonly to: number }
  | { readonly kind: 'bytes'; readonly damages: readonly Damage[] }
const pick = fc.nat(100_000)
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('put', 'add'), pick, value: nastyValue, word: nastyText }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('remove', 'double', 'move'), pick, to: pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('bytes' as const), damages: damages(3) }) },
)

/** Each place of a JSON value that has something above it. Values may be thousands of levels deep, so nothing here calls itself. */
function placesOf(whole: unknown): { readonly above: Json; readonly word: string | number }[] {
  const places: { readonly above: Json; readonly word: string | number }[] = []
  const left: unknown[] = [whole]
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== 'object' || value === null) continue
    for (const word of Object.keys(value)) {
      places.push({ above: value as Json, word: Array.isArray(value) ? Number(word) : word })
      const inner = (value as Json)[word]
      if (typeof inner === 'object' && inner !== null) left.push(inner)
    }
  }
  return places
}

/** More than the gateway takes at all. */
const MOST_BYTES = 4_000_000
/** What is deep would be megabytes of spaces. */
const INDENTED = 60_000
/** Null: deeper than can be written down here; files that deep are given as they are, in the short form. */
function written(value: unknown): string | null {
  try {
    const text = JSON.stringify(value)
    if (text.length > MOST_BYTES) return null
    return text.length > INDENTED || /[[{]{20}|(?:\{"a":\[){10}/.test(text) ? text : JSON.stringify(value, null, 1)
  } catch {
    return null
  }
}
function changed(base: string, changes: readonly Change[]): Buffer {
  const value: unknown = JSON.parse(base)
  for (const one of changes) {
    if (one.kind === 'bytes') continue
    const places = placesOf(value)
    const place = places[one.pick % Math.max(1, places.length)]
    if (!place) continue
    const { above, word } = place
    if (one.kind === 'put') above[word] = one.value
    else if (one.kind === 'add') {
      if (Array.isArray(above)) above.push(one.value)
      else
        Object.defineProperty(above, one.word, {
          value: one.value,
          enumerable: true,
          configurable: true,
          writable: true,
        })
    } else if (one.kind === 'remove') {
      if (Array.isArray(above)) above.splice(word as number, 1)
      else delete above[word]
    } else if (one.kind === 'double') {
      if (Array.isArray(above)) above.push(above[word as number])
    } else if (one.kind === 'move') {
      const other = places[one.to % places.length]!
      above[word] = JSON.parse(written(other.above[other.word] ?? null) ?? 'null') as unknown
    }
  }
  const text = Buffer.from(written(value) ?? base)
  return changes.reduce<Buffer>((bytes, one) => (one.kind === 'bytes' ? damaged(bytes, one.damages) : bytes), text)
}

/** What is wrong with what a check said; true: it runs, false: it is refused as it should be. */
export function faultOf(source: string): string | boolean {
  const from = process.cpuUsage()
  let checked: ReturnType<typeof checkSite>
  try {
    checked = checkSite(source, drivers, profiles)
  } catch (error) {
    return `thrown: ${(error as Error).stack?.slice(0, 300)}`
  }
  const tookMs = busyMs(from)
  if (tookMs > LONGEST_MS) return `took ${Math.round(tookMs)} ms`
  const errors = checked.problems.filter(p => p.level === 'error')
  if ((checked.site === null) !== errors.length > 0) return 'refused without a reason, or run with one'
  const lines = source.split('\n').length
  for (const { path, line, text, code } of checked.problems) {
    if (path === '' && line === null && code !== 'site-empty') return `${code} names no place`
    if (line !== null && !(line >= 1 && line <= lines)) return `${code} is at line ${line} of ${lines}`
    if (pathOf(path).length === 0 && path !== '' && !/["'\s]/.test(path) && path.replaceAll(/[.[\]]/g, '') !== '')
      return `${code}: the path ${path} cannot be read`
    for (const said of [text['zh-CN'], text.en])
      if (said === '' || /\{(why|line|column|known|id|word)\}/.test(said)) return `${code} says "${said}"`
  }
  return checked.site !== null
}

/** Mutated site files: each runs or is refused with problems that name a place; nothing is thrown. */
export async function fuzzSiteFiles(cases: number, seed: number): Promise<Fuzzed> {
  const base = JSON.stringify(smallSite())
  if (process.env.FUZZ_SHOW) console.log(base.length, base)
  const wrong: string[] = []
  let [runs, refused, slowestMs] = [0, 0, 0]
  const first = faultOf(base)
  if (first !== true) wrong.push(`the site that all are made of: ${first}`)
  for (const changes of drawn(fc.array(change, { minLength: 1, maxLength: 4 }), cases, seed)) {
    // What is no UTF-8 is refused before it is looked at.
    const source = changed(base, changes).toString('utf8')
    const from = process.cpuUsage()
    const fault = faultOf(source)
    slowestMs = Math.max(slowestMs, busyMs(from))
    if (typeof fault === 'string') wrong.push(`${fault}: ${shown(JSON.stringify(changes))}`)
    else if (fault) runs++
    else refused++
  }
  return { name: 'site files', cases, wrong, figures: { runs, refused, slowestMs: Math.round(slowestMs) } }
}
