import type { Runbook } from '../runbook.ts'
import { ask, both, cause, copies, step, who } from './words.ts'

/** 火灾 P-06: the engineering department's part, with the fire centre's calls of GB 25506. */
export const fire: Runbook = {
  id: 'fire',
  name: both('火警', 'Fire'),
  warning: both(
    '消防设施保持运行是主要任务；消防设备和应急照明不得断电',
    'The main task: fire facilities keep running; never cut fire equipment or emergency lighting',
  ),
  per: 'site',
  writer: both('工程部主管', 'Engineering supervisor'),
  copies,
  watch: [
    { kinds: ['fire-pump'], keys: ['pool-level', '*-running', '*-fault', '*-mode', '*-pressure'] },
    { kinds: ['fire-panel'], keys: ['fire', 'linkage-auto', 'shutter-*', 'door-release', 'lift-recall', 'evacuation'] },
    { kinds: ['emergency-lighting'], keys: ['on', 'supply'] },
    { kinds: ['feeder'], keys: ['live'] },
  ],
  source: '火灾应急预案 P-06; GB 25506',
  steps: [
    step('look', who.guard, '到现场确认', 'Go there and look', 'value', {
      withinS: 180,
      asks: [ask('found', 'text', '现场情况（火情或误报原因）', 'What is there: fire, or why it was a false alarm')],
      source: '微型消防站 3 分钟到场',
    }),
    step('call-119', who.control, '火灾确认后拨打 119', 'When the fire is confirmed: call 119', 'call', {
      call: 'fire',
      optional: true,
      source: 'GB 25506 应急程序',
    }),
    step('supervisor', who.supervisor, '立即赶到消防中心听候指令', 'Go to the fire centre at once for orders', 'tick', {
      safety: true,
      source: '火灾 P-06 1',
    }),
    step(
      'documents',
      who.engineering,
      '将重要资料和备份转移到安全处',
      'Move important documents and backups to safety',
      'tick',
      { source: '火灾 P-06 2' },
    ),
    step('stand-by', who.staff, '全体设备人员在现场待命', 'All equipment staff stand by on site', 'tick', {
      source: '火灾 P-06 3',
    }),
    step(
      'pool-and-pumps',
      who.engineeringDuty,
      '监视水池水位和消防泵，异常立即处理，做好手动启动消防泵的准备',
      'Watch pool level and fire pumps, act on trouble, be ready to start the fire pump by hand',
      'value',
      {
        safety: true,
        asks: [
          ask('pool', 'text', '水池水位', 'Pool level'),
          ask('pumps', 'text', '消防泵状态', 'State of the fire pumps'),
        ],
        source: '火灾 P-06 4',
      },
    ),
    step(
      'duty-room',
      who.engineeringDuty,
      '值班人员坚守值班室传达信息',
      'Duty persons stay in the duty room to pass on messages',
      'tick',
      { source: '火灾 P-06 5' },
    ),
    step(
      'electricians',
      who.electricians,
      '电工在配电室待命，保证消防设备和应急照明供电',
      'Electricians stand by in the distribution room; fire equipment and emergency lighting stay supplied',
      'tick',
      { safety: true, source: '火灾 P-06 6' },
    ),
    step(
      'cut-power',
      who.electricians,
      '按指挥部或办公室的命令切断电源',
      'Cut power on the order of the command or the office',
      'value',
      {
        optional: true,
        needs: ['electricians'],
        asks: [
          ask('order', 'text', '下令人', 'Who gave the order'),
          ask('zone', 'text', '断开的区域', 'What was cut off'),
        ],
        source: '火灾 P-06 6',
      },
    ),
    step(
      'over',
      who.control,
      '火灾解除或误报确认，控制器复位',
      'The fire is out, or it was a false alarm; panel reset',
      'value',
      {
        needs: ['look', 'supervisor'],
        asks: [cause],
        restores: true,
        source: '火灾处置：控制器正常且有人确认',
      },
    ),
  ],
}
