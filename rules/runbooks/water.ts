import type { Runbook } from '../runbook.ts'
import { ask, both, cause, copies, expectedEnd, scope, step, who } from './words.ts'

/** 停水、水管爆裂 P-04 */
export const burstPipe: Runbook = {
  id: 'burst-pipe',
  family: 'burst-pipe',
  name: both('水管爆裂', 'Burst pipe'),
  per: 'site',
  notice: 'water',
  writer: both('工程部主管', 'Engineering supervisor'),
  copies,
  dangers: [
    { id: 'electrical', text: both('危及电气设备（触电危险）', 'Electrical gear is endangered (danger of shock)') },
  ],
  watch: [
    { kinds: ['valve'], keys: ['closed', 'flow'] },
    { kinds: ['leak-detector'], keys: ['*'] },
    { kinds: ['sump'], keys: ['level'] },
    { kinds: ['tank'], keys: ['level'] },
  ],
  source: '停水、水管爆裂应急预案 P-04',
  steps: [
    step('send-crew', who.engineering, '立即派维修人员到场', 'Send repair staff at once', 'tick', {
      withinS: 900,
      source: '水管爆裂 P-04 1; 急修 15 分钟到场 N01',
    }),
    step(
      'cut-power',
      who.electricianOnDuty,
      '危及电气设备：立即通知配电室断开该区域电源',
      "Electrical gear is endangered: have the distribution room cut that zone's power at once",
      'call',
      {
        danger: 'electrical',
        safety: true,
        call: 'duty',
        asks: [ask('zone', 'text', '已断开的区域（回路）', 'Zone (feeder) that was cut off')],
        hint: both('断电之前不得进入积水区', 'Nobody enters the water before the power is off'),
        source: '水管爆裂 P-04 6',
      },
    ),
    step('close-valve', who.crew, '到场关闭供水阀', 'On arrival close the supply valve', 'tick', {
      self: { of: 'equipment', kinds: ['valve'], keys: ['closed'], when: { equals: true } },
      needs: ['cut-power'],
      safety: true,
      source: '水管爆裂 P-04 2',
    }),
    step(
      'hang-sign',
      who.crew,
      '悬挂“水管维修，暂停使用”牌',
      'Hang the sign "pipe under repair, out of use"',
      'photo',
      { needs: ['cut-power', 'close-valve'], source: '水管爆裂 P-04 2' },
    ),
    step('report-office', who.crew, '用对讲机或电话报告办公室', 'Report to the office by radio or phone', 'value', {
      asks: [cause, { ...scope, optional: true }, { ...expectedEnd, optional: true }],
      source: '水管爆裂 P-04 3',
    }),
    step(
      'more-people',
      who.leadingHand,
      '较大时增派人员和材料抢修',
      'If it is large: more people and material',
      'tick',
      { optional: true, source: '水管爆裂 P-04 5' },
    ),
    step(
      'repair',
      who.crew,
      '修复，填写维修单（用料、备注）',
      'Repair; fill in the repair form (materials, notes)',
      'value',
      {
        needs: ['cut-power', 'close-valve'],
        asks: [ask('handling', 'text', '处理与用料', 'Handling and materials', 'handling')],
        source: '水管爆裂 P-04 4',
      },
    ),
    step('open-valve', who.crew, '摘牌，开阀恢复供水', 'Remove the sign, open the valve, water restored', 'tick', {
      needs: ['repair', 'hang-sign'],
      restores: true,
      source: '水管爆裂 P-04 7',
    }),
    step('tell-customers', who.desk, '客户服务中心通知商户', 'Customer service tells the merchants', 'tick', {
      hint: both('通知草稿在右侧', 'A draft of the notice stands beside'),
      source: '水管爆裂 P-04 7',
    }),
  ],
}

/** The same with the danger known from the start: the alarm itself says that water is at the switchgear. */
export const burstPipeElectrical: Runbook = {
  ...burstPipe,
  id: 'burst-pipe-electrical',
  name: both('水管爆裂，危及电气设备', 'Burst pipe, electrical danger'),
  warning: both(
    '触电危险：断电之前任何人不得进入积水区',
    'Danger of shock: nobody enters the water before the power is off',
  ),
  dangers: burstPipe.dangers!.map(danger => ({ ...danger, preset: true })),
}

/** 停水 P-04: no pipe has burst as far as anybody knows. */
export const waterFailure: Runbook = {
  ...burstPipe,
  id: 'water-failure',
  name: both('停水', 'Water failure'),
  family: 'water-failure',
  steps: [
    step(
      'send-crew',
      who.engineering,
      '立即派维修人员到场查明原因',
      'Send repair staff at once to find the cause',
      'tick',
      {
        withinS: 900,
        source: '停水 P-04 1; N01, N05',
      },
    ),
    ...burstPipe.steps.filter(({ id }) => id === 'cut-power'),
    step(
      'call-water-company',
      who.engineeringDuty,
      '市政停水时电话询问自来水公司原因和恢复时间',
      'If the mains are dead: phone the water company for the reason and the restoration',
      'call',
      { call: 'water-company', optional: true, asks: [{ ...expectedEnd, optional: true }], source: '停水 P-04' },
    ),
    ...burstPipe.steps.filter(({ id }) => ['report-office', 'more-people'].includes(id)),
    step('repair', who.crew, '修复，恢复供水', 'Repaired, water restored', 'value', {
      needs: ['cut-power'],
      asks: [ask('handling', 'text', '处理与用料', 'Handling and materials', 'handling')],
      restores: true,
      source: '停水 P-04 4',
    }),
    ...burstPipe.steps.filter(({ id }) => id === 'tell-customers'),
  ],
}
