import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../gateway/core/events.ts'
import { readConfig } from '../../gateway/out/notify/config.ts'
import { deliver } from '../../gateway/out/notify/deliver.ts'
import { lineOf, type Told } from '../../gateway/out/notify/message.ts'
import { notices as openNotices } from '../../gateway/records/notices.ts'
import { floodWatch } from '../../rules/flood.ts'
import type { Severity } from '../../rules/rule.ts'
import { manualClock, settled } from '../support/clock.ts'
import { records } from '../support/records.ts'

const MIN = 60_000
const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
const people = [
  { name: 'zhang', phone: '13800000000' },
  { name: 'wu', phone: '13900000000', language: 'en' },
]
const config = readConfig(
  JSON.stringify({
    channels: [
      {
        id: 'sms',
        kind: 'sms',
        severities: ['life', 'high', 'medium'],
        roster: 'duty',
        options: { url: 'https://far.example/', body: '{phone} {text}' },
      },
      { id: 'hook', kind: 'webhook', severities: ['medium'], options: { url: 'https://machine.example/' } },
    ],
    rosters: [{ id: 'duty', people }],
  }),
)
const causes = [
  ['medium', both('温度过高', 'Too hot'), both('12 层', 'Floor 12')],
  ['high', both('断电', 'Power lost'), both('配电室', 'Switch room')],
  ['medium', both('温度过高', 'Too hot'), both('13 层', 'Floor 13')],
] as const

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

/** A building whose alarms are told to two people by text message, and to a machine; what went out as a diary. */
function building() {
  const clock = manualClock(Date.UTC(2026, 10, 21, 4))
  const began = clock.now()
  const notices = openNotices(r.db)
  let watch = floodWatch()
  const diary: { readonly s: number; readonly to: string; readonly text: string }[] = []
  let machine = 0
  let refuses = (_to: string): boolean => false
  const start = () =>
    deliver(config, {
      clock,
      timezone: 'Asia/Shanghai',
      calendar: { holidays: new Set(), workdays: new Set() },
      after: r.trail.after,
      head: r.trail.head,
      cursor: notices.cursor,
      settle({ channel, seq, told }) {
        r.time.now = clock.now()
        r.trail.change({ name: 'gateway', role: 'gateway' }, note => notices.settle(note, channel, seq, told))
      },
      settled: (id, channel, of) =>
        new Set(
          r.trail
            .of('notice', id, of, -1)
            .filter(e => e.data.of === of && e.data.channel === channel)
            .flatMap(e => e.data.to as string[]),
        ),
      digested: (channel, after) =>
        new Map(
          r.trail
            .of('notice', 'digest', after, -1)
            .filter(e => e.data.channel === channel)
            .flatMap(e => (e.data.to as string[]).map(name => [name, e.data.of as number] as const)),
        ),
      flooded: () => watch.look(clock.now()).since !== null,
      look(entry: Entry) {
        if (entry.kind !== 'alarm') return null
        const [severity, text, space] = entry.data.what as readonly [Severity, Told['text'], Told['text']]
        const { seq, time: at, id: alarm } = entry
        const site = both('广场', 'Plaza')
        const about = { alarm, severity, event: 'raised', text, equipmentName: both('', '') } as const
        return { told: { ...about, space, at, site, timezone: 'Asia/Shanghai', seq }, to: null }
      },
      linkFor: () => null,
      failing: () => {},
      async fetchOne({ url, body }) {
        if (url.includes('machine')) machine++
        else {
          const [to = '', ...words] = body!.split(' ')
          const name = people.find(p => p.phone === to)!.name
          if (refuses(name)) throw new Error('nobody there')
          diary.push({ s: Math.round((clock.now() - began) / 1000), to: name, text: words.join(' ') })
        }
        return { status: 200, text: '' }
      },
    })
  let running = start()
  let n = 0
  return {
    diary,
    notices,
    machine: () => machine,
    refuse: (which: typeof refuses) => {
      refuses = which
    },
    raise(what: readonly unknown[]) {
      r.time.now = clock.now()
      r.trail.change({ name: 'gateway', role: 'gateway' }, note => note('alarm', `a${++n}`, 'raised', { what }))
      watch.called(clock.now())
      running.wake()
    },
    raised: () => n,
    async pass(ms: number) {
      await clock.pass(ms)
      for (let i = 0; i < 40; i++) await settled()
    },
    async restart() {
      await running.stop()
      watch = floodWatch()
      running = start()
    },
    stop: () => running.stop(),
    /** How often each alarm is in an outcome of this name, by itself or in a digest. */
    told(name: string): number[] {
      return Array.from({ length: n }, (_, i) => {
        const lines = notices.of(`a${i + 1}`, 100)
        return lines.filter(e => e.data.channel === 'sms' && (e.data.to as string[]).includes(name)).length
      })
    },
  }
}
type Building = ReturnType<typeof building>
/** `count` alarms, one each second, of the causes in turn. */
async function rain(b: Building, count: number) {
  for (let i = 0; i < count; i++) {
    b.raise(causes[i % 3]!)
    await b.pass(1000)
  }
}
const once = (b: Building) => Array.from({ length: b.raised() }, () => 1)
const life = ['life', both('有人被困', 'Somebody trapped'), both('2 号梯', 'Lift 2')] as const

describe('in a flood', () => {
  it('each is told by itself until nobody can follow; then one message per person and interval, people in danger at once', async () => {
    const b = building()
    await rain(b, 30)
    expect(b.diary.filter(d => d.to === 'zhang')).toHaveLength(10)
    b.raise(life)
    await b.pass(0)
    expect(b.diary.at(-1)!.text).toBe('[ALARM·life] Somebody trapped Lift 2 21/11/2026, 12:00:30 Plaza')
    await rain(b, 30)
    await b.pass(10 * MIN)
    const mine = (name: string) => b.diary.filter(d => d.to === name).map(d => [d.s, d.text])
    expect(mine('zhang').slice(10)).toEqual([
      [30, '[报警·生命] 有人被困 2 号梯 2026/11/21 12:00:30 广场'],
      [
        40,
        '[报警汇总·高] 12:00 至 12:00 共 30 条；高 断电 配电室 10 条；中 温度过高 13 层 10 条；中 温度过高 12 层 10 条 广场',
      ],
      [
        340,
        '[报警汇总·高] 12:00 至 12:00 共 20 条；高 断电 配电室 7 条；中 温度过高 13 层 7 条；中 温度过高 12 层 6 条 广场',
      ],
    ])
    expect(mine('wu')[11]![1]).toBe(
      '[DIGEST·high] 30 notices from 12:00 to 12:00; high Power lost Switch room × 10; medium Too hot Floor 13 × 10; medium Too hot Floor 12 × 10 Plaza',
    )
    // The flood is over: each by itself again.
    b.raise(causes[0])
    await b.pass(1000)
    expect(mine('zhang').at(-1)![1]).toMatch(/^\[报警·中\] 温度过高 12 层/)
    for (const name of ['zhang', 'wu']) expect(b.told(name)).toEqual(once(b))
    expect(b.raised()).toBe(62)
    // A machine can follow; it is told of medium ones, and of people in danger always.
    expect(b.machine()).toBe(42)
    await b.stop()
  })

  it('the trail says which alarms a digest told, in one line', async () => {
    const b = building()
    await rain(b, 30)
    await b.pass(20 * MIN)
    const [line] = b.notices.of('a20', 10).filter(e => e.data.channel === 'sms' && (e.data.to as string[])[0] === 'wu')
    expect(line).toMatchObject({ id: 'digest', action: 'told', data: { event: 'digest', count: 20, to: ['wu'] } })
    const spans = line!.data.entries as [number, number][]
    const told = spans.flatMap(([a, z]) => r.trail.after(a - 1, z - a + 1)).map(e => e.id)
    expect(told).toEqual(Array.from({ length: 20 }, (_, i) => `a${i + 11}`))
    expect(r.trail.verify()).toBeNull()
    await b.stop()
  })

  it('a person who could not be reached is tried again alone; a restart in between loses nothing and doubles nothing', async () => {
    const b = building()
    await rain(b, 20)
    b.refuse(name => name === 'wu')
    await b.pass(30_000)
    expect(b.diary.filter(d => /汇总|DIGEST/.test(d.text)).map(d => d.to)).toEqual(['zhang'])
    await rain(b, 5)
    await b.restart()
    b.refuse(() => false)
    await b.pass(10 * MIN)
    for (const name of ['zhang', 'wu']) expect(b.told(name)).toEqual(once(b))
    expect(b.raised()).toBe(25)
    await b.stop()
  })

  it('what is gathered when the flood is over goes out all the same', async () => {
    const b = building()
    await rain(b, 14)
    await b.pass(40 * MIN)
    expect(b.told('zhang')).toEqual(once(b))
    expect(b.diary.filter(d => d.to === 'zhang')).toHaveLength(11)
    await b.stop()
  })
})

it('a long digest says how many it does not list', () => {
  const groups = Array.from({ length: 9 }, (_, i) => ({
    ...({ severity: 'medium', event: 'raised', space: null, count: 2 } as const),
    text: both(`事${i}`, `Case ${i}`),
  }))
  const nothing = both('', '')
  const told: Told = {
    ...{ alarm: 'digest', severity: 'medium', event: 'digest', text: nothing, equipmentName: nothing, space: null },
    ...{ at: 0, site: both('广场', 'Plaza'), timezone: 'UTC', seq: 1 },
    digest: { from: 0, to: 0, count: 18, groups },
  }
  expect(lineOf(told, 'zh-CN')).toMatch(/事5 2 条；其他 6 条 广场$/)
})
