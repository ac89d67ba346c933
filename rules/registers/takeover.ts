import type { Register } from '../register.ts'
import { endOf, today } from '../registerdays.ts'
import { both, column, field, needed } from './words.ts'

const keeping = ['admin', 'engineer', 'desk', 'manager'] as const
const checking = ['admin', 'engineer', 'manager'] as const

/** Defects found when a site is taken over 接管验收 [F34, M47, P-25]: who mends it by when, looked at again, signed. */
export const takeover: Register = {
  id: 'takeover',
  prefix: 'TO',
  name: both('接管验收不合格项', 'Takeover defects'),
  one: both('不合格项', 'Defect'),
  help: both(
    '接管验收时逐项登记，写明设备组、等级和整改期限；由建设单位整改，复验合格双方签字后销项，逾期自动开工单。',
    'Each defect found at a takeover, with its group, class and deadline; the developer mends it, somebody else looks again, both sign. Past its deadline an order opens.',
  ),
  source: 'F34, M47, P-25',
  keepsMonths: 60,
  keep: keeping,
  title: 'defect',
  form: {
    name: both('接管验收不合格项目表', 'List of takeover defects'),
    of: 'entries',
    facts: ['defect', 'group', 'grade', 'space', 'found', 'until', 'developer'],
    back: ['pass', 'waive'],
    backAt: both('复验（让步）时间', 'passed or accepted at'),
  },
  fields: [
    field('defect', 'text', '不合格内容', 'Defect', { ...needed, ...column }),
    field('group', 'choice', '设备组', 'Group', {
      ...needed,
      ...column,
      choices: {
        building: both('土建', 'building'),
        power: both('配电', 'power'),
        water: both('给排水', 'water'),
        hvac: both('空调通风', 'HVAC'),
        lift: both('电梯', 'lifts'),
        fire: both('消防', 'fire'),
        weak: both('弱电', 'low voltage'),
        papers: both('资料', 'papers'),
      },
    }),
    field('grade', 'choice', '等级', 'Class', {
      ...needed,
      ...column,
      choices: {
        a: both('甲（影响安全）', 'A: safety'),
        b: both('乙（影响使用）', 'B: use'),
        c: both('丙（观感）', 'C: looks'),
      },
    }),
    field('space', 'space', '位置', 'Place', column),
    field('equipment', 'equipment', '设备', 'Equipment'),
    field('found', 'date', '发现日期', 'Found on', needed),
    field('until', 'date', '整改期限', 'To be mended by', { ...needed, ...column }),
    field('developer', 'text', '整改单位', 'To be mended by whom', needed),
    field('pictures', 'photos', '照片', 'Photos', { most: 6 }),
  ],
  phases: {
    open: both('待整改', 'to be mended'),
    mended: both('待复验', 'to be looked at again'),
    passed: both('复验合格', 'passed'),
    waived: both('让步接收', 'accepted as it is'),
  },
  flow: {
    first: 'open',
    moves: {
      open: { mend: { to: 'mended', by: keeping }, waive: { to: 'waived', by: ['admin', 'manager'] } },
      mended: { pass: { to: 'passed', by: checking }, again: { to: 'open', by: checking } },
      passed: {},
      waived: {},
    },
  },
  editIn: ['open'],
  moves: {
    mend: {
      name: both('报整改完成', 'Report it mended'),
      gives: [
        field('mended', 'text', '整改情况', 'What was done', needed),
        field('mendedBy', 'text', '整改人', 'By', { personal: true, most: 64 }),
      ],
      sets: (_, __, { actor }) => ({ reportedBy: actor.name }),
    },
    pass: {
      name: both('复验合格', 'Passed'),
      gives: [
        field('signed', 'tick', '双方已签字', 'Both have signed', needed),
        field('signedBy', 'text', '建设单位签字人', 'Signed for the developer by', {
          ...needed,
          personal: true,
          most: 64,
        }),
      ],
      check: ({ values }, _, { actor }) => (values.reportedBy === actor.name ? 'own' : null),
    },
    again: {
      name: both('复验不合格', 'Not passed'),
      gives: [
        field('wrong', 'text', '仍不合格之处', 'What is still wrong', needed),
        field('until', 'date', '整改期限', 'To be mended by', needed),
      ],
      check: (_, { until }, { now, zone }) => (String(until) < today(now, zone) ? 'not-ahead' : null),
      clears: ['mended', 'mendedBy', 'reportedBy'],
    },
    waive: {
      name: both('让步接收', 'Accept as it is'),
      gives: [field('waived', 'text', '原因', 'Reason', needed)],
      check: ({ values }) => (values.grade === 'a' ? 'safety' : null),
    },
  },
  refusals: {
    own: both('报整改完成的人不能自己复验。', 'Who reported it mended does not look at it himself.'),
    safety: both('影响安全的不得让步接收。', 'What concerns safety is not accepted as it is.'),
    'not-ahead': both('期限已过。', 'The day is over.'),
    order: both('整改期限早于发现日期。', 'It has to be mended before it was found.'),
  },
  check: ({ found, until }) => (String(until) < String(found) ? 'order' : null),
  due: ({ phase, values }, zone) => (phase === 'open' ? endOf(String(values.until), zone) : null),
  overdue: ({ no, values: { defect } }) => ({
    text: both(`接管验收整改逾期：${no} ${defect}`, `Takeover defect is past its deadline: ${no} ${defect}`),
    class: 'general',
    crew: 'general',
  }),
  figures: entries => [
    { name: both('待整改', 'to be mended'), value: entries.filter(e => e.phase === 'open').length, least: null },
    {
      name: both('待复验', 'to be looked at again'),
      value: entries.filter(e => e.phase === 'mended').length,
      least: null,
    },
  ],
}
