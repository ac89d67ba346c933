import type { Runbook } from '../runbook.ts'
import { ask, both, cause, copies, step, who } from './words.ts'

const writer = both('工程部主管', 'Engineering supervisor')

/** 机房超温: advice, not a trip [N22]. */
export const overTemperature: Runbook = {
  id: 'over-temperature',
  name: both('机房超温', 'Over-temperature of a room'),
  per: 'equipment',
  writer,
  copies,
  watch: [
    { kinds: ['room-sensor'], keys: ['temperature', 'humidity'] },
    { kinds: ['ventilation'], keys: ['running', 'fault'] },
    { kinds: ['transformer'], keys: ['temperature', 'load', 'fan'] },
  ],
  source: '配电室管理制度：室温不超过 40 °C',
  steps: [
    step(
      'look',
      who.electricianOnDuty,
      '到场检查设备，查明发热原因',
      'Go there, check the equipment, find what heats',
      'value',
      {
        withinS: 1800,
        asks: [cause],
        source: '配电室管理制度; 到场 30 分钟 N02',
      },
    ),
    step('ventilate', who.electricianOnDuty, '开启通风或空调降温', 'Ventilate or cool', 'tick', {
      source: '配电室管理制度',
    }),
    step('reduce', who.supervisor, '必要时减负荷', 'If necessary reduce the load', 'tick', {
      optional: true,
      source: '严禁超负荷运行',
    }),
    step('cool-again', who.electricianOnDuty, '温度回到 40 °C 以下', 'Below 40 °C again', 'tick', {
      self: {
        of: 'equipment',
        kinds: ['room-sensor', 'ventilation'],
        keys: ['temperature'],
        when: { below: 39 },
        turns: true,
      },
      restores: true,
      needs: ['look'],
      source: '配电室管理制度',
    }),
  ],
}

/** 主机故障停机 S21 */
export const chillerTrip: Runbook = {
  id: 'chiller-trip',
  name: both('冷水机组跳机', 'Chiller tripped'),
  per: 'equipment',
  writer,
  copies,
  watch: [
    { kinds: ['chiller'], keys: ['fault-code', 'cooling-in', 'cooling-out', 'cooling-flow', 'chilled-flow'] },
    { kinds: ['cooling-tower'], keys: ['running', 'level', 'fault'] },
  ],
  source: '中央空调运行管理 S21',
  steps: [
    step(
      'measures',
      who.engineeringDuty,
      '异常立即采取措施：检查冷却水泵、冷却塔和参数',
      'Take measures at once: cooling pumps, towers, parameters',
      'value',
      {
        asks: [cause],
        source: '中央空调运行 S21',
      },
    ),
    step(
      'report',
      who.engineeringDuty,
      '严重时上报主管并通知维保单位',
      'If serious: report up and tell the maintenance firm',
      'tick',
      {
        optional: true,
        source: '中央空调运行 S21',
      },
    ),
    step('restored', who.engineeringDuty, '排除故障，复位并恢复运行', 'Fault removed, reset, running again', 'value', {
      needs: ['measures'],
      asks: [ask('handling', 'text', '处理情况', 'Handling', 'handling')],
      restores: true,
      source: '中央空调运行 S21',
    }),
    step('log', who.engineeringDuty, '记入空调运行记录表', 'Enter it in the HVAC run record', 'tick', {
      source: 'F05',
    }),
  ],
}

/** 内线故障处理程序: referred to by the manuals and not given [G3]. */
export const internalLine: Runbook = {
  id: 'internal-line',
  name: both('内线故障处理程序', 'Internal-line fault procedure'),
  per: 'site',
  writer,
  copies,
  unwritten: both(
    '制度引用了《内线故障处理程序》但没有给出内容。请由项目编写，在 site.json 的 runbooks 中以编号 internal-line 写入。',
    'The manuals refer to an internal-line fault procedure and do not give it. Write it in runbooks of site.json under the id internal-line.',
  ),
  steps: [],
  source: 'G3',
}
