import { both, type DemoPart, type Lines } from './part.ts'

/** The master clock, from which the devices take their time. */
export function clockDemo(lines: Lines): DemoPart {
  return {
    channels: [{ id: 'clock-1', ...lines('clock-1') }],
    equipment: [
      {
        id: 'clock-b1',
        kind: 'master-clock',
        name: both('母钟', 'Master clock'),
        space: 'elv-room',
        channel: 'clock-1',
        unit: 1,
        points: [
          {
            key: 'ahead',
            name: both('走时偏差', 'Ahead of true time'),
            table: 'input',
            address: 2,
            type: 'int32',
            unit: 's',
            range: [-1_000_000_000, 1_000_000_000],
            scanMs: 5000,
          },
          {
            key: 'satellites',
            name: both('可见卫星', 'Satellites in view'),
            table: 'input',
            address: 4,
            type: 'uint16',
            range: [0, 64],
            scanMs: 60_000,
          },
          {
            key: 'synchronised',
            name: both('已校时', 'Synchronised'),
            table: 'discrete',
            address: 0,
            type: 'bool',
            scanMs: 5000,
          },
        ],
      },
    ],
    rules: [
      {
        id: 'clock-wrong',
        points: ['clock-*/synchronised'],
        when: { equals: false },
        severity: 'low',
        delayOnS: 10,
        delayOffS: 10,
        text: both('母钟失步，各设备时间不准', 'Master clock is off: the times that devices stamp are wrong'),
        order: { class: 'general' },
        source: '弱电系统维护 N22',
      },
    ],
  }
}
