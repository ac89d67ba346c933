import { describe, expect, it } from 'vitest'
import { bad, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { type Checked, lackText, preStartLack, startsPlant } from '../../rules/runrecord/prestart.ts'
import type { Cell, PreStart, RunColumn } from '../../rules/runrecord/words.ts'
import { both } from '../support/sites.ts'

const MIN = 60_000
const NOON = Date.UTC(2026, 10, 23, 4)
const column = (more: Partial<RunColumn> & Pick<RunColumn, 'key' | 'name'>): RunColumn => ({
  ...{ equipment: 'c', equipmentName: null, kind: 'choice', unit: null, decimals: null, point: null, codes: null },
  ...{ normal: null, expect: null, choices: [], optional: false, ...more },
})
const plant: PreStart = {
  ...{ equipment: 'c', equipmentName: both('chiller'), start: 'c/start', values: [true], running: 'c/running' },
  validMin: 30,
  items: [
    column({ key: 'c/oil', name: both('oil'), kind: 'number', point: 'c/oil', normal: [20, 60], optional: true }),
    column({ key: 'valves', name: both('valves') }),
  ],
}
const at = (minutes: number) => NOON + minutes * MIN
const cell = (value: Value | null, more: Partial<Cell> = {}): Cell => ({
  ...{ value, source: 'live', at: NOON, reason: null, out: null, ...more },
})
const list = (oil: Cell, valves: Cell | null, minutes = 0): Checked => ({
  ...{ kind: 'check', at: at(minutes), cells: { 'c/oil': oil, ...(valves && { valves }) } },
})
const ok = cell('ok', { source: 'typed' })
const shows =
  (value: Value | null) =>
  (point: PointId): Sample =>
    value === null ? bad(point, 'offline', NOON) : { point, at: NOON, seen: NOON, quality: 'good', value }

describe('a start before which a list is gone through [P-16]', () => {
  const diary: readonly (readonly [string, Checked | null, Value | null, number, string | null])[] = [
    ['nobody has been there', null, 40, 0, 'none'],
    ['all ok, and started at once', list(cell(40), ok), 40, 1, null],
    ['all ok, 30 min later', list(cell(40), ok), 40, 30, null],
    ['all ok, a minute too late', list(cell(40), ok), 40, 31, 'old'],
    ['the clock was set back by an hour: it does not hold for longer', list(cell(40), ok, 60), 40, 0, 'old'],
    ['a valve stood wrong', list(cell(40), cell('not-ok', { source: 'typed', out: 'other' })), 40, 1, 'valves'],
    ['the oil was cold then, whatever it is now', list(cell(10, { out: 'low' }), ok), 40, 1, 'oil'],
    ['the oil has grown cold since', list(cell(40), ok), 10, 1, 'oil'],
    ['its point cannot be believed any more', list(cell(40), ok), null, 1, 'oil'],
    ['its point could not be believed, and nobody read the gauge', list(cell(null), ok), 40, 1, 'oil'],
    ['somebody read the gauge', list(cell(40, { source: 'typed' }), ok), null, 1, null],
    ['an item is new since', list(cell(40), null), 40, 1, 'valves'],
    ['two are not ok', list(cell(null), null), 40, 1, 'oil, valves'],
    ['a supervisor lets it start', { kind: 'override', at: NOON, cells: {} }, null, 29, null],
    ['half an hour after he did', { kind: 'override', at: NOON, cells: {} }, null, 31, 'old'],
  ]
  it.each(diary)('%s', (_, last, now, minutes, lacks) => {
    const lack = preStartLack(plant, last, shows(now), at(minutes))
    expect(lack && (lack.code === 'not-ok' ? lack.items.map(i => i.name.en).join(', ') : lack.code)).toBe(lacks)
    if (lack?.code === 'not-ok') expect(lackText(plant, lack).en).toContain(lacks)
  })

  it('only what starts it is asked for a list: never a stop, a setpoint or another machine', () => {
    const table: readonly (readonly [PointId, Value, boolean])[] = [
      ['c/start', true, true],
      ['c/start', false, false],
      ['c/setpoint', true, false],
      ['d/start', true, false],
    ]
    for (const [point, value, asks] of table)
      expect([point, value, startsPlant([plant], point, value) === plant]).toEqual([point, value, asks])
    expect(table.length).toBe(4)
  })
})
