import { describe, expect, it } from 'vitest'
import { COMMAND, createScanner, encode, type Frame, REPLY } from '../../firmware-sim/osdp/frame.ts'
import {
  buzzerBytes,
  capabilityBytes,
  cardBytes,
  comsetBytes,
  keysetBytes,
  LED,
  ledBytes,
} from '../../firmware-sim/osdp/words.ts'
import { CAPABILITIES, ID, KEY, osdpWorld, seeded } from './osdpworld.ts'

/** A reader at its panel, and whoever sits on the line between them. */
const CARD = '01101000110101011010101011'
const MINUTE = 60_000
const frameOf = (bytes: Buffer): Frame => createScanner().take(bytes)[0]!
/** As if the reader itself had answered the panel's last command. */
const inPlaceOf = (w: ReturnType<typeof osdpWorld>, code: number, data: Buffer, block: Buffer | null = null) => {
  const { address, sequence, crc } = frameOf(w.wire.findLast(one => !one.toPanel)!.bytes)
  w.inject(encode({ address, reply: true, sequence, crc, block }, code, data), true)
}

describe('a reader with a key of its own', () => {
  it('is secure within a second; its cards, keys and what it has to say come once each', () => {
    const w = osdpWorld()
    w.pass(1000)
    expect(w.view()).toMatchObject({ security: 'secure', refused: null, tamper: false, installS: null })
    w.reader().card(CARD)
    w.reader().keys('2468#')
    w.reader().setLocal(true, false)
    w.pass(1000)
    expect(w.news.filter(one => one.kind !== 'state')).toEqual([
      { kind: 'card', bits: CARD },
      { kind: 'keys', keys: '2468#' },
    ])
    expect(w.view()).toMatchObject({ tamper: true, power: false })
    w.link.show(COMMAND.led, ledBytes(LED.green, 20))
    w.link.show(COMMAND.buz, buzzerBytes(1, 1, 2))
    w.pass(500)
    expect(w.reader().shown.map(one => one.code)).toEqual([COMMAND.led, COMMAND.buz])
    // Neither the card nor what the reader is was ever to be read on the line.
    const line = Buffer.concat(w.wire.map(one => one.bytes))
    expect(line.includes(cardBytes(CARD).subarray(4))).toBe(false)
    expect(w.wire.some(one => frameOf(one.bytes).code === REPLY.pdcap && frameOf(one.bytes).mac === null)).toBe(false)
  })
  it('is away 8 s after its last word, and back by a new handshake', () => {
    const w = osdpWorld()
    w.pass(1000)
    w.between((bytes, toPanel) => (toPanel ? null : bytes))
    w.pass(7800)
    expect(w.view().security).toBe('secure')
    w.pass(500)
    expect(w.view().security).toBe('offline')
    w.between(bytes => bytes)
    w.pass(10_000)
    expect(w.view().security).toBe('secure')
    w.reader().reboot()
    w.pass(3000)
    expect([w.view().security, w.downgrades()]).toEqual(['secure', []])
  })
  it('a card that nobody fetched for 5 s opens nothing later', () => {
    const w = osdpWorld()
    w.pass(1000)
    w.between((bytes, toPanel) => (toPanel ? bytes : null))
    w.reader().card(CARD)
    w.pass(9000)
    w.between(bytes => bytes)
    w.pass(12_000)
    expect([w.view().security, w.cards()]).toEqual(['secure', []])
  })
  it('who is asked with CRC and answers with a checksum is not heard: one damaged frame in 256 would pass for such a one', () => {
    const w = osdpWorld({ link: { speaks: 'clear', doorClass: () => 'low' }, reader: { clear: true } })
    w.pass(1000)
    w.between((bytes, toPanel) => (toPanel ? null : bytes))
    w.pass(200)
    const { address, sequence } = frameOf(w.wire.findLast(one => !one.toPanel)!.bytes)
    const answer = (crc: boolean) =>
      w.inject(encode({ address, reply: true, sequence, crc, block: null }, REPLY.raw, cardBytes(CARD)), true)
    answer(false)
    w.pass(20)
    expect(w.cards()).toEqual([])
    answer(true)
    w.pass(20)
    expect(w.cards()).toEqual([CARD])
  })
  it('a new address is asked for inside the channel only', () => {
    const w = osdpWorld()
    w.pass(1000)
    w.link.show(COMMAND.comset, comsetBytes(9, 9600))
    w.pass(9500)
    expect(w.view().security).toBe('offline')
    w.inject(
      encode({ address: 9, reply: false, sequence: 0, crc: true, block: null }, COMMAND.comset, comsetBytes(5, 9600)),
      false,
    )
    w.pass(2000)
    expect(w.view().security).toBe('offline')
  })
})

describe('whoever sits on the line', () => {
  it('says in place of the reader that it can do no secure channel: told, and nothing is taken in clear text', () => {
    const w = osdpWorld()
    const poor = capabilityBytes(CAPABILITIES.map(c => (c.code === 9 ? { ...c, level: 0, items: 0 } : c)))
    w.between((bytes, toPanel) => {
      if (!toPanel) return bytes
      const { address, sequence } = frameOf(bytes)
      return encode({ address, reply: true, sequence, crc: true, block: null }, REPLY.pdcap, poor)
    })
    w.pass(20_000)
    expect([w.downgrades(), w.view().security, w.view().attacked]).toEqual([['clear-text'], 'offline', true])
    // Of all that the panel said nothing but the handshake was in clear text.
    const said = new Set(w.wire.flatMap(one => (one.toPanel ? [] : [frameOf(one.bytes).code])))
    expect([...said]).toEqual([COMMAND.chlng])
    w.between(bytes => bytes)
    w.secure()
    expect(w.view()).toMatchObject({ security: 'secure', changed: false })
  })
  it('says that it knows no secure channel (NAK 5): refused for 10 s, then for 20', () => {
    const w = osdpWorld({ reader: { key: null, clear: true } })
    w.pass(25_000)
    expect([w.view().security, w.view().refused, w.downgrades()]).toEqual(['offline', 'no-secure', ['no-secure']])
    expect(w.wire.filter(one => !one.toPanel)).toHaveLength(2)
  })
  it('puts a card in in clear text: no card, told once a minute', () => {
    const w = osdpWorld()
    w.pass(1000)
    for (let i = 0; i < 20; i++) {
      inPlaceOf(w, REPLY.raw, cardBytes(CARD))
      w.pass(100)
    }
    expect([w.cards(), w.downgrades(), w.view().security]).toEqual([[], ['clear-text'], 'secure'])
    // Also where it is quicker than the reader, and has the right number.
    w.between((bytes, toPanel) => {
      const { address, sequence } = frameOf(bytes)
      const forged = encode({ address, reply: true, sequence, crc: true, block: null }, REPLY.raw, cardBytes(CARD))
      return toPanel ? Buffer.concat([forged, bytes]) : bytes
    })
    w.pass(2000)
    expect([w.cards(), w.downgrades(), w.view().security]).toEqual([[], ['clear-text'], 'secure'])
    expect([w.view().attacked, w.link.view(w.now() + MINUTE).attacked]).toEqual([true, false])
  })
  it('reads along, of a reader that signs its cards and does not encrypt them: it is refused', () => {
    const w = osdpWorld({ reader: { unsealed: true } })
    w.pass(1000)
    expect(w.view().security).toBe('secure')
    w.reader().card(CARD)
    w.pass(500)
    expect([w.cards(), w.view().security, w.downgrades()]).toEqual([[], 'offline', ['no-secure']])
  })
  it('plays back an encrypted card: no second card', () => {
    const w = osdpWorld()
    w.pass(1000)
    w.reader().card(CARD)
    w.pass(200)
    expect(w.cards()).toEqual([CARD])
    const read = w.wire.filter(one => one.toPanel && frameOf(one.bytes).code === REPLY.raw)
    expect(read).toHaveLength(1)
    for (let i = 0; i < 60; i++) {
      w.inject(read[0]!.bytes, true)
      w.pass(50)
    }
    expect([w.cards(), w.downgrades(), w.view().security]).toEqual([[CARD], ['forged'], 'secure'])
  })
  it('plays back a command of the panel: the reader obeys it once', () => {
    const w = osdpWorld()
    w.pass(1000)
    w.link.show(COMMAND.out, Buffer.from([0, 5, 50, 0]))
    w.pass(200)
    const out = w.wire.find(one => !one.toPanel && frameOf(one.bytes).code === COMMAND.out)!
    for (let i = 0; i < 12; i++) {
      w.inject(out.bytes, false)
      w.pass(500)
    }
    expect(w.reader().shown).toHaveLength(1)
    w.pass(3000)
    expect(w.view().security).toBe('secure')
  })
  it('sends the reader a key in clear text, or asks for one: neither is taken', () => {
    const w = osdpWorld()
    w.pass(1000)
    for (const sequence of [0, 1, 2, 3]) {
      const head = { address: 5, reply: false, sequence, crc: true, block: null }
      w.inject(encode(head, COMMAND.keyset, keysetBytes(Buffer.alloc(16, 7))), false)
      w.pass(300)
    }
    expect(w.reader().key()).toEqual(KEY)
    const bare = osdpWorld({ reader: { key: null, clear: true, install: true } })
    bare.inject(
      encode({ address: 5, reply: false, sequence: 0, crc: true, block: null }, COMMAND.keyset, keysetBytes(KEY)),
      false,
    )
    bare.pass(500)
    expect(bare.reader().key()).toBe(null)
  })
  it('has a reader with another key, or one that would take the default key: refused, and never tried with it', () => {
    for (const install of [false, true]) {
      const w = osdpWorld({ reader: { key: Buffer.alloc(16, 9), install } })
      w.pass(40_000)
      expect([w.view().security, w.view().refused, w.downgrades()]).toEqual(['offline', 'wrong-key', ['wrong-key']])
      const tried = w.wire.flatMap(one => (one.toPanel ? [] : [[...frameOf(one.bytes).block!]]))
      // Key 1 is its own; 0 would be the one that everybody has.
      expect(tried.length).toBeGreaterThan(1)
      expect(tried.every(block => block[1] === 1)).toBe(true)
    }
  })
  it('puts another reader in its place: refused by its key, and by its serial where the key was copied', () => {
    const w = osdpWorld()
    w.pass(1000)
    const other = { ...ID, serial: 0x0a0b0c0d }
    w.make({ id: other, key: Buffer.alloc(16, 9) })
    w.pass(15_000)
    expect([w.view().security, w.view().refused]).toEqual(['offline', 'swapped'])
    w.make({ id: other })
    w.pass(30_000)
    expect([w.view().security, w.view().refused, w.downgrades()]).toEqual(['offline', 'swapped', ['swapped']])
    w.make({})
    w.secure()
    expect([w.view().security, w.view().refused]).toEqual(['secure', null])
  })
  it('5 % of all bytes are noise: each card at most once and none that was not shown; then it is as before', () => {
    const w = osdpWorld()
    w.pass(1000)
    const chance = seeded(7)
    let damaged = 0
    w.between(bytes => {
      const noisy = Buffer.from(bytes.map(byte => (chance() < 0.05 ? Math.floor(chance() * 256) : byte)))
      if (!noisy.equals(bytes)) damaged++
      return chance() < 0.05 ? noisy.subarray(0, Math.floor(chance() * noisy.length)) : noisy
    })
    const shown = Array.from({ length: 30 }, (_, i) => (0x2000000 + i * 7919).toString(2).slice(-26))
    for (const bits of shown) {
      w.reader().card(bits)
      w.pass(6000)
    }
    const read = w.cards()
    expect(damaged).toBeGreaterThan(300)
    expect(read.length).toBeGreaterThan(5)
    expect(read.filter(bits => !shown.includes(bits))).toEqual([])
    expect(new Set(read).size).toBe(read.length)
    expect(
      w.wire.every(
        one =>
          frameOf(one.bytes).mac !== null ||
          [COMMAND.chlng, COMMAND.scrypt, REPLY.ccrypt, REPLY.rmac, REPLY.nak].includes(
            frameOf(one.bytes).code as never,
          ),
      ),
    ).toBe(true)
    w.between(bytes => bytes)
    w.pass(15_000)
    w.reader().card(CARD)
    w.pass(500)
    expect([w.view().security, w.cards().at(-1)]).toEqual(['secure', CARD])
  })
})
