import { type Pack, packText } from '../pack.ts'

const zones = ['climate-zone', 'thermostat', 'air-conditioner']
const temperatures = ['temperature', 'room-temperature', 'zone-temperature']
const units = ['air-handling-unit', 'fresh-air-unit', 'fresh-air-panel', 'fan-coil']

/** 空调区域: what people feel. Clauses: 温湿度监测 (S23), 空调机组与新风 (S22, S25). */
export const hvacZones: Pack = {
  id: 'hvac-zones',
  name: packText('空调区域', 'HVAC zones'),
  rules: [
    {
      id: 'hot',
      kinds: zones,
      keys: temperatures,
      when: { above: 30, deadband: 1 },
      severity: 'low',
      delayOnS: 600,
      delayOffS: 300,
      text: packText('区域温度过高', 'Zone too hot'),
      order: { class: 'general' },
      source: '温湿度监测 S23、M06；限值为网关缺省值',
    },
    {
      id: 'cold',
      kinds: zones,
      keys: temperatures,
      when: { below: 12, deadband: 1 },
      severity: 'low',
      delayOnS: 600,
      delayOffS: 300,
      text: packText('区域温度过低', 'Zone too cold'),
      order: { class: 'general' },
      source: '温湿度监测 S23、M06；限值为网关缺省值',
    },
    {
      id: 'humid',
      kinds: zones,
      keys: ['humidity'],
      when: { above: 85, deadband: 5 },
      severity: 'low',
      delayOnS: 1800,
      delayOffS: 600,
      text: packText('区域湿度过高', 'Zone too humid'),
      source: '温湿度监测 S23、M06；限值为网关缺省值',
    },
    {
      id: 'unit-fault',
      kinds: units,
      keys: ['fault', '*-fault'],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 0,
      delayOffS: 10,
      text: packText('空调、新风机组故障', 'Fault of an air-handling unit'),
      order: { class: 'general' },
      source: '辅机 S22、新风系统 S25',
    },
    {
      id: 'filter-dirty',
      kinds: units,
      keys: ['filter-dirty', '*-dirty'],
      when: { equals: true },
      severity: 'low',
      delayOnS: 300,
      delayOffS: 60,
      text: packText('过滤器脏堵，需清洗', 'Filter dirty: to be cleaned'),
      order: { class: 'general' },
      source: '设备保养 S22、N25',
    },
  ],
}
