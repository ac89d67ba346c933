import { expect, it } from 'vitest'
import { signedDuty } from '../../gateway/notices/shift.ts'
import type { NotifyConfig } from '../../gateway/out/notify/config.ts'

const day = [{ from: 480, to: 1200 }]
const config = {
  rosters: [
    {
      id: 'duty',
      people: [
        { name: 'li', shifts: day },
        { name: 'wang', shifts: day },
        { name: 'boss', shifts: day },
        { name: 'ma' },
      ],
    },
  ],
} as unknown as NotifyConfig
const crew = new Set(['li', 'wang'])
const told = (on: readonly string[] | null) =>
  signedDuty(config, () => on && { on, crew, until: 0 }).rosters[0]!.people.map(p =>
    p.shifts === undefined ? `${p.name} always` : p.shifts.length === 0 ? `${p.name} never` : `${p.name} by the clock`,
  )

it.each([
  ['nobody has ever signed', null, ['li by the clock', 'wang by the clock', 'boss by the clock', 'ma always']],
  ['li has taken over', ['li'], ['li always', 'wang never', 'boss by the clock', 'ma always']],
  // Of another roster, or no longer of the crew: somebody has to be told.
  [
    'whoever has taken over is not in this roster',
    ['sun'],
    ['li by the clock', 'wang by the clock', 'boss by the clock', 'ma always'],
  ],
  ['a sheet that names nobody', [], ['li by the clock', 'wang by the clock', 'boss by the clock', 'ma always']],
] as const)('%s', (_, on, found) => expect(told(on)).toEqual(found))
