import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decoderOf } from '../../drivers/modbus/codec.ts'
import { columnsOf } from '../../drivers/modbus/columns.ts'
import { mbapFrame, mbapFrames, rtuFrame, rtuPdu } from '../../drivers/modbus/frame.ts'
import { answerOf, narrowed, pduOf, type Request, readRequest, widened } from '../../drivers/modbus/pdu.ts'
import { plan } from '../../drivers/modbus/plan.ts'
import type { Point } from '../../drivers/point.ts'
import vectors from './vectors/frames.json' with { type: 'json' }

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('frames printed in manuals', () => {
  it('are seven', () => expect(vectors.frames.length).toBe(7))
  for (const frame of vectors.frames)
    it(frame.name, () => {
      const { fn, start, count, data } = frame as typeof frame & { data?: string }
      const request = { unit: 1, fn, start, count, ...(data && { data: hex(data) }) } as Request
      expect(rtuFrame(1, pduOf(request))).toEqual(hex(frame.request))
      if (!frame.response) return
      const pdu = rtuPdu(1, hex(frame.response))
      expect(pdu && answerOf(request, pdu)).toBeDefined()
      expect(rtuPdu(2, hex(frame.response))).toBeUndefined()
    })
  it('with a wrong checksum are no frames', () => {
    const broken = vectors.broken.map(b => rtuPdu(1, hex((b.response ?? b.request)!)))
    expect(broken).toEqual([undefined, undefined])
  })
})

describe('answers', () => {
  const request = fc.record({
    unit: fc.constant(1),
    fn: fc.constantFrom(1, 2, 3, 4, 5, 6, 15, 16),
    start: fc.nat(0xff00),
    count: fc.constant(1),
    data: fc.constant(Buffer.from([1])),
  }) as fc.Arbitrary<Request>
  const safe = (r: Request): Request => (r.fn === 6 || r.fn === 16 ? { ...r, data: Buffer.from([0, 1]) } : r)

  it('random bytes are almost never one, and never throw', () => {
    fc.assert(
      fc.property(request, fc.uint8Array({ maxLength: 12 }), (r, bytes) => {
        const answer = answerOf(safe(r), Buffer.from(bytes))
        if (answer) expect(bytes[0]! & 0x7f).toBe(r.fn)
      }),
      { numRuns: 5000 },
    )
  })
  it('a stream cut anywhere gives the same frames', () => {
    const pdu = fc.uint8Array({ minLength: 2, maxLength: 253 })
    fc.assert(
      fc.property(fc.array(pdu, { maxLength: 5 }), fc.nat(600), (pdus, cut) => {
        const stream = Buffer.concat(pdus.map((p, i) => mbapFrame(i, 7, Buffer.from(p))))
        const first = mbapFrames(stream.subarray(0, cut))!
        const second = mbapFrames(Buffer.concat([first.rest, stream.subarray(cut)]))!
        expect([...first.frames, ...second.frames].map(f => Buffer.from(f.pdu))).toEqual(pdus.map(p => Buffer.from(p)))
        expect(second.rest.length).toBe(0)
      }),
    )
  })
  it('a wider request is cut back to what was wanted', () => {
    const wanted = readRequest(1, 'holding', 100, 2)
    const bytes = (r: Request) =>
      Buffer.concat(Array.from({ length: r.count }, (_, i) => Buffer.from([0, r.start + i])))
    for (const side of ['up', 'down'] as const) {
      const asked = widened(wanted, 2, side, 125)!
      expect(narrowed(asked, wanted, bytes(asked))).toEqual(bytes(wanted))
    }
    expect(widened(readRequest(1, 'holding', 0, 125), 2, 'up', 125)).toBeUndefined()
    expect(widened(readRequest(1, 'holding', 0, 1), 2, 'down', 125)).toBeUndefined()
  })
})

describe('the read plan', () => {
  const item = (address: number, type = 'uint16', table = 'holding', unit = 1) => ({
    register: { unit, table, address, type } as never,
    owner: `${unit}/${table}/${address}`,
  })
  const spans = (...items: ReturnType<typeof item>[]) => plan(items, { gap: 8 }).map(b => [b.start, b.count])

  it('joins what is near, parts what is far, another table or another unit', () => {
    expect(spans(item(0), item(8), item(17))).toEqual([[0, 18]])
    expect(spans(item(0), item(10))).toEqual([
      [0, 1],
      [10, 1],
    ])
    expect(spans(item(0), item(1, 'uint16', 'input'), item(2, 'uint16', 'holding', 2)).length).toBe(3)
  })
  it('every value lies whole in exactly one request within the limits', () => {
    const items = fc.array(
      fc.tuple(
        fc.nat(600),
        fc.constantFrom('uint16', 'float32', 'uint64'),
        fc.constantFrom('holding', 'input', 'coil'),
      ),
      { maxLength: 80 },
    )
    fc.assert(
      fc.property(items, fc.integer({ min: 4, max: 125 }), (list, maxRegisters) => {
        const wanted = list.map(([a, type, table]) => item(a, table === 'coil' ? 'bool' : type, table))
        const blocks = plan(wanted, { maxRegisters })
        expect(blocks.flatMap(b => b.items).length).toBe(wanted.length)
        const size = { uint16: 1, float32: 2, uint64: 4, bool: 1 } as Record<string, number>
        for (const b of blocks) {
          expect(b.count).toBeLessThanOrEqual(b.table === 'coil' ? 2000 : maxRegisters)
          expect(b.items.some(i => i.register.address === b.start)).toBe(true)
          const ends = b.items.map(i => i.register.address + size[i.register.type!]!)
          expect(Math.max(...ends)).toBe(b.start + b.count)
        }
      }),
    )
  })
})

describe('answers to the same request as columns', () => {
  const items = [0, 1].map(address => {
    const register = { unit: 1, table: 'holding', address, type: 'uint16' } as const
    const point = { id: `e/r${address}`, kind: 'number', scanMs: 1000 } as Point
    return { register, owner: { point, decode: decoderOf(register) } }
  })
  const columns = () => columnsOf({ unit: 1, table: 'holding', start: 0, count: 2, items })
  it('are the very values of the last time where nothing has changed, and else those that came', () => {
    const { take } = columns()
    const [first, again, other] = ['0001 0002', '0001 0002', '0001 0003'].map((text, n) => take(hex(text), n))
    expect([first!.values, other!.values]).toEqual([
      [1, 2],
      [1, 3],
    ])
    expect(again!.values).toBe(first!.values)
    expect([first, again, other].map(batch => batch!.seen)).toEqual([0, 1, 2])
  })
  it('do not rest on the memory they came in, which the next answer may overwrite', () => {
    const { take } = columns()
    const line = hex('0001 0002')
    expect(take(line, 0).values).toEqual([1, 2])
    line.writeUInt16BE(7, 0)
    expect(take(line, 1).values).toEqual([7, 2])
  })
})
