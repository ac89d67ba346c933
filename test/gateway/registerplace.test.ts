import { expect, it } from 'vitest'
import { registerPlace } from '../../gateway/registerplace.ts'

const NOW = Date.UTC(2026, 10, 23, 2)

it('a key is asked for by the work that holds for its room: orders there, visits that were agreed, permits that may be worked by', () => {
  const order = (no: string, more: object) => ({ no, space: null, equipment: null, ...more })
  const visit = (no: string, phase: string, validTo = NOW + 1) => ({
    no,
    phase,
    space: 'pumps',
    validFrom: NOW,
    validTo,
  })
  const permit = (no: string, phase: string, space = 'pumps') => ({ no, phase, space })
  const place = registerPlace(
    () => ({ equipment: [{ id: 'pump', space: 'pumps' }] }) as never,
    {
      list: () => [order('WO-1', { equipment: 'pump' }), order('WO-2', { space: 'pumps' }), order('WO-3', {})] as never,
    },
    { open: () => [visit('V-1', 'expected'), visit('V-2', 'requested'), visit('V-3', 'expected', NOW)] as never },
    {
      around: () =>
        [
          ...[permit('D-1', 'live'), permit('D-2', 'approved'), permit('Z-3', 'issued')],
          permit('D-4', 'live', 'roof'),
        ] as never,
    },
  )
  expect(place(NOW).workFor('pumps')).toEqual(['WO-1', 'WO-2', 'V-1', 'D-1', 'Z-3'])
})
