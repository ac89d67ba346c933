import { describe, expect, it } from 'vitest'
import {
  PAIRING_MS,
  PAIRINGS_MOST,
  type Pairing,
  pairingCode,
  roomFor,
  shownCode,
  typedCode,
} from '../../rules/pairing.ts'
import { CHOSEN_MS, doorNormal, inFocus, mayReload, type Scene } from '../../rules/wall.ts'

describe('the alarm that plan, trend and steps are of', () => {
  const at = 1_000_000
  it.each([
    ['nobody touches anything: the most pressing', ['life', 'pump'], null, 0, 'life'],
    ['somebody looks at another one', ['life', 'pump'], 'pump', 10_000, 'pump'],
    [
      'a more pressing one comes while he looks: it does not jump under the hand',
      ['fire', 'life', 'pump'],
      'pump',
      60_000,
      'pump',
    ],
    ['he has gone away', ['fire', 'life', 'pump'], 'pump', CHOSEN_MS, 'fire'],
    ['what he looked at is over', ['fire', 'life'], 'pump', 10_000, 'fire'],
    ['nothing is wrong', [], 'pump', 10_000, null],
  ])('%s', (_, ids, chosen, later, expected) => {
    expect(inFocus(ids, chosen === null ? null : { id: chosen, at }, at + later)).toBe(expected)
  })
})

describe('a page of an older program loads itself anew', () => {
  const calm: Scene = { up: true, unacked: 0, life: 0, flood: false, runs: 0, stirredAt: 0 }
  const since = 10_000_000
  const day = 24 * 3_600_000
  it.each<readonly [string, Partial<Scene>, number, boolean]>([
    ['at once when all is quiet', {}, 0, true],
    ['not while an alarm waits for somebody', { unacked: 1 }, 60_000, false],
    ['not in the middle of a runbook', { runs: 1 }, 3_600_000, false],
    ['not in the minute after the last touch or alarm', { stirredAt: since }, 59_000, false],
    ['a minute later', { stirredAt: since }, 60_000, true],
    ['not while the gateway is away: there would be no page at all', { up: false }, 2 * day, false],
    ['after a day, whatever stands there', { unacked: 3, runs: 1 }, day, true],
    ['but never while somebody is in danger', { unacked: 3, life: 1 }, 3 * day, false],
    ['and not in a flood', { flood: true }, 3 * day, false],
  ])('%s', (_, scene, later, expected) => {
    expect(mayReload(since, { ...calm, ...scene }, since + later)).toBe(expected)
  })
})

it.each([
  ['closed', 'normal', true],
  ['open', 'normal', true],
  ['closed', 'scheduled-unlock', true],
  ['closed', 'scheduled-lock', true],
  ['warned', 'normal', false],
  ['held', 'normal', false],
  ['forced', 'normal', false],
  ['released', 'scheduled-unlock', true],
  ['released', 'fire-release', false],
  ['released', 'override', false],
  ['held', 'scheduled-unlock', false],
  ['closed', 'lockdown', false],
  ['closed', 'maintenance', false],
] as const)('a door that is %s in mode %s is normal: %s', (position, mode, expected) => {
  expect(doorNormal(position, mode)).toBe(expected)
})

describe('the code of a screen', () => {
  it('has eight letters that nobody mistakes, each as likely as the others', () => {
    const counts = new Map<string, number>()
    for (let from = 0; from < 2300; from++) {
      const bytes = Array.from({ length: 64 }, (_, i) => (from * 31 + i * 7919) % 256)
      const code = pairingCode(bytes)
      expect(code).toMatch(/^[ACDEFGHJKMNPQRTWXY34679]{8}$/)
      for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }
    expect(counts.size).toBe(23)
    const each = (2300 * 8) / 23
    for (const [letter, n] of counts) expect([letter, Math.abs(n - each) < each * 0.2]).toEqual([letter, true])
  })
  it('is typed as people type', () => {
    expect(shownCode('ACDEFGHJ')).toBe('ACDE-FGHJ')
    for (const typed of ['ACDE-FGHJ', 'acde fghj', ' AcDeFgHj ', 'ACDE—FGHJ']) expect(typedCode(typed)).toBe('ACDEFGHJ')
  })
  it('who asks again and again loses only his own codes, and a crowd keeps the list short', () => {
    const one = (code: string, address: string, at: number, account: string | null = null): Pairing => ({
      ...{ code, address, until: at + PAIRING_MS, account },
    })
    let list: readonly Pairing[] = [one('wall', '10.0.0.5', 0)]
    for (let n = 0; n < 100; n++) list = [...roomFor(list, '10.0.0.66', n)!, one(`x${n}`, '10.0.0.66', n)]
    expect(list.map(p => p.code)).toEqual(['wall', 'x97', 'x98', 'x99'])
    // One that somebody has let in already is not pushed out by the next.
    list = list.map(p => (p.code === 'x97' ? { ...p, account: 'lobby' } : p))
    expect(roomFor(list, '10.0.0.66', 100)!.map(p => p.code)).toEqual(['wall', 'x97', 'x98', 'x99'])
    list = Array.from({ length: PAIRINGS_MOST.all }, (_, n) => one(`c${n}`, `10.0.1.${n}`, n))
    expect(roomFor(list, '10.0.0.5', 100)).toBeNull()
    expect(roomFor(list, '10.0.0.5', PAIRING_MS + 10)!.length).toBe(PAIRINGS_MOST.all - 11)
  })
})
