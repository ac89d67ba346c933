import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  byName,
  counted,
  formatAge,
  formatDuration,
  formatFigure,
  formatNumber,
  formatSpan,
  formatStamp,
  formatTicks,
  formatUnit,
  formatWait,
  inText,
  isName,
  mostDecimals,
  plain,
} from '../dashboard/src/format.ts'
import { leadingPoints, plantState, truthOf } from '../dashboard/src/plant.ts'
import { en } from '../dashboard/src/text/en.ts'
import { zhCN } from '../dashboard/src/text/zh-CN.ts'
import { profiles } from '../drivers/index.ts'
import { tlsTroubles } from '../drivers/modbus/tls.ts'
import { connectionTroubles } from '../drivers/opcua/protocol.ts'
import { reasons } from '../drivers/point.ts'
import { demoSite } from '../gateway/demo/site.ts'
import type { EquipmentView, PointInfo, SampleView } from '../gateway/http/contract.ts'
import { whyCodes } from '../gateway/out/reader/row.ts'
import { alarmStates } from '../rules/alarm.ts'
import { commandReasons } from '../rules/command.ts'
import {
  complaintActions,
  complaintChannels,
  complaintClasses,
  complaintKinds,
  complaintPhases,
  complaintSubjects,
} from '../rules/complaint.ts'
import { roles } from '../rules/flow.ts'
import { origins } from '../rules/order.ts'
import { waits } from '../rules/orderclock.ts'
import { packs } from '../rules/packs/all.ts'
import { challenges } from '../rules/patrol/challenge.ts'
import { flags } from '../rules/patrol/dock.ts'
import { reviewReasons, roundPhases } from '../rules/patrol/review.ts'
import { roundStates } from '../rules/patrol/round.ts'
import { tagDoubts, tagStates } from '../rules/patrol/tag.ts'
import { trusts, verdicts } from '../rules/patrol/words.ts'
import { reportSteps } from '../rules/report.ts'
import { orderClasses, severities } from '../rules/rule.ts'
import { preStartKinds } from '../rules/runrecord/prestart.ts'
import { outs, runCauses, runPhases } from '../rules/runrecord/words.ts'
import { sourceIn } from '../rules/sourcewords.ts'
import { crews, natures, orderActions, orderPhases, visitOutcomes } from '../rules/workorder.ts'
import { demoLines } from './support/demolines.ts'

type Leaves = Map<string, string>
function leaves(table: object, path = '', into: Leaves = new Map()): Leaves {
  for (const [key, value] of Object.entries(table)) {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'string') into.set(here, value)
    else leaves(value, here, into)
  }
  return into
}
const zhLeaves = leaves(zhCN)
const enLeaves = leaves(en)
const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort()
/** Words that are the same in both languages: names of things, not sentences. */
const same = new Set([
  'figures.change',
  'figures.tuned',
  'orders.met',
  'common.listSep',
  'common.colon',
  'orders.doTitle',
  'help.area',
])

describe('both languages', () => {
  it('have the same keys, the same holes, and words of their own', () => {
    expect([...enLeaves.keys()].sort()).toEqual([...zhLeaves.keys()].sort())
    let seen = 0
    for (const [key, zh] of zhLeaves) {
      const english = enLeaves.get(key) ?? ''
      expect(zh.trim(), key).not.toBe('')
      expect(english.trim(), key).not.toBe('')
      expect(holes(english), key).toEqual(holes(zh))
      expect(english, key).not.toMatch(/[\u3000-\u9fff\uff00-\uffef]/)
      if (!same.has(key)) expect(zh, key).toMatch(/[\u4e00-\u9fff]/)
      seen++
    }
    console.log(`${seen} texts in each language`)
    expect(seen).toBeGreaterThan(300)
  })

  it('count one thing in the singular: each count names what it counts in both forms of English', () => {
    /** Behind these no plural stands: a verb, or a unit of measure. */
    const other = new Set('ms is was has asks signs knows does tells differs goes afterwards reports'.split(' '))
    const bare: string[] = []
    let seen = 0
    for (const [key, text] of enLeaves) {
      for (const [, word] of text.matchAll(/\{\{\w+\}\} (?:new |older )?([a-z]+s|people)\b/g))
        if (!other.has(word!)) bare.push(`${key}: ${word}`)
      for (const [, hole, words] of text.matchAll(/\{\{(\w+), ([^}]*)\}\}/g)) {
        expect(holes(text), key).toContain(hole)
        expect(words, key).toMatch(/^[^|]+\|[^|]+$/)
        seen++
      }
    }
    for (const [key, text] of zhLeaves) expect(text, key).not.toMatch(/\{\{\w+,/)
    expect(bare).toEqual([])
    console.log(`${seen} counts with both forms`)
    expect(seen).toBeGreaterThan(120)
    expect([0, 1, 2].map(n => counted(n, 'point|points'))).toEqual(['points', 'point', 'points'])
    expect(['1', '1,001', 11].map(n => counted(n, 'day|days'))).toEqual(['day', 'days', 'days'])
  })

  it('say on what clause a rule, a plan or a form rests; what a site wrote itself stays as it was written', () => {
    const { rules, runRecords, maintenance, runbooks } = demoSite(demoLines) as unknown as Record<string, unknown>
    const found = new Set<string>()
    JSON.stringify([packs, rules, runRecords, maintenance, runbooks], (key, value) => {
      if (key === 'source' && typeof value === 'string') found.add(value)
      return value
    })
    const left = [...found].filter(source => /[\u3000-\u9fff\uff00-\uffef]/.test(sourceIn(source, 'en')))
    expect(left).toEqual([])
    console.log(`${found.size} sources`)
    expect(found.size).toBeGreaterThan(80)
    expect(sourceIn('排水 S16、N05；限值为网关缺省值', 'en')).toBe("Drainage S16, N05; limit is the gateway's default")
    expect(sourceIn('排水 S16、N05；限值为网关缺省值', 'zh-CN')).toBe('排水 S16、N05；限值为网关缺省值')
    for (const own of ['本项目 2026 年会议纪要', '排水：按会议纪要', 'GB 50116-2013 4.10.3'])
      expect(sourceIn(own, 'en')).toBe(own)
  })

  it('have a word for every kind of equipment that a profile or the demo has', () => {
    const kinds = new Set([...profiles.map(p => p.kind), ...demoSite(demoLines).equipment.map(e => e.kind)])
    const words = (table: object) => new Set(Object.keys(table))
    expect([...kinds].filter(kind => !words(zhCN.kind).has(kind) || !words(en.kind).has(kind))).toEqual([])
    expect(kinds.size).toBeGreaterThan(40)
  })

  it('have a word for every code that the gateway can say', () => {
    const lists = {
      reason: reasons,
      severity: severities,
      alarmState: alarmStates,
      phase: orderPhases,
      action: orderActions,
      orderClass: orderClasses,
      wait: waits,
      nature: natures,
      crew: crews,
      origin: origins,
      visitOutcome: visitOutcomes,
      reportStep: reportSteps,
      role: roles,
      channelTrouble: [...new Set([...connectionTroubles, ...tlsTroubles])],
      commandReason: commandReasons,
      complaintKind: complaintKinds,
      complaintClass: complaintClasses,
      complaintSubject: complaintSubjects,
      complaintChannel: complaintChannels,
      complaintPhase: complaintPhases,
      complaintAction: complaintActions,
      outputWhy: whyCodes,
      roundState: roundStates,
      patrolVerdict: verdicts,
      patrolTrust: trusts,
      patrolFlag: flags,
      patrolPhase: roundPhases,
      patrolReason: reviewReasons,
      patrolTag: tagStates,
      patrolDoubt: tagDoubts,
      patrolChallenge: challenges,
      'runRecords.cause': runCauses,
      'runRecords.preStart.kind': preStartKinds,
      'runRecords.phase': runPhases,
      'runRecords.out': outs,
    } as const
    let seen = 0
    for (const [list, codes] of Object.entries(lists))
      for (const code of codes) {
        expect(zhLeaves.get(`${list}.${code}`), `${list}.${code}`).toBeTruthy()
        expect(enLeaves.get(`${list}.${code}`), `${list}.${code}`).toBeTruthy()
        seen++
      }
    for (const action of [
      ...orderActions,
      'opened',
      'recurred',
      'reopened',
      'retired',
      'escalated',
      'material',
      'photo',
      'visit',
    ])
      expect(zhLeaves.get(`trailAction.${action}`), action).toBeTruthy()
    console.log(`${seen} codes`)
    expect(seen).toBe(
      48 +
        11 +
        31 +
        reportSteps.length +
        lists.channelTrouble.length +
        commandReasons.length +
        whyCodes.length +
        (runCauses.length + runPhases.length + outs.length + preStartKinds.length) +
        (roundStates.length + verdicts.length + trusts.length + flags.length) +
        (roundPhases.length + reviewReasons.length + tagStates.length + tagDoubts.length + challenges.length) +
        32 +
        1,
    )
    expect(lists.channelTrouble.length).toBe(16)
  })
})

describe('contrast [WCAG 2.2, 1.4.3 and 1.4.11]', () => {
  const css = readFileSync(join(import.meta.dirname, '../dashboard/src/tokens.css'), 'utf8')
  const block = (selector: string): Map<string, string> => {
    const start = css.indexOf(`${selector} {`)
    const body = css.slice(start, css.indexOf('\n}', start))
    return new Map([...body.matchAll(/--gh-([\w-]+):\s*(#[0-9a-fA-F]{6})/g)].map(m => [m[1] ?? '', m[2] ?? '']))
  }
  const light = block(':root')
  const dark = new Map([...light, ...block('[data-theme="dark"]')])
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ratio = (a: string, b: string): number => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }
  const grounds = ['bg', 'surface', 'raised', 'plant', 'sunken', 'sel', 'hover']
  const priorities = ['life', 'high', 'medium', 'low', 'journal']
  const pairs: [ink: string, ground: string, least: number][] = []
  for (const ground of grounds) {
    for (const ink of ['ink', 'ink-2', 'ink-3', 'q', 'yes-edge', 'no-edge', ...priorities.map(p => `${p}-edge`)])
      pairs.push([ink, ground, 4.5])
    pairs.push(['focus', ground, 3], ['p-stroke', ground, 3])
  }
  for (const p of [...priorities, 'yes', 'no']) {
    pairs.push([`on-${p}`, p, 4.5])
    if (p !== 'journal') for (const ink of ['ink', 'ink-2', `${p}-edge`]) pairs.push([ink, `${p}-tint`, 4.5])
  }
  pairs.push(['ink', 'q-tint', 4.5], ['q', 'q-tint', 4.5], ['on-act', 'act', 4.5], ['tag-ink', 'tag', 4.5])
  pairs.push(['line-2', 'surface', 3], ['line-2', 'raised', 3], ['p-run-ink', 'p-run', 4.5])
  for (const d of ['d1', 'd2', 'd3', 'd4']) pairs.push([d, 'surface', 3])

  it.each([
    ['light', light],
    ['dark', dark],
  ] as const)('of every pair in %s', (theme, tokens) => {
    const low: string[] = []
    let least = Number.POSITIVE_INFINITY
    for (const [ink, ground, bar] of pairs) {
      const [a, b] = [tokens.get(ink), tokens.get(ground)]
      expect(a, ink).toBeTruthy()
      expect(b, ground).toBeTruthy()
      const found = ratio(a ?? '', b ?? '')
      if (bar === 4.5) least = Math.min(least, found)
      if (found < bar) low.push(`${ink} on ${ground}: ${found.toFixed(2)} < ${bar}`)
    }
    console.log(`${theme}: ${pairs.length} pairs, smallest text ratio ${least.toFixed(2)}`)
    expect(low).toEqual([])
    expect(pairs.length).toBeGreaterThan(110)
  })
})

describe('what is written of a value', () => {
  it('a number in a text is in groups, one that names something is not; a wait is in its largest whole unit', () => {
    expect([2000, 7, 0, '2000', 12.5, null].map(one => inText(one, undefined, 'zh-CN'))).toEqual([
      ...['2,000', '7', '0', '2000', '12.5', 'null'],
    ])
    expect([inText(1, 'point|points', 'en'), inText(2000, 'point|points', 'en')]).toEqual(['point', 'points'])
    expect([0, 5, 60, 90, 600, 3600, 86_400, 0.5].map(s => formatWait(s, 'en'))).toEqual([
      ...['0 s', '5 s', '1 min', '90 s', '10 min', '1 h', '1 d', '0.5 s'],
    ])
    expect(['{no}', '{floor}', null].map(isName)).toEqual([true, false, false])
    expect(formatUnit('MBy')).toBe('MB')
  })

  it('numbers, units, times', () => {
    const numbers: [number, string][] = [
      [12846.37, '12,846'],
      [230.14, '230.1'],
      [49.98, '49.98'],
      [0.52134, '0.5213'],
      [1.899999976, '1.900'],
      [230, '230'],
      [9.99996, '10.00'],
      [0.0001234, '0.000123'],
      [-0, '0'],
      [1e12, '1,000,000,000,000'],
    ]
    for (const [value, shown] of numbers) {
      expect(formatNumber(value, 'zh-CN')).toBe(shown)
      expect(formatNumber(value, 'en')).toBe(shown)
    }
    const fixed: [number, number, string][] = [
      [230, 1, '230.0'],
      [18420.6, 2, '18,420.60'],
      [-0.04, 1, '0.0'],
      [0.00004, 3, '0.000'],
      [12846.37, 0, '12,846'],
    ]
    for (const [value, decimals, shown] of fixed) expect(formatNumber(value, 'en', decimals)).toBe(shown)
    const axes: [number[], string[]][] = [
      [
        [4, 4.5, 5],
        ['4.0', '4.5', '5.0'],
      ],
      [
        [-0.05, 0, 0.05],
        ['-0.05', '0.00', '0.05'],
      ],
      [
        [0, 500, 1000],
        ['0', '500', '1,000'],
      ],
      [
        [0, 0.1 + 0.2],
        ['0.0', '0.3'],
      ],
    ]
    for (const [ticks, shown] of axes) expect(formatTicks(ticks, 'en')).toEqual(shown)
    const units: [string | null, string][] = [
      ['Cel', '°C'],
      ['kW.h', 'kWh'],
      ['V.A', 'VA'],
      ['kvar.h', 'kvarh'],
      ['m3/h', 'm³/h'],
      ['kPa', 'kPa'],
      ['%', '%'],
      ['{floor}', ''],
      ['dB[mW]', 'dBm'],
      ['s{unix}', ''],
      [null, ''],
    ]
    for (const [unit, shown] of units) expect(formatUnit(unit)).toBe(shown)
    expect(formatStamp(1_795_425_158, 'Asia/Shanghai')).toBe('2026-11-23 17:12')
    expect(formatStamp(0, 'Asia/Shanghai')).toBeNull()
    expect([400, 12_300, 360_000, 11_100_000].map(formatAge)).toEqual(['<1 s', '12 s', '6 min', '3 h 05 min'])
    const nine = Date.parse('2026-11-24T01:00:00Z')
    // 15 h on it is midnight in Shanghai: another day.
    expect([6, 15].map(h => formatSpan(nine, nine + h * 3_600_000, 'Asia/Shanghai'))).toEqual([
      '2026-11-24 09:00 – 15:00',
      '2026-11-24 09:00 – 2026-11-25 00:00',
    ])
    expect([221_000, 20_880_000, 183_600_000].map(formatDuration)).toEqual(['03:41', '5 h 48 min', '2 d 3 h'])
  })
  it('a figure that came as text is grouped and keeps its decimals; what is no figure stays', () => {
    const table = [
      ['11305.44', 0, '11,305.44'],
      ['1011.00', 0, '1,011.00'],
      ['7.2', 2, '7.20'],
      ['-12', 0, '-12'],
      ['0.5', 0, '0.5'],
      ['999999999999999999.9', 0, '999,999,999,999,999,999.9'],
      ['E-1502', 0, 'E-1502'],
    ] as const
    for (const [text, decimals, shown] of table) expect(formatFigure(text, 'zh-CN', decimals)).toBe(shown)
    expect(mostDecimals(['7.28', '7.2', null, '12'])).toBe(2)
    expect(mostDecimals([])).toBe(0)
  })
  it('names: Chinese ones by pinyin, numbers in them by size', () => {
    expect(['张卫东', '李建国', '赵刚', '安全员', '王'].sort(byName('zh-CN'))).toEqual([
      '安全员',
      '李建国',
      '王',
      '张卫东',
      '赵刚',
    ])
    expect(['B 座 11 层', 'B 座 9 层', 'A 座 18 层'].sort(byName('zh-CN'))).toEqual([
      'A 座 18 层',
      'B 座 9 层',
      'B 座 11 层',
    ])
    expect(['Zhou', 'an', 'Li'].sort(byName('en'))).toEqual(['an', 'Li', 'Zhou'])
  })

  it('a name cannot turn the words beside it', () => {
    expect(plain('a\u202eb\u0000c\u2066')).toBe('a\ufffdb\ufffdc\ufffd')
    expect(plain('2# 生活水泵 <b>')).toBe('2# 生活水泵 <b>')
  })

  it('a piece of equipment is unknown as soon as nobody can tell', () => {
    const info = (key: string, kind: PointInfo['kind']): PointInfo => ({
      id: `p/${key}`,
      key,
      name: { 'zh-CN': key, en: key },
      kind,
      unit: null,
      enum: null,
      decimals: null,
      scanMs: 1000,
    })
    const pump = {
      id: 'p',
      points: [info('running', 'boolean'), info('tripped', 'boolean'), info('pressure', 'number')],
    } as unknown as EquipmentView
    const good = (value: SampleView['value']): SampleView => ({
      value,
      quality: 'good',
      reason: null,
      at: '',
      seen: '',
    })
    const bad: SampleView = { value: null, quality: 'bad', reason: 'timeout', at: '', seen: '' }
    const state = (samples: Record<string, SampleView>) => plantState(pump, id => samples[id])
    expect(state({})).toBe('unknown')
    expect(state({ 'p/running': good(true) })).toBe('running')
    expect(state({ 'p/running': good(false), 'p/tripped': bad })).toBe('stopped')
    expect(state({ 'p/running': good(true), 'p/tripped': good(true) })).toBe('fault')
    expect(state({ 'p/running': bad, 'p/pressure': good(1) })).toBe('unknown')
    expect(state({ 'p/online': good(false), 'p/running': good(true) })).toBe('unknown')
    expect(truthOf('pump1-tripped')).toBe('trip')
    expect(['fire', 'smoke-detected', 'fire-damper-tower-a', 'smoke-fan-1'].map(truthOf)).toEqual([
      'alarm',
      'alarm',
      'plain',
      'plain',
    ])
    const keys = ['voltage-l1', 'power-l1', 'power', 'energy-import', 'frequency', 'current-l1'].map(k =>
      info(k, 'number'),
    )
    expect(leadingPoints(keys).map(point => point.key)).toEqual(['power', 'energy-import', 'frequency', 'current-l1'])
    // A code without words comes last, one with words first.
    const codes = [
      info('mode', 'number'),
      { ...info('state', 'number'), enum: { 0: { 'zh-CN': '停', en: 'off' } } },
      ...keys,
    ]
    expect(leadingPoints(codes, 2).map(point => point.key)).toEqual(['state', 'power'])
  })
})
