import { describe, expect, it } from 'vitest'
import type { LearnedFact } from '../../drivers/driver.ts'
import { modbusTcp } from '../../drivers/modbus/driver.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { type ModbusDevice, startModbus } from '../../firmware-sim/modbus.ts'
import { soon } from './driver.suite.ts'

/** A device that answers 02 to a read that touches one of these addresses, or is longer than it stands. */
async function picky(refuses: (address: number) => boolean, addresses: readonly number[], options: object = {}) {
  const device: ModbusDevice = { read: (_, address) => (refuses(address) ? undefined : address) }
  const sim = await startModbus({ framing: 'tcp', units: new Map([[1, device]]) })
  const kept: (readonly LearnedFact[])[] = []
  const points = pointsOf(
    'x',
    addresses.map(address => ({ key: `${address}`, table: 'holding', address })),
    modbusTcp,
    1,
  )
  const open = (known?: unknown) =>
    modbusTcp.open(
      { host: '127.0.0.1', port: sim.port, ...options },
      { now: Date.now, log: () => {}, known, learn: facts => kept.push(facts) },
    )
  const read = async (link: ReturnType<typeof open>) => {
    const before = sim.requests()
    const samples = await link.read(points, soon())
    return { values: samples.map(s => s.value ?? s.reason), requests: sim.requests() - before }
  }
  return { sim, kept, open, read }
}

describe('what a device refuses', () => {
  it('a hole that may not be read across: one cut there, and no other', async () => {
    const d = await picky(a => a === 8, [0, 1, 2, 3, 4, 5, 6, 10, 11, 12])
    const link = d.open()
    const first = await d.read(link)
    expect(first.values).toEqual([0, 1, 2, 3, 4, 5, 6, 10, 11, 12])
    expect(first.requests).toBeLessThanOrEqual(12)
    expect(link.report!().learned).toEqual([{ unit: 1, table: 'holding', from: 7, to: 10, kind: 'across' }])
    expect(await d.read(link)).toEqual({ values: first.values, requests: 2 })
    await link.close()
    await d.sim.stop()
  })

  it('a value that is refused by itself: the others are read together around it', async () => {
    const d = await picky(a => a === 5, [0, 1, 2, 3, 4, 5, 6, 7, 8])
    const link = d.open()
    const truth = [0, 1, 2, 3, 4, 'refused', 6, 7, 8]
    expect((await d.read(link)).values).toEqual(truth)
    expect(link.report!().learned).toEqual([{ unit: 1, table: 'holding', from: 5, to: 6, kind: 'alone' }])
    expect(await d.read(link)).toEqual({ values: truth, requests: 3 })
    await link.close()
    await d.sim.stop()
  })

  it('is kept: the next life asks right from the start, and forgets a value that is answered after all', async () => {
    let fixed = false
    const d = await picky(a => (!fixed && a === 5) || a === 20, [0, 5, 9, 30])
    const link = d.open()
    const first = await d.read(link)
    expect(first.values).toEqual([0, 'refused', 9, 30])
    await link.close()
    const stored = JSON.parse(JSON.stringify(d.kept.at(-1)))
    expect(stored).toHaveLength(2)
    const second = d.open([...stored, 'rubbish', { unit: 900 }])
    expect(await d.read(second)).toEqual({ values: first.values, requests: 4 })
    fixed = true
    expect((await d.read(second)).values).toEqual([0, 5, 9, 30])
    expect(second.report!().learned.map(f => f.kind)).toEqual(['across'])
    expect(await d.read(second)).toEqual({ values: [0, 5, 9, 30], requests: 2 })
    await second.close()
    await d.sim.stop()
  })

  it('everything: little is asked, nothing is learned, and soon it costs one request a scan', async () => {
    const d = await picky(
      () => true,
      Array.from({ length: 64 }, (_, i) => i),
    )
    const link = d.open()
    const first = await d.read(link)
    expect(new Set(first.values)).toEqual(new Set(['refused']))
    expect(first.requests).toBeLessThanOrEqual(30)
    expect(link.report!().learned).toEqual([])
    expect((await d.read(link)).requests).toBe(1)
    await link.close()
    await d.sim.stop()
  })

  it('every third address of a hundred: all others are read, and each is learned once', async () => {
    const d = await picky(
      a => a % 3 === 2,
      Array.from({ length: 100 }, (_, i) => i),
    )
    const link = d.open()
    const truth = Array.from({ length: 100 }, (_, i) => (i % 3 === 2 ? 'refused' : i))
    expect((await d.read(link)).values).toEqual(truth)
    const { learned } = link.report!()
    expect(learned.map(f => f.from)).toEqual(truth.flatMap((v, i) => (v === 'refused' ? [i] : [])))
    expect(await d.read(link)).toEqual({ values: truth, requests: 67 })
    await link.close()
    await d.sim.stop()
  })

  it('said in the site: never asked across, and no longer than it stands', async () => {
    const own = { units: { 1: { maxRegisters: 4, forbidden: [{ table: 'holding', from: 8, to: 10 }] } } }
    const d = await picky(a => a === 8, [0, 1, 2, 3, 4, 7, 10, 11], own)
    const link = d.open()
    expect(await d.read(link)).toEqual({ values: [0, 1, 2, 3, 4, 7, 10, 11], requests: 3 })
    expect(link.report!().learned).toEqual([])
    await link.close()
    await d.sim.stop()
  })
})
