import { describe, expect, it } from 'vitest'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import {
  CALM,
  confirmReset,
  heldOpen,
  type Linkage,
  type LinkageAction,
  type LinkageState,
  shifted,
  stepLinkage,
} from '../../rules/linkage.ts'

const text = (en: string) => ({ 'zh-CN': en, en })
const zone = (id: string, more: object = {}) => ({
  id,
  name: text(id),
  space: null,
  sources: [{ devices: [`panel/${id}` as PointId], callPoints: [`panel/${id}-cp` as PointId], confirmed: null }],
  ...more,
})
const action = (id: string, kind: LinkageAction['kind'], more: Partial<LinkageAction> = {}): LinkageAction => ({
  id,
  kind,
  name: text(id),
  zones: ['z1', 'z2'],
  at: 'confirmed',
  act: true,
  withinS: 5,
  retries: 1,
  devices: [
    {
      name: text(id),
      proof: { point: `${id}/open`, values: [true] },
      command: { point: `${id}/release`, value: true, restore: false },
    },
  ],
  ...more,
})

/** A site by hand, and what became of it as a diary of `second what`. */
function site(linkage: Linkage) {
  const points = new Map<PointId, Pick<Sample, 'value' | 'quality' | 'reason'>>()
  const ended = new Map<string, 'confirmed' | 'not-confirmed' | 'refused'>()
  for (const z of linkage.zones)
    for (const s of z.sources) {
      for (const p of [...s.devices, ...s.callPoints]) points.set(p, { quality: 'good', value: 0 })
      if (s.confirmed) points.set(s.confirmed, { quality: 'good', value: false })
    }
  for (const a of linkage.actions)
    for (const d of a.devices) points.set(d.proof.point, { quality: 'good', value: false })
  let state: LinkageState = CALM
  let now = 0
  let n = 0
  const diary: string[] = []
  const around = {
    get: (p: PointId) => points.get(p),
    command: (id: string) => ended.get(id) ?? ('sent' as const),
    newId: () => `c${++n}`,
  }
  const look = () => {
    const step = stepLinkage(linkage, state, around, now * 1000)
    state = step.state
    for (const e of step.events) diary.push(`${now} ${e.id} ${e.what}`)
    for (const s of step.sends) diary.push(`${now} > ${s.point} ${s.value}${s.egress ? ' release' : ''}`)
  }
  return {
    diary,
    set(point: string, value: Value) {
      points.set(point as PointId, { quality: 'good', value })
      look()
    },
    bad(point: string, quality: 'bad' | 'uncertain' = 'bad', value: Value | null = null) {
      points.set(point as PointId, { quality, value, reason: quality === 'bad' ? 'offline' : 'stale' } as never)
      look()
    },
    refused: (id: string) => void ended.set(id, 'refused'),
    wait(s: number) {
      for (let i = 0; i < s; i++) {
        now++
        look()
      }
    },
    /** As after a kill -9: what was stored is all that is left. */
    restart() {
      state = JSON.parse(JSON.stringify(state)) as LinkageState
      look()
    },
    confirm(id: string) {
      const done = confirmReset(linkage, state, id, around.get)
      if ('wrong' in done) return done.wrong
      state = done.state
      for (const e of done.events) diary.push(`${now} ${e.id} ${e.what}`)
      for (const r of done.restores) diary.push(`${now} < ${r.point} ${r.value}`)
      return 'done'
    },
    state: () => state,
    phase: (id: string) => state.zones[id]?.phase ?? 'normal',
    linkage,
  }
}
const doors = action('door', 'doors')
const fan = action('fan', 'fans')
const plain: Linkage = { zones: [zone('z1'), zone('z2')], actions: [doors, fan] }

describe('two devices', () => {
  const cases: [what: string, given: readonly [string, Value][], phase: string][] = [
    ['nothing', [], 'normal'],
    ['one detector', [['panel/z1', 1]], 'first'],
    ['two detectors', [['panel/z1', 2]], 'confirmed'],
    ['one call point alone', [['panel/z1-cp', true]], 'first'],
    ['two call points', [['panel/z1-cp', 2]], 'first'],
    [
      'a call point and a detector',
      [
        ['panel/z1-cp', true],
        ['panel/z1', true],
      ],
      'confirmed',
    ],
    [
      'one detector here, one there',
      [
        ['panel/z1', 1],
        ['panel/z2', 1],
      ],
      'first',
    ],
  ]
  it.each(cases)('%s', (_, given, phase) => {
    const s = site(plain)
    for (const [point, value] of given) s.set(point, value)
    expect(s.phase('z1')).toBe(phase)
    expect(s.diary.some(line => line.includes('>'))).toBe(phase === 'confirmed')
  })

  it('the same detector on two panels is one; what the panel itself confirms is confirmed', () => {
    const sources = [
      { devices: ['panel/z1' as PointId], callPoints: [], confirmed: 'panel/z1-sure' as PointId },
      { devices: ['printer/z1' as PointId], callPoints: [], confirmed: null },
    ]
    const s = site({ zones: [zone('z1', { sources })], actions: [] })
    s.set('panel/z1', 1)
    s.set('printer/z1', 1)
    expect(s.phase('z1')).toBe('first')
    s.set('panel/z1-sure', true)
    expect(s.state().zones.z1).toMatchObject({ by: 'panel', devices: 1 })
  })

  it('a value of before the line was lost, or none, neither raises nor takes back', () => {
    const s = site(plain)
    s.bad('panel/z1', 'uncertain', 2)
    expect(s.phase('z1')).toBe('normal')
    s.set('panel/z1', 1)
    s.bad('panel/z1')
    s.wait(100)
    expect(s.phase('z1')).toBe('first')
    s.set('panel/z1', 0)
    expect(s.phase('z1')).toBe('to-confirm')
  })
})

it('from the first detector to the person who says that it is over', () => {
  const s = site(plain)
  s.set('panel/z1', 1)
  s.wait(40)
  s.set('panel/z1', 2)
  s.wait(1)
  s.set('door/open', true)
  s.wait(2)
  s.set('fan/open', true)
  expect(s.confirm('z1')).toBe('linkage-panel-first')
  s.wait(10)
  s.set('panel/z1', 0)
  s.set('door/open', false)
  expect(s.confirm('z2')).toBe('linkage-normal')
  s.wait(1)
  s.set('door/open', true)
  expect(s.confirm('z1')).toBe('done')
  s.wait(10)
  expect(s.state()).toEqual(CALM)
  expect(s.diary).toEqual([
    '0 z1 first',
    '40 z1 confirmed',
    '40 door started',
    '40 fan started',
    '40 > door/release true release',
    '40 > fan/release true',
    '41 door proved',
    '43 fan proved',
    '43 z1 linked',
    '53 z1 panel-normal',
    // The panel is normal, but nobody has said that it is over: the door goes on being a way out.
    '53 door lost',
    '54 > door/release true release',
    '54 door proved',
    '54 door ended',
    '54 fan ended',
    '54 < door/release false',
    '54 < fan/release false',
  ])
})

it('what nothing proves is sent again, given up and said; a way out is tried as long as the fire lasts', () => {
  const s = site(plain)
  s.set('panel/z1', 2)
  s.wait(75)
  expect(s.diary).toEqual([
    '0 z1 confirmed',
    '0 door started',
    '0 fan started',
    '0 > door/release true release',
    '0 > fan/release true',
    '5 > door/release true release',
    '5 > fan/release true',
    '10 door not-confirmed',
    '10 fan not-confirmed',
    '10 z1 linked',
    '35 > door/release true release',
    '65 > door/release true release',
  ])
  s.set('door/open', true)
  expect(s.diary.at(-1)).toBe('75 door proved')
})

it('what a tag refuses is said as refused and does not hold up the rest', () => {
  const s = site(plain)
  s.set('panel/z1', 2)
  s.refused('c2')
  s.set('door/open', true)
  s.wait(1)
  expect(s.diary.slice(-3)).toEqual(
    ['0 fan refused', '0 door proved', '0 z1 linked']
      .map(l => l)
      .sort((a, b) => s.diary.indexOf(a) - s.diary.indexOf(b)),
  )
  expect(s.state().actions.fan!.devices['fan/open']!.phase).toBe('refused')
})

it('a restart in the middle repeats nothing and forgets nothing', () => {
  const run = (restartAt: readonly number[]) => {
    const s = site(plain)
    const script: [number, () => void][] = [
      [1, () => s.set('panel/z1', 1)],
      [3, () => s.set('panel/z1', 2)],
      [6, () => s.set('door/open', true)],
      [20, () => s.set('panel/z1', 0)],
    ]
    for (let i = 0; i <= 22; i++) {
      for (const [at, what] of script) if (at === i) what()
      if (restartAt.includes(i)) s.restart()
      s.wait(1)
    }
    return s.diary
  }
  const whole = run([])
  let tried = 0
  for (let at = 0; at <= 22; at++, tried++) expect(run([at]), `restart at ${at}`).toEqual(whole)
  expect(run(Array.from({ length: 23 }, (_, i) => i))).toEqual(whole)
  expect(tried).toBe(23)
})

it('announce only: nothing is commanded, and what the panel does is proved all the same', () => {
  const s = site({
    ...plain,
    actions: [
      { ...doors, act: false },
      { ...fan, act: false },
    ],
  })
  s.set('panel/z1', 2)
  s.set('door/open', true)
  s.wait(6)
  expect(s.diary).toEqual([
    '0 z1 confirmed',
    '0 door started',
    '0 fan started',
    '0 door proved',
    '5 fan not-confirmed',
    '5 z1 linked',
  ])
  s.set('panel/z1', 0)
  // The panel shuts it again with its reset: it was proved in its time.
  s.set('door/open', false)
  expect(s.diary.at(-1)).toBe('6 z1 panel-normal')
  expect(s.confirm('z1')).toBe('done')
  expect(s.diary.some(line => /[<>]/.test(line))).toBe(false)
})

it('a second zone does not repeat what is done, and the last one ends it', () => {
  const s = site({ ...plain, actions: [doors] })
  s.set('panel/z1', 2)
  s.set('door/open', true)
  s.set('panel/z2', 2)
  s.wait(10)
  s.set('panel/z1', 0)
  expect(s.confirm('z1')).toBe('done')
  expect(heldOpen(s.linkage, s.state(), 'door/release', false)?.id).toBe('door')
  expect(heldOpen(s.linkage, s.state(), 'door/release', true)).toBeUndefined()
  expect(heldOpen(s.linkage, s.state(), 'fan/release', false)).toBeUndefined()
  s.set('panel/z2', 0)
  expect(s.confirm('z2')).toBe('done')
  expect(heldOpen(s.linkage, s.state(), 'door/release', false)).toBeUndefined()
  expect(s.diary.filter(line => /[<>]/.test(line))).toEqual([
    '0 > door/release true release',
    '10 < door/release false',
  ])
})

it('it begins anew when it burns again before somebody has said that it is over', () => {
  const s = site({ ...plain, actions: [{ ...doors, at: 'first' }] })
  s.set('panel/z1', 1)
  s.wait(11)
  s.set('panel/z1', 0)
  s.wait(1)
  s.set('panel/z1', 2)
  expect(s.diary).toEqual([
    '0 z1 first',
    '0 door started',
    '0 > door/release true release',
    '5 > door/release true release',
    '10 door not-confirmed',
    '11 z1 panel-normal',
    '12 z1 confirmed',
    '12 door started',
    '12 > door/release true release',
  ])
  expect(s.state().zones.z1!.former).toEqual([{ firstAt: 0, confirmedAt: null, normalAt: 11_000, devices: 1 }])
})

it('a second fire before the first was confirmed to be over has its own times and its own proofs', () => {
  const byPanel = { ...fan, act: false }
  const s = site({ ...plain, actions: [doors, byPanel] })
  s.set('panel/z1', 2)
  s.set('door/open', true)
  s.set('fan/open', true)
  s.wait(100)
  s.set('panel/z1', 0)
  // The panel takes back with its own reset what it did; the door stands open as the site has it.
  s.set('fan/open', false)
  s.wait(50)
  const before = s.diary.length
  s.set('panel/z1', 1)
  expect(s.state().zones.z1).toEqual({
    ...{ phase: 'confirmed', since: 150_000, firstAt: 150_000, confirmedAt: 150_000, by: null, devices: 1 },
    former: [{ firstAt: 0, confirmedAt: 0, normalAt: 100_000, devices: 2 }],
  })
  s.wait(5)
  expect(s.diary.slice(before)).toEqual([
    '150 z1 again',
    '150 door started',
    '150 door proved',
    '150 fan started',
    '155 fan not-confirmed',
    '155 z1 linked',
  ])
  expect(s.state().actions.door!.devices['door/open']!.provedAt).toBe(150_000)
  s.set('panel/z1', 0)
  expect(s.confirm('z1')).toBe('done')
  expect(s.state()).toEqual(CALM)
})

it('any order of events: a way out is never shut while it burns, and everything ends with a person', () => {
  let seed = 42
  const random = (n: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * n)
  }
  let restores = 0
  let runs = 0
  for (; runs < 300; runs++) {
    const s = site(plain)
    for (let i = 0; i < 60; i++) {
      const z = `z${1 + random(2)}`
      const before = s.diary.length
      const wanted = () => Object.values(s.state().zones).some(at => at.confirmedAt !== null)
      const what = random(8)
      if (what === 0) s.set(`panel/${z}`, random(3))
      else if (what === 1) s.set(`panel/${z}-cp`, random(2) === 1)
      else if (what === 2) s.bad(`panel/${z}`, random(2) ? 'bad' : 'uncertain', random(3))
      else if (what === 3) s.set('door/open', random(2) === 1)
      else if (what === 4) s.restart()
      else if (what === 5) s.confirm(z)
      else s.wait(random(9))
      const shut = s.diary.slice(before).filter(line => line.includes('<'))
      restores += shut.length
      if (shut.length > 0) expect(wanted()).toBe(false)
      if (wanted()) expect(heldOpen(s.linkage, s.state(), 'door/release', false)).toBeDefined()
    }
    for (const z of ['z1', 'z2']) {
      s.set(`panel/${z}`, 0)
      s.set(`panel/${z}-cp`, false)
    }
    s.wait(1)
    for (const z of ['z1', 'z2']) expect(['done', 'linkage-normal']).toContain(s.confirm(z))
    expect(s.state()).toEqual(CALM)
  }
  expect(restores).toBeGreaterThan(10)
  expect(runs).toBe(300)
})

it('a way out that may take long to open is said as not proved all the same, and tried again', () => {
  const s = site({ ...plain, actions: [{ ...doors, withinS: 40, retries: 0 }] })
  s.set('panel/z1', 2)
  s.wait(81)
  expect(s.diary.slice(2)).toEqual([
    '0 > door/release true release',
    '40 door not-confirmed',
    '40 z1 linked',
    '41 > door/release true release',
    '81 > door/release true release',
  ])
})

it('what burnt only in zones that the site no longer has ends, and holds nothing open', () => {
  const s = site({ ...plain, actions: [doors] })
  s.set('panel/z1', 2)
  const left = { zones: plain.zones.filter(z => z.id === 'z2'), actions: [{ ...doors, zones: ['z2'] }] }
  const around = { get: () => undefined, command: () => undefined, newId: () => 'c' }
  const step = stepLinkage(left, s.state(), around, 1000)
  expect(step.events.map(e => `${e.id} ${e.what}`)).toEqual(['z1 retired', 'door ended'])
  expect(step.state).toEqual(CALM)
})

it('a clock that is set neither holds a release back nor gives one up', () => {
  const s = site({ ...plain, actions: [doors] })
  s.wait(100)
  s.set('panel/z1', 2)
  const around = { get: () => undefined, command: () => 'sent' as const, newId: () => 'c' }
  const had = s.state()
  const look = (state: LinkageState, atS: number) =>
    stepLinkage({ ...plain, actions: [doors] }, state, around, atS * 1000)
  const after = (offsetS: number, waitedS: number) =>
    look(shifted(had, offsetS * 1000), 100 + offsetS + waitedS).sends.length
  expect([after(-90, 4), after(-90, 5), after(3600, 4), after(3600, 5)]).toEqual([0, 1, 0, 1])
  // Set back while the gateway did not run: tried at once rather than in an hour.
  expect(look(had, 50).sends.length).toBe(1)
})
