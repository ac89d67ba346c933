import { expect, it } from 'vitest'
import type { Entry } from '../../gateway/core/events.ts'
import { readConfig } from '../../gateway/out/notify/config.ts'
import { deliver } from '../../gateway/out/notify/deliver.ts'
import type { Told } from '../../gateway/out/notify/message.ts'
import { manualClock, settled } from '../support/clock.ts'

const words = { 'zh-CN': '水', en: 'Water' }

it('what is new does not sit out the long wait that something older has begun', async () => {
  const clock = manualClock()
  const trail: Entry[] = []
  const asked: number[] = []
  const add = (seq: number) => trail.push({ seq, kind: 'alarm', id: `a${seq}`, action: 'raised' } as Entry)
  const channel = { id: 'hook', kind: 'webhook', severities: ['life'], options: { url: 'https://far.example/' } }
  const delivery = deliver(readConfig(JSON.stringify({ channels: [channel] })), {
    clock,
    timezone: 'UTC',
    calendar: { holidays: new Set(), workdays: new Set() },
    after: seq => trail.filter(e => e.seq > seq),
    cursor: () => 0,
    head: () => 0,
    settle: () => {},
    settled: () => new Set(),
    digested: () => new Map(),
    flooded: () => false,
    look: ({ seq, id }) => {
      const about = { alarm: id, severity: 'life', event: 'raised', text: words, equipmentName: words } as const
      const told: Told = { ...about, space: null, at: clock.now(), site: words, timezone: 'UTC', seq }
      return { told, to: null }
    },
    linkFor: () => null,
    failing: () => {},
    fetchOne: async () => {
      asked.push((clock.now() - began) / 1000)
      throw new Error('nobody there')
    },
  })
  const began = clock.now()
  add(1)
  delivery.wake()
  await settled()
  for (let s = 0; s < 100; s++) {
    await clock.pass(1000)
    await settled()
  }
  expect(asked).toEqual([0, 1, 6, 21, 81])
  // The next try of its own would be at 381 s.
  add(2)
  delivery.wake()
  await settled()
  add(3)
  delivery.wake()
  await settled()
  expect(asked).toEqual([0, 1, 6, 21, 81, 100])
  await delivery.stop()
})

it('a disk that is full when a channel begins keeps nobody from being told', async () => {
  const clock = manualClock()
  const options = { url: 'https://far.example/?key=0123456789abcdef' }
  const channel = { id: 'robot', kind: 'wecom', severities: ['life'], options }
  const trail: Entry[] = []
  let full = true
  const outcomes: (string | null)[] = []
  const delivery = deliver(readConfig(JSON.stringify({ channels: [channel] })), {
    clock,
    timezone: 'UTC',
    calendar: { holidays: new Set(), workdays: new Set() },
    after: seq => trail.filter(e => e.seq > seq),
    cursor: () => null,
    head: () => 0,
    settle({ told }) {
      if (full) throw new Error('database or disk is full')
      if (told) outcomes.push(told.failed)
    },
    settled: () => new Set(),
    digested: () => new Map(),
    flooded: () => false,
    look({ seq, id }) {
      const about = { alarm: id, severity: 'high', event: 'raised', text: words, equipmentName: words } as const
      return { told: { ...about, space: null, at: 0, site: words, timezone: 'UTC', seq, severity: 'life' }, to: null }
    },
    linkFor: () => null,
    failing: () => {},
    fetchOne: async () => ({ status: 200, text: JSON.stringify({ errcode: 'bad key 0123456789abcdef' }) }),
  })
  await settled()
  full = false
  trail.push({ seq: 1, kind: 'alarm', id: 'a1', action: 'raised' } as Entry)
  delivery.wake()
  await clock.pass(1000)
  // The trail forgets nothing: what a far end says back is on it without the key.
  expect(outcomes).toEqual(['errcode bad key •••'])
  await delivery.stop()
})
