import type { PointSpec, Profile } from '../profile.ts'
import { MODBUS, phasesOf, rows } from './vocabulary.ts'

/** 20000: the sensor is disabled; 50000: its wire is open. */
const word = { table: 'holding', type: 'uint16', noValue: [20_000, 50_000] }
const code = { table: 'holding', type: 'uint16' }
const long = { table: 'holding', type: 'uint32' }

type Words = readonly (readonly [zh: string, en: string] | null)[]
/** The words of the maker's tables, by the code; null: reserved, so a device that says it is shown with the bare code. */
const said = (words: Words, at = (i: number) => i): NonNullable<PointSpec['enum']> =>
  Object.fromEntries(words.flatMap((w, i) => (w ? [[String(at(i)), { 'zh-CN': w[0], en: w[1] }]] : [])))

/** Gear status table. */
const gears: Words = [null, ['停机', 'stop'], ['手动', 'manual'], ['自动', 'automatic'], ['试机', 'test']]
/** Running status table, 00H to 17H. */
const runStates: Words = [
  ['停机怠速', 'stop idle speed'],
  ['停机中', 'stopping'],
  ['等待', 'waiting'],
  ['起动取消', 'crank cancelled'],
  ['起动间歇', 'crank interval'],
  ['报警待复位', 'alarm, to be reset'],
  ['待机', 'standby'],
  ['预热', 'pre-heat'],
  ['预供油', 'pre-oil supply'],
  ['起动延时', 'crank delay'],
  ['起动准备', 'crank ready'],
  ['起动中', 'cranking'],
  ['安全延时', 'safety delay'],
  ['怠速', 'idle speed'],
  ['升速', 'speeding up'],
  ['升温', 'warming up'],
  ['建压', 'voltage building up'],
  ['高速暖机', 'high-speed warming'],
  ['额定运行', 'rated running'],
  ['市电恢复', 'mains came back'],
  ['冷却运行', 'cooling run'],
  ['返回发电', 'back to the generator'],
  ['散热停机', 'stopping, radiator'],
  ['转换中', 'switching over'],
]
/** Alarm code table, 00H to 34H. */
const alarms: Words = [
  ['无', 'none'],
  ['超速', 'over speed'],
  ['欠速', 'under speed'],
  ['机油压力低（传感器）', 'low oil pressure (sensor)'],
  ['机油压力低（开关）', 'low oil pressure (switch)'],
  ['水温高（传感器）', 'high water temperature (sensor)'],
  ['水温高（开关）', 'high water temperature (switch)'],
  ['油温高（传感器）', 'high oil temperature (sensor)'],
  ['油温高（开关）', 'high oil temperature (switch)'],
  ['缸温高（传感器）', 'high cylinder temperature (sensor)'],
  ['缸温高（开关）', 'high cylinder temperature (switch)'],
  ['箱温高（传感器）', 'high box temperature (sensor)'],
  ['箱温高（开关）', 'high box temperature (switch)'],
  ['燃油位低（传感器）', 'low fuel level (sensor)'],
  ['燃油位低（开关）', 'low fuel level (switch)'],
  ['机油位低（开关）', 'low oil level (switch)'],
  ['瞬时加载开关', 'instant load switch'],
  ['瞬时报警开关', 'instant alarm switch'],
  null,
  ['转速信号丢失', 'speed signal lost'],
  ['油压传感器断线', 'oil pressure sensor open'],
  ['水温传感器断线', 'water temperature sensor open'],
  ['油温传感器断线', 'oil temperature sensor open'],
  ['缸温传感器断线', 'cylinder temperature sensor open'],
  ['箱温传感器断线', 'box temperature sensor open'],
  ['燃油位传感器断线', 'fuel level sensor open'],
  ['过频', 'over frequency'],
  ['欠频', 'under frequency'],
  ['过压', 'over voltage'],
  ['欠压', 'under voltage'],
  ['过流', 'over current'],
  ['电流不平衡', 'current not balanced'],
  ['过功率', 'over power'],
  null,
  null,
  ['发电合闸失败', 'generator switch failed to close'],
  ['发电分闸失败', 'generator switch failed to open'],
  ['市电合闸失败', 'mains switch failed to close'],
  ['市电分闸失败', 'mains switch failed to open'],
  ['一级保养到期', 'primary maintenance due'],
  ['二级保养到期', 'secondary maintenance due'],
  ['三级保养到期', 'third maintenance due'],
  ['ECU 停机报警', 'ECU stop alarm'],
  ['ECU 通信失败', 'ECU communication failed'],
  ['水位低（开关）', 'low water level (switch)'],
  ['百叶窗打开异常', 'shutters did not open'],
  ['紧急停机', 'emergency stop'],
  ['起动失败', 'failed to start'],
  ['停机失败：仍有转速', 'failed to stop: still turning'],
  ['停机失败：仍有频率', 'failed to stop: still a frequency'],
  ['停机失败：仍有油压', 'failed to stop: still oil pressure'],
  ['停机失败：油压开关', 'failed to stop: oil pressure switch'],
  ['停机失败：仍在充电', 'failed to stop: still charging'],
]
/** Sixteen warnings, one per bit: what stands is a number; that none stands is a word. */
const warnings = { enum: { '0': { 'zh-CN': '无', en: 'none' } } }

export const mebayDc90dr: Profile = {
  id: 'mebay-dc90dr',
  protocols: MODBUS,
  kind: 'generator',
  name: { 'zh-CN': 'Mebay DC90DR、DC92DR 发电机组控制器', en: 'Mebay DC90DR, DC92DR genset controller' },
  // 19200 8N1; an answer may take 500 ms. Start and stop are left out: they need more than a point.
  source:
    'DC9xD controller communication protocol V1.2, 2023-11-24; the frequency of the mains is left out, as its scale is not given',
  points: [
    ...rows(word, [['engine-speed', 0x1000]]),
    ...rows({ ...word, scale: 0.1 }, [
      ['battery-voltage', 0x1001],
      ['frequency', 0x1009],
    ]),
    ...rows(word, [
      ...phasesOf('voltage', 0x100a, 1),
      ...phasesOf('current', 0x1010, 1),
      ['generator-power', 0x101b],
      ...phasesOf('mains-voltage', 0x1025, 1),
      ['oil-pressure', 0x1053],
      ['water-temperature', 0x1054],
      ['fuel-level', 0x1058],
    ]),
    ...rows({ ...long, scale: 0.1 }, [['running-hours', 0x1036]]),
    ...rows(long, [['energy', 0x103d]]),
    ...rows(code, [
      ['gear', 0x103f, { enum: said(gears, i => i * 0x33) }],
      [
        'transfer-switch',
        0x1040,
        {
          enum: {
            '0': { 'zh-CN': '市电', en: 'mains' },
            '102': { 'zh-CN': '断开', en: 'open' },
            '153': { 'zh-CN': '发电', en: 'generator' },
          },
        },
      ],
      ['run-state', 0x1041, { enum: said(runStates) }],
      ['alarm-code', 0x1043, { enum: said(alarms) }],
      ['warnings-1', 0x1044, warnings],
      ['warnings-2', 0x1045, warnings],
      ['warnings-3', 0x1046, warnings],
      ['warnings-4', 0x1047, warnings],
    ]),
  ],
  probe: {
    facts: [
      { key: 'battery-voltage', within: [6, 36] },
      { key: 'transfer-switch', equals: [0, 0x66, 0x99] },
      { key: 'engine-speed', good: true },
      { key: 'running-hours', good: true },
    ],
  },
}
