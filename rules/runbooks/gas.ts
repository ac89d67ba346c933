import type { Runbook } from '../runbook.ts'
import { ask, both, cause, copies, scope, step, who } from './words.ts'

/** 天然气泄漏 P-05 */
export const gasLeak: Runbook = {
  id: 'gas-leak',
  name: both('天然气泄漏', 'Gas leak'),
  warning: both(
    '严禁操作任何电器开关，严禁吸烟和明火；现场不使用手机、对讲机',
    'Operate no switch, no smoking, no flames; no phone or radio at the place',
  ),
  per: 'site',
  notice: 'gas',
  writer: both('当值主管', 'Supervisor on duty'),
  copies,
  watch: [
    { kinds: ['gas-detector', 'gas-panel'], keys: ['concentration', 'status', 'lel', 'lel-*'] },
    { kinds: ['gas-valve'], keys: ['closed', 'fan-*'] },
  ],
  source: '天然气泄漏应急预案 P-05',
  steps: [
    step(
      'no-switches',
      who.everybody,
      '严禁操作电器开关，严禁吸烟、明火：已告知现场所有人',
      'Do not operate switches, no smoking, no flames: everybody at the place has been told',
      'tick',
      { first: true, source: '天然气泄漏 P-05 1' },
    ),
    step('close-valve', who.engineeringDuty, '立即到场关闭管道阀门', 'Go at once, close the pipe valve', 'tick', {
      self: { of: 'site', kinds: ['gas-valve'], keys: ['closed'], when: { equals: true }, all: true },
      safety: true,
      source: '天然气泄漏 P-05 1',
    }),
    step('hang-sign', who.engineeringDuty, '悬挂“燃气泄漏，严禁烟火”牌', 'Hang the sign "gas leak, no fire"', 'tick', {
      source: '天然气泄漏 P-05 1',
    }),
    step(
      'evacuate',
      who.guards,
      '管理部派人警戒，疏散人员',
      'The management department sends people to guard and evacuate',
      'tick',
      { safety: true, source: '天然气泄漏 P-05 1' },
    ),
    step('cordon', who.guards, '设警戒线，悬挂“危险，请勿靠近”牌', 'Cordon, sign "danger, keep away"', 'tick', {
      safety: true,
      source: '天然气泄漏 P-05 2',
    }),
    step('report-engineering', who.engineeringDuty, '报告工程部', 'Report to engineering', 'call', {
      call: 'duty',
      hint: both('到安全处再打电话', 'Phone from a safe place'),
      source: '天然气泄漏 P-05 3',
    }),
    step(
      'tell-customers',
      who.property,
      '工程部告知物业部，由物业部通知受影响商户',
      'Engineering tells the property department, which tells the affected merchants',
      'value',
      { asks: [scope], source: '天然气泄漏 P-05 4' },
    ),
    step(
      'call-gas-company',
      who.engineering,
      '泄漏严重时联系燃气公司',
      'If it is serious: contact the gas company',
      'call',
      { call: 'gas-company', optional: true, source: '天然气泄漏 P-05 5' },
    ),
    step('repair', who.crew, '修复', 'Repair', 'value', {
      needs: ['close-valve', 'evacuate', 'cordon'],
      asks: [cause, ask('handling', 'text', '处理情况', 'Handling', 'handling')],
      source: '天然气泄漏 P-05 5',
    }),
    step('gas-gone', who.engineeringDuty, '现场检测无燃气', 'No gas is measured at the place', 'value', {
      needs: ['repair'],
      safety: true,
      asks: [ask('lel', 'number', '浓度 %LEL', 'Concentration, %LEL')],
      source: '天然气泄漏 P-05 6',
    }),
    step(
      'may-use',
      who.property,
      '告知物业部，商户可以使用',
      'Tell the property department: merchants may use it',
      'tick',
      { needs: ['gas-gone'], restores: true, source: '天然气泄漏 P-05 6' },
    ),
  ],
}
