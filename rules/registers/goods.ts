import type { Item, Register, Values } from '../register.ts'
import { endOf, today } from '../registerdays.ts'
import { both, column, field, needed } from './words.ts'

const asking = ['admin', 'desk', 'manager', 'operator'] as const
const approving = ['admin', 'desk', 'manager'] as const
const gate = ['admin', 'guard', 'operator', 'manager'] as const
const itemsOf = (values: Values): readonly Item[] => (values.items ?? []) as readonly Item[]

/** Goods exit slips 出门条 [F23, C5, N60]: two parts, used once at the gate, item by item, for one day. */
export const goods: Register = {
  id: 'goods',
  prefix: 'G',
  name: both('出门条', 'Goods exit slips'),
  one: both('出门条', 'Slip'),
  help: both(
    '写明物品并附照片，签名须与指定签名人的样本一致；当日有效，门岗逐件放行，用完作废。一式两联：门岗一联、客服一联。',
    'It names the goods, with photos; the signature has to be that of a designated signer. It holds for its day, is let through item by item at the gate, and is used up then. Two parts: one for the gate, one for the desk.',
  ),
  source: 'F23, N60, P-13, C5',
  keepsMonths: 24,
  keep: asking,
  title: 'company',
  slip: true,
  form: {
    name: both('出门条登记表', 'Register of exit slips'),
    of: 'entries',
    facts: ['company', 'signer', 'day', 'carrier', 'items'],
    back: ['pass', 'part', 'hold'],
    backAt: both('门岗处理时间', 'at the gate'),
  },
  fields: [
    field('company', 'text', '单位（业主）', 'Firm or owner', { ...needed, ...column }),
    field('signer', 'record', '指定签名人编号', 'Number of the signer', { ...needed, of: 'signers' }),
    field('space', 'space', '位置', 'Place'),
    field('day', 'date', '放行日期', 'Day', { ...needed, ...column }),
    field('carrier', 'text', '携带人', 'Carried by', { ...needed, personal: true, most: 64 }),
    field('phone', 'text', '电话', 'Telephone', { personal: true, masked: true, whose: 'carrier', most: 32 }),
    field('plate', 'text', '车牌', 'Number plate', { personal: true, most: 12 }),
    field('items', 'items', '物品', 'Goods', { ...needed, ...column }),
    field('pictures', 'photos', '物品照片', 'Photos of the goods', { most: 6 }),
  ],
  phases: {
    asked: both('待批准', 'to be approved'),
    valid: both('有效', 'valid'),
    partly: both('部分出门', 'partly gone'),
    held: both('扣留核实', 'held'),
    gone: both('已出门', 'used'),
    expired: both('过期作废', 'expired'),
    cancelled: both('取消', 'cancelled'),
  },
  flow: {
    first: 'asked',
    moves: {
      asked: {
        approve: { to: 'valid', by: approving },
        cancel: { to: 'cancelled', by: asking },
        expire: { to: 'expired', by: ['admin'] },
      },
      valid: {
        pass: { to: 'gone', by: gate },
        part: { to: 'partly', by: gate },
        hold: { to: 'held', by: gate },
        cancel: { to: 'cancelled', by: approving },
        expire: { to: 'expired', by: ['admin'] },
      },
      partly: {
        pass: { to: 'gone', by: gate },
        part: { to: 'partly', by: gate },
        hold: { to: 'held', by: gate },
        expire: { to: 'expired', by: ['admin'] },
      },
      held: { release: { to: 'partly', by: approving }, cancel: { to: 'cancelled', by: approving } },
      gone: {},
      expired: {},
      cancelled: {},
    },
  },
  editIn: ['asked'],
  moves: {
    approve: {
      name: both('批准', 'Approve'),
      gives: [field('specimenOk', 'tick', '签名与样本一致', 'The signature is that of the specimen', needed)],
      check(entry, { signer, company, day, pictures }, { now, zone, actor, entry: find }) {
        if (entry.by === actor.name) return 'own'
        const who = find('signers', String(signer))
        if (who?.phase !== 'valid' || String(who.values.until) < today(now, zone)) return 'signer-not-valid'
        if (who.values.company !== company) return 'signer-of-other'
        if (String(day) < today(now, zone)) return 'day-over'
        return Array.isArray(pictures) && pictures.length > 0 ? null : 'no-picture'
      },
    },
    pass: {
      name: both('全部放行', 'Let all through'),
      gives: [
        field('gateSame', 'tick', '实物与清单、照片相符', 'The goods are those of the list and the photos', needed),
      ],
      check: (entry, _, { now, zone }) => (entry.values.day === today(now, zone) ? null : 'other-day'),
      sets: (_, values) => ({ items: itemsOf(values).map(i => ({ ...i, passed: i.quantity })) }),
      clears: ['gateSame'],
    },
    part: {
      name: both('部分放行', 'Let some through'),
      gives: [
        field('counts', 'counts', '本次放行数量', 'So many now', { ...needed, of: 'items' }),
        field('gateSame', 'tick', '实物与清单、照片相符', 'The goods are those of the list and the photos', needed),
      ],
      check: (entry, _, { now, zone }) => (entry.values.day === today(now, zone) ? null : 'other-day'),
      sets: (_, values) => ({
        items: itemsOf(values).map((i, n) => ({
          ...i,
          passed: i.passed + ((values.counts as readonly number[])[n] ?? 0),
        })),
      }),
      or: ['gone', 'partly'],
      lands: values => (itemsOf(values).every(i => i.passed === i.quantity) ? 'gone' : 'partly'),
      clears: ['counts', 'gateSame'],
    },
    hold: {
      name: both('不符，扣留', 'Does not match: hold'),
      gives: [field('mismatch', 'text', '不符之处', 'What does not match', needed)],
      opens: ({ no, values }) => ({
        text: both(
          `出门物品与出门条不符：${no} ${values.company}`,
          `Goods do not match their exit slip: ${no} ${values.company}`,
        ),
        class: 'urgent',
        crew: 'security',
      }),
    },
    release: {
      name: both('核实放回', 'Settled'),
      gives: [field('settled', 'text', '核实结果', 'What was found', needed)],
    },
    cancel: { name: both('取消', 'Cancel'), gives: [field('cancelled', 'text', '原因', 'Reason', needed)] },
    expire: { name: both('过期', 'Expires') },
  },
  refusals: {
    own: both('不能批准自己填的出门条。', 'Who wrote the slip does not approve it.'),
    'signer-not-valid': both(
      '签名人不在名单上、未核准或已失效。',
      'The signer is not on the list, not approved, or no longer valid.',
    ),
    'signer-of-other': both('签名人是另一单位的。', 'The signer is of another firm.'),
    'no-picture': both('还没有物品照片。', 'There is no photo of the goods yet.'),
    'day-over': both('放行日期已过。', 'Its day is over.'),
    'other-day': both('不是今天的出门条。', 'The slip is not for today.'),
  },
  begins: ({ now, zone }) => ({ day: today(now, zone) }),
  check: (values, { now, zone }) => (String(values.day) < today(now, zone) ? 'day-over' : null),
  due: ({ phase, values }, zone) =>
    ['asked', 'valid', 'partly'].includes(phase) ? endOf(String(values.day), zone) : null,
  expires: 'expire',
}
