import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../dashboard/src/text/en.ts'
import { zhCN } from '../dashboard/src/text/zh-CN.ts'
import { drivers, profiles } from '../drivers/index.ts'
import { checkProfile } from '../gateway/channels/ownprofiles.ts'
import { checkSite } from '../gateway/site/site.ts'

const root = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const below = (folder: string, end: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => end.test(name))
    .map(name => join(folder, name))
    .sort()

const readmes = readdirSync(root).filter(name => /^README.*\.md$/.test(name))
const pages = [...readmes, ...below('docs', /\.md$/)]
/** Each page and its Chinese twin. */
const twins: [english: string, chinese: string][] = pages
  .filter(page => !page.includes('zh-CN'))
  .map(page => [
    page,
    page.startsWith('docs/') ? page.replace('docs/', 'docs/zh-CN/') : page.replace('.md', '.zh-CN.md'),
  ])

type Json = Record<string, unknown>
interface Example {
  readonly kind: string
  readonly source: string
  /** A whole site with the example in it; a device model of the site's own is whole as it is. */
  readonly site: Json
}

/** What looks like a JSON object: the fenced blocks, and the code within a line that begins with a quoted word. */
function jsonIn(page: string): string[] {
  const text = read(page)
  const fenced = [...text.matchAll(/^ *```json\n(.*?)^ *```/gms)].map(([, body]) => body!)
  const inline = [...text.replace(/^ *```.*?^ *```/gms, '').matchAll(/`(\{ ?"[^`]*)`/g)].map(([, body]) => body!)
  return [...fenced, ...inline]
}

const both = { 'zh-CN': '例', en: 'example' }
const head = { site: { id: 'docs', name: both, timezone: 'Asia/Shanghai' } }
const line = { id: 'line', protocol: 'modbus-tcp', host: '127.0.0.1' }
const server = { id: 'line', protocol: 'opcua', endpoint: 'opc.tcp://127.0.0.1:4840' }
const broker = { id: 'line', protocol: 'mqtt', url: 'mqtt://127.0.0.1' }
const point = { key: 'value', table: 'input', address: 0, type: 'uint16' }
const device = { id: 'device', kind: 'meter', channel: 'line', points: [point] }

/** Equipment that a rule of the docs watches, so that it is no rule without points. */
const watched = ({ points, when }: { points: string[]; when: Json }) => {
  const names = Object.values((when.names ?? {}) as Record<string, string>)
  const others = [...JSON.stringify(when).matchAll(/"point":"([^"]+\/[^"]+)"/g)].map(([, id]) => id!)
  const bool = { table: 'coil', type: 'bool' }
  return [...points, ...others, ...names.filter(name => name.includes('/'))].map((pattern, i) => {
    const [id, key] = pattern.replaceAll('*', 'x').split('/')
    const flag = typeof when.equals === 'boolean'
    const beside = i > 0 ? [] : names.filter(name => !name.includes('/') && name !== key)
    return {
      ...{ ...device, id, unit: i + 1 },
      points: [{ ...point, key, ...(flag && bool) }, ...beside.map(key => ({ ...point, key, ...bool }))],
    }
  })
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const office = { id: 'office', spans: [{ from: '08:30', to: '18:00' }] }
const placeSections = [
  'schedules',
  'routes',
  'doorGroups',
  'tariffs',
  'contacts',
  'emergencyPlan',
  'controlRoom',
  'shifts',
  'runRecords',
  'readings',
  'plans',
  'packs',
  'runbooks',
  'orders',
  'maintenance',
  'linkage',
  'history',
  'opcuaServer',
  'broker',
  'access',
  'outputs',
  'signIn',
]
const flag = { table: 'coil', address: 0, type: 'bool' }
const release = {
  ...flag,
  key: 'release',
  address: 1,
  writable: true,
  command: { roles: ['operator'], release: [true] },
}
const fireDevices: object[] = [
  {
    ...device,
    id: 'panel',
    kind: 'fire-panel',
    unit: 20,
    points: [
      { ...point, key: 'floor-12-alarms' },
      { ...flag, key: 'floor-12-call-point' },
      { ...flag, key: 'floor-12-confirmed', address: 2 },
    ],
  },
  { ...device, id: 'door-1', kind: 'door', unit: 21, points: [{ ...flag, key: 'unlocked' }, release] },
]
/** What the examples of the place refer to. */
const placed = {
  ...head,
  spaces: ['b1', 'pump-house', 'distribution-room'].map(id => ({ id, kind: 'room', name: both })),
  channels: [line],
  equipment: fireDevices.concat(
    (
      [
        ['em-b1-01', 'electricity-meter', 'voltage-l1'],
        ['room-b1', 'room-sensor', 'temperature'],
        ['door-b1-01', 'door', 'open'],
        ['pump-1', 'pump', 'tripped'],
      ] as const
    ).map(([id, kind, key], i) => ({
      ...device,
      id,
      kind,
      space: 'distribution-room',
      unit: i + 1,
      points: [{ ...point, key }],
    })),
  ),
}

/** When shops are closed, for the rule of their load in the night. */
const closed = { id: 'shops-closed', spans: [{ from: '23:00', to: '06:00' }] }

/** The smallest whole site around a fragment. */
function wrapped(e: Json): [kind: string, site: Json] {
  if (e.site) return ['site', e]
  if (e.billing) {
    const sftp = { host: 'erp', username: 'plaza' }
    return ['billing', { ...placed, outputs: [{ id: 'to-erp', kind: 'files', folder: 'erp', sftp }], ...e }]
  }
  if (e.tuning) {
    const on = (id: string) => ({ id, points: ['room-b1/temperature'], when: { above: 40 }, severity: 'low' })
    return ['place', { ...placed, packs: ['pump-house'], rules: [on('room-hot'), on('room-humid')], ...e }]
  }
  if (e.channels && e.equipment) return ['parts', { ...head, ...e }]
  if (placeSections.some(section => section in e)) return ['place', { ...placed, ...e }]
  if (e.protocols && e.points && e.source) return ['profile', e]
  if (e.when)
    return [
      'rule',
      { ...head, channels: [line], equipment: watched(e as never), rules: [e], schedules: [office, closed] },
    ]
  if (e.protocol) {
    const points = [e.protocol === 'opcua' ? { key: 'value', node: 'ns=1;s=Value' } : point]
    return ['channel', { ...head, channels: [e], equipment: [{ ...device, channel: e.id, points }] }]
  }
  if (e.channel) {
    const spaces = e.space ? [{ id: e.space, kind: 'room', name: both }] : []
    return ['equipment', { ...head, spaces, channels: [{ ...line, id: e.channel }], equipment: [e] }]
  }
  if (e.broker && !e.table) return ['broker', { ...head, channels: [line], equipment: [device], ...e }]
  if (e.topic) return ['topic', { ...head, channels: [broker], equipment: [{ ...device, points: [e] }] }]
  if (e.node || e.condition) return ['node', { ...head, channels: [server], equipment: [{ ...device, points: [e] }] }]
  if (e.table && !e.key)
    return ['quality', { ...head, channels: [line], equipment: [{ ...device, points: [{ ...point, quality: e }] }] }]
  if (e.table) return ['point', { ...head, channels: [line], equipment: [{ ...device, points: [e] }] }]
  if (Object.values(e).some(limits => isObject(limits) && 'maxRegisters' in limits))
    return ['units', { ...head, channels: [{ ...line, units: e }], equipment: [device] }]
  if (e.kind) {
    const parents = e.parent ? [{ id: e.parent, kind: 'building', name: both }] : []
    return ['space', { ...head, spaces: [...parents, e] }]
  }
  return ['enum', { ...head, channels: [line], equipment: [{ ...device, points: [{ ...point, enum: e }] }] }]
}

function examplesIn(page: string): { examples: Example[]; shortened: number } {
  const examples: Example[] = []
  let shortened = 0
  for (const source of jsonIn(page)) {
    if (source.includes('…')) {
      shortened++
      continue
    }
    const [kind, site] = wrapped(JSON.parse(source) as Json)
    examples.push({ kind, source, site })
  }
  return { examples, shortened }
}
const taken = new Map(profiles.map(p => [p.id, 'Gatehouse']))
const problemsOf = (kind: string, text: string): string[] => {
  const checked = kind === 'profile' ? checkProfile(text, drivers, taken) : checkSite(text, drivers, profiles)
  return checked.problems.map(p => `${p.level} ${p.path} ${p.text.en}`)
}

describe('examples of site.json', () => {
  it('pass the check as they are written', () => {
    const count: Record<string, number> = {}
    for (const page of ['README.md', 'README.zh-CN.md', 'docs/site.md', 'docs/zh-CN/site.md']) {
      for (const { kind, source, site } of examplesIn(page).examples) {
        const text = kind === 'site' || kind === 'profile' ? source : JSON.stringify(site)
        expect(problemsOf(kind, text), `${page}: ${source}`).toEqual([])
        count[kind] = (count[kind] ?? 0) + 1
      }
    }
    console.log(`examples checked: ${JSON.stringify(count)}`)
    const kinds = [
      'site',
      'rule',
      'channel',
      'equipment',
      'space',
      'enum',
      'profile',
      'units',
      'quality',
      'node',
      'topic',
      'place',
    ]
    for (const kind of kinds) expect(count[kind], kind).toBeGreaterThanOrEqual(2)
  })

  it('are the same in both languages', () => {
    for (const [english, chinese] of twins) {
      const [a, b] = [examplesIn(english), examplesIn(chinese)]
      expect(b.examples.map(e => e.site)).toEqual(a.examples.map(e => e.site))
      expect(b.shortened, chinese).toBe(a.shortened)
    }
  })

  it('would be found wrong in each kind of place', () => {
    const wrong: Json[] = [
      { ...head, chanels: [] },
      { id: 'r', points: ['a/b'], when: { above: 1, below: 2 }, severity: 'low' },
      { id: 'r', points: ['a/b'], when: { above: 1 }, severity: 'urgent' },
      { id: 'c', protocol: 'modbus-tcp', host: 'x', prot: 502 },
      { id: 'e', kind: 'meter', channel: 'line', profile: 'sdm630' },
      { key: 'p', table: 'input', address: 40001.5 },
      { id: 's', kind: 'floor', name: { en: 'one language' } },
      { seven: both },
      {
        id: 'p',
        protocols: ['modbus-tcp'],
        kind: 'meter',
        name: both,
        source: 'x',
        points: [{ key: 'a', address: -1 }],
      },
      { '7': { maxRegisters: 126 } },
      { table: 'holding', address: 91, beneath: 60 },
      { key: 'c', condition: { name: 'no source' } },
      { key: 't', topic: 'every/+/one' },
      { packs: ['kitchen'] },
    ]
    for (const example of wrong) {
      const [kind, site] = wrapped(example)
      expect(problemsOf(kind, JSON.stringify(site)), kind).not.toEqual([])
    }
  })
})

describe('the pages', () => {
  it('link to what is there', () => {
    let seen = 0
    const dead: string[] = []
    for (const page of pages)
      for (const [, target] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:|^#/.test(target!)) continue
        seen++
        if (!existsSync(join(root, dirname(page), target!.split('#')[0]!))) dead.push(`${page} -> ${target}`)
      }
    console.log(`links: ${seen} in ${pages.length} pages`)
    expect(seen).toBeGreaterThan(25)
    expect(dead).toEqual([])
  })

  it('have a twin, and each names the other at its top', () => {
    expect(twins.length).toBeGreaterThanOrEqual(5)
    expect(pages.length).toBe(2 * twins.length)
    const top = (page: string) => /^# .*\n\n\[(.*)\]\((.*)\)\n/.exec(read(page))?.slice(1)
    for (const [english, chinese] of twins) {
      const [there, back] = [top(english), top(chinese)]
      expect([there?.[0], join(dirname(english), there?.[1] ?? '')]).toEqual(['中文', chinese])
      expect([back?.[0], join(dirname(chinese), back?.[1] ?? '')]).toEqual(['English', english])
    }
  })

  it('name commands, files and settings that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const wrong: string[] = []
    const seen = { commands: 0, files: 0 }
    for (const page of pages) {
      const text = read(page)
      for (const [command, name] of text.matchAll(/npm (?:run )?(start|test|(?<=run )[\w:-]+)/g)) {
        seen.commands++
        if (!(name! in scripts)) wrong.push(`${page}: ${command}`)
      }
      const ours = /`((?:drivers|rules|gateway|dashboard|firmware-sim|test|setup|docs)\/[\w./-]*)`/g
      for (const [, path] of text.matchAll(ours)) {
        seen.files++
        if (!existsSync(join(root, path!))) wrong.push(`${page}: ${path}`)
      }
    }
    console.log(`named: ${seen.commands} commands, ${seen.files} files`)
    expect(wrong).toEqual([])
    expect(seen.commands).toBeGreaterThan(30)
    expect(seen.files).toBeGreaterThan(40)
  })

  it('name each variable that the gateway reads, and no other', () => {
    const all = (text: string, name: RegExp) => [...new Set([...text.matchAll(name)].map(m => m[1]!))].sort()
    const code = below('gateway', /\.ts$/).map(read).join('\n')
    const known = all(code, /\benv\.(GATEHOUSE_\w+)/g)
    expect(known.length).toBeGreaterThan(5)
    // However a variable is read, or only spoken of, it is one of these.
    expect(all(code, /\b(GATEHOUSE_\w+)/g)).toEqual(known)
    for (const side of [0, 1] as const)
      expect(all(twins.map(pair => read(pair[side])).join('\n'), /\b(GATEHOUSE_\w+)/g)).toEqual(known)
  })

  it('call what is on the screens by the words of the screens', () => {
    const words = (table: object): string[] =>
      Object.values(table).flatMap(word => (typeof word === 'string' ? [word] : words(word as object)))
    const languages = [
      { side: 0, known: new Set(words(en)), marked: /(?<![*\w])\*([^*\n]+)\*(?!\*)/g },
      { side: 1, known: new Set(words(zhCN)), marked: /【([^】]+)】/g },
    ] as const
    for (const { side, known, marked } of languages) {
      const said = twins
        .flatMap(pair => [...read(pair[side]).matchAll(marked)])
        .flatMap(([, path]) => path!.split(' › '))
      expect(said.filter(word => !known.has(word))).toEqual([])
      expect(said.length).toBeGreaterThan(15)
    }
  })
})
