import { both, head } from './sites.ts'

/**
 * The pump set of firmware-sim at unit 1 of a port, with points that take commands. `change` goes to the setpoint's
 * command, `level` to the level on which the start's interlock rests, `start` to the command of the start.
 */
export const pumpSite = (port: number, change: object = {}, level: object = {}, start: object = {}) => ({
  ...head,
  channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port, timeoutMs: 1500 }],
  equipment: [
    {
      id: 'p',
      kind: 'pump',
      name: { 'zh-CN': '水泵组', en: 'Pump set' },
      space: 'b1',
      channel: 'bus',
      unit: 1,
      points: [
        { key: 'level', table: 'input', address: 1, type: 'uint16', scale: 0.1, unit: '%', scanMs: 100, ...level },
        { key: 'tripped', table: 'discrete', address: 2, type: 'bool', scanMs: 100 },
        {
          key: 'enable',
          table: 'coil',
          address: 0,
          type: 'bool',
          writable: true,
          scanMs: 1000,
          command: {
            roles: ['operator', 'admin'],
            interlocks: [
              {
                point: 'level',
                when: { above: 20 },
                values: [true],
                text: { 'zh-CN': '水箱液位高于 20 %', en: 'Tank level above 20 %' },
              },
            ],
            ...start,
          },
        },
        {
          key: 'reset',
          table: 'coil',
          address: 2,
          type: 'bool',
          writable: true,
          command: {
            roles: ['operator'],
            values: [true],
            readBack: { points: ['tripped'], equals: false },
            coolDownS: 60,
          },
        },
        {
          key: 'setpoint',
          name: both('setpoint'),
          table: 'holding',
          address: 0,
          type: 'uint16',
          scale: 0.01,
          unit: 'bar',
          writable: true,
          // Slower than any test: what is shown after a command was read back, not polled.
          scanMs: 60_000,
          command: { roles: ['operator', 'admin'], range: [1, 8], step: 0.1, ...change },
        },
        {
          key: 'setpoint16',
          table: 'holding',
          address: 0,
          type: 'uint16',
          scale: 0.01,
          multiple: true,
          writable: true,
          command: { roles: ['operator'], range: [1, 8] },
        },
      ],
    },
  ],
})
