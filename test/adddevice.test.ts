import { expect, it } from 'vitest'
import { bitsOf, draftOf, hexOf, isLikely, readingOf } from '../dashboard/src/add/cells.ts'
import { editsOf } from '../dashboard/src/add/lines.ts'

it('a register is read in every way that devices use', () => {
  // 4.0683 bar as a float32: 40 82 2F 83 in the order of plain Modbus.
  const cases: [string, number[], 'ABCD' | 'CDAB' | 'BADC' | 'DCBA'][] = [
    ['plain', [0x4082, 0x2f83], 'ABCD'],
    ['words swapped', [0x2f83, 0x4082], 'CDAB'],
    ['bytes swapped', [0x8240, 0x832f], 'BADC'],
    ['both', [0x832f, 0x8240], 'DCBA'],
  ]
  for (const [what, words, order] of cases) {
    expect([what, readingOf(words, 0, order)?.toFixed(4)]).toEqual([what, '4.0683'])
    // In any other order it is no number that a plant has, or another one.
    for (const other of ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const)
      if (other !== order) expect([what, other, readingOf(words, 0, other)?.toFixed(4)]).not.toContain('4.0683')
  }
  expect([readingOf([0xfffe], 0, 'int16'), readingOf([0xfffe], 0, 'uint16')]).toEqual([-2, 65_534])
  // The last register has no next one, and what is no number is none.
  expect([readingOf([1], 0, 'ABCD'), readingOf([0x7fc0, 0], 0, 'ABCD'), readingOf([], 0, 'uint16')]).toEqual([
    null,
    null,
    null,
  ])
  expect([isLikely(0), isLikely(1e-12), isLikely(3e20), isLikely(229.3), isLikely(null)]).toEqual([
    true,
    false,
    false,
    true,
    false,
  ])
  expect([hexOf(0x1a4), bitsOf(0x1a4)]).toEqual(['01A4', '0000 0001 1010 0100'])
  expect(draftOf('input', 1, 'CDAB')).toEqual({ key: 'i1', table: 'input', address: 1, type: 'float32', order: 'CDAB' })
  expect(draftOf('coil', 3, 'bool')).toEqual({ key: 'b3', table: 'coil', address: 3, type: 'bool' })
})

it('a new device is the least change of the site: what is there is used, ids are its own', () => {
  const device = {
    line: { protocol: 'modbus-tcp', host: '10.0.0.9', port: 502 } as const,
    ...{ unit: 1, kind: 'electricity-meter', zh: '总电表', en: '', profile: 'eastron-sdm630', points: [] },
    ...{ space: null, newSpace: 'B1', packs: ['meters'] },
  }
  const first = editsOf({ site: {} }, device)
  expect([first.id, first.channel]).toEqual(['electricity-meter', 'net-1'])
  expect(first.edits.map(([path]) => path.join('/'))).toEqual(['channels/-1', 'spaces/-1', 'equipment/-1', 'packs/-1'])
  const name = { 'zh-CN': '总电表', en: '总电表' }
  expect(first.edits[2]![1]).toEqual({
    ...{ id: 'electricity-meter', kind: 'electricity-meter', name, space: 'b1' },
    ...{ channel: 'net-1', unit: 1, profile: 'eastron-sdm630' },
  })
  // The same once more, on the channel that is there now: only the device is new, under another id.
  const site = { channels: [{ id: 'net-1' }], equipment: [{ id: 'electricity-meter' }], packs: [{ pack: 'meters' }] }
  const second = editsOf(site, { ...device, line: { channel: 'net-1' }, unit: 2, newSpace: ' ' })
  expect(second.edits.map(([path]) => path.join('/'))).toEqual(['equipment/-1'])
  expect(second.id).toBe('electricity-meter-2')
  expect(editsOf(site, { ...device, newSpace: '' }).channel).toBe('net-1-2')
})
