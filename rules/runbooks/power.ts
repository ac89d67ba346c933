import type { Runbook } from '../runbook.ts'
import { ask, both, cause, copies, expectedEnd, scope, step, who } from './words.ts'

const calmCheck = step(
  'check-equipment',
  who.electricianOnDuty,
  '保持镇静，检查设备，判断是外线停电还是内部故障',
  'Stay calm, check the equipment, decide: external line or internal fault',
  'tick',
  { source: '停电应急 P-01', safety: true },
)
const trapped = step(
  'lifts-trapped',
  who.engineeringDuty,
  '接到电梯困人求救，立即到场采取措施，按电梯救困流程执行',
  'If a call comes from a lift: go at once, take measures, run the lift rescue procedure',
  'tick',
  { see: 'lift-rescue', optional: true, source: '停电应急 P-02, P-03' },
)
const watch = [
  { kinds: ['incomer'], keys: ['live', 'tripped'] },
  { kinds: ['generator'], keys: ['transfer-switch', 'fuel-level'] },
  { kinds: ['lift'], keys: ['person-trapped'] },
  { kinds: ['emergency-lighting'], keys: ['on'] },
]

/** 外线停电 P-01, P-02 */
export const externalOutage: Runbook = {
  id: 'external-outage',
  name: both('外线停电', 'External outage'),
  per: 'site',
  notice: 'power',
  writer: both('配电室值班员与领班', 'Distribution room and leading hand'),
  copies,
  watch,
  source: '停电应急预案 P-01, P-02',
  steps: [
    calmCheck,
    step(
      'call-substation',
      who.electricianOnDuty,
      '电话询问供电局变电所：停电原因、停电时间、预计恢复时间，并作记录',
      'Phone the utility substation: ask the reason, the time of the outage and the expected restoration; record it',
      'call',
      {
        call: 'substation',
        needs: ['check-equipment'],
        asks: [
          cause,
          ask('since', 'time', '停电时间', 'Time of the outage', 'since'),
          expectedEnd,
          { ...scope, optional: true },
        ],
        source: '外线停电 P-02 1',
      },
    ),
    trapped,
    step('call-manager', who.electricianOnDuty, '电话报告物业经理', 'Phone the property manager', 'call', {
      call: 'duty',
      source: '外线停电 P-02 3',
    }),
    step('call-supervisor', who.electricianOnDuty, '电话报告工程部主管', 'Phone the engineering supervisor', 'call', {
      call: 'duty',
      source: '外线停电 P-02 3',
    }),
    step(
      'tell-customers',
      who.desk,
      '由客户服务中心及时通知商户',
      'Customer service informs the merchants in time',
      'tick',
      { hint: both('通知草稿在右侧', 'A draft of the notice stands beside'), source: '外线停电 P-02 4' },
    ),
    step(
      'report-leader',
      who.supervisor,
      '报告公司当值最高领导',
      'Report to the highest company leader on duty',
      'call',
      { source: '外线停电 P-02 5' },
    ),
    step('supply-back', who.electricianOnDuty, '来电，各路恢复供电', 'The supply is back, all lines restored', 'tick', {
      self: { of: 'equipment', kinds: ['incomer'], keys: ['live'], when: { equals: true }, turns: true },
      restores: true,
      source: '外线停电 P-02 6',
    }),
    step('tell-restored', who.desk, '告知商户已恢复供电', 'Tell the merchants that the supply is back', 'tick', {
      needs: ['supply-back'],
      source: '停电停水通知 F38',
    }),
  ],
}

/** 内部故障停电 P-01, P-03 */
export const internalFault: Runbook = {
  id: 'internal-fault',
  name: both('内部故障停电', 'Internal fault'),
  per: 'site',
  notice: 'power',
  writer: both('工程部主管', 'Engineering supervisor'),
  copies,
  watch: [...watch, { kinds: ['feeder'], keys: ['tripped'] }],
  source: '停电应急预案 P-01, P-03',
  steps: [
    calmCheck,
    step(
      'find-cause',
      who.electricianOnDuty,
      '查找原因，按内线故障处理程序执行',
      'Find the cause, follow the internal-line fault procedure',
      'value',
      { see: 'internal-line', needs: ['check-equipment'], asks: [cause, scope], source: '内部故障停电 P-03 1' },
    ),
    step(
      'tell-customers',
      who.desk,
      '客户服务中心向商户作好解释',
      'Customer service explains to the merchants',
      'tick',
      { hint: both('通知草稿在右侧', 'A draft of the notice stands beside'), source: '内部故障停电 P-03 2' },
    ),
    trapped,
    step(
      'estimate',
      who.leadingHand,
      '组织抢修，估计修复时间并告知客户服务中心',
      'Organise the repair, estimate the repair time and tell customer service',
      'value',
      {
        asks: [{ ...expectedEnd, name: both('预计修复时间', 'Estimated end of the repair') }],
        source: '内部故障停电 P-03 4',
      },
    ),
    step('repaired', who.leadingHand, '修复，恢复供电', 'Repaired, supply restored', 'tick', {
      needs: ['find-cause'],
      restores: true,
      source: '内部故障停电 P-03 5',
    }),
    step(
      'report-cause',
      who.leadingHand,
      '向主管报告故障原因和处理情况',
      'Report cause and handling to the supervisor',
      'value',
      {
        needs: ['repaired'],
        asks: [ask('handling', 'text', '处理情况', 'Handling', 'handling')],
        source: '内部故障停电 P-03 5',
      },
    ),
  ],
}
