import type { Register, Values } from '../register.ts'
import { endOf, monthsLater, today } from '../registerdays.ts'
import { both, column, field, fine, needed, remark } from './words.ts'

const desk = ['admin', 'desk', 'manager'] as const
const inspecting = ['admin', 'desk', 'engineer', 'guard', 'operator', 'manager'] as const
const parties = {
  owner: both('业主（使用人）', 'owner'),
  contractor: both('装修单位', 'contractor'),
  centre: both('服务中心', 'service centre'),
}
/** The deposit goes back so long after the acceptance [N56]. */
const REFUND_MONTHS = 6
const signed = (values: Values): readonly string[] => (values.signed ?? []) as readonly string[]

/** Decoration sites [F18, F19, M37]: permit, watch list, inspections, acceptance by three parties [N57], deposit. */
export const decoration: Register = {
  id: 'decoration',
  prefix: 'D',
  name: both('装修工地', 'Decoration sites'),
  one: both('装修工地', 'Decoration site'),
  help: both(
    '方案审核后发施工许可；违规的列入重点监管，停工整改。完工由业主、装修单位、服务中心三方验收签字，六个月后退押金。',
    'A permit after the scheme was reviewed; who breaks the rules goes on the watch list or is stopped. Accepted by owner, contractor and service centre, all three; the deposit goes back six months later.',
  ),
  source: 'F18, F19, N55, N56, N57, P-10, M37',
  keepsMonths: 60,
  keep: desk,
  title: 'unit',
  // Who was stopped has no business here until it is put right.
  blocks: { what: 'works', field: 'space', in: ['stopped'] },
  form: {
    name: both('装修巡查记录表', 'Record of decoration inspections'),
    of: ['inspect'],
    facts: ['unit', 'contractor'],
  },
  fields: [
    field('unit', 'text', '房号', 'Unit', { ...needed, ...column }),
    field('space', 'space', '位置', 'Place'),
    field('owner', 'text', '业主（使用人）', 'Owner', { ...needed, personal: true, most: 64 }),
    field('contractor', 'text', '装修单位', 'Contractor', { ...needed, ...column }),
    field('manager', 'text', '现场负责人', 'Site manager', { ...needed, personal: true, most: 64 }),
    field('phone', 'text', '电话', 'Telephone', { personal: true, masked: true, whose: 'manager', most: 32 }),
    field('licence', 'text', '资质证书号', 'Licence of the contractor', needed),
    field('work', 'long', '装修内容', 'Work', needed),
    field('until', 'date', '施工期限', 'Work until', { ...needed, ...column }),
    field('deposit', 'money', '装修押金', 'Deposit', { unit: both('元', 'yuan') }),
    field('receipt', 'text', '收据号', 'Receipt', { most: 40 }),
  ],
  phases: {
    review: both('方案审核', 'scheme under review'),
    works: both('施工中', 'under way'),
    watched: both('重点监管', 'on the watch list'),
    stopped: both('停工整改', 'stopped'),
    accepting: both('验收中', 'being accepted'),
    accepted: both('已验收', 'accepted'),
    closed: both('已结清', 'settled'),
    refused: both('未批准', 'refused'),
  },
  flow: {
    first: 'review',
    moves: {
      review: { permit: { to: 'works', by: desk }, refuse: { to: 'refused', by: desk } },
      works: {
        inspect: { to: 'works', by: inspecting },
        watch: { to: 'watched', by: inspecting },
        stop: { to: 'stopped', by: inspecting },
        finish: { to: 'accepting', by: desk },
      },
      watched: {
        inspect: { to: 'watched', by: inspecting },
        unwatch: { to: 'works', by: desk },
        stop: { to: 'stopped', by: inspecting },
        finish: { to: 'accepting', by: desk },
      },
      stopped: { resume: { to: 'watched', by: desk } },
      accepting: { sign: { to: 'accepting', by: desk }, fail: { to: 'works', by: [...desk, 'engineer'] } },
      accepted: { refund: { to: 'closed', by: desk } },
      closed: {},
      refused: {},
    },
  },
  moves: {
    permit: {
      name: both('发施工许可', 'Give the permit'),
      gives: [
        field('permitNo', 'text', '施工许可号', 'Permit number', { ...needed, most: 40 }),
        field('rules', 'tick', '业主和施工方已签收装修须知', 'Owner and contractor signed for the rules', needed),
      ],
      check: ({ values }) => (Number(values.deposit ?? 0) > 0 && values.receipt === null ? 'no-receipt' : null),
    },
    refuse: { name: both('不批准', 'Refuse'), gives: [field('refused', 'text', '原因', 'Reason', needed)] },
    inspect: {
      name: both('巡查', 'Inspect'),
      gives: [
        field('bearing', 'choice', '承重结构、外立面', 'Bearing walls, facade', { ...needed, choices: fine }),
        field('fireSafety', 'choice', '消防、动火', 'Fire safety, hot work', { ...needed, choices: fine }),
        field('devices', 'choice', '烟感喷淋、燃气、红外、对讲未改动', 'Detectors, gas alarm, IR, intercom untouched', {
          ...needed,
          choices: fine,
        }),
        field('passes', 'choice', '人员持证', 'Workers have passes', { ...needed, choices: fine }),
        remark,
      ],
      check: (_, v) =>
        [v.bearing, v.fireSafety, v.devices, v.passes].includes('defect') && v.remark === null ? 'say-what' : null,
      sets: (_, __, { now, zone }) => ({ inspectedOn: today(now, zone) }),
      or: ['watched'],
      lands: v => (v.bearing === 'defect' || v.devices === 'defect' ? 'watched' : null),
      opens: ({ no, values: { unit } }, v) =>
        v.bearing === 'defect' || v.devices === 'defect'
          ? {
              text: both(`装修违规，须到场处理：${no} ${unit}`, `Decoration breaks the rules: ${no} ${unit}`),
              class: 'urgent',
              crew: 'general',
            }
          : null,
    },
    watch: {
      name: both('列入重点监管', 'Put on the watch list'),
      gives: [field('watched', 'text', '原因', 'Reason', needed)],
    },
    unwatch: {
      name: both('解除监管', 'Take off the watch list'),
      gives: [field('unwatched', 'text', '原因', 'Reason', needed)],
      clears: ['watched'],
    },
    stop: {
      name: both('停工', 'Stop the work'),
      gives: [field('stopped', 'text', '违规内容', 'What is wrong', needed)],
    },
    resume: {
      name: both('准许复工', 'Let them go on'),
      gives: [field('mended', 'text', '整改结果', 'What was put right', needed)],
    },
    finish: {
      name: both('申请验收', 'Ask for acceptance'),
      check: ({ values: { space } }, _, { heldFor }) =>
        typeof space === 'string' && heldFor(space).permits.length > 0 ? 'permit-open' : null,
      sets: () => ({ signed: [] }),
    },
    sign: {
      name: both('验收签字', 'Sign the acceptance'),
      gives: [
        field('party', 'choice', '签字方', 'Party', { ...needed, choices: parties }),
        field('signedBy', 'text', '签字人', 'Signed by', { ...needed, personal: true, most: 64 }),
      ],
      check: ({ values }, { party }) => (signed(values).includes(String(party)) ? 'signed-before' : null),
      sets: ({ values }, { party }) => ({ signed: [...signed(values), String(party)] }),
      or: ['accepted'],
      lands: values => (Object.keys(parties).every(p => signed(values).includes(p)) ? 'accepted' : null),
      clears: ['party', 'signedBy'],
    },
    fail: {
      name: both('验收不合格', 'Not accepted'),
      gives: [field('failed', 'text', '不合格项', 'What is wrong', needed)],
      clears: ['signed'],
    },
    refund: {
      name: both('退押金', 'Give the deposit back'),
      gives: [field('refund', 'text', '退款凭证号', 'Voucher', { ...needed, most: 40 })],
      check(entry, _, { now, zone, heldFor }) {
        if (today(now, zone) < monthsLater(today(entry.since, zone), REFUND_MONTHS)) return 'too-early'
        const { space } = entry.values
        return typeof space === 'string' && heldFor(space).passes.length > 0 ? 'passes-out' : null
      },
    },
  },
  refusals: {
    'no-receipt': both('押金还没有收据号。', 'The deposit has no receipt yet.'),
    'say-what': both('有不合格项时须在备注写明。', 'Say in the remark what is defective.'),
    'signed-before': both('这一方已签过字。', 'This party has signed already.'),
    'permit-open': both(
      '该处还有未结束的动火等作业票，先结束或撤回。',
      'A permit of dangerous work there is not over yet: close or withdraw it first.',
    ),
    'passes-out': both('施工人员的出入证还没有全部收回。', 'Passes of its workers have not all been given back.'),
    'too-early': both('验收后未满六个月。', 'Six months since the acceptance are not over.'),
  },
  due: ({ phase, values, since }, zone) =>
    ['works', 'watched', 'stopped'].includes(phase)
      ? endOf(String(values.until), zone)
      : phase === 'accepted'
        ? endOf(monthsLater(today(since, zone), REFUND_MONTHS), zone)
        : null,
  overdue: ({ no, phase, values: { unit } }) => ({
    text:
      phase === 'accepted'
        ? both(`装修押金可退：${no} ${unit}`, `The decoration deposit can go back: ${no} ${unit}`)
        : both(`装修超过施工期限：${no} ${unit}`, `Decoration goes on beyond its time: ${no} ${unit}`),
    class: 'general',
    crew: 'general',
  }),
  figures: entries => [
    {
      name: both('施工中', 'under way'),
      value: entries.filter(e => ['works', 'watched', 'stopped'].includes(e.phase)).length,
      least: null,
    },
    {
      name: both('重点监管', 'on the watch list'),
      value: entries.filter(e => e.phase === 'watched').length,
      least: null,
    },
  ],
}
