import type { Entry, Register, RegisterMove, Values } from '../register.ts'
import { daysLater, endOf, nextOfMonth, today } from '../registerdays.ts'
import { both, column, field, fine, needed, remark } from './words.ts'

const checking = ['admin', 'desk', 'guard', 'engineer', 'operator', 'manager'] as const
const keeping = ['admin', 'desk', 'manager'] as const
/** The full check is on this day of each month [N71]. */
const FULL_DAY = 20
const parts = ['hygiene', 'safety', 'structure', 'gear'] as const
const anyDefect = (v: Values): boolean => parts.some(p => v[p] === 'defect')

const look = (zh: string, en: string, full: boolean): RegisterMove => ({
  name: both(zh, en),
  gives: [
    field('hygiene', 'choice', '卫生', 'Cleanliness', { ...needed, choices: fine }),
    field('safety', 'choice', '安全（门窗、水电气）', 'Safety (doors, windows, water, power, gas)', {
      ...needed,
      choices: fine,
    }),
    field('structure', 'choice', '结构', 'Structure', { ...(full && needed), choices: fine }),
    field('gear', 'choice', '设备', 'Equipment', { ...(full && needed), choices: fine }),
    remark,
  ],
  check: (_, v) => (anyDefect(v) && v.remark === null ? 'say-what' : null),
  sets: (_, __, { now, zone }) => ({ lookedOn: today(now, zone), ...(full && { fullOn: today(now, zone) }) }),
  opens: ({ no, values: { unit } }, v) =>
    anyDefect(v)
      ? {
          text: both(`空置房检查不合格：${no} ${unit}`, `Vacant unit has a defect: ${no} ${unit}`),
          class: 'general',
          crew: 'general',
        }
      : null,
})
const lastLook = ({ values, at }: Entry, zone: string): string => String(values.lookedOn ?? today(at, zone))
const lastFull = ({ values, at }: Entry, zone: string): string =>
  String(values.fullOn ?? daysLater(today(at, zone), -1))

/** Vacant units [F26, M40]: looked at each week, fully on the 20th. */
export const vacant: Register = {
  id: 'vacant',
  prefix: 'VU',
  name: both('空置房', 'Vacant units'),
  one: both('空置房', 'Vacant unit'),
  help: both(
    '空置房由管区责任人每周检查一次，每月 20 日全面检查卫生、安全、结构、设备；到期未查自动开工单。',
    'Looked at by whoever keeps the zone once a week, and fully on the 20th of each month: cleanliness, safety, structure, equipment. What was not done in time opens an order.',
  ),
  source: 'F26, N70, N71, P-20',
  keepsMonths: 24,
  keep: keeping,
  title: 'unit',
  form: { name: both('空置房检查记录表', 'Record of vacant units'), of: ['look', 'full'], facts: ['unit'] },
  fields: [
    field('unit', 'text', '房号', 'Unit', { ...needed, ...column }),
    field('space', 'space', '位置', 'Place', column),
    field('kind', 'choice', '状态', 'State', {
      ...needed,
      choices: {
        unsold: both('未售', 'not sold'),
        unlet: both('待租', 'to be let'),
        undelivered: both('未交付', 'not handed over'),
      },
    }),
    field('keeper', 'text', '责任人', 'Kept by', { personal: true, most: 64 }),
    field('keyNo', 'record', '钥匙编号', 'Number of its key', { of: 'keys' }),
  ],
  phases: { vacant: both('空置', 'vacant'), taken: both('已交付', 'handed over') },
  flow: {
    first: 'vacant',
    moves: {
      vacant: {
        look: { to: 'vacant', by: checking },
        full: { to: 'vacant', by: checking },
        take: { to: 'taken', by: keeping },
      },
      taken: { empty: { to: 'vacant', by: keeping } },
    },
  },
  moves: {
    look: look('周查', 'Weekly look', false),
    full: look('全面检查', 'Full check', true),
    take: {
      name: both('交付', 'Hand over'),
      gives: [field('takenBy', 'text', '接收人', 'Handed to', { ...needed, personal: true, most: 64 })],
    },
    empty: {
      name: both('重新空置', 'Vacant again'),
      clears: ['takenBy', 'lookedOn', 'fullOn'],
      sets: (_, __, { now, zone }) => ({ emptySince: today(now, zone) }),
    },
  },
  refusals: { 'say-what': both('有不合格项时须在备注写明。', 'Say in the remark what is defective.') },
  due(entry, zone) {
    if (entry.phase !== 'vacant') return null
    const weekly = endOf(daysLater(lastLook(entry, zone), 7), zone)
    return Math.min(weekly, endOf(nextOfMonth(lastFull(entry, zone), FULL_DAY), zone))
  },
  overdue: ({ no, values: { unit } }) => ({
    text: both(`空置房逾期未查：${no} ${unit}`, `Vacant unit was not looked at in time: ${no} ${unit}`),
    class: 'general',
    crew: 'general',
  }),
}
