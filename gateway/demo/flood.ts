import { both, type DemoPart, type Lines } from './part.ts'

const perRow = 25

/**
 * The old I/O cabinet that floods the site with alarms.
 * @param contacts how many of its 2,000 contacts the site knows
 */
export function floodDemo(lines: Lines, contacts = 2000): DemoPart {
  return {
    channels: [{ id: 'flood-1', ...lines('flood-1') }],
    equipment: [
      {
        id: 'io-cabinet',
        kind: 'io-module',
        name: both('综合输入柜', 'I/O cabinet'),
        space: 'elv-room',
        channel: 'flood-1',
        unit: 1,
        points: Array.from({ length: contacts }, (_, i) => {
          const row = Math.floor(i / perRow) + 1
          const at = (i % perRow) + 1
          return {
            key: `c-${String(i + 1).padStart(4, '0')}`,
            name: both(`${row} 排 ${at} 号触点`, `Row ${row}, contact ${at}`),
            table: 'discrete',
            address: i,
            type: 'bool',
            scanMs: 2000,
          }
        }),
      },
    ],
    rules: [
      {
        id: 'cabinet-contact',
        points: ['io-cabinet/c-*'],
        when: { equals: true },
        severity: 'low',
        text: both('输入触点动作', 'Contact in alarm'),
      },
    ],
  }
}
