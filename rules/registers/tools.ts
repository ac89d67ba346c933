import type { Register } from '../register.ts'
import { daysLater, endOf, startOf, today } from '../registerdays.ts'
import { both, column, field, fine, needed } from './words.ts'

const lending = ['admin', 'engineer', 'operator', 'manager'] as const
const keeping = ['admin', 'engineer', 'manager'] as const
/** So long before a calibration runs out somebody has to take the instrument there, days. */
const AHEAD_DAYS = 30

/** Shared tools and instruments [F41, M48]: lent for the day, counted at each handover, calibrated in time. */
export const tools: Register = {
  id: 'tools',
  prefix: 'T',
  name: both('工具仪表', 'Tools and instruments'),
  one: both('工具或仪表', 'Tool or instrument'),
  help: both(
    '公用工具当日归还，交接班时清点。仪表检定到期前 30 天自动开工单送检，过期的不借出。',
    'Shared tools are back the same day and counted at the handover. 30 days before a calibration runs out an order opens by itself; past it the instrument is not lent.',
  ),
  source: 'F41, M48',
  keepsMonths: 24,
  keep: keeping,
  title: 'name',
  form: {
    name: both('工具借用登记表', 'Register of tools lent'),
    of: ['lend'],
    facts: ['name', 'model'],
    back: ['back'],
    backAt: both('归还时间', 'back at'),
  },
  fields: [
    field('name', 'text', '名称', 'Name', { ...needed, ...column }),
    field('model', 'text', '型号规格', 'Model', column),
    field('serial', 'text', '出厂编号', 'Serial number', { most: 40 }),
    field('quantity', 'whole', '数量', 'How many', { ...needed, ...column, most: 1000 }),
    field('space', 'space', '存放', 'Kept in'),
    field('calibrated', 'date', '检定有效期至', 'Calibrated until', column),
    field('certificate', 'text', '检定证书号', 'Certificate of calibration', { most: 60 }),
  ],
  phases: {
    in: both('在库', 'in'),
    out: both('借出', 'lent'),
    away: both('送检', 'at calibration'),
    scrapped: both('报废', 'scrapped'),
  },
  flow: {
    first: 'in',
    moves: {
      in: {
        lend: { to: 'out', by: lending },
        count: { to: 'in', by: lending },
        send: { to: 'away', by: keeping },
        scrap: { to: 'scrapped', by: ['admin', 'manager'] },
      },
      out: { back: { to: 'in', by: lending } },
      away: { calibrate: { to: 'in', by: keeping }, scrap: { to: 'scrapped', by: ['admin', 'manager'] } },
      scrapped: {},
    },
  },
  moves: {
    lend: {
      name: both('借出', 'Lend'),
      gives: [
        field('borrower', 'text', '借用人', 'Borrower', { ...needed, ...column, personal: true, most: 64 }),
        field('purpose', 'text', '用途', 'Purpose'),
      ],
      check: ({ values }, _, { now, zone }) =>
        typeof values.calibrated === 'string' && values.calibrated < today(now, zone) ? 'calibration-over' : null,
    },
    back: {
      name: both('归还', 'Bring back'),
      gives: [field('condition', 'choice', '状况', 'Condition', { ...needed, choices: fine })],
      clears: ['borrower', 'purpose'],
      opens: ({ no, values: { name } }, { condition }) =>
        condition === 'defect'
          ? {
              text: both(`工具归还时有损坏：${no} ${name}`, `Tool came back damaged: ${no} ${name}`),
              class: 'general',
              crew: 'general',
            }
          : null,
    },
    count: {
      name: both('清点', 'Count'),
      gives: [field('counted', 'whole', '实点数量', 'Counted', { ...needed, most: 1000 })],
      sets: (_, __, { now, zone }) => ({ countedOn: today(now, zone) }),
      opens: ({ no, values: { name, quantity } }, { counted }) =>
        counted === quantity
          ? null
          : {
              text: both(
                `工具清点不符：${no} ${name}，应 ${quantity} 实 ${counted}`,
                `Tools do not add up: ${no} ${name}, ${counted} instead of ${quantity}`,
              ),
              class: 'general',
              crew: 'general',
            },
    },
    send: {
      name: both('送检', 'Send to calibration'),
      gives: [field('laboratory', 'text', '检定单位', 'Laboratory', needed)],
    },
    calibrate: {
      name: both('检定取回', 'Back from calibration'),
      gives: [
        field('calibrated', 'date', '检定有效期至', 'Calibrated until', needed),
        field('certificate', 'text', '检定证书号', 'Certificate of calibration', { ...needed, most: 60 }),
      ],
      check: (_, { calibrated }, { now, zone }) => (String(calibrated) <= today(now, zone) ? 'not-ahead' : null),
      clears: ['laboratory'],
    },
    scrap: { name: both('报废', 'Scrap'), gives: [field('scrapped', 'text', '原因', 'Reason', needed)] },
  },
  refusals: {
    'calibration-over': both(
      '检定已过期，不得使用，请送检。',
      'Its calibration has run out: it is not used. Send it to calibration.',
    ),
    'not-ahead': both('有效期须晚于今天。', 'The day has to be ahead.'),
  },
  due: ({ phase, since, values }, zone) =>
    phase === 'out'
      ? endOf(today(since, zone), zone)
      : phase === 'in' && typeof values.calibrated === 'string'
        ? startOf(daysLater(values.calibrated, -AHEAD_DAYS), zone)
        : null,
  overdue: ({ no, phase, values: { name, calibrated } }) => ({
    text:
      phase === 'out'
        ? both(`工具当日未还：${no} ${name}`, `Tool not brought back the same day: ${no} ${name}`)
        : both(
            `仪表须送检：${no} ${name}，检定至 ${calibrated}`,
            `Instrument due for calibration: ${no} ${name}, until ${calibrated}`,
          ),
    class: 'general',
    crew: 'general',
  }),
  figures: entries => [
    { name: both('借出', 'lent'), value: entries.filter(e => e.phase === 'out').length, least: null },
  ],
}
