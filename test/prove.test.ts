import { expect, it } from 'vitest'
import { wordsOf } from './prove/all.ts'
import { CODES, codeOf, lastLine, type Row, readEnd, table } from './prove/proof.ts'
import { proofs } from './prove/proofs.ts'
import { grows, slopeOf } from './prove/slope.ts'

const row = (ended: Row['ended'], proof = 'kill 500'): Row => ({
  ...{ proof, what: 'kill -9 under load', figure: '500 kills, 0 lost', demanded: '0 lost', ended, seconds: 9 },
})

it('the table of all proofs: what was not run is said, and never counts as held', () => {
  const rows = [
    row('held'),
    row('NOT HELD', 'trail 10000'),
    { ...row('not run', 'install'), figure: 'root is missing' },
  ]
  const text = table(rows)
  expect(text).toMatch(/^proof +what +figure +demanded +held +s$/m)
  expect(text).toMatch(/^kill 500 .* held +9$/m)
  expect(text).toMatch(/^trail 10000 .* NOT HELD +9$/m)
  expect(text).toContain('3 proofs: 1 held, 1 not held, 1 not run')
  expect(text).toMatch(/^NOT RUN: install: root is missing$/m)
  expect([codeOf(rows), codeOf([row('held')]), codeOf([row('held'), row('not run')])]).toEqual([1, 0, 3])
})

it('how a proof ended is read from its last line and its exit code, which have to agree', () => {
  for (const ended of ['held', 'NOT HELD', 'not run'] as const)
    expect(readEnd(CODES[ended], `much\n${lastLine(ended, '7 of 7')}\n`)).toEqual({ ended, figure: '7 of 7' })
  const died: [code: number | null, output: string][] = [
    [null, 'holds: 1'],
    [1, 'holds: 1'],
    [0, 'much, and no last line'],
    [0, ''],
    [0, 'DOES NOT HOLD: 1 lost'],
  ]
  for (const [code, output] of died) expect(readEnd(code, output).ended).toBe('NOT HELD')
})

it('each proof has a full and a short form, and a number of its own makes no more than the full one', () => {
  const names = Object.keys(proofs)
  expect(names.length).toBeGreaterThan(13)
  for (const proof of Object.values(proofs)) {
    expect(wordsOf(proof, [])).toEqual(proof.full)
    expect(wordsOf(proof, ['--quick'])).toEqual(proof.quick)
    const [full] = proof.full.map(Number)
    if (full !== undefined) {
      expect(Number(proof.quick[0])).toBeLessThan(full)
      expect(wordsOf(proof, ['3'])).toEqual([String(Math.min(3, full))])
    }
  }
  expect(() => wordsOf(proofs.kill!, ['many'])).toThrow('--quick')
})

it('a slope is known with its error; what grows for certain is found, and what is not known does not hold', () => {
  // A saw, as memory makes it, on a line.
  const saw = (perX: number, n = 120) =>
    Array.from({ length: n }, (_, i) => [i / 12, 200 + (perX * i) / 12 + (i % 7)] as const)
  const cases: [what: string, perX: number, most: number, grows: boolean][] = [
    ['flat', 0, 4, false],
    ['a leak of 10 an hour', 10, 4, true],
    ['a leak just below the bound', 3.5, 4, false],
    ['it gets less', -10, 4, false],
  ]
  for (const [what, perX, most, wanted] of cases) {
    const slope = slopeOf(saw(perX))
    expect([what, grows(slope, most)]).toEqual([what, wanted])
    expect(Math.abs(slope.perX - perX)).toBeLessThan(3 * slope.error)
  }
  expect(grows(slopeOf([]), 4)).toBe(true)
  expect(grows(slopeOf(saw(0, 2)), 4)).toBe(true)
})
