import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  COMMAND,
  checksum,
  crc16,
  createScanner,
  decode,
  encode,
  type Head,
  REPLY,
} from '../../firmware-sim/osdp/frame.ts'
import { cryptogram, DEFAULT_KEY, firstMac, macOf, openSession, sessionKeys } from '../../firmware-sim/osdp/secure.ts'
import {
  cardBytes,
  keypadBytes,
  readCapabilities,
  readCard,
  readId,
  readKeypad,
  readKeyset,
} from '../../firmware-sim/osdp/words.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const bytes = (most: number, least = 0) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map(list => Buffer.from(list))
const head = fc.record({
  ...{ address: fc.integer({ min: 0, max: 127 }), reply: fc.boolean(), sequence: fc.integer({ min: 0, max: 3 }) },
  crc: fc.boolean(),
})
const plain: Head = { address: 0, reply: false, sequence: 0, crc: true, block: null }

describe('numbers of others', () => {
  // SIA OSDP 2.2 annex E, as they stand in libosdp's tests (tests/unit-tests/test-sc-sia-vectors.c).
  it('check characters of the standard', () => {
    expect(crc16(hex('537f0d0004 6e 00 80250000'))).toBe(0x386e)
    expect(crc16(hex('5300090004 61 00'))).toBe(0x66c0)
    expect(checksum(hex('537f0c0000 6e 00 80250000'))).toBe(0x0f)
    expect(checksum(hex('5300080000 61 00'))).toBe(0x44)
    expect(encode(plain, COMMAND.id, hex('00')).toString('hex')).toBe('530009000461 00c066'.replace(' ', ''))
  })
  it('session keys, cryptograms and first MAC of the standard', () => {
    const panel = hex('b0b1b2b3b4b5b6b7')
    const reader = hex('a0a1a2a3a4a5a6a7')
    const keys = sessionKeys(DEFAULT_KEY, panel)
    expect(keys.mac1.toString('hex')).toBe('5e86c676603bdee2d8beafe178637332')
    expect(keys.mac2.toString('hex')).toBe('6fda86e857777e81132035758239172e')
    expect(keys.enc.toString('hex')).toBe('bf8dc2a8329acb8c67c6d0cd9a451682')
    const proof = cryptogram(keys, reader, panel)
    expect(proof.toString('hex')).toBe('26d3356e07762d262801fc8e6665a891')
    expect(cryptogram(keys, panel, reader).toString('hex')).toBe('fde5d2f428ec16312471ea3c02bd7796')
    expect(firstMac(keys, proof).toString('hex')).toBe('b2a30057eb98ba2229ec1f875662b524')
  })
  it('a MAC with one key for both is CBC [NIST SP 800-38A F.2.1]', () => {
    const key = hex('2b7e151628aed2a6abf7158809cf4f3c')
    const four =
      '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
      '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710'
    const iv = hex('000102030405060708090a0b0c0d0e0f')
    const keys = { enc: key, mac1: key, mac2: key }
    expect(macOf(keys, iv, hex(four)).toString('hex')).toBe('3ff1caa1681fac09120eca30758 6e1a7'.replace(' ', ''))
    expect(macOf(keys, iv, hex(four.slice(0, 32))).toString('hex')).toBe('7649abac8119b246cee98e9b12e9197d')
  })
})

describe('frames', () => {
  it('come out as they went in, alone and in a stream with anything between them', () => {
    fc.assert(
      fc.property(head, fc.integer({ min: 0, max: 255 }), bytes(200), bytes(6), (h, code, data, noise) => {
        const sent = encode({ ...h, block: null }, code, data)
        const found = decode(sent)!
        expect([found.address, found.reply, found.sequence, found.crc]).toEqual([h.address, h.reply, h.sequence, h.crc])
        expect([found.code, found.data.equals(data), found.block]).toEqual([code, true, null])
        const clean = Buffer.from(noise.map(byte => (byte === 0x53 ? 0x54 : byte)))
        const scanner = createScanner()
        const pieces = [clean, sent.subarray(0, 4), sent.subarray(4), clean, sent].flatMap(piece => scanner.take(piece))
        expect(pieces.map(frame => frame.code)).toEqual([code, code])
      }),
      { numRuns: 300 },
    )
  })
  it('garbage and cut frames throw nothing and are no frame', () => {
    let seen = 0
    fc.assert(
      fc.property(bytes(80), fc.nat(), bytes(30), fc.nat(255), (garbage, at, data, flip) => {
        createScanner().take(Buffer.concat([hex('53'), garbage]))
        for (const read of [readId, readCapabilities, readCard, readKeypad, readKeyset]) read(garbage)
        const sent = encode({ ...plain, reply: true }, REPLY.raw, data)
        expect(createScanner().take(sent.subarray(0, at % sent.length))).toEqual([])
        const damaged = Buffer.from(sent)
        damaged[at % sent.length]! ^= flip === 0 ? 1 : flip
        // Of what is turned into a frame with a checksum one in 256 fits: a link that asked with CRC does not take it.
        expect(
          createScanner()
            .take(damaged)
            .filter(frame => frame.crc),
        ).toEqual([])
        seen++
      }),
      { numRuns: 1000 },
    )
    expect(seen).toBe(1000)
  })
  it('a frame that is lost in a damaged one is found', () => {
    const sent = encode(plain, COMMAND.poll, hex(''))
    const scanner = createScanner()
    expect([...scanner.take(hex('53 05 0c 00 04')), ...scanner.take(sent), ...scanner.take(sent)]).toHaveLength(2)
  })
})

describe('the secure channel', () => {
  const pair = (panel: Buffer) => {
    const keys = sessionKeys(hex('c1d2e3f405162738495a6b7c8d9eafb0'), panel)
    const first = firstMac(keys, cryptogram(keys, panel, panel))
    return [openSession(keys, first), openSession(keys, first)] as const
  }
  it('what is sealed on one side opens on the other, each once and in its order', () => {
    const step = fc.record({ code: fc.integer({ min: 0, max: 255 }), data: bytes(60) })
    fc.assert(
      fc.property(bytes(8, 8), fc.array(step, { minLength: 2, maxLength: 6 }), (random, steps) => {
        const [panel, reader] = pair(random)
        const all = steps.map(({ code, data }, i) => {
          const [from, to] = i % 2 === 0 ? [panel, reader] : [reader, panel]
          const frame = decode(from.seal({ ...plain, reply: i % 2 === 1, sequence: i % 4 }, code, data))!
          // Nothing of it can be read on the line.
          if (data.length > 3) expect(frame.bytes.includes(data)).toBe(false)
          expect(to.open(frame)).toEqual(data)
          return { frame, to }
        })
        // Whatever of it comes once more opens nothing; of the newest it is the sequence that says so.
        for (const { frame, to } of all.slice(0, -1)) expect(to.open(frame)).toBe(null)
      }),
      { numRuns: 100 },
    )
  })
  it('one bit that is changed, also with the right check characters, opens nothing and moves nothing', () => {
    fc.assert(
      fc.property(bytes(8, 8), bytes(40, 1), fc.nat(), fc.integer({ min: 0, max: 7 }), (random, data, at, bit) => {
        const [panel, reader] = pair(random)
        const sent = panel.seal(plain, COMMAND.led, data)
        const body = Buffer.from(sent.subarray(0, -2))
        const where = at % body.length
        // Length and control say where things stand; changed, it is another frame or none.
        if (where === 0 || (where >= 2 && where <= 5)) return
        body[where]! ^= 1 << bit
        const crc = crc16(body)
        const forged = decode(Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])]))
        if (forged) expect(reader.open(forged)).toBe(null)
        expect(reader.open(decode(sent)!)).toEqual(data)
      }),
      { numRuns: 150 },
    )
  })
})

it('cards and keys come out as they went in', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[01]{1,64}$/), fc.stringMatching(/^[0-9*#]{0,12}$/), (bits, keys) => {
      expect(readCard(cardBytes(bits))?.bits).toBe(bits)
      expect(readKeypad(keypadBytes(keys))).toBe(keys)
    }),
    { numRuns: 200 },
  )
})
