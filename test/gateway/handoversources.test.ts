import { expect, it } from 'vitest'
import { handoverDuty } from '../../gateway/alarms/caseduty.ts'
import type { Entry } from '../../gateway/core/events.ts'
import { type HeldFrom, heldSources } from '../../gateway/handover/held.ts'
import { type HandoverFrom, handoverSources } from '../../gateway/handover/sources.ts'
import type { NotifyConfig } from '../../gateway/out/notify/config.ts'
import { policies } from '../../rules/orderclock.ts'

const both = (word: string) => ({ 'zh-CN': `中${word}`, en: word })
const NOW = Date.UTC(2026, 10, 21, 12)
const HOUR = 3_600_000

const alarm = (id: string, more: object = {}) => ({
  ...{ id, active: true, acked: true, retired: false, resetNeeded: false, shelved: null, outOfService: null },
  ...{ suppressedBy: [], raisedAt: NOW - HOUR, text: both(id), place: { equipmentName: both('pump'), space: null } },
  ...more,
})
const order = (id: string, openedAt: number) => ({
  ...{ id, no: id, text: both('leak'), class: 'urgent', phase: 'new', openedAt, acceptedAt: null, arrivedAt: null },
  ...{ fixedAt: null, closedAt: null, pauses: [], appointmentAt: null, dueAt: null },
})
const points = new Map([['panel/linkage-auto', { quality: 'good', value: false }]])

/** A building in which of everything there is something. */
const from = {
  alarms: {
    open: () => [
      alarm('stands'),
      alarm('back', { active: false, acked: false }),
      alarm('on the shelf', { shelved: { until: NOW + HOUR, at: 0, by: 'li', reason: 'painters' } }),
      alarm('off', { outOfService: { at: 0, by: 'li', reason: 'rebuilt' } }),
      alarm('consequence', { suppressedBy: ['x'] }),
      alarm('of a rule that is gone', { retired: true }),
    ],
  },
  workorders: {
    list: () => [order('WO-1', NOW - 1000), order('WO-2', NOW - 400 * HOUR)],
    policyOf: () => policies.urgent,
  },
  runs: { list: () => [{ id: 'r', no: 'IR-1', book: { name: both('water') }, startedAt: NOW }] },
  afterReports: { list: () => [{ id: 'a', reason: 'smoke' }] },
  plant: () => ({
    site: {
      timezone: 'Asia/Shanghai',
      equipment: [
        { id: 'panel', name: both('panel'), points: [{ id: 'panel/linkage-auto', key: 'linkage-auto' }] },
        { id: 'meter', name: both('meter'), points: [] },
      ],
    },
    latest: { get: (id: string) => points.get(id) },
    state: (id: string) => ({ online: id !== 'meter' }),
  }),
  linkage: () => ({
    linkage: { zones: ['z1', 'z2'].map(id => ({ id, name: both(id) })) },
    state: () => ({ zones: { z2: { since: NOW } } }),
  }),
  access: {
    doors: () => [
      {
        door: { id: 'd', name: both('east door') },
        layers: [
          { mode: 'override', by: 'chen', since: NOW, reason: 'moving' },
          { mode: 'scheduled-unlock', by: null, since: NOW, reason: '' },
        ],
      },
    ],
  },
  credentials: { held: () => [{ credential: 'c', slot: 4, since: NOW }], one: () => ({ passNo: 1007 }) },
  visits: {
    open: () => [
      { id: 'v', no: 'V-1', people: 2, phase: 'inside', inAt: NOW },
      { id: 'w', no: 'V-2', people: 1, phase: 'expected', inAt: null },
    ],
  },
} as unknown as HandoverFrom

it('a sheet fills in from what there is: each thing once, with what it is and whether it needs a reason', () => {
  const all = handoverSources(from).map(s => ({ id: s.id, lines: s.lines(0, NOW) }))
  const said = all.map(s => [s.id, ...s.lines.map(line => `${line.kind}: ${line.text.en}${line.asks ? ' ?' : ''}`)])
  expect(said).toEqual([
    ['alarms', 'standing: pump · stands ?', 'unacknowledged: pump · back'],
    [
      'alarms-aside',
      'shelved: pump · on the shelf · painters',
      'out-of-service: pump · off · rebuilt',
      'suppressed: pump · consequence',
    ],
    ['orders', 'order: WO-1 · leak', 'order-late: WO-2 · leak ?'],
    ['runbooks', 'runbook: IR-1 · water ?', 'after-report: A report is owed after levels were skipped: smoke'],
    ['fire', 'linkage-manual: panel · linkage by hand', 'zone-alarm: z2'],
    ['devices', 'device-away: meter'],
    ['doors', 'door-mode: east door · held open · chen moving'],
    ['inside', 'duplicate: Pass 1007, duplicate in slot 4', 'visitor: Visit V-1, 2 people'],
  ])
  const keys = all.flatMap(s => s.lines.map(line => line.key))
  expect(new Set(keys).size).toBe(keys.length)
  // A panel that says nothing is not automatic.
  points.set('panel/linkage-auto', { quality: 'bad', value: true })
  expect(handoverSources(from)[4]!.lines(0, NOW)[0]?.text.en).toBe('panel · linkage unknown')
})

it('nobody takes over: the roster of the supervisor is told, in both languages', () => {
  const entry = (step: number): Entry => ({
    ...{ seq: 9, time: NOW, actor: 'gateway', role: 'gateway', kind: 'handover', id: 'h', action: 'escalated' },
    data: { no: 'SH-1', crew: 'room', step, tell: ['manager'], lateMin: 45 },
  })
  const to = (rosters: object) => ({ channels: ['sms'], rosters, quiet: [] }) as unknown as NotifyConfig['orders']
  const orders = to({ manager: 'bosses' })
  const base = { at: NOW, site: both('site'), timezone: 'Asia/Shanghai', seq: 9 }
  const duty = handoverDuty(entry(2), both('room'), orders, base)
  expect([duty?.to?.rosters, duty?.told.severity, duty?.told.about?.head.en, duty?.told.text.en]).toEqual([
    ['bosses'],
    'high',
    'HANDOVER SH-1 is 45 min late',
    'room: the shift before stays on duty',
  ])
  expect(handoverDuty(entry(0), undefined, orders, base)?.told.about?.head['zh-CN']).toBe('交接班 SH-1 被拒绝')
  expect(handoverDuty(entry(0), undefined, to({}), base)).toBeNull()
})

it('what is held for others stands on the sheet: permits, tags, keys, tools, and where nobody was', () => {
  const entry = (id: string, name: string, dueAt: number) => ({
    ...{ id, no: `${id.toUpperCase()}-1`, phase: 'out', since: NOW - HOUR, dueAt },
    values: { name, room: name, borrower: 'sun' },
  })
  const lists: Record<string, object[]> = {
    keys: [entry('k', 'roof', NOW + HOUR), entry('l', 'lid', NOW), { ...entry('m', 'back', NOW), phase: 'in' }],
    tools: [entry('t', 'megger', NOW - 1)],
  }
  const permit = (no: string, phase: string) => ({
    ...{ id: no, no, phase, space: 'b1', spot: 'duct', guardian: 'wu', issuedAt: NOW },
  })
  const from = {
    permits: { open: () => [permit('D-1', 'live'), permit('D-2', 'submitted'), permit('D-3', 'suspended')] },
    tags: { open: () => [{ id: 't', no: 'T-1', equipment: 'fan', owner: 'li', reason: 'bearing', at: NOW }] },
    registers: { list: (register: string) => lists[register] },
    patrol: {
      records: {
        missing: () => [
          { route: 'night', checkpoint: 'c1' },
          { route: 'isolation.Z-9', checkpoint: 'night.c1' },
        ],
      },
      reviewing: {
        unsealedSince: () => 2,
        sealedSince: () => [{ id: '2026-11-21.night.1.1', route: 'night', seal: { at: NOW, by: 'm', hash: 'abc123' } }],
      },
    },
    runRecords: {
      records: {
        open: () => [
          { id: 'a', day: '2026-11-21', state: 'missed', reason: '', due: NOW - HOUR },
          { id: 'b', day: '2026-11-21', state: 'missed', reason: 'fire drill', due: NOW - HOUR },
          { id: 'c', day: '2026-11-21', state: 'waiting', reason: '', due: NOW - HOUR },
          {
            id: 'd',
            day: '2026-11-21',
            state: 'due',
            reason: '',
            due: NOW - HOUR,
            from: NOW - HOUR,
            onTimeTo: NOW - 1,
          },
          { id: 'e', day: '2026-11-21', state: 'due', reason: '', due: NOW, from: NOW - 1, onTimeTo: NOW + 1 },
        ],
      },
    },
    plant: () => ({
      site: {
        runForms: [{ id: 'lv', name: both('low voltage') }],
        spaces: new Map([['b1', { name: both('basement') }]]),
        equipment: [{ id: 'fan', name: both('fan') }],
        routes: [{ id: 'night', name: both('night round'), checkpoints: [{ id: 'c1', space: 'b1' }] }],
      },
    }),
  } as unknown as HeldFrom
  const said = heldSources(from).flatMap(s => s.lines(0, NOW).map(l => `${l.kind}: ${l.text.en}${l.asks ? ' ?' : ''}`))
  expect(said).toEqual([
    'permit-live: D-1 · basement · duct · wu',
    'permit-suspended: D-3 · basement · duct · wu',
    'tag: T-1 · fan · li bearing',
    'key-out: K-1 roof · sun',
    'key-late: L-1 lid · sun ?',
    'tool-late: megger · sun',
    'rounds-unsealed: 2 of the last 24 h not sealed',
    'round-sealed: night round · 2026-11-21.night.1.1 · SHA-256 abc123',
    'round-missed: night round · basement ?',
    'round-missed: Rounds while detectors are isolated Z-9 · basement ?',
    'run-missed: low voltage ?',
    'run-waiting: low voltage',
    'run-late: low voltage ?',
  ])
})
