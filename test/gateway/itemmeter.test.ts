import { expect, it } from 'vitest'
import { itemMeter } from '../../gateway/http/itemmeter.ts'

it('the power of a shop at its item: a number only when the meter is good, and no meter where there is none', () => {
  const point = (id: string, key: string) => ({ id: `${id}/${key}`, key, unit: 'kW' })
  const site = {
    equipment: [
      { id: 'em-101', kind: 'electricity-meter', points: [point('em-101', 'energy-import'), point('em-101', 'power')] },
      { id: 'em-102', kind: 'electricity-meter', points: [point('em-102', 'energy-import')] },
      { id: 'pump', kind: 'pump', points: [point('pump', 'power')] },
    ],
  } as never
  const says = (equipment: string | undefined, sample?: object) => itemMeter(site, () => sample as never, equipment)
  expect([
    says('em-101', { quality: 'good', value: 1.2 }),
    says('em-101', { quality: 'good', value: 0 }),
    says('em-101', { quality: 'bad', value: null, reason: 'timeout' }),
    says('em-101', { quality: 'uncertain', value: 1.2, reason: 'stale' }),
    says('em-101'),
    says('em-102', { quality: 'good', value: 1.2 }),
    says('pump', { quality: 'good', value: 1.2 }),
    says('gone'),
    says(undefined),
  ]).toEqual([
    { value: 1.2, unit: 'kW' },
    { value: 0, unit: 'kW' },
    ...[null, null, null].map(value => ({ value, unit: 'kW' })),
    ...[undefined, undefined, undefined, undefined],
  ])
})
