import { both } from './part.ts'

/**
 * Three crews that hand over: duty engineers, fire control room, guards. Names as accounts are called, so that an account
 * made for one of them signs for him.
 */
export function demoShifts() {
  const people = (names: readonly string[]) => names.map(name => ({ name, account: name }))
  const times = (
    day: readonly string[],
    night: readonly string[],
    { from, to, least }: { readonly from: string; readonly to: string; readonly least: number },
  ) => [
    {
      ...{ id: 'day', name: both('白班', 'Day'), from, to, least, who: day },
      ...{ lead: day[0], standIn: day[1] },
    },
    {
      ...{ id: 'night', name: both('夜班', 'Night'), from: to, to: from, least, who: night },
      ...{ lead: night[0], standIn: night[1] },
    },
  ]
  const item = (id: string, zh: string, en: string, count: number) => ({ id, name: both(zh, en), count })
  const check = (id: string, zh: string, en: string) => ({ id, name: both(zh, en) })
  return [
    {
      ...{ id: 'engineering', name: both('工程值班', 'Duty engineers') },
      people: people(['wangjianguo', 'liming', 'zhaogang', 'qianfeng', 'sunlei']),
      times: times(['wangjianguo', 'liming'], ['zhaogang', 'qianfeng'], { from: '08:00', to: '20:00', least: 2 }),
      checks: [
        check('records', '运行记录、巡查表已填', 'Run records and round sheets filled in'),
        check('room', '值班室、配电室已打扫', 'Duty room and switchgear room cleaned'),
      ],
      counted: [
        item('gloves', '绝缘手套（副）', 'Insulating gloves, pairs', 2),
        item('boots', '绝缘靴（双）', 'Insulating boots, pairs', 2),
        item('tester', '验电器', 'Voltage detectors', 2),
        item('tags', '检修标示牌', 'Maintenance tags', 10),
      ],
      lateMin: 15,
    },
    {
      ...{ id: 'control-room', name: both('消防控制室', 'Fire control room') },
      people: people(['zhouhong', 'wujing', 'zhengli', 'fengyan']),
      times: times(['zhouhong', 'wujing'], ['zhengli', 'fengyan'], { from: '08:30', to: '20:30', least: 2 }),
      checks: [check('panel', '主机自检、打印纸已查', 'Panel test and printer paper checked')],
      counted: [
        item('keys', '应急钥匙（串）', 'Emergency keys, rings', 3),
        item('phones', '消防电话手柄', 'Fire telephone handsets', 4),
      ],
      sees: ['alarms', 'alarms-aside', 'runbooks', 'fire', 'devices', 'inside'],
    },
    {
      ...{ id: 'security', name: both('秩序维护', 'Guards') },
      people: people(['chenqiang', 'linhai', 'huangbo', 'xuhui', 'malong']),
      times: times(['chenqiang', 'linhai'], ['huangbo', 'xuhui'], { from: '07:30', to: '19:30', least: 2 }),
      checks: [check('locks', '各门门锁已逐一检查', 'The lock of each gate checked')],
      counted: [item('radios', '对讲机', 'Radios', 6), item('torches', '强光手电', 'Torches', 4)],
      sees: ['alarms', 'fire', 'doors', 'inside', 'runbooks'],
      // Night guards are on post a quarter of an hour before [3:493].
      earlyMin: 30,
    },
  ]
}
