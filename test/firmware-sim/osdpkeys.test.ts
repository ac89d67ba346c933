import { describe, expect, it } from 'vitest'
import { COMMAND, createScanner, type Frame } from '../../firmware-sim/osdp/frame.ts'
import { DEFAULT_KEY } from '../../firmware-sim/osdp/secure.ts'
import { keysetBytes } from '../../firmware-sim/osdp/words.ts'
import { CAPABILITIES, ID, KEY, kept, osdpWorld } from './osdpworld.ts'

/** How a reader comes by its key, and what the class of its door allows. */
const CARD = '01101000110101011010101011'
const MINUTE = 60_000
const frameOf = (bytes: Buffer): Frame => createScanner().take(bytes)[0]!

describe('keys', () => {
  it('a new reader gets its own within install mode; nobody comes in by it before', () => {
    const w = osdpWorld({ link: { kept: kept({ key: null }) }, reader: { key: null, install: true } })
    w.reader().card(CARD)
    w.pass(10_000)
    expect([w.view().security, w.wire.length]).toEqual(['offline', 0])
    w.reader().card(CARD)
    w.link.install(w.now())
    w.pass(2000)
    expect(w.view()).toMatchObject({ security: 'secure', installS: null })
    expect(w.reader().key()!.toString('hex')).toBe(w.store.key)
    expect(w.reader().key()!.equals(DEFAULT_KEY)).toBe(false)
    expect(w.store).toMatchObject({ next: null, pinned: { id: expect.any(String) } })
    expect(w.news.some(one => one.kind === 'key-set')).toBe(true)
  })
  it('install mode ends after 30 min, and is told', () => {
    const w = osdpWorld({ link: { kept: kept({ key: null }) }, reader: { key: KEY } })
    w.link.install(w.now())
    w.pass(29 * MINUTE)
    expect(w.view().installS).toBe(29 * 60)
    w.pass(2 * MINUTE)
    expect(w.view()).toMatchObject({ security: 'offline', refused: 'install-over', installS: null })
    expect(w.news.filter(one => one.kind === 'install-over')).toHaveLength(1)
    const before = w.wire.length
    w.pass(20 * MINUTE)
    expect(w.wire.length).toBe(before)
  })
  it('is changed for another inside the channel; where the answer is lost, that is found out and nothing is lost', () => {
    const w = osdpWorld()
    expect(w.link.rotate()).toBe(false)
    w.pass(1000)
    const first = w.store.key
    expect(w.link.rotate()).toBe(true)
    w.pass(2000)
    expect([w.view().security, w.store.key === first, w.store.next]).toEqual(['secure', false, null])
    expect(w.reader().key()!.toString('hex')).toBe(w.store.key)
    // The key arrives, the word of it does not; and once it does not even arrive.
    for (const losesKey of [false, true]) {
      const had = w.store.key
      w.link.rotate()
      w.between((bytes, toPanel) => {
        const { code } = frameOf(bytes)
        return (losesKey ? code === COMMAND.keyset : toPanel) ? null : bytes
      })
      w.pass(9000)
      w.between(bytes => bytes)
      w.pass(5000)
      expect([w.view().security, w.store.key === had]).toEqual(['secure', losesKey])
      expect(w.reader().key()!.toString('hex')).toBe(w.store.key)
    }
    expect(w.downgrades()).toEqual([])
  })
  it('the key of the standard is taken by no reader as its own', () => {
    const w = osdpWorld({ link: { kept: kept({ next: DEFAULT_KEY.toString('hex'), key: KEY.toString('hex') }) } })
    w.pass(1000)
    w.link.show(COMMAND.keyset, keysetBytes(DEFAULT_KEY))
    w.pass(2000)
    expect(w.reader().key()).toEqual(KEY)
  })
})

describe('what a door allows', () => {
  const table = [
    ['clear', 'low', 'clear', []],
    ['clear', 'medium', 'offline', ['not-allowed']],
    ['clear', 'high', 'offline', ['not-allowed']],
    ['default-key', 'low', 'default-key', []],
    ['default-key', 'medium', 'offline', ['not-allowed']],
    ['clear', null, 'offline', []],
  ] as const
  it.each(table)('%s at a door of class %s: %s %j', (speaks, doorClass, security, told) => {
    const w = osdpWorld({
      link: { speaks, doorClass: () => doorClass, kept: kept({ key: null }) },
      reader: { key: null, clear: speaks === 'clear', install: speaks === 'default-key' },
    })
    w.pass(2000)
    w.reader().card(CARD)
    w.pass(500)
    expect([w.view().security, w.downgrades()]).toEqual([security, told])
    expect(w.cards()).toEqual(security === 'offline' ? [] : [CARD])
  })
  it('a door that becomes medium takes nothing in clear text from then on', () => {
    let doorClass: 'low' | 'medium' = 'low'
    const w = osdpWorld({ link: { speaks: 'clear', doorClass: () => doorClass }, reader: { clear: true } })
    w.pass(1000)
    doorClass = 'medium'
    w.pass(100)
    w.reader().card(CARD)
    w.pass(5000)
    expect([w.view().security, w.view().refused, w.cards()]).toEqual(['offline', 'not-allowed', []])
  })
  it('in clear text, too, a reader that was switched off comes back, and another is refused', () => {
    const w = osdpWorld({ link: { speaks: 'clear', doorClass: () => 'low' }, reader: { clear: true } })
    w.pass(1000)
    w.reader().reboot()
    w.pass(2000)
    w.reader().card(CARD)
    w.pass(500)
    expect([w.view().security, w.cards()]).toEqual(['clear', [CARD]])
    w.make({ clear: true, id: { ...ID, serial: 9 } })
    w.pass(3000)
    expect([w.view().security, w.view().refused]).toEqual(['offline', 'swapped'])
  })
  it('capabilities that are others than at first are told, until a person has said that they are right', () => {
    const w = osdpWorld()
    w.pass(1000)
    w.make({ capabilities: CAPABILITIES.slice(1) })
    w.pass(3000)
    expect([w.view().security, w.view().changed]).toEqual(['secure', true])
    expect(w.news.filter(one => one.kind === 'changed')).toHaveLength(1)
    w.link.accept(w.now())
    w.pass(1000)
    expect(w.view()).toMatchObject({ security: 'secure', changed: false })
  })
  it('on the key that everybody has it counts how long', () => {
    const w = osdpWorld({ link: { speaks: 'default-key', doorClass: () => 'low' }, reader: { install: true } })
    w.pass(1000)
    expect(w.view()).toMatchObject({ security: 'default-key', installS: 1 })
    expect(w.link.view(w.now() + 30 * MINUTE).installS).toBe(1801)
  })
})
