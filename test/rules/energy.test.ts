import { describe, expect, it } from 'vitest'
import { areaOf, type EnergyPoint, energyTotals, outermost } from '../../rules/energy.ts'

const point = (id: string, used: number | null, more: Partial<EnergyPoint> = {}): EnergyPoint => ({
  ...{ id, used, medium: 'electricity', parent: null, role: 'sub', use: 'shop', area: 'a', periods: null, demo: false },
  ...more,
})
const main = (used: number | null, more: Partial<EnergyPoint> = {}) =>
  point('main', used, { role: 'main', use: 'public', ...more })
const behind = { parent: 'main' }

describe('what a building used', () => {
  it('counts nothing twice: what is behind a main is in it, and the rest is its own', () => {
    const [e] = energyTotals([
      main(1000),
      point('x', 600, behind),
      point('y', 150, { ...behind, use: 'office', area: 'b' }),
    ])
    expect(e).toMatchObject({ total: 1000, known: 1000, unknownPercent: 0 })
    expect(e!.byUse).toEqual([
      { key: 'shop', used: 600 },
      { key: 'public', used: 250 },
      { key: 'office', used: 150 },
    ])
    expect(e!.byArea).toEqual([
      { key: 'a', used: 850 },
      { key: 'b', used: 150 },
    ])
  })
  it('a meter that is not known makes a share that is not known, and no nought', () => {
    const [e] = energyTotals([main(1000), point('x', 600, behind), point('y', null, behind)])
    expect(e).toMatchObject({ total: 1000, known: 600, unknownPercent: 40, wanting: ['y'] })
  })
  it('without its main there is no total', () =>
    expect(energyTotals([main(null), point('x', 600, behind)])[0]).toMatchObject({
      ...{ total: null, known: 600, unknownPercent: null, wanting: ['main'] },
    }))
  it('meters that no main is said for are named, not added', () => {
    const [e] = energyTotals([main(1000), point('x', 600)])
    expect([e!.total, e!.unplaced]).toEqual([1000, ['x']])
    expect(energyTotals([point('x', 600), point('y', 1)])[0]!.total).toBe(601)
  })
  it('check meters count nothing, each medium is by itself, and periods are those of the mains', () => {
    const all = energyTotals([
      main(10, { periods: { peak: 6, valley: 3 } }),
      point('c', 10, { ...behind, role: 'check' }),
      point('w', 3, { medium: 'water', role: 'main' }),
    ])
    expect(all.map(e => [e.medium, e.total])).toEqual([
      ['electricity', 10],
      ['water', 3],
    ])
    expect(all[0]!.byPeriod).toEqual([
      { key: 'peak', used: 6 },
      { key: 'valley', used: 3 },
    ])
  })
})

describe('per m²', () => {
  const spaces = new Map(
    [
      { id: 'tower', kind: 'building' },
      { id: 'f1', kind: 'floor', parent: 'tower', area: 500 },
      { id: 'f2', kind: 'floor', parent: 'tower' },
      { id: 's1', kind: 'unit', parent: 'f2', area: 60 },
      { id: 's2', kind: 'unit', parent: 'f2' },
      { id: 'mall', kind: 'building', area: 9000 },
    ].map(s => [s.id, s]),
  )
  it('the area that is said, or of all parts; one part without it, and nothing is said', () => {
    expect([areaOf('mall', spaces), areaOf('tower', spaces)]).toEqual([9000, null])
    const whole = new Map([...spaces, ['s2', { ...spaces.get('s2')!, area: 40 }]])
    expect(areaOf('tower', whole)).toBe(600)
    expect([outermost('s1', spaces), outermost('nowhere', spaces)]).toEqual(['tower', null])
  })
})
