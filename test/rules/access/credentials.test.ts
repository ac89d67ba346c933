import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase45, toBase45 } from '../../../rules/access/base45.ts'
import { credentialActions, credentialFlow, credentialPhases } from '../../../rules/access/credential.ts'
import { calendarCn } from '../../../rules/access/holidays.ts'
import { checkPass, createSeen, dynamicCode, makePass, STEP_MS, staticCode } from '../../../rules/access/pass.ts'
import { readWiegand, wiegandBits, wiegandFormats } from '../../../rules/access/wiegand.ts'
import { move, roles } from '../../../rules/flow.ts'
import { dayTypeOf, type Schedule, within } from '../../../rules/schedule.ts'

describe('cards on two wires', () => {
  it.each([
    // The 26 bits of facility 42, number 1001: 0 00101010 0000001111101001 1, with their parities.
    ['w26', 42, 1001],
    ['w26', 0, 0],
    ['w26', 255, 65_535],
    ['w34', 513, 40_000],
    ['w37-facility', 65_535, 524_287],
    ['w37', null, 2 ** 35 - 1],
    ['w37', null, 1],
  ] as const)('%s %s %s comes back as it was, and the raw bits are kept', (format, facility, number) => {
    const bits = wiegandBits(format, facility, number)!
    const read = readWiegand(bits)
    expect(read).toMatchObject({ ok: true, bits })
    expect(read.ok && read.candidates).toContainEqual({ format, facility, number })
    // 37 bits may be either of two: both are offered, nobody guesses.
    expect(read.ok && read.candidates.length).toBe(bits.length === 37 ? 2 : 1)
  })
  it('26 bits are laid out as everybody has them', () => {
    expect(wiegandBits('w26', 42, 1001)).toBe('10010101000000011111010010')
  })
  it('any single wrong bit is found, and no other length is believed', () => {
    let flipped = 0
    for (const format of wiegandFormats) {
      const bits = wiegandBits(format.id, format.facility && 21, 777)!
      for (let i = 0; i < bits.length; i++) {
        const wrong = bits.slice(0, i) + (bits[i] === '1' ? '0' : '1') + bits.slice(i + 1)
        const read = readWiegand(wrong)
        // The bit that both parities count turns both.
        expect([format.id, i, read]).toEqual([format.id, i, { ok: false, bits: wrong, why: 'parity' }])
        flipped++
      }
    }
    expect(flipped).toBe(26 + 34 + 37 + 37)
    for (const odd of ['', '1', '0'.repeat(25), '0'.repeat(35), '10x', `${'0'.repeat(25)}2`])
      expect(readWiegand(odd)).toEqual({ ok: false, bits: odd, why: 'format' })
  })
  it('a number that does not fit is no card', () => {
    expect(wiegandBits('w26', 256, 1)).toBeNull()
    expect(wiegandBits('w26', 1, 65_536)).toBeNull()
    expect(wiegandBits('w26', null, 1)).toBeNull()
    expect(wiegandBits('w37', 1, 1)).toBeNull()
    expect(wiegandBits('w99', 1, 1)).toBeNull()
  })
})

describe('Base45 [RFC 9285]', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('%s is %s', (plain, coded) => {
    expect(toBase45(Buffer.from(plain))).toBe(coded)
    expect(Buffer.from(fromBase45(coded)!).toString()).toBe(plain)
  })
  it.each(['GGW', ':::', 'A', 'AAAA', 'ab', '::', 'A_A'])('%s is none', text => expect(fromBase45(text)).toBeNull())
  it('any bytes come back', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        expect(fromBase45(toBase45(bytes))).toEqual(bytes)
      }),
    ))
})

const AT = Date.UTC(2026, 10, 23, 1)
const hash8 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest().subarray(0, 8))
const raw = (key: KeyObject) => new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url'))
const keyOf = (bytes: Uint8Array) => ({
  key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') },
  format: 'jwk' as const,
})
const site = generateKeyPairSync('ed25519')
const holder = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const by = (key: KeyObject) => (bytes: Uint8Array) => new Uint8Array(sign(null, bytes, key))
const body = {
  siteKey: 7,
  passNo: 20_261_123_001,
  statusIndex: 3,
  personHash: new Uint8Array(8).fill(9),
  notBefore: AT / 1000 - 3600,
  notAfter: AT / 1000 + 3600,
  groups: 0b1011n,
  holderHash: new Uint8Array(8),
  dynamicOnly: false,
}
const pass = makePass(body, by(site.privateKey))
const bound = makePass({ ...body, dynamicOnly: true, holderHash: hash8(raw(holder.publicKey)) }, by(site.privateKey))
const check = (over: object = {}) => ({
  // Nothing but the public key: as a guard's tablet without a network would do it.
  bySite: (id: number, bytes: Uint8Array, signature: Uint8Array) =>
    id === 7 && verify(null, bytes, site.publicKey, signature),
  byHolder: (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => verify(null, bytes, keyOf(key), signature),
  hash8,
  seen: createSeen(),
  reader: 'gate',
  now: AT,
  ...over,
})
const shown = (at: number, key = holder) => dynamicCode(bound, raw(key.publicKey), at, by(key.privateKey))

describe('passes as QR codes', () => {
  it('a static one is read with the public key alone and is small enough to print', () => {
    const code = staticCode(pass)
    expect(code.length).toBe(168)
    expect(checkPass(code, check())).toEqual({ ok: true, read: { pass: body, step: null } })
  })
  it.each([
    ['before it begins', AT - 3600_001, 'not-yet-valid'],
    ['at its end', AT + 3600_000, 'expired'],
  ])('%s it is refused', (_, now, why) =>
    expect(checkPass(staticCode(pass), check({ now }))).toEqual({ ok: false, why }),
  )
  it('any altered byte is found', () => {
    const found = [...pass.keys()].map(i => {
      const wrong = pass.slice()
      wrong[i]! ^= 1
      const read = checkPass(staticCode(wrong), check())
      return read.ok ? 'taken' : read.why
    })
    expect(found.length).toBe(112)
    expect(new Set(found)).toEqual(new Set(['format', 'signature']))
  })
  it('a dynamic one cannot be shown as a static one, nor by another key', () => {
    expect(checkPass(staticCode(bound), check())).toEqual({ ok: false, why: 'signature' })
    expect(checkPass(shown(AT, other), check())).toEqual({ ok: false, why: 'signature' })
    expect(checkPass(shown(AT), check())).toMatchObject({ ok: true })
  })
  it.each([
    ['from now', 0, true],
    ['of a phone that is 30 s behind', -STEP_MS, true],
    ['of a phone that is 30 s ahead', STEP_MS, true],
    ['photographed more than a minute ago', -2 * STEP_MS, false],
    ['of a phone that is more than a minute ahead', 2 * STEP_MS, false],
  ])('a code %s', (_, offset, taken) => {
    const read = checkPass(shown(AT + offset), check())
    expect(read.ok ? true : read.why).toBe(taken || 'skew')
  })
  it('the same code is taken once at each reader, whatever the clock does meanwhile', () => {
    const seen = createSeen()
    const code = shown(AT)
    const ask = (reader: string, now = AT) => {
      const read = checkPass(code, check({ seen, reader, now }))
      return read.ok ? 'taken' : read.why
    }
    expect([ask('gate'), ask('gate'), ask('lobby'), ask('lobby')]).toEqual(['taken', 'replay', 'taken', 'replay'])
    // Set forth by two hours, other codes are shown, and back again.
    checkPass(shown(AT + 1800_000), check({ seen, now: AT + 1800_000 }))
    expect([ask('gate', AT + 1800_000), ask('gate')]).toEqual(['skew', 'replay'])
  })
  it('what was seen is bounded', () => {
    const seen = createSeen(3)
    for (const key of ['a', 'b', 'c', 'd']) expect(seen.first(key)).toBe(true)
    expect([seen.size, seen.first('d'), seen.first('a')]).toEqual([3, false, true])
  })
})

describe('days', () => {
  const calendar = calendarCn()
  const sets = { holidays: new Set(calendar.holidays), workdays: new Set(calendar.workdays) }
  const day = (date: string) => Date.parse(date) / 86_400_000
  it.each([
    ['2026-02-14', 'workday', 'the Saturday before the Spring Festival is worked'],
    ['2026-02-15', 'holiday', 'its first day'],
    ['2026-02-23', 'holiday', 'its last, a Monday'],
    ['2026-02-24', 'workday', 'work begins'],
    ['2026-09-20', 'workday', 'a Sunday worked for the National Day'],
    ['2026-10-07', 'holiday', 'the seventh'],
    ['2026-11-22', 'restday', 'a Sunday like any other'],
  ])('%s is a %s: %s', (date, type) => expect(dayTypeOf(day(date), sets)).toBe(type))
  it('has as many days as was announced', () => expect(sets.holidays.size).toBe(3 + 9 + 3 + 5 + 3 + 3 + 7))
  it('working hours follow the made-up days', () => {
    const office: Schedule = {
      id: 'office',
      name: { 'zh-CN': '上班', en: 'Office' },
      spans: [{ days: ['workday'], from: 8 * 60, to: 18 * 60 }],
    }
    const on = (date: string) => within(office, sets, { day: day(date), minute: 9 * 60 })
    expect(['2026-02-14', '2026-02-16', '2026-11-23'].map(on)).toEqual([true, false, true])
  })
})

it('a credential that was revoked or lost never opens again, whoever wants it', () => {
  let seen = 0
  for (const phase of ['revoked', 'lost', 'returned', 'refused'] as const)
    for (const action of credentialActions)
      for (const role of roles) {
        const moved = move(credentialFlow, phase, action, role)
        expect('to' in moved && moved.to === 'active').toBe(false)
        seen++
      }
  expect(seen).toBe(4 * 7 * roles.length)
  expect(credentialPhases).toContain(credentialFlow.first)
})
