import { type Pack, packText } from '../pack.ts'

const sets = ['pump', 'pump-set', 'booster-pump', 'booster-pump-set', 'tank', 'water-tank']

/** 生活水泵房: secondary water supply. */
export const pumpHouse: Pack = {
  id: 'pump-house',
  name: packText('生活水泵房', 'Pump house'),
  rules: [
    {
      id: 'tripped',
      kinds: sets,
      keys: ['tripped', 'pump*-tripped'],
      when: { equals: true },
      severity: 'high',
      delayOnS: 0,
      delayOffS: 3,
      text: packText('水泵跳闸', 'Pump tripped'),
      order: { class: 'urgent' },
      source: '急修：停水',
    },
    {
      id: 'tank-low',
      kinds: sets,
      keys: ['tank-low', 'level-low'],
      when: { equals: true },
      severity: 'high',
      delayOnS: 5,
      delayOffS: 30,
      text: packText('水箱低液位', 'Tank level low'),
      order: { class: 'urgent' },
      source: '急修：停水',
    },
    {
      id: 'tank-high',
      kinds: sets,
      keys: ['tank-high', 'level-high', 'overflow'],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 5,
      delayOffS: 30,
      text: packText('水箱溢流水位', 'Tank about to overflow'),
      order: { class: 'general' },
      source: '网关缺省值',
    },
    {
      id: 'lid-open',
      kinds: sets,
      keys: ['lid-open', 'lid*-open'],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 10,
      delayOffS: 5,
      text: packText('水箱盖未锁闭', 'Tank lid not closed'),
      order: { class: 'general' },
      source: '水箱、水池管理：盖须上锁',
    },
  ],
}
