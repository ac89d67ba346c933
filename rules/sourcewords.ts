/**
 * The clauses that rules, runbooks, plans and forms of ours rest on, in English as well. What a site writes itself stands in
 * the language that it was written in. Numbers (S41, P-02, N05, F29, M06) are those of the house rules and stay.
 */
const english: Readonly<Record<string, string>> = {
  // house rules of rooms and plant
  配电室管理制度: 'Rules of the distribution room',
  机房管理制度: 'Rules of the machine rooms',
  电梯机房管理制度: 'Rules of the lift machine room',
  电梯管理制度: 'Rules of the lifts',
  空调管理制度: 'Rules of air conditioning',
  中央空调运行管理: 'Running of central air conditioning',
  中央空调运行: 'Running of central air conditioning',
  空调运行管理: 'Running of air conditioning',
  值班电工职责: 'Duties of the electrician on duty',
  水泵房巡查: 'Patrol of the pump house',
  水泵房管理: 'Rules of the pump house',
  '水箱、水池管理': 'Rules of tanks and pools',
  水源控制阀: 'Valves of the water supply',
  弱电机房: 'ELV room',
  弱电系统维护: 'Upkeep of ELV systems',
  机房环境: 'Climate of machine rooms',
  温湿度监测: 'Watch of temperature and humidity',
  能源供应: 'Supply of energy',
  设备保养: 'Upkeep of equipment',
  辅机: 'Auxiliary plant',
  新风系统: 'Fresh air system',
  排水: 'Drainage',
  漏水处理: 'Leaks of water',
  抄表: 'Meter reading',
  检修计划: 'Plan of upkeep',
  装修管理: 'Rules of decoration works',
  装修现场消防检查: 'Fire check of decoration sites',
  '程控电话、弱电机房': 'Telephone exchange, ELV room',
  程控电话: 'Telephone exchange',
  '音响、广播': 'Sound and broadcast',
  // safety and security
  门禁系统: 'Access control',
  道闸系统: 'Barriers',
  周界防范: 'Perimeter',
  监控系统: 'Video surveillance',
  紧急求助: 'Calls for help',
  二氧化碳房: 'Carbon dioxide room',
  消防中心: 'Fire control centre',
  消防水池: 'Fire pool',
  消防泵: 'Fire pumps',
  消防系统: 'Fire systems',
  消防设施须完好有效: 'Fire equipment has to be sound',
  消防设施: 'Fire equipment',
  防火卷帘门: 'Fire shutters',
  燃气主管道: 'Gas main',
  燃气报警器: 'Gas detectors',
  燃气管道控制阀: 'Valves of the gas pipes',
  // emergencies
  '停水、水管爆裂应急预案': 'Emergency plan: no water, burst pipe',
  '停水、水管爆裂应急': 'Emergency: no water, burst pipe',
  停水应急: 'Emergency: no water',
  停水: 'No water',
  水管爆裂危及电气设备: 'Burst pipe that endangers electrical plant',
  水管爆裂应急: 'Emergency: burst pipe',
  水管爆裂: 'Burst pipe',
  停电停水通知: 'Notice of outages',
  停电应急预案: 'Emergency plan: power failure',
  停电应急: 'Emergency: power failure',
  内部故障停电: 'Power failure by a fault of the house',
  外线停电: 'Power failure of the grid',
  天然气泄漏应急预案: 'Emergency plan: gas leak',
  天然气泄漏应急: 'Emergency: gas leak',
  燃气泄漏应急: 'Emergency: gas leak',
  天然气泄漏: 'Gas leak',
  火灾应急预案: 'Emergency plan: fire',
  火灾应急: 'Emergency: fire',
  火警应急: 'Emergency: fire',
  火灾处置: 'Handling of a fire',
  火灾: 'Fire',
  电梯困人应急: 'Emergency: people shut in a lift',
  电梯困人: 'People shut in a lift',
  电梯应急处置平台: 'Lift rescue platform of the city',
  电梯应急报警系统须完好: 'The alarm of the lift has to be sound',
  电梯应急: 'Emergency: lifts',
  '电梯救困流程（由项目编写）': 'Rescue from lifts (written by the site)',
  电梯管理: 'Rules of the lifts',
  急修: 'Urgent repair',
  // what a clause says
  网关缺省值: "gateway's default",
  限值为网关缺省值: "limit is the gateway's default",
  每小时: 'an hour',
  '（每小时 20 次）': ' (20 times an hour)',
  '参照 GB/T 12325：220 V 的 +7 %': 'after GB/T 12325: +7 % of 220 V',
  参照力率调整电费: 'after the power factor tariff,',
  参照: 'after',
  室温以不超过: 'room not above',
  '室温以不超过 40 °C 为宜': 'room not above 40 °C',
  '室温不超过 40 °C': 'room not above 40 °C',
  室内不得积水: 'no water on the floor',
  严禁超负荷运行: 'never above the rated load',
  '异常采取措施，严重时上报并通知维保':
    'act on what is not normal; report what is grave, and tell the maintenance firm',
  异常须采取措施并报修: 'what is not normal is acted on and reported',
  按时抄录参数: 'values are written down on time',
  '主机屏蔽、带故障运行为检查红线': 'A panel that is muted or runs with a fault fails each inspection',
  无读数的表须列出: 'meters without a reading are listed',
  接管和换表须记录底数: 'the first index is kept at takeover and exchange',
  缺表须查明: 'missing meters are looked for',
  机房无人时须上锁: 'Machine rooms are locked when nobody is there',
  先关闭供水阀: 'the supply valve is shut first',
  '水箱加锁，未经批准不得开启': 'Tanks are locked and opened with consent only',
  盖须上锁: 'the lid is locked',
  监视水池水位和消防泵: 'watch the level of the pool and the fire pumps',
  监视水池水位: 'watch the level of the pool',
  应急报警系统: 'alarm of the lift',
  红外线监视器不得移动: 'infrared detectors are not moved',
  发电机每班检查: 'the generator is looked at on each shift',
  巡视水泵房: 'walk through the pump house',
  '开机、停机及运行中每小时记录一次': 'written at start and stop, and each hour of running',
  '定时巡视，用电高峰加强巡视，填写运行记录表': 'regular patrols, more of them at the peak, run record',
  值班应答: 'answering of the person on duty',
  应急程序: 'procedure of emergencies',
  附录: 'appendix',
  附件: 'annex',
  '到场 ≤ 30 分钟': 'On the spot within 30 min',
  '响应 ≤ 3 分钟': 'Answered within 3 min',
  '到场 30 分钟': 'on the spot within 30 min',
  '15 分钟到场': 'on the spot within 15 min',
  '微型消防站 3 分钟到场': 'Fire post on the spot within 3 min',
  '接报、响应、到场、解救、复查': 'report, answer, arrival, rescue, check',
  控制器正常且有人确认: 'the panel is normal and somebody has confirmed it',
  解救: 'Rescue',
  复查: 'Check afterwards',
  每季度联动演练: 'linkage drill each quarter',
  每半年演练: 'drill each half year',
  每周检查: 'looked at each week',
  '运行期每周，停机期每月': 'each week in season, each month out of it',
  '运行 2000 小时': 'each 2,000 h of running',
  '共用部位与设施设备安全普查，每年一次': 'Safety survey of common parts and plant, once a year',
}

const HAN = /[\u3400-\u9fff]/
const marks: Readonly<Record<string, string>> = {
  ...{ '；': '; ', '：': ': ', '、': ', ', '，': ', ', '（': ' (', '）': ')' },
}
const longestFirst = Object.keys(english).sort((a, b) => b.length - a.length)
const known = new RegExp(longestFirst.map(words => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')

/**
 * A source in the reader's language. One that has words which are not ours is given back as it is: half a translation
 * would look like a clause that nobody has written.
 */
export function sourceIn(source: string, language: 'zh-CN' | 'en'): string {
  if (language === 'zh-CN' || !HAN.test(source)) return source
  const said = source
    .replace(known, words => english[words] ?? words)
    .replace(/[；：、，（）]/g, mark => marks[mark] ?? mark)
    .replace(/ {2,}/g, ' ')
    .trim()
  return HAN.test(said) ? source : said.replace(/^[a-z]/, first => first.toUpperCase())
}
