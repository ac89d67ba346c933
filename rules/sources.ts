import type { Text } from '../drivers/point.ts'

type Language = keyof Text

/**
 * Clauses of the house's manuals and of ours, as rules, forms and plans cite them. The documents are Chinese and are
 * cited in Chinese; who reads English sees what they are called and what they ask, with the same numbers.
 */
const english: Readonly<Record<string, string>> = {
  // Ours.
  网关缺省值: 'default of the gateway',
  限值为网关缺省值: 'the limit is a default of the gateway',
  '每小时 20 次': '20 times an hour',
  '参照 GB/T 12325': 'after GB/T 12325',
  '220 V 的 +7 %': '+7 % of 220 V',
  '参照 GB/T 50493': 'after GB/T 50493',
  '参照力率调整电费 0.90': 'after the power factor surcharge, 0.90',
  由项目编写: 'written by the site',
  '示例电价，须按当地文件填写': 'example tariff of electricity; enter the one of your place',
  '示例水价，须按当地文件填写': 'example tariff of water; enter the one of your place',
  '示例气价，须按当地文件填写': 'example tariff of gas; enter the one of your place',
  // Electricity.
  配电室管理制度: 'distribution room rules',
  '室温以不超过 40 °C 为宜': 'the room should stay under 40 °C',
  '室温不超过 40 °C': 'the room under 40 °C',
  室内不得积水: 'no water in the room',
  定时巡视: 'rounds at set times',
  '用电高峰加强巡视，填写运行记录表': 'more of them at peak demand, run record',
  用电高峰加强巡视: 'more of them at peak demand',
  严禁超负荷运行: 'never overloaded',
  '配电室、空调机房': 'distribution room, plant room of the air conditioning',
  定时巡视抄录: 'rounds and readings at set times',
  外线停电: 'external outage',
  内部故障停电: 'outage by an internal fault',
  停电应急预案: 'emergency plan for outages',
  停电应急: 'outages',
  停电停水通知: 'notice of outages',
  停送电挂牌: 'lockout and tagout',
  挂牌: 'tagging',
  能源供应: 'energy supply',
  '值班电工职责：发电机每班检查': 'duties of the electrician: generator, each shift',
  '值班电工职责：巡视水泵房': 'duties of the electrician: pump house rounds',
  // Air.
  中央空调运行管理: 'running the air conditioning',
  中央空调运行: 'running the air conditioning',
  按时抄录参数: 'readings at set times',
  '异常采取措施，严重时上报并通知维保': 'act on what is abnormal; if serious report it and call the maintenance firm',
  '空调运行管理：按时巡视并记录参数': 'running the air conditioning: rounds and readings at set times',
  '空调运行管理：开机、停机及运行中每小时记录一次':
    'running the air conditioning: a record at start, at stop and each hour',
  '空调管理制度：运行期每周，停机期每月': 'air conditioning rules: weekly in season, monthly out of it',
  辅机: 'auxiliary plant',
  新风系统: 'fresh air',
  温湿度监测: 'temperature and humidity',
  设备保养: 'maintenance of equipment',
  // Water and gas.
  排水: 'drainage',
  漏水处理: 'water leaks',
  水泵房巡查: 'pump house rounds',
  水泵房管理: 'pump house rules',
  '水箱加锁，未经批准不得开启': 'tanks locked, opened only with leave',
  '水箱、水池管理：盖须上锁': 'tanks and pools: lids locked',
  水源控制阀: 'supply valves',
  '停水、水管爆裂应急预案': 'emergency plan for water failure and burst pipes',
  '停水、水管爆裂应急': 'water failure and burst pipes',
  水管爆裂危及电气设备: 'burst pipe near electrical gear',
  水管爆裂应急: 'burst pipes',
  先关闭供水阀: 'first close the supply valve',
  水管爆裂: 'burst pipe',
  停水应急: 'water failure',
  停水: 'water failure',
  天然气泄漏应急预案: 'emergency plan for gas leaks',
  天然气泄漏应急: 'gas leaks',
  燃气泄漏应急: 'gas leaks',
  天然气泄漏: 'gas leak',
  燃气报警器: 'gas detectors',
  燃气管道控制阀: 'gas valves',
  燃气主管道: 'gas main',
  // Fire.
  火灾应急预案: 'emergency plan for fire',
  火灾应急: 'fire',
  监视水池水位和消防泵: 'watch the pool level and the fire pumps',
  '火警应急：监视水池水位': 'fire alarm: watch the pool level',
  火警应急: 'fire alarm',
  '火灾处置：控制器正常且有人确认': 'fire: panel normal, and a person confirms it',
  火灾处置: 'fire',
  火灾: 'fire',
  '主机屏蔽、带故障运行为检查红线': 'a panel with isolations or faults fails the inspection',
  消防设施须完好有效: 'fire equipment has to be in order',
  消防设施: 'fire equipment',
  消防系统: 'fire system',
  消防水池: 'fire water pool',
  消防中心: 'fire centre',
  消防泵: 'fire pumps',
  防火卷帘门: 'fire shutters',
  二氧化碳房: 'CO2 room',
  动火管理: 'hot work',
  装修现场消防检查: 'fire checks of decoration sites',
  '微型消防站 3 分钟到场': 'fire post on the spot within 3 minutes',
  每季度联动演练: 'drill of the interlocks each quarter',
  应急程序: 'emergency procedure',
  值班应答: 'answer of the person on duty',
  // Lifts.
  电梯管理制度: 'lift rules',
  每周检查: 'weekly check',
  应急报警系统: 'emergency call system',
  电梯机房管理制度: 'lift machine room rules',
  '电梯管理：异常须采取措施并报修': 'lifts: act on what is abnormal and report it',
  电梯救困流程: 'lift rescue procedure',
  电梯应急报警系统须完好: 'the emergency call of the lift has to work',
  电梯应急处置平台: 'lift rescue platform',
  电梯应急: 'lift emergencies',
  '电梯困人：每半年演练': 'lift entrapment: a drill each half year',
  电梯困人应急: 'lift entrapment',
  附件: 'annex',
  // Guarding and weak current.
  门禁系统: 'access control',
  道闸系统: 'barriers',
  电子巡检系统: 'patrol system',
  监控系统: 'cameras',
  周界防范: 'perimeter',
  '装修管理：红外线监视器不得移动': 'decoration: infrared detectors stay where they are',
  '音响、广播': 'public address',
  紧急求助: 'calls for help',
  '程控电话、弱电机房': 'telephone exchange, ELV room',
  程控电话: 'telephone exchange',
  弱电机房: 'ELV room',
  弱电系统维护: 'maintenance of the ELV systems',
  机房管理制度: 'machine room rules',
  机房无人时须上锁: 'locked when nobody is in',
  机房环境: 'machine room climate',
  '客服部：每日巡视大堂': 'customer service: lobbies each day',
  '安保部：白天营业区防火巡查每小时至少一次': 'guards: by day a fire patrol of the shops at least each hour',
  '安保部：每一层留有巡更记录': 'guards: a record on each floor',
  '安保部：夜间商场及外围 1-2 次': 'guards: mall and perimeter once or twice a night',
  '安保部：夜班每 30-40 分钟全面巡查一次': 'guards: at night a full round each 30 to 40 minutes',
  共用部位与设施设备安全普查: 'safety survey of common parts and equipment',
  每年一次: 'once a year',
  // Repairs and meters.
  '急修 15 分钟到场': 'urgent repairs: there within 15 minutes',
  '急修：停水': 'urgent repairs: no water',
  急修: 'urgent repairs',
  '到场 30 分钟': 'there within 30 minutes',
  '到场 ≤ 30 分钟': 'there within 30 minutes',
  '响应 ≤ 3 分钟': 'answered within 3 minutes',
  '接报、响应、到场、解救、复查': 'reported, answered, there, freed, checked',
  解救: 'freed',
  复查: 'checked',
  '检修计划：运行 2000 小时': 'maintenance plan: 2,000 running hours',
  检修计划: 'maintenance plan',
  抄表: 'meter reading',
  缺表须查明: 'find out why a meter is missing',
  无读数的表须列出: 'list meters without a reading',
  接管和换表须记录底数: 'note the index at takeover and exchange',
  '计量平衡：电 3%、水 8%、燃气 3%': 'balance of meters: electricity 3 %, water 8 %, gas 3 %',
  '国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）':
    'State Council General Office, public holidays of 2026 (4 November 2025)',
}
const longestFirst = Object.keys(english).toSorted((a, b) => b.length - a.length)
const chinese = /\p{Script=Han}/u
const marks: readonly (readonly [RegExp, string])[] = [
  [/\s*；\s*/g, '; '],
  [/\s*：\s*/g, ': '],
  [/\s*[，、]\s*/g, ', '],
  [/\s*（/g, ' ('],
  [/）/g, ')'],
]

/**
 * A cited clause as it is read in a language: `配电室管理制度 S01` is `Distribution room rules S01` in English. What
 * somebody wrote himself, and anything not known whole, stays as it was written.
 */
export function sourceIn(source: string, language: Language): string {
  if (language !== 'en' || !chinese.test(source)) return source
  let said = source
  for (const phrase of longestFirst) said = said.replaceAll(phrase, english[phrase]!)
  if (chinese.test(said)) return source
  for (const [mark, plain] of marks) said = said.replace(mark, plain)
  return said.charAt(0).toUpperCase() + said.slice(1)
}
