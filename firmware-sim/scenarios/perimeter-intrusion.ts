import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'perimeter-intrusion',
  title: { 'zh-CN': '周界入侵', en: 'Somebody climbs over the wall' },
  text: {
    'zh-CN': '有人翻越周界 3 区，随后 4 区，一分钟后高压配电室门磁报警。',
    en: 'Somebody climbs through perimeter zone 3, then passes zone 4; a minute later the door of the high-voltage room is forced.',
  },
  steps: [
    { atS: 5, action: 'security/perimeter', body: { zone: 3, on: true } },
    { atS: 15, action: 'security/perimeter', body: { zone: 4, on: true } },
    { atS: 25, action: 'security/perimeter', body: { zone: 3, on: false } },
    { atS: 35, action: 'security/perimeter', body: { zone: 4, on: false } },
    { atS: 75, action: 'security/intrusion', body: { room: 'hv-room', on: true } },
  ],
  sees: [
    { point: 'security-contacts/perimeter-3', byS: 10, is: { equals: true } },
    { point: 'security-contacts/perimeter-4', byS: 20, is: { equals: true } },
    { point: 'security-contacts/perimeter-3', byS: 30, is: { equals: false } },
    { point: 'security-contacts/perimeter-4', byS: 40, is: { equals: false } },
    { point: 'security-contacts/intrusion-hv-room', byS: 80, is: { equals: true } },
  ],
  undo: [
    { action: 'security/perimeter', body: { zone: 3, on: false } },
    { action: 'security/perimeter', body: { zone: 4, on: false } },
    { action: 'security/intrusion', body: { room: 'hv-room', on: false } },
  ],
}
