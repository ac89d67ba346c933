import { describe, expect, it } from 'vitest'
import { demoSite } from '../../gateway/demo/site.ts'
import { contactKinds } from '../../gateway/site/placeschema.ts'
import { noticeOf, reportOf } from '../../rules/incident.ts'
import { packs } from '../../rules/packs/all.ts'
import {
  asksOf,
  heldBackBy,
  missing,
  plantSays,
  type Runbook,
  type RunState,
  refusal,
  runKey,
  type StepDone,
  stepOf,
  stepsOf,
  timeLeft,
} from '../../rules/runbook.ts'
import { runbooks } from '../../rules/runbooks/all.ts'
import { demoLines } from '../support/demolines.ts'

const START = Date.UTC(2026, 10, 21, 6, 30)
const MIN = 60_000
const bookOf = (id: string): Runbook => runbooks.find(b => b.id === id)!
const done = (at = START, values: Record<string, string> = {}): StepDone => ({
  state: 'done',
  at,
  by: 'li',
  point: null,
  values,
  note: null,
  photo: false,
})
const begun = (dangers: readonly string[] = [], steps: RunState['steps'] = {}): RunState => ({
  phase: 'open',
  startedAt: START,
  dangers,
  steps,
})
const answers = (book: Runbook, id: string) =>
  Object.fromEntries(
    asksOf(stepOf(book, id)!).map(a => [a.key, { text: 'x', number: '1', time: '2026-11-21T08:00:00Z' }[a.kind]]),
  )
/** Does whatever may be done, in the order of the list, again and again: the order in which a run can go. */
function play(book: Runbook, dangers: readonly string[] = []): string[] {
  let run = begun(dangers)
  const order: string[] = []
  for (let go = true; go; ) {
    go = false
    for (const { id } of [...stepsOf(book, run)].reverse()) {
      if (refusal(book, run, id, 'do', { values: answers(book, id), photo: true })) continue
      run = { ...run, steps: { ...run.steps, [id]: done() } }
      order.push(id)
      go = true
    }
  }
  expect(missing(book, run)).toEqual([])
  return order
}

describe('every runbook', () => {
  it('is whole: both languages, steps that exist, contacts that exist, and it can come to its end', () => {
    let steps = 0
    for (const book of runbooks) {
      const ids = book.steps.map(s => s.id)
      expect(new Set(ids).size, book.id).toBe(ids.length)
      expect(
        book.copies.map(c => c.en),
        book.id,
      ).toEqual(['1 to administration', '1 kept by engineering'])
      if (book.steps.length === 0) expect(book.unwritten, book.id).toBeDefined()
      for (const [i, step] of book.steps.entries()) {
        steps++
        const where = `${book.id}/${step.id}`
        for (const text of [step.text, step.who, step.hint, ...asksOf(step).map(a => a.name)])
          if (text) {
            expect(text['zh-CN'], where).toMatch(/[\u4e00-\u9fff]/)
            expect(text.en, where).toMatch(/[a-z]/)
            expect(text.en, where).not.toMatch(/[\u3000-\u9fff\uff00-\uffef]/)
          }
        for (const needed of step.needs ?? []) expect(ids.slice(0, i), where).toContain(needed)
        if (step.see)
          expect(
            runbooks.map(b => b.id),
            where,
          ).toContain(step.see)
        if (step.call) expect(contactKinds, where).toContain(step.call)
        if (step.danger)
          expect(
            book.dangers?.map(d => d.id),
            where,
          ).toContain(step.danger)
        expect(step.source, where).toBeTruthy()
      }
      for (const dangers of [[], (book.dangers ?? []).map(d => d.id)]) play(book, dangers)
    }
    console.log(`${runbooks.length} runbooks, ${steps} steps`)
    expect(runbooks.map(b => b.id)).toEqual([
      'external-outage',
      'internal-fault',
      'lift-trapped',
      'burst-pipe',
      'burst-pipe-electrical',
      'water-failure',
      'gas-leak',
      'fire',
      'over-temperature',
      'chiller-trip',
      'lift-rescue',
      'internal-line',
    ])
    expect(steps).toBeGreaterThan(70)
    expect(runbooks.filter(b => b.unwritten).map(b => b.id)).toEqual(['lift-rescue', 'internal-line'])
  })

  it('that a rule of the demo or of a pack names is there', () => {
    const site = demoSite(demoLines) as unknown as { rules: { id: string; runbook?: string }[] }
    const named = [
      ...site.rules.map(r => [r.id, r.runbook]),
      ...packs.flatMap(p => p.rules.map(r => [`${p.id}.${r.id}`, r.runbook])),
    ].filter(([, book]) => book !== undefined)
    expect(named.filter(([, book]) => !runbooks.some(b => b.id === book && b.steps.length > 0))).toEqual([])
    expect(named.length).toBeGreaterThan(18)
  })
})

describe('what must not be skipped', () => {
  const burst = bookOf('burst-pipe')
  it("with electrical danger set: that zone's power is cut before the valve, the repair and the end", () => {
    const order = play(burst, ['electrical'])
    for (const later of ['close-valve', 'repair', 'open-valve'])
      expect(order.indexOf('cut-power')).toBeLessThan(order.indexOf(later))
    expect(refusal(burst, begun(['electrical']), 'close-valve', 'do')).toMatchObject({
      code: 'step-held-back',
      what: [stepOf(burst, 'cut-power')!.text],
    })
    expect(refusal(burst, begun(['electrical']), 'cut-power', 'leave-out')?.code).toBe('step-must')
    const allButPower = Object.fromEntries(burst.steps.filter(s => s.id !== 'cut-power').map(s => [s.id, done()]))
    expect(missing(burst, begun(['electrical'], allButPower)).map(s => s.id)).toEqual(['cut-power'])
    expect(missing(burst, begun([], allButPower))).toEqual([])
  })
  it('without it there is no such step, and nothing waits for it', () => {
    expect(refusal(burst, begun(), 'cut-power', 'do')?.code).toBe('step-unknown')
    expect(refusal(burst, begun(), 'close-valve', 'do')).toBeNull()
    expect(bookOf('burst-pipe-electrical').dangers).toMatchObject([{ id: 'electrical', preset: true }])
    expect(runKey(bookOf('burst-pipe-electrical'), 'x')).toBe(runKey(burst, 'y'))
  })
  it('gas: "do not operate switches" is first, and nothing else can be done or left out before it', () => {
    const gas = bookOf('gas-leak')
    expect(gas.steps[0]!.text.en).toMatch(/Do not operate switches/)
    expect(play(gas)[0]).toBe('no-switches')
    const held = gas.steps.slice(1).map(s => refusal(gas, begun(), s.id, 'do', { values: answers(gas, s.id) })?.code)
    expect(new Set(held)).toEqual(new Set(['step-held-back']))
    expect(held.length).toBe(10)
    expect(refusal(gas, begun(), 'no-switches', 'leave-out')?.code).toBe('step-must')
  })
  it('a step needs its proof: who answered the call, the figures, the photo', () => {
    const outage = bookOf('external-outage')
    const run = begun([], { 'check-equipment': done() })
    const lacking = (values: Record<string, string>) =>
      refusal(outage, run, 'call-substation', 'do', { values })?.what.map(t => t.en) ?? []
    expect(lacking({})).toEqual(['Who answered', 'Cause', 'Time of the outage', 'Expected restoration'])
    const all = { 'spoken-to': 'Wang', cause: 'cable', since: '2026-11-21T06:29:00Z', 'expected-end': 'soon' }
    expect(lacking(all)).toEqual(['Expected restoration'])
    expect(lacking({ ...all, 'expected-end': '2026-11-21T09:00:00Z' })).toEqual([])
    const sign = begun([], { 'close-valve': done() })
    expect(refusal(burst, sign, 'hang-sign', 'do')?.what).toEqual([{ 'zh-CN': '照片', en: 'a photo' }])
    expect(refusal(burst, sign, 'hang-sign', 'do', { photo: true })).toBeNull()
  })
})

describe('a step that ticks itself', () => {
  const rescue = stepOf(bookOf('lift-trapped'), 'rescue')!
  const valves = stepOf(bookOf('gas-leak'), 'close-valve')!
  const point = (id: `${string}/${string}`) => ({ id, equipment: 'x', kind: 'x', key: 'x' })
  const says = (self: typeof rescue.self, samples: Record<string, boolean | null>) =>
    plantSays(
      self!,
      Object.keys(samples).map(id => point(id as 'a/b')),
      id =>
        samples[id] === null
          ? { point: id, at: 0, seen: 0, quality: 'bad', value: null, reason: 'timeout' }
          : { point: id, at: 0, seen: 0, quality: 'good', value: samples[id]! },
    )
  it.each([
    ['nobody is trapped', rescue.self, { 'l/t': false }, { point: 'l/t', value: false }],
    ['somebody is', rescue.self, { 'l/t': true }, 'otherwise'],
    ['nobody knows', rescue.self, { 'l/t': null }, null],
    ['there is no such point', rescue.self, {}, null],
    ['all valves are shut', valves.self, { 'a/c': true, 'b/c': true }, { point: 'a/c', value: true }],
    ['one is open', valves.self, { 'a/c': true, 'b/c': false }, 'otherwise'],
    ['of one nobody knows', valves.self, { 'a/c': true, 'b/c': null }, null],
  ])('%s', (_, self, samples, said) => {
    expect(says(self, samples as Record<string, boolean | null>)).toEqual(said)
  })
})

describe('an incident', () => {
  const book = bookOf('external-outage')
  const zone = 'Asia/Shanghai'
  const place = { 'zh-CN': '示范广场', en: 'Demo Plaza' }
  const called = {
    'check-equipment': done(START + MIN),
    'call-substation': done(START + 4 * MIN, {
      'spoken-to': 'Wang',
      cause: '电缆故障',
      since: '2026-11-21T06:29:00Z',
      'expected-end': '2026-11-21T09:00:00Z',
    }),
  }
  const incident = (steps: RunState['steps']) => ({ ...begun([], steps), book, place, endedAt: null })

  it('a notice has scope, reason, start and expected end, in both languages, and blanks for what nobody said', () => {
    expect(noticeOf(incident({}), 'interrupted', 'zh-CN', zone)).toEqual({
      title: '停电通知',
      body: '尊敬的客户：\n范围：示范广场\n原因：正在核实\n开始时间：2026/11/21 14:30\n预计恢复：（待填写）\n不便之处，敬请谅解。',
    })
    expect(noticeOf(incident(called), 'interrupted', 'en', zone)).toEqual({
      title: 'Notice: Power outage',
      body: 'Dear customers,\nScope: Demo Plaza\nReason: 电缆故障\nStart: 21/11/2026, 14:29\nExpected end: 21/11/2026, 17:00\nWe apologise for the inconvenience.',
    })
    const back = { ...called, 'supply-back': done(START + 60 * MIN) }
    expect(noticeOf(incident(back), 'restored', 'zh-CN', zone)?.body).toMatch(/恢复时间：2026\/11\/21 15:30/)
    expect(noticeOf({ ...incident({}), book: bookOf('fire') }, 'interrupted', 'en', zone)).toBeNull()
  })
  it('a report has time, cause, handling and restoration as they were said', () => {
    expect(reportOf(incident(called))).toEqual({
      since: Date.UTC(2026, 10, 21, 6, 29),
      until: null,
      cause: '电缆故障',
      place: null,
      handling: null,
      restoredAt: null,
    })
    expect(reportOf(incident({ ...called, 'supply-back': done(START + 60 * MIN) })).restoredAt).toBe(START + 60 * MIN)
  })
  it('a step that is late says by how much', () => {
    const lift = bookOf('lift-trapped')
    const talk = stepOf(lift, 'talk')!
    expect(timeLeft(talk, begun(), START + MIN)).toBe(2 * MIN)
    expect(timeLeft(talk, begun(), START + 5 * MIN)).toBe(-2 * MIN)
    expect(timeLeft(talk, begun([], { talk: done(START + 2 * MIN) }), START + 9 * MIN)).toBe(MIN)
    expect(timeLeft(stepOf(lift, 'count')!, begun(), START)).toBeNull()
    expect(heldBackBy(lift, begun(), stepOf(lift, 'count')!).map(s => s.id)).toEqual(['rescue'])
  })
})
