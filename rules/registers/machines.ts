import type { Register } from '../register.ts'
import { daysLater, startOf, today } from '../registerdays.ts'
import { both, column, field, needed } from './words.ts'

const keeping = ['admin', 'engineer', 'manager'] as const
/** A month to have it inspected [设备台账与检验有效期]. */
const AHEAD_DAYS = 30

/** The equipment ledger [F06, F07, F42, M33]: what stands there, its drawings, the certificate of a lift. */
export const machines: Register = {
  id: 'equipment',
  prefix: 'EQ',
  name: both('设备台账', 'Equipment ledger'),
  one: both('设备', 'Machine'),
  help: both(
    '每台设备的出厂资料、图纸和检验合格证。检验到期前 30 天自动开工单；电梯等特种设备过期的不得启用。',
    'What came with each machine, its drawings and its certificate. 30 days before that runs out an order opens; a lift is not put in service without it.',
  ),
  source: 'F06, F07, F42, M33, S26',
  keep: keeping,
  title: 'name',
  fields: [
    field('name', 'text', '设备名称', 'Machine', { ...needed, ...column }),
    field('kind', 'choice', '类别', 'Kind', {
      ...needed,
      ...column,
      choices: {
        lift: both('电梯（扶梯）', 'lift or escalator'),
        power: both('配电', 'power'),
        water: both('给排水', 'water'),
        hvac: both('空调通风', 'HVAC'),
        fire: both('消防', 'fire'),
        weak: both('弱电', 'low voltage'),
      },
    }),
    field('equipment', 'equipment', '网关中的设备', 'In the gateway as'),
    field('space', 'space', '位置', 'Place', column),
    field('maker', 'text', '生产厂家', 'Maker'),
    field('model', 'text', '型号', 'Model'),
    field('serial', 'text', '出厂编号', 'Serial number', { most: 60 }),
    field('installed', 'date', '投用日期', 'In service since'),
    field('drawings', 'long', '图纸资料编号', 'Drawings and papers'),
    field('pictures', 'photos', '图纸、铭牌照片', 'Photos of drawings and name plate', { most: 6 }),
    field('certificate', 'text', '检验合格证号', 'Certificate', { most: 60 }),
    field('inspected', 'date', '检验有效期至', 'Inspected until', column),
  ],
  phases: {
    service: both('在用', 'in service'),
    stopped: both('停用', 'out of service'),
    scrapped: both('报废', 'scrapped'),
  },
  flow: {
    first: 'service',
    moves: {
      service: { certify: { to: 'service', by: keeping }, stop: { to: 'stopped', by: keeping } },
      stopped: {
        certify: { to: 'stopped', by: keeping },
        start: { to: 'service', by: keeping },
        scrap: { to: 'scrapped', by: ['admin', 'manager'] },
      },
      scrapped: {},
    },
  },
  moves: {
    certify: {
      name: both('登记检验', 'Record an inspection'),
      gives: [
        field('inspected', 'date', '检验有效期至', 'Inspected until', needed),
        field('certificate', 'text', '检验合格证号', 'Certificate', { ...needed, most: 60 }),
      ],
      check: (_, { inspected }, { now, zone }) => (String(inspected) <= today(now, zone) ? 'not-ahead' : null),
    },
    stop: { name: both('停用', 'Take out of service'), gives: [field('stopped', 'text', '原因', 'Reason', needed)] },
    start: {
      name: both('启用', 'Put in service'),
      clears: ['stopped'],
      check: ({ values: { kind, inspected } }, _, { now, zone }) =>
        kind === 'lift' && (typeof inspected !== 'string' || inspected < today(now, zone)) ? 'no-certificate' : null,
    },
    scrap: { name: both('报废', 'Scrap'), gives: [field('scrapped', 'text', '原因', 'Reason', needed)] },
  },
  refusals: {
    'not-ahead': both('有效期须晚于今天。', 'The day has to be ahead.'),
    'no-certificate': both('没有有效的检验合格证，不得启用。', 'Without a valid certificate it is not put in service.'),
    'lift-certificate': both(
      '电梯须有检验合格证号和有效期。',
      'A lift needs its certificate and the day until which it holds.',
    ),
  },
  check: ({ kind, certificate, inspected }) =>
    kind === 'lift' && (certificate === null || inspected === null) ? 'lift-certificate' : null,
  due: ({ phase, values: { inspected } }, zone) =>
    phase === 'service' && typeof inspected === 'string' ? startOf(daysLater(inspected, -AHEAD_DAYS), zone) : null,
  overdue: ({ no, values: { name, inspected } }) => ({
    text: both(
      `设备检验到期：${no} ${name}，有效至 ${inspected}`,
      `Inspection runs out: ${no} ${name}, until ${inspected}`,
    ),
    class: 'general',
    crew: 'general',
  }),
}
