import type { Entry, Register } from '../register.ts'
import { today } from '../registerdays.ts'
import { both, column, field, needed } from './words.ts'

const keeping = ['admin', 'operator', 'engineer', 'manager'] as const
const kinds = {
  training: both('安保培训', 'guard training'),
  meeting: both('部门会议', 'department meeting'),
  drill: both('消防演练', 'fire drill'),
  technical: both('技术培训', 'technical training'),
}
/** Each month at least three trainings and two meetings [N46, N47]. */
const LEAST = { training: 3, meeting: 2 } as const
const countOf = (entries: readonly Entry[], kind: string, month: string): number =>
  entries.filter(e => e.phase === 'held' && e.values.kind === kind && String(e.values.day).startsWith(month)).length

/** Training and meetings [F17b, M58], counted by the month. */
export const training: Register = {
  id: 'training',
  prefix: 'TM',
  name: both('培训与会议', 'Training and meetings'),
  one: both('培训或会议', 'Training or meeting'),
  help: both(
    '安保培训每月不少于 3 次，部门会议每月不少于 2 次，均须有记录。',
    'At least three trainings of the guards and two meetings each month, each with its record.',
  ),
  source: 'F17b, N46, N47, M58',
  keepsMonths: 36,
  keep: keeping,
  title: 'topic',
  form: {
    name: both('培训会议记录表', 'Record of training and meetings'),
    of: ['hold'],
    facts: ['day', 'kind', 'topic', 'leader'],
  },
  fields: [
    field('topic', 'text', '主题', 'Topic', { ...needed, ...column }),
    field('kind', 'choice', '类别', 'Kind', { ...needed, ...column, choices: kinds }),
    field('day', 'date', '日期', 'Day', { ...needed, ...column }),
    field('leader', 'text', '主持（讲师）', 'Led by', { ...needed, personal: true, most: 64 }),
    field('space', 'space', '地点', 'Place'),
  ],
  phases: { planned: both('计划', 'planned'), held: both('已举行', 'held'), dropped: both('取消', 'dropped') },
  flow: {
    first: 'planned',
    moves: {
      planned: { hold: { to: 'held', by: keeping }, drop: { to: 'dropped', by: keeping } },
      held: {},
      dropped: {},
    },
  },
  moves: {
    hold: {
      name: both('登记举行', 'Record it'),
      gives: [
        field('people', 'whole', '到场人数', 'How many came', { ...needed, ...column, most: 10_000 }),
        field('names', 'long', '签到名单', 'Who came', { personal: true }),
        field('minutes', 'long', '内容纪要', 'What was said', needed),
      ],
      check: ({ values }, { people }, { now, zone }) =>
        String(values.day) > today(now, zone) ? 'ahead' : people === 0 ? 'nobody' : null,
    },
    drop: { name: both('取消', 'Drop'), gives: [field('dropped', 'text', '原因', 'Reason', needed)] },
  },
  refusals: {
    ahead: both('还没到日期。', 'Its day is still ahead.'),
    nobody: both('没有人到场就不算举行。', 'With nobody there it was not held.'),
  },
  figures(entries, now, zone) {
    const month = today(now, zone).slice(0, 7)
    return (['training', 'meeting'] as const).map(kind => ({
      name: both(`本月${kinds[kind]['zh-CN']}`, `${kinds[kind].en}, this month`),
      value: countOf(entries, kind, month),
      least: LEAST[kind],
    }))
  },
}
