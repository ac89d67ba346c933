import type { Permission } from '../permission.ts'

interface Text {
  readonly 'zh-CN': string
  readonly en: string
}
const say = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })

/** What the table of permissions is divided into, in the order of its pages. */
export const subjects = {
  plant: say('设备与数据', 'Plant and data'),
  alarms: say('报警与处置', 'Alarms and incidents'),
  orders: say('工单、报修与投诉', 'Orders, reports and complaints'),
  doors: say('门禁、通行证与访客', 'Doors, passes and visits'),
  work: say('作业票、挂牌与倒闸', 'Permits, tags and switching'),
  rounds: say('巡更、运行记录与交接', 'Patrols, run records and handover'),
  readings: say('抄表与收费', 'Readings and billing'),
  registers: say('登记簿', 'Registers'),
  settings: say('设置与账号', 'Settings and accounts'),
} as const satisfies Record<string, Text>
export type Subject = keyof typeof subjects

/** What each permission lets somebody do, as it stands on the settings page and in docs/permissions.md. */
export const permissionWords = {
  'plant.read': ['plant', say('查看设备、点位、趋势和通道', 'See equipment, points, trends and channels')],
  'plant.watch': ['plant', say('查看大屏上的设备数据', 'See plant data as a wall display shows it')],
  'command.read': ['plant', say('查看遥控记录', 'See commands')],
  'document.manage': ['plant', say('添加和移除设备文档', 'Add and remove documents of equipment')],
  'command.request': ['plant', say('遥控设备（各点位另有规定）', 'Command equipment (each point names its roles)')],
  'consumption.read': ['plant', say('查看各表用量', 'See what each meter used')],
  'alarm.read': ['alarms', say('查看报警及其记录', 'See alarms and their records')],
  'alarm.watch': ['alarms', say('查看大屏上的报警', 'See alarms as a wall display shows them')],
  'alarm.prove': ['alarms', say('试验报警（直到警号）', 'Prove alarms, to the siren and back')],
  'alarm.acknowledge': ['alarms', say('确认报警、消音', 'Acknowledge alarms and silence the sound')],
  'alarm.shelve': ['alarms', say('限时搁置报警', 'Shelve alarms for a time')],
  'alarm.out-of-service': ['alarms', say('停用和恢复报警', 'Take alarms out of service and back')],
  'runbook.read': ['alarms', say('查看应急处置卡', 'See runbooks')],
  'runbook.run': ['alarms', say('执行处置步骤', 'Carry out steps of runbooks')],
  'runbook.end': ['alarms', say('结束事件、填写事件报告', 'End an incident and write its report')],
  'help.call': ['alarms', say('登记求助电话', 'Enter calls for help')],
  'linkage.confirm': ['alarms', say('确认火警复位、恢复门禁', 'Confirm a fire reset and re-arm doors')],
  'control-room.keep': ['alarms', say('消控室值班签到', 'Say who keeps the control room')],
  'workorder.read': ['orders', say('查看工单和备件', 'See orders and parts')],
  'workorder.work': ['orders', say('登记工单的材料、工时和照片', 'Enter materials, hours and photos of orders')],
  'workorder.visit': ['orders', say('登记工单回访', 'Enter return visits of orders')],
  'part.manage': ['orders', say('管理备件库存', 'Keep the store of parts')],
  'report.create': ['orders', say('登记报修', 'Enter reports')],
  'report.read': ['orders', say('查看报修人姓名和电话', 'See who reported, with telephone numbers')],
  'complaint.read': ['orders', say('查看投诉', 'See complaints')],
  'complaint.create': ['orders', say('登记投诉和回访', 'Enter complaints and return visits')],
  'door.read': ['doors', say('查看门和门状态', 'See doors and their modes')],
  'door.mode': ['doors', say('改变门的模式、消除反潜回', 'Set modes of doors and forgive passback')],
  'door.ask': ['doors', say('代读卡器询问可否通行', 'Ask at a door whether somebody may pass')],
  'door-reader.manage': ['doors', say('管理读卡器密钥', 'Manage keys of readers')],
  'pass.read': ['doors', say('查看人员、通行证和通行记录', 'See people, passes and the door log')],
  'pass.issue': ['doors', say('登记人员、办理通行证', 'Enter people and issue passes')],
  'pass.gate': ['doors', say('在门岗核对通行证', 'Check passes at the gate')],
  'pass.identity': ['doors', say('查看完整证件号码', 'Read ID numbers in full')],
  'visit.read': ['doors', say('查看访客', 'See visits')],
  'visit.ask': ['doors', say('预约访客', 'Announce visits')],
  'visit.hold': ['doors', say('延长保存访客照片', "Keep a visitor's photo beyond its time")],
  'permit.read': ['work', say('查看作业票', 'See permits')],
  'permit.ask': ['work', say('申请作业票、申请延期', 'Ask for permits and for more time')],
  'permit.check': ['work', say('登记作业检查、检测和监护人', 'Enter checks, gas tests and the guardian')],
  'tag.hang': ['work', say('挂牌', 'Hang tags')],
  'tag.move': ['work', say('试送、摘牌（先看是谁的牌）', 'Test and remove tags (whose tag it is counts first)')],
  'switching.read': ['work', say('查看倒闸操作票', 'See switching orders')],
  'switching.write': ['work', say('填写和执行倒闸操作票', 'Write and carry out switching orders')],
  'patrol.read': ['rounds', say('查看巡更', 'See patrols')],
  'patrol.walk': ['rounds', say('执行巡更', 'Walk patrols')],
  'patrol.review': ['rounds', say('复核巡更、说明漏巡', 'Review patrols and say why nobody came')],
  'run-record.read': ['rounds', say('查看运行记录', 'See run records')],
  'run-record.keep': ['rounds', say('填写运行记录（表格另有规定）', 'Write run records (each form names its roles)')],
  'run-record.review': ['rounds', say('说明漏记、批准强行开机', 'Excuse missing lines and override pre-start checks')],
  'handover.read': ['rounds', say('查看交接班', 'See handovers')],
  'handover.keep': ['rounds', say('填写和签署交接班', 'Fill in and sign handovers')],
  'reading.read': ['readings', say('查看读数和计量台账', 'See readings and the meter book')],
  'reading.take': ['readings', say('现场抄表、充值', 'Read meters on the spot, enter top-ups')],
  'reading.decide': ['readings', say('裁定可疑读数', 'Decide on doubtful readings')],
  'meter.manage': ['readings', say('换表、改倍率', 'Exchange meters, change multipliers')],
  'billing.read': ['readings', say('查看收费批次', 'See billing batches')],
  'billing.prepare': ['readings', say('编制和发送收费批次', 'Prepare and deliver billing batches')],
  'month.read': ['registers', say('查看月报', 'See months')],
  'month.archive': ['registers', say('归档月报', 'Archive months')],
  'register.read': ['registers', say('查看登记簿', 'See registers')],
  'register.identity': [
    'registers',
    say(
      '查看登记簿中的电话和证件、导出个人信息',
      'Read telephone numbers of registers, export what is known of a person',
    ),
  ],
  'register.forget': ['registers', say('从登记簿删除个人信息', 'Take a person out of registers')],
  'personal.read': ['settings', say('查找和导出一个人的全部个人信息', 'Find and export all that is known of a person')],
  'personal.forget': ['settings', say('删除一个人的个人信息', 'Delete what is known of a person')],
  'rule.tune': ['settings', say('调整一条报警规则的数值', 'Tune one number of an alarm rule')],
  'site.read': ['settings', say('查看项目设置', 'See the settings of the site')],
  'site.write': ['settings', say('修改项目设置', 'Change the settings of the site')],
  'detection.run': ['settings', say('自动识别设备', 'Detect devices')],
  'output.retry': ['settings', say('重发或放弃未送达的数据', 'Send again or discard what an output did not take')],
  'notify.read': ['settings', say('查看通知设置', 'See how people are told')],
  'backup.manage': ['settings', say('备份和恢复', 'Make, fetch and delete backups')],
  'diagnostics.make': ['settings', say('生成诊断文件', 'Make a diagnostics file')],
  'trail.read': ['settings', say('查看和验证审计记录', 'See and verify the trail')],
  'user.manage': ['settings', say('管理账号', 'Manage accounts')],
  'display.manage': ['settings', say('接入和移除显示屏', 'Let displays in and put them out')],
  'broker-account.manage': ['settings', say('管理消息账号和门控器', 'Manage broker accounts and door controllers')],
  'token.manage': ['settings', say('管理自己的令牌', "Manage one's own tokens")],
  'token.manage-all': ['settings', say('查看和撤销所有人的令牌', "See and revoke everybody's tokens")],
} as const satisfies Record<Permission, readonly [Subject, Text]>

/** The flows whose moves name their roles themselves; registers bring their own words. */
export const flowWords = {
  workorder: [
    'orders',
    say('工单', 'Order'),
    {
      ...{ accept: say('接单', 'accept'), cancel: say('取消', 'cancel'), appoint: say('预约', 'make an appointment') },
      ...{ assign: say('派单', 'assign'), classify: say('定级', 'classify'), merge: say('合并', 'merge') },
      ...{ acknowledge: say('确认收到', 'acknowledge'), arrive: say('到场', 'arrive'), pause: say('暂停', 'pause') },
      ...{
        resume: say('继续', 'resume'),
        fix: say('修复', 'fix'),
        prove: say('验证', 'prove'),
        leave: say('离场', 'leave'),
      },
      ...{ verify: say('核实', 'verify'), close: say('关闭', 'close'), reopen: say('重开', 'reopen') },
      unmerge: say('撤销合并', 'take a merge back'),
    },
  ],
  complaint: [
    'orders',
    say('投诉', 'Complaint'),
    {
      ...{ take: say('受理', 'take'), pass: say('转交', 'pass on'), propose: say('提出方案', 'propose') },
      ...{ reply: say('答复', 'reply'), classify: say('定级', 'classify'), 'report-up': say('上报', 'report up') },
      ...{ withdraw: say('撤回', 'withdraw'), acknowledge: say('确认收到', 'acknowledge') },
    },
  ],
  credential: [
    'doors',
    say('通行证', 'Pass'),
    {
      ...{ approve: say('批准', 'approve'), refuse: say('拒绝', 'refuse'), suspend: say('停用', 'suspend') },
      ...{ revoke: say('注销', 'revoke'), lose: say('挂失', 'report lost'), return: say('收回', 'take back') },
      resume: say('恢复', 'resume'),
    },
  ],
  visit: [
    'doors',
    say('访客', 'Visit'),
    {
      ...{ approve: say('同意', 'approve'), refuse: say('拒绝', 'refuse'), cancel: say('取消', 'cancel') },
      ...{ enter: say('登记进入', 'let in'), leave: say('登记离开', 'enter the leaving') },
    },
  ],
  permit: [
    'work',
    say('作业票', 'Permit'),
    {
      ...{ approve: say('批准', 'approve'), reject: say('驳回', 'reject'), withdraw: say('撤回', 'withdraw') },
      ...{ stamp: say('盖章签发', 'stamp and issue'), revoke: say('撤销', 'revoke'), start: say('开始作业', 'start') },
      ...{ suspend: say('中止', 'suspend'), finish: say('完工', 'finish'), resume: say('恢复', 'resume') },
      close: say('关闭', 'close'),
    },
  ],
  handover: [
    'rounds',
    say('交接班', 'Handover'),
    {
      ...{ prepare: say('填写', 'fill in'), refuse: say('拒接', 'refuse'), resume: say('改填', 'fill in again') },
      ...{ 'sign-out': say('交班签字', 'sign out'), 'sign-in': say('接班签字', 'sign in') },
    },
  ],
  'patrol-tag': [
    'rounds',
    say('巡更标签', 'Patrol tag'),
    { clear: say('解除怀疑', 'clear a doubt'), replace: say('更换', 'replace'), retire: say('停用', 'retire') },
  ],
  'billing-batch': [
    'readings',
    say('收费批次', 'Billing batch'),
    {
      ...{ approve: say('批准', 'approve'), withdraw: say('撤回', 'withdraw'), correct: say('更正', 'correct') },
      ...{ accept: say('登记回执', 'enter the acknowledgement'), reject: say('登记退回', 'enter the rejection') },
    },
  ],
  'special-reading': [
    'readings',
    say('专项抄表', 'Special reading'),
    { sign: say('签字', 'sign'), withdraw: say('撤回', 'withdraw') },
  ],
} as const satisfies Record<string, readonly [Subject, Text, Readonly<Record<string, Text>>]>
