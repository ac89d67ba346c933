import { type Pack, packText } from '../pack.ts'

const lifts = ['lift', 'elevator']

/** 电梯 */
export const lift: Pack = {
  id: 'lift',
  name: packText('电梯', 'Lifts'),
  rules: [
    {
      id: 'trapped',
      kinds: lifts,
      keys: ['person-trapped', 'trapped'],
      when: { equals: true },
      severity: 'life',
      delayOnS: 0,
      delayOffS: 0,
      text: packText('电梯困人', 'Person trapped in the lift'),
      order: { class: 'life' },
      runbook: 'lift-trapped',
      source: '电梯困人应急',
    },
    {
      id: 'bell',
      kinds: lifts,
      keys: ['alarm-bell'],
      when: { equals: true },
      severity: 'high',
      delayOnS: 2,
      delayOffS: 10,
      text: packText('轿厢内有人按警铃', 'Alarm bell pressed in the car'),
      runbook: 'lift-trapped',
      source: '电梯应急报警系统须完好',
    },
    {
      id: 'fault',
      kinds: lifts,
      keys: ['fault'],
      when: { notIn: [0] },
      severity: 'medium',
      delayOnS: 5,
      delayOffS: 10,
      text: packText('电梯故障', 'Lift fault'),
      source: '电梯管理：异常须采取措施并报修',
    },
  ],
}
