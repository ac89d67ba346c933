import type { Register } from '../register.ts'
import { endOf, today } from '../registerdays.ts'
import { both, column, field, needed } from './words.ts'

const giving = ['admin', 'operator', 'guard', 'desk', 'manager'] as const
const keeping = ['admin', 'desk', 'manager'] as const
const supervising = ['admin', 'manager', 'operator'] as const

/** Keys [F25, M39]: each that goes out is back the same day [N61]. */
export const keys: Register = {
  id: 'keys',
  prefix: 'K',
  name: both('钥匙', 'Keys'),
  one: both('钥匙', 'Key'),
  help: both(
    '钥匙当日归还，过期未还自动开工单。机房钥匙须有该机房未完成的工单、已批准的来访或有效作业票；水箱盖钥匙限给排水值班人员领用，其他人须先由值班主管批准。',
    'A key is back the same day, or an order opens by itself. The key of a plant room needs an open order, an approved visit or a permit for that room; that of a tank lid is for the water-supply duty person, for others only after the duty supervisor has approved.',
  ),
  source: 'F25, N61, P-14, S13',
  keepsMonths: 24,
  keep: keeping,
  title: 'name',
  form: {
    name: both('钥匙使用登记表', 'Key-use register'),
    of: ['give'],
    facts: ['name'],
    back: ['back', 'lose'],
    backAt: both('归还（报失）时间', 'back or lost at'),
  },
  fields: [
    field('name', 'text', '钥匙名称', 'Key', { ...needed, ...column }),
    field('kind', 'choice', '类别', 'Kind', {
      ...needed,
      ...column,
      choices: {
        unit: both('空置房', 'vacant unit'),
        plant: both('机房', 'plant room'),
        lid: both('水箱（池）盖', 'tank lid'),
        other: both('其他', 'other'),
      },
    }),
    field('space', 'space', '开哪里', 'Opens', column),
    field('hook', 'text', '挂位', 'Hook', { most: 20 }),
    field('copies', 'whole', '把数', 'How many', { most: 50 }),
    field('letter', 'text', '托管书编号', 'Letter of custody'),
  ],
  phases: {
    in: both('在柜', 'in the cabinet'),
    cleared: both('已批准待领', 'approved, to be given'),
    out: both('借出', 'out'),
    lost: both('遗失', 'lost'),
    gone: both('已注销', 'withdrawn'),
  },
  flow: {
    first: 'in',
    moves: {
      in: {
        give: { to: 'out', by: giving },
        clear: { to: 'cleared', by: supervising },
        withdraw: { to: 'gone', by: keeping },
      },
      cleared: { give: { to: 'out', by: giving }, unclear: { to: 'in', by: supervising } },
      out: { back: { to: 'in', by: giving }, lose: { to: 'lost', by: giving } },
      lost: { found: { to: 'in', by: keeping }, withdraw: { to: 'gone', by: keeping } },
      gone: {},
    },
  },
  moves: {
    give: {
      name: both('借出', 'Give out'),
      gives: [
        field('borrower', 'text', '借用人', 'Borrower', { ...needed, ...column, personal: true, most: 64 }),
        field('company', 'text', '单位', 'Firm'),
        field('purpose', 'text', '用途', 'Purpose', needed),
        field('reference', 'text', '工单或来访编号', 'Order or visit', { most: 40 }),
        field('waterDuty', 'tick', '借用人是给排水值班人员', 'The borrower is the water-supply duty person'),
      ],
      check(entry, values, { workFor, now, zone, actor }) {
        const { kind, space, clearedFor, clearedBy } = entry.values
        if (entry.phase === 'cleared') {
          if (today(entry.since, zone) !== today(now, zone)) return 'cleared-before'
          if (clearedFor !== values.borrower) return 'cleared-for-other'
          if (clearedBy === actor.name) return 'cleared-by-you'
        }
        if (kind === 'plant') {
          const work = typeof space === 'string' ? workFor(space) : []
          if (work.length === 0) return 'no-work'
          if (values.reference !== null && !work.includes(String(values.reference))) return 'other-work'
        }
        const outsider = values.company !== null
        if (kind === 'lid' && entry.phase !== 'cleared' && (outsider || values.waterDuty !== true)) return 'lid'
        return null
      },
    },
    clear: {
      name: both('批准借用', 'Approve'),
      gives: [
        field('clearedFor', 'text', '批准给谁', 'Approved for', { ...needed, personal: true, most: 64 }),
        field('clearedWhy', 'text', '原因', 'Reason', needed),
      ],
      sets: (_, __, { actor }) => ({ clearedBy: actor.name }),
    },
    unclear: { name: both('收回批准', 'Take approval back'), clears: ['clearedFor', 'clearedWhy', 'clearedBy'] },
    back: {
      name: both('归还', 'Bring back'),
      gives: [field('backBy', 'text', '归还人（非借用人时）', 'Brought by, if another', { personal: true, most: 64 })],
      clears: [
        ...[
          'borrower',
          'company',
          'purpose',
          'reference',
          'waterDuty',
          'backBy',
          'clearedFor',
          'clearedWhy',
          'clearedBy',
        ],
      ],
    },
    lose: {
      name: both('报失', 'Report lost'),
      gives: [field('lostHow', 'text', '经过', 'How', needed)],
      opens: ({ no, values }) => ({
        text: both(`钥匙遗失，须换锁：${no} ${values.name}`, `Key lost, change the lock: ${no} ${values.name}`),
        class: 'general',
        crew: 'security',
      }),
    },
    found: { name: both('找回', 'Found again'), clears: ['borrower', 'company', 'purpose', 'reference', 'lostHow'] },
    withdraw: { name: both('注销', 'Withdraw'), gives: [field('withdrawn', 'text', '原因', 'Reason', needed)] },
  },
  refusals: {
    'no-work': both(
      '该机房没有未完成的工单、已批准的来访或有效作业票。请先开单、登记来访或申请作业票。',
      'There is no open order, approved visit or permit for this room. Open an order, register a visit or apply for a permit first.',
    ),
    'other-work': both('这个编号不是该机房的工单或来访。', 'This is no order and no visit for that room.'),
    lid: both(
      '水箱盖钥匙限给排水值班人员领用；其他人须先由值班主管批准，不外借。',
      'The key of a tank lid is for the water-supply duty person. For others the duty supervisor has to approve first; it is not lent to firms.',
    ),
    'cleared-for-other': both('批准的是另一个人。', 'It was approved for somebody else.'),
    'cleared-before': both(
      '批准只当日有效，请重新批准。',
      'An approval holds for its day only. It has to be given again.',
    ),
    'cleared-by-you': both('批准人不能自己发放。', 'Who approved does not give it out himself.'),
    'plant-where': both('机房钥匙须写开哪里。', 'The key of a plant room has to say which room it opens.'),
  },
  check: values => (values.kind === 'plant' && values.space === null ? 'plant-where' : null),
  due: ({ phase, since }, zone) => (phase === 'out' ? endOf(today(since, zone), zone) : null),
  overdue: ({ no, values }) => ({
    text: both(`钥匙当日未还：${no} ${values.name}`, `Key not brought back the same day: ${no} ${values.name}`),
    class: 'general',
    crew: 'security',
  }),
  figures: entries => [
    { name: both('借出', 'out'), value: entries.filter(e => e.phase === 'out').length, least: null },
    {
      name: both('在柜', 'in the cabinet'),
      value: entries.filter(e => e.phase === 'in' || e.phase === 'cleared').length,
      least: null,
    },
  ],
}
