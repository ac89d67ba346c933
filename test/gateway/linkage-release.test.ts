import { describe, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import type { Point, PointId, Sample, Text, Value } from '../../drivers/point.ts'
import { runCommands } from '../../gateway/live/commands.ts'
import type { Command, CommandSpec } from '../../rules/command.ts'
import { manualClock } from '../support/clock.ts'

const tag: Text = { 'zh-CN': '有人工作', en: 'men at work' }
const lock: PointId = 'door/lock'
const point: Point = {
  id: lock,
  key: 'lock',
  name: tag,
  kind: 'boolean',
  writable: true,
  scanMs: 1000,
  address: null,
}
const spec: CommandSpec = {
  roles: ['operator'],
  interlocks: [{ point: 'door/closed', when: { equals: true }, text: tag }],
  secondPerson: true,
  confirmWithinS: 5,
  coolDownS: 600,
  readBack: { points: [lock], equals: null },
  tolerance: 0,
  release: [false],
}
const operator = { name: 'op', role: 'operator' as const }

/** A lock that is tagged, interlocked, out of reach and in its pause; and what was written to it. */
function locked(heldOpen = false) {
  const clock = manualClock()
  const stored = new Map<string, Command>()
  const written: Value[] = []
  let value: Value = true
  const sample = (v: Value): Sample => ({ point: lock, at: 0, seen: 0, quality: 'good', value: v })
  const link: Link = {
    read: async points => points.map(() => sample(value)),
    async write(_, v) {
      written.push(v)
      value = v
      return { ok: true }
    },
    close: async () => {},
  }
  const live = runCommands({
    clock,
    specs: new Map([[lock, spec]]),
    points: new Map([[lock, point]]),
    get: () => undefined,
    online: () => false,
    link: () => link,
    take: () => {},
    blocked: () => tag,
    heldOpen: (_, v) => (heldOpen && v !== false ? tag : null),
    open: () => [...stored.values()].filter(c => c.phase === 'awaiting' || c.phase === 'sent'),
    lastSentAt: () => clock.now(),
    ended: c => void stored.set(c.id, c),
    failed: error => {
      throw error
    },
  })
  const put = (c: Command) => {
    stored.set(c.id, c)
    live.go(c)
  }
  return { live, put, stored, written, clock }
}

describe('a fire release', () => {
  it('passes interlock, tag, pause, second person and a device that was not heard; nothing else does', async () => {
    const w = locked()
    expect(w.live.request('a', lock, false, 'by hand', operator)).toMatchObject({ phase: 'refused', why: 'tagged' })
    expect(w.live.automatic('b', lock, false, 'fan', false)).toBeUndefined()
    // Not a value that opens: it outranks nothing.
    expect(w.live.automatic('c', lock, true, 'fire', true)).toBeUndefined()
    const made = w.live.automatic('d', lock, false, 'fire', true)!
    expect(made.command).toMatchObject({ phase: 'sent', requestedBy: 'gateway', value: false })
    w.put(made.command)
    await w.clock.pass(1000)
    expect([w.written, w.stored.get('d')!.phase]).toEqual([[false], 'confirmed'])
    await w.live.stop()
  })

  it('ends what stands in its way, and is not given twice', async () => {
    const w = locked()
    const waiting: Command = {
      ...w.live.automatic('x', lock, false, 'fire', true)!.command,
      id: 'w',
      phase: 'awaiting',
      value: true,
    }
    w.stored.set('w', waiting)
    const made = w.live.automatic('r', lock, false, 'fire', true)!
    expect(made.overtaken).toMatchObject([{ id: 'w', phase: 'refused', why: 'fire-release' }])
    for (const c of made.overtaken) w.stored.set(c.id, c)
    w.stored.set('r', made.command)
    expect(w.live.automatic('again', lock, false, 'fire', true)).toBeUndefined()
    await w.live.stop()
  })

  it('what would shut it is refused as long as it stands, before any tag', async () => {
    const w = locked(true)
    expect(w.live.request('a', lock, true, 'lock up', operator)).toMatchObject({
      phase: 'refused',
      why: 'fire-release',
      text: tag,
    })
    expect(w.written).toEqual([])
    await w.live.stop()
  })
})
