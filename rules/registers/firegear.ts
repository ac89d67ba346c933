import type { Entry, Register } from '../register.ts'
import { daysLater, endOf, monthsLater, startOf, today } from '../registerdays.ts'
import { both, column, field, fine, needed, remark } from './words.ts'

const checking = ['admin', 'engineer', 'guard', 'operator', 'manager'] as const
const keeping = ['admin', 'engineer', 'manager'] as const
const last = ({ values, at }: Entry, zone: string): string => String(values.checkedOn ?? today(at, zone))

/** Fire gear [S33, M44]: each piece with its place, looked at once a month, never moved without approval. */
export const fireGear: Register = {
  id: 'fire-gear',
  prefix: 'FG',
  name: both('消防器材', 'Fire gear'),
  one: both('消防器材', 'Piece of fire gear'),
  help: both(
    '灭火器、消火栓等逐件登记位置和有效期，每月检查一次；不合格自动开工单。移位须经批准，未经批准任何人不得挪用。',
    'Extinguishers, hydrants and the like with place and dates, checked once a month; a defect opens an order. Nobody moves them without approval.',
  ),
  source: 'S33, M44, M49',
  keep: keeping,
  title: 'name',
  form: {
    name: both('消防器材检查记录表', 'Record of fire gear checks'),
    of: ['check'],
    facts: ['name', 'space', 'spot'],
  },
  fields: [
    field('name', 'text', '编号或名称', 'Number or name', { ...needed, ...column }),
    field('kind', 'choice', '类别', 'Kind', {
      ...needed,
      ...column,
      choices: {
        powder: both('干粉灭火器', 'powder extinguisher'),
        co2: both('二氧化碳灭火器', 'CO2 extinguisher'),
        hydrant: both('室内消火栓', 'indoor hydrant'),
        hose: both('水带水枪', 'hose and nozzle'),
        mask: both('防毒面具', 'escape mask'),
        other: both('其他', 'other'),
      },
    }),
    field('spec', 'text', '规格', 'Specification'),
    field('quantity', 'whole', '数量', 'How many', { ...needed, ...column, most: 1000 }),
    field('space', 'space', '位置', 'Place', { ...needed, ...column }),
    field('spot', 'text', '具体位置', 'Where exactly'),
    field('made', 'date', '出厂日期', 'Made on'),
    field('until', 'date', '有效期至', 'Good until', column),
  ],
  phases: {
    there: both('在位', 'in its place'),
    bad: both('不合格', 'defective'),
    away: both('送修充装', 'being refilled'),
    gone: both('报废', 'scrapped'),
  },
  flow: {
    first: 'there',
    moves: {
      there: {
        check: { to: 'there', by: checking },
        shift: { to: 'there', by: keeping },
        send: { to: 'away', by: keeping },
        scrap: { to: 'gone', by: keeping },
      },
      bad: {
        check: { to: 'there', by: checking },
        send: { to: 'away', by: keeping },
        scrap: { to: 'gone', by: keeping },
      },
      away: { renew: { to: 'there', by: keeping } },
      gone: {},
    },
  },
  moves: {
    check: {
      name: both('检查', 'Check'),
      gives: [
        field('counted', 'whole', '实点数量', 'Counted', { ...needed, most: 1000 }),
        field('pressure', 'choice', '压力、外观、铅封', 'Pressure, look, seal', { ...needed, choices: fine }),
        field('free', 'choice', '无遮挡、标识清楚', 'Not blocked, marked', { ...needed, choices: fine }),
        remark,
      ],
      sets: (_, __, { now, zone }) => ({ checkedOn: today(now, zone) }),
      or: ['there', 'bad'],
      lands: v => (v.pressure === 'ok' && v.free === 'ok' && v.counted === v.quantity ? 'there' : 'bad'),
      opens: ({ no, values: { name } }, v) =>
        v.pressure === 'ok' && v.free === 'ok' && v.counted === v.quantity
          ? null
          : {
              text: both(`消防器材不合格：${no} ${name}`, `Fire gear defective: ${no} ${name}`),
              class: 'general',
              crew: 'fire',
            },
    },
    shift: {
      name: both('批准移位', 'Approve another place'),
      gives: [
        field('space', 'space', '位置', 'Place', needed),
        field('spot', 'text', '具体位置', 'Where exactly', needed),
        field('shifted', 'text', '原因', 'Reason', needed),
      ],
    },
    send: {
      name: both('送修充装', 'Send for refilling'),
      gives: [field('instead', 'text', '替换器材', 'What stands there meanwhile', needed)],
    },
    renew: {
      name: both('送回在位', 'Back in its place'),
      gives: [field('until', 'date', '有效期至', 'Good until', needed)],
      check: (_, { until }, { now, zone }) => (String(until) <= today(now, zone) ? 'not-ahead' : null),
      clears: ['instead'],
    },
    scrap: { name: both('报废', 'Scrap'), gives: [field('scrapped', 'text', '原因', 'Reason', needed)] },
  },
  refusals: { 'not-ahead': both('有效期须晚于今天。', 'The day has to be ahead.') },
  due(entry, zone) {
    if (entry.phase !== 'there' && entry.phase !== 'bad') return null
    const monthly = endOf(monthsLater(last(entry, zone), 1), zone)
    const { until } = entry.values
    // A month to have it refilled; once the order for that is open, the monthly look goes on.
    const ends = typeof until === 'string' ? startOf(daysLater(until, -30), zone) : monthly
    return ends >= startOf(last(entry, zone), zone) ? Math.min(monthly, ends) : monthly
  },
  overdue: ({ no, values: { name, until } }) => ({
    text: both(
      `消防器材到期：${no} ${name}（月检，或有效期 ${until ?? '—'}）`,
      `Fire gear is due: ${no} ${name} (monthly check, or good until ${until ?? '—'})`,
    ),
    class: 'general',
    crew: 'fire',
  }),
  figures: entries => [
    { name: both('不合格', 'defective'), value: entries.filter(e => e.phase === 'bad').length, least: null },
  ],
}
