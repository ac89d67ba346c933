import { expect, it } from 'vitest'
import { registerPlace } from '../../gateway/registers/place.ts'

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
  const { place, related } = registerPlace({
    site: () => ({ equipment: [{ id: 'pump', space: 'pumps' }] }) as never,
    workorders: {
      list: () => [order('WO-1', { equipment: 'pump' }), order('WO-2', { space: 'pumps' }), order('WO-3', {})] as never,
    },
    visits: {
      open: () => [visit('V-1', 'expected'), visit('V-2', 'requested'), visit('V-3', 'expected', NOW)] as never,
    },
    permits: {
      open: () => [permit('D-1', 'live'), permit('D-5', 'closed'), permit('D-6', 'submitted')] as never,
      around: () =>
        [
          ...[permit('D-1', 'live'), permit('D-2', 'approved'), permit('Z-3', 'issued')],
          permit('D-4', 'live', 'roof'),
        ] as never,
    },
    people: {
      worksSites: () =>
        [
          { id: 'w1', space: 'pumps' },
          { id: 'w2', space: 'roof' },
        ] as never,
    },
    credentials: {
      ofWorks: id =>
        [
          { no: `C-${id}`, phase: 'active' },
          { no: `X-${id}`, phase: 'returned' },
        ] as never,
    },
  })
  expect(place(NOW).workFor('pumps')).toEqual(['WO-1', 'WO-2', 'V-1', 'D-1', 'Z-3'])
  // What has to be over before a decoration is accepted, and its deposit goes back.
  expect(place(NOW).heldFor('pumps')).toEqual({ permits: ['D-1', 'D-6'], passes: ['C-w1'] })
  expect(related('pumps', NOW).map(one => [one.kind, one.no])).toEqual([
    ...[
      ['order', 'WO-1'],
      ['order', 'WO-2'],
      ['permit', 'D-1'],
      ['permit', 'D-6'],
      ['visit', 'V-1'],
      ['pass', 'C-w1'],
    ],
  ])
})
