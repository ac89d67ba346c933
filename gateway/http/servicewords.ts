import type { ComplaintChannel, ComplaintClass, ComplaintPhase, ComplaintSubject } from '../../rules/complaint.ts'
import type { ReportChannel, ReportStep } from '../../rules/report.ts'
import type { OrderClass } from '../../rules/rule.ts'
import type { Crew, Nature, VisitOutcome } from '../../rules/workorder.ts'
import type { LedgerRow } from './contract.ts'

interface Both {
  readonly 'zh-CN': string
  readonly en: string
}
const w = (zh: string, en: string): Both => ({ 'zh-CN': zh, en })

/** The head of the ledger [F11 报修、投诉台账; F12 回访记录]. */
export const HEAD: readonly Both[] = [
  w('编号', 'no'),
  w('类型', 'kind'),
  w('时间', 'time'),
  w('来源', 'came by'),
  w('事项', 'about'),
  w('类别', 'class'),
  w('内容', 'content'),
  w('房号', 'room'),
  w('姓名', 'name'),
  w('电话', 'telephone'),
  w('工单', 'order'),
  w('进度', 'progress'),
  w('部门', 'department'),
  w('处理结果', 'result'),
  w('应完成', 'due'),
  w('完成', 'done'),
  w('及时', 'in time'),
  w('办结', 'closed'),
  w('回访时间', 'return visit'),
  w('回访结果', 'outcome'),
  w('满意', 'satisfied'),
  w('评分', 'score'),
  w('回访人', 'visited by'),
  w('回访备注', 'remark'),
]
export const YES = w('是', 'yes')
export const NO = w('否', 'no')

type Code =
  | `kind.${LedgerRow['kind']}`
  | `class.${OrderClass | ComplaintClass}`
  | `step.${ReportStep | ComplaintPhase}`
  | `about.${Nature | ComplaintSubject}`
  | `by.${ReportChannel | ComplaintChannel}`
  | `crew.${Crew}`
  | `outcome.${VisitOutcome}`

/** Every code that a row can have. */
export const WORDS: Readonly<Record<Code, Both>> = {
  'kind.report': w('报修', 'repair report'),
  'kind.complaint': w('投诉', 'complaint'),
  'kind.suggestion': w('建议', 'suggestion'),
  'kind.visit': w('回访', 'return visit'),
  'class.life': w('生命', 'life'),
  'class.urgent': w('急修', 'urgent'),
  'class.general': w('一般', 'general'),
  'class.important': w('重要', 'important'),
  'class.hot': w('热点', 'hot'),
  'class.collective': w('集体', 'collective'),
  'step.received': w('已受理', 'received'),
  'step.assigned': w('已派人', 'assigned'),
  'step.working': w('处理中', 'being worked on'),
  'step.waiting': w('等待中', 'waiting'),
  'step.fixed': w('已修好', 'repaired'),
  'step.verified': w('已确认', 'confirmed'),
  'step.closed': w('已办结', 'closed'),
  'step.cancelled': w('已作废', 'cancelled'),
  'step.new': w('未处理', 'new'),
  'step.handling': w('处理中', 'being handled'),
  'step.replied': w('已答复', 'answered'),
  'step.withdrawn': w('已撤销', 'withdrawn'),
  'about.water': w('给水排水', 'water and drains'),
  'about.power': w('用电', 'electricity'),
  'about.gas': w('燃气', 'gas'),
  'about.lift': w('电梯', 'lift'),
  'about.hvac': w('空调采暖', 'heating and cooling'),
  'about.fire': w('消防', 'fire protection'),
  'about.door': w('门禁门锁', 'doors and locks'),
  'about.network': w('网络电话', 'network and telephone'),
  'about.civil': w('土建装修', 'walls, ceilings, fittings'),
  'about.cleaning': w('保洁', 'cleaning'),
  'about.other': w('其他', 'other'),
  'about.repair': w('维修', 'repairs'),
  'about.security': w('安保', 'security'),
  'about.noise': w('噪声', 'noise'),
  'about.parking': w('停车', 'parking'),
  'about.fees': w('收费', 'fees'),
  'about.staff': w('服务态度', 'staff'),
  'about.neighbour': w('邻里', 'neighbours'),
  'by.desk': w('前台', 'desk'),
  'by.qr': w('扫码', 'code on equipment'),
  'by.call-centre': w('呼叫中心', 'call centre'),
  'by.phone': w('电话', 'telephone'),
  'by.visit': w('来访', 'in person'),
  'by.letter': w('来信', 'letter'),
  'by.online': w('线上', 'online'),
  'crew.plumbing': w('给排水班', 'plumbers'),
  'crew.electrical': w('电工班', 'electricians'),
  'crew.lift': w('电梯维保', 'lift firm'),
  'crew.hvac': w('空调班', 'HVAC crew'),
  'crew.fire': w('消防班', 'fire crew'),
  'crew.security': w('保安部', 'security'),
  'crew.general': w('综合维修班', 'general repairs'),
  'outcome.answered': w('已答复', 'answered'),
  'outcome.unreachable': w('联系不上', 'not reached'),
  'outcome.refused': w('拒绝回访', 'refused'),
}
