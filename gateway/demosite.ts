import { withPlace } from './demo/withplace.ts'

/** Where the simulated devices listen. Kept in demo.json, so that the demo's site.json stays true at the next start. */
export interface Ports {
  readonly meter: number
  readonly pump: number
  readonly room: number
  readonly pty: string | null
  readonly lift: number
  readonly control: number
}

const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })

/** The demo's site.json: also the example that a newcomer copies from, so everything in it is as one would write it. */
export function demoSite(ports: Ports) {
  const host = '127.0.0.1'
  const pump = (n: 1 | 2) => {
    const name = (zh: string, en: string) => both(`${n}#泵${zh}`, `Pump ${n} ${en}`)
    const i = n - 1
    return [
      { key: `pump${n}-running`, name: name('运行', 'running'), table: 'discrete', address: i, type: 'bool' },
      { key: `pump${n}-tripped`, name: name('跳闸', 'tripped'), table: 'discrete', address: 2 + i, type: 'bool' },
      {
        key: `pump${n}-frequency`,
        name: name('频率', 'frequency'),
        table: 'input',
        address: 2 + i,
        type: 'uint16',
        scale: 0.1,
        unit: 'Hz',
        range: [0, 60],
      },
      {
        key: `pump${n}-current`,
        name: name('电流', 'current'),
        table: 'input',
        address: 8 + i,
        type: 'uint16',
        scale: 0.1,
        unit: 'A',
        range: [0, 200],
      },
      {
        key: `pump${n}-hours`,
        name: name('累计运行', 'run time'),
        table: 'input',
        address: 4 + 2 * i,
        type: 'uint32',
        unit: 'h',
        scanMs: 10_000,
      },
      {
        key: `pump${n}-fault`,
        name: name('故障代码', 'fault code'),
        table: 'input',
        address: 10 + i,
        type: 'uint16',
        enum: { 0: both('无', 'none'), 3: both('缺相', 'phase loss'), 7: both('过流', 'overcurrent') },
      },
    ]
  }
  const inRemote = {
    point: 'remote',
    when: { equals: true },
    text: both('泵组在远程方式', 'The set is in remote mode'),
  }
  const lift = (key: string, node: string, zh: string, en: string, more: object = {}) => ({
    key,
    name: both(zh, en),
    node: `ns=1;s=Lift1.${node}`,
    ...more,
  })
  return withPlace({
    site: { id: 'demo-plaza', name: both('示范广场', 'Demo Plaza'), timezone: 'Asia/Shanghai' },
    channels: [
      { id: 'meters', protocol: 'modbus-tcp', host, port: ports.meter },
      { id: 'pumps', protocol: 'modbus-tcp', host, port: ports.pump },
      ports.pty
        ? { id: 'bus-1', protocol: 'modbus-rtu', path: ports.pty, baudRate: 9600 }
        : { id: 'bus-1', protocol: 'modbus-rtu-over-tcp', host, port: ports.room },
      { id: 'lifts', protocol: 'opcua', endpoint: `opc.tcp://${host}:${ports.lift}` },
    ],
    equipment: [
      {
        id: 'em-b1-01',
        kind: 'electricity-meter',
        name: both('A 座总电表', 'Tower A main meter'),
        space: 'distribution-room',
        channel: 'meters',
        unit: 1,
        profile: 'eastron-sdm630',
      },
      {
        id: 'booster-b1',
        kind: 'pump',
        name: both('生活水泵组', 'Booster pump set'),
        space: 'pump-house',
        channel: 'pumps',
        unit: 1,
        points: [
          {
            key: 'pressure',
            name: both('出口压力', 'Outlet pressure'),
            table: 'input',
            address: 0,
            type: 'uint16',
            scale: 0.01,
            unit: 'bar',
            range: [0, 16],
          },
          {
            key: 'tank-level',
            name: both('水箱液位', 'Tank level'),
            table: 'input',
            address: 1,
            type: 'uint16',
            scale: 0.1,
            unit: '%',
            range: [0, 100],
          },
          ...pump(1),
          ...pump(2),
          { key: 'tank-low', name: both('水箱低液位', 'Tank level low'), table: 'discrete', address: 4, type: 'bool' },
          {
            key: 'tank-high',
            name: both('水箱高液位', 'Tank level high'),
            table: 'discrete',
            address: 5,
            type: 'bool',
          },
          { key: 'remote', name: both('远程方式', 'Remote mode'), table: 'discrete', address: 6, type: 'bool' },
          ...([1, 2] as const).map(n => ({
            key: `pump${n}-enabled`,
            name: both(`${n}#泵允许运行`, `Pump ${n} may run`),
            table: 'coil',
            address: n - 1,
            type: 'bool',
            writable: true,
            command: {
              roles: ['admin', 'engineer', 'operator'],
              interlocks: [
                inRemote,
                // A pump must not run dry; stopping it is always allowed.
                {
                  point: 'tank-level',
                  when: { above: 20 },
                  values: [true],
                  text: both('水箱液位高于 20 %', 'Tank level above 20 %'),
                },
              ],
            },
          })),
          {
            key: 'reset',
            name: both('故障复位', 'Reset after a trip'),
            table: 'coil',
            address: 2,
            type: 'bool',
            enum: { 0: both('未动作', 'idle'), 1: both('复位', 'reset') },
            writable: true,
            command: {
              roles: ['admin', 'engineer'],
              values: [true],
              interlocks: [inRemote],
              // The coil itself always reads 0: it was done when no pump is tripped any more.
              readBack: { points: ['pump1-tripped', 'pump2-tripped'], equals: false },
              coolDownS: 10,
            },
          },
          {
            key: 'pressure-setpoint',
            name: both('压力设定', 'Pressure setpoint'),
            table: 'holding',
            address: 0,
            type: 'uint16',
            scale: 0.01,
            unit: 'bar',
            range: [0, 16],
            writable: true,
            command: { roles: ['admin', 'engineer'], range: [1, 8], step: 0.1, interlocks: [inRemote] },
          },
        ],
      },
      {
        id: 'room-b1',
        kind: 'room-sensor',
        name: both('配电室环境', 'Distribution room climate'),
        space: 'distribution-room',
        channel: 'bus-1',
        unit: 1,
        points: [
          {
            key: 'temperature',
            name: both('温度', 'Temperature'),
            table: 'input',
            address: 0,
            type: 'int16',
            scale: 0.1,
            unit: 'Cel',
            range: [-20, 85],
          },
          {
            key: 'humidity',
            name: both('相对湿度', 'Relative humidity'),
            table: 'input',
            address: 1,
            type: 'uint16',
            scale: 0.1,
            unit: '%',
            range: [0, 100],
          },
          { key: 'water', name: both('地面有水', 'Water on the floor'), table: 'discrete', address: 0, type: 'bool' },
        ],
      },
      {
        id: 'lift-a-1',
        kind: 'lift',
        name: both('A 座 1 号客梯', 'Tower A lift 1'),
        space: 'tower-a',
        channel: 'lifts',
        points: [
          lift('position', 'Position', '位置', 'Position', { unit: '{floor}' }),
          lift('floor', 'Floor', '楼层', 'Floor'),
          lift('direction', 'Direction', '方向', 'Direction', {
            enum: { '-1': both('下行', 'down'), 0: both('停', 'stopped'), 1: both('上行', 'up') },
          }),
          lift('door-open', 'DoorOpen', '门开', 'Door open', { kind: 'boolean' }),
          lift('running', 'Running', '运行', 'Running', { kind: 'boolean' }),
          lift('fault', 'Fault', '故障代码', 'Fault code', { enum: { 0: both('无', 'none') } }),
          lift('person-trapped', 'PersonTrapped', '困人', 'Person trapped', { kind: 'boolean' }),
          lift('alarm-bell', 'AlarmBell', '警铃', 'Alarm bell', { kind: 'boolean' }),
          lift('load', 'LoadPercent', '载荷', 'Load', { unit: '%', range: [0, 200] }),
          lift('trips', 'Trips', '运行次数', 'Trips'),
          lift('in-service', 'InService', '投入使用', 'In service', { kind: 'boolean' }),
        ],
      },
    ],
    rules: [
      {
        id: 'person-trapped',
        points: ['lift-*/person-trapped'],
        when: { equals: true },
        severity: 'life',
        text: both('电梯困人', 'Person trapped in the lift'),
        order: { class: 'life' },
        source: '电梯应急 P-02, N01',
      },
      {
        id: 'pump-tripped',
        points: ['booster-*/pump*-tripped'],
        when: { equals: true },
        severity: 'high',
        delayOffS: 3,
        text: both('生活水泵跳闸', 'Booster pump tripped'),
        order: { class: 'urgent' },
        source: '急修 N01, N05',
      },
      {
        id: 'tank-low',
        points: ['booster-*/tank-low'],
        when: { equals: true },
        severity: 'high',
        delayOnS: 5,
        delayOffS: 30,
        text: both('水箱低液位', 'Tank level low'),
        order: { class: 'urgent' },
      },
      {
        id: 'pressure-low',
        points: ['booster-*/pressure'],
        when: { below: 2, deadband: 0.3 },
        severity: 'medium',
        delayOnS: 10,
        delayOffS: 15,
        text: both('出口压力低', 'Outlet pressure low'),
      },
      {
        id: 'room-water',
        points: ['room-*/water'],
        when: { equals: true },
        severity: 'high',
        delayOnS: 2,
        delayOffS: 10,
        text: both('配电室进水', 'Water in the distribution room'),
        order: { class: 'urgent' },
        source: '配电室管理制度',
      },
      {
        id: 'room-hot',
        points: ['room-*/temperature'],
        when: { above: 40, deadband: 1 },
        severity: 'low',
        delayOnS: 60,
        delayOffS: 60,
        text: both('配电室温度偏高', 'Distribution room is hot'),
        order: { class: 'general' },
        source: '配电室管理制度 N22',
      },
    ],
  })
}
