import type { Runbook } from '../runbook.ts'
import { ask, both, cause, copies, step, who } from './words.ts'

/** 电梯困人: the clock of an entrapment; how to free people is the site's own procedure (lift-rescue). */
export const liftTrapped: Runbook = {
  id: 'lift-trapped',
  name: both('电梯困人', 'Lift entrapment'),
  warning: both(
    '安抚乘客，嘱勿扒门；非持证人员不得盘车放人',
    'Calm the passengers, doors are not forced; only certified personnel free them',
  ),
  per: 'equipment',
  notice: 'lift',
  writer: both('工程部主管', 'Engineering supervisor'),
  copies,
  watch: [{ kinds: ['lift'], keys: ['person-trapped', 'floor', 'door-open', 'fault'] }],
  source: '停电应急 P-02 2; 接报、响应、到场、解救、复查',
  steps: [
    step(
      'talk',
      who.control,
      '对讲安抚乘客，问清人数和身体状况',
      'Talk to the car: calm them, ask how many and how they are',
      'value',
      {
        withinS: 180,
        safety: true,
        asks: [ask('people', 'text', '人数、状况', 'How many, condition')],
        source: '响应 ≤ 3 分钟',
      },
    ),
    step('call-firm', who.control, '通知电梯维保单位', 'Call the lift maintenance firm', 'call', {
      withinS: 180,
      call: 'lift-firm',
      source: '响应 ≤ 3 分钟',
    }),
    step('go', who.engineeringDuty, '立即到场采取措施', 'Go at once and take measures', 'tick', {
      withinS: 900,
      safety: true,
      source: '停电应急 P-02 2; 急修 15 分钟到场',
    }),
    step('crew-there', who.liftCrew, '维保人员到场', 'The maintenance crew is there', 'tick', {
      withinS: 1800,
      source: '到场 ≤ 30 分钟',
    }),
    step(
      'city-platform',
      who.control,
      '维保单位 25 分钟仍未到场：向城市电梯应急平台求援',
      'The firm is not there after 25 minutes: ask the rescue platform of the city for help',
      'call',
      {
        withinS: 1500,
        call: 'lift-rescue',
        optional: true,
        unless: 'crew-there',
        hint: both('全国统一号码 96333，以当地公布为准', '96333 in most cities of China'),
        source: '电梯应急处置平台 96333',
      },
    ),
    step(
      'rescue',
      who.liftCrew,
      '按本项目电梯救困流程放人',
      "Free the passengers by the site's lift rescue procedure",
      'tick',
      {
        see: 'lift-rescue',
        needs: ['talk'],
        safety: true,
        withinS: 3600,
        self: { of: 'equipment', kinds: ['lift'], keys: ['person-trapped'], when: { equals: false }, turns: true },
        source: '电梯救困流程（由项目编写）',
      },
    ),
    step('count', who.engineeringDuty, '核对人数与身体状况', 'Count the people and see how they are', 'value', {
      needs: ['rescue'],
      safety: true,
      asks: [ask('freed', 'text', '人数、状况', 'How many, condition', 'handling')],
      source: '解救',
    }),
    step('recheck', who.liftCrew, '复查试运行后恢复使用', 'Test run, then back in service', 'value', {
      needs: ['count'],
      asks: [cause],
      restores: true,
      source: '复查',
    }),
  ],
}

/** 电梯救困流程: referred to by the manuals and not given [G3]. */
export const liftRescue: Runbook = {
  id: 'lift-rescue',
  name: both('电梯救困流程', 'Lift rescue procedure'),
  per: 'equipment',
  writer: liftTrapped.writer,
  copies,
  unwritten: both(
    '制度引用了《电梯救困流程》但没有给出内容。请由项目与电梯维保单位编写，在 site.json 的 runbooks 中以编号 lift-rescue 写入。',
    'The manuals refer to a lift rescue procedure and do not give it. Write it with the lift maintenance firm, in runbooks of site.json under the id lift-rescue.',
  ),
  steps: [],
  source: 'G3',
}
