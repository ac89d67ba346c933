import { expect, it } from 'vitest'
import { equipmentOf } from '../../dashboard/src/pages/settings/equipment-snippet.ts'
import { drivers, profiles } from '../../drivers/index.ts'
import type { BrowsedNodeView } from '../../gateway/http/contract.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { head } from '../support/sites.ts'

const node = (browseName: string, more: Partial<BrowsedNodeView> = {}): BrowsedNodeView => ({
  node: `ns=1;s=${browseName}`,
  browseName,
  displayName: browseName,
  class: 'variable',
  type: 'Double',
  kind: 'number',
  unit: null,
  unitText: null,
  range: null,
  enum: null,
  writable: false,
  value: 1,
  ...more,
})

it('what is chosen from a server becomes equipment that site.json takes, whatever the names are', () => {
  const made = equipmentOf('x-1', 'lift', 'bms', [
    node('MachineRoom', { unit: 'Cel', range: [0, 60], writable: true }),
    node('Door Open', { kind: 'boolean', type: 'Boolean', writable: true }),
    node('Door-Open', { kind: 'boolean', type: 'Boolean' }),
    node('电梯', { kind: 'text', type: 'LocalizedText', writable: true }),
    node('online'),
    node('Direction', { type: 'Int16', enum: { '-1': 'down', '0': 'standing' } }),
    node('Picture', { kind: null, type: null }),
    node(`${'long'.repeat(50)}`),
  ])
  expect(made.points.map(p => p.key)).toEqual([
    'machine-room',
    'door-open',
    'door-open-2',
    'point',
    'online-2',
    'direction',
    'long'.repeat(14),
  ])
  expect(made.points[0]).toEqual({
    key: 'machine-room',
    name: { 'zh-CN': 'MachineRoom', en: 'MachineRoom' },
    node: 'ns=1;s=MachineRoom',
    unit: 'Cel',
    range: [0, 60],
    type: 'Double',
    writable: true,
  })
  expect(made.points[3]).not.toHaveProperty('writable')
  const site = {
    ...head,
    channels: [{ id: 'bms', protocol: 'opcua', endpoint: 'opc.tcp://127.0.0.1:4840' }],
    equipment: [made],
  }
  expect(checkSite(JSON.stringify(site), drivers, profiles).problems).toEqual([])
})
