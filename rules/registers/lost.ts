import type { Register, Values } from '../register.ts'
import { endOf, monthsLater, today } from '../registerdays.ts'
import { both, column, field, needed } from './words.ts'

const desk = ['admin', 'desk', 'guard', 'operator', 'manager'] as const
/** From so many yuan on a thing is a valuable, and papers always are [N72]. */
const VALUABLE_YUAN = 500
const isValuable = ({ sort, worth }: Values): boolean => sort === 'papers' || Number(worth ?? 0) >= VALUABLE_YUAN
/** The last day on which it is kept: valuables a year, other things three months [N73]. */
const keptUntil = (values: Values): string => monthsLater(String(values.found), isValuable(values) ? 12 : 3)

/** Lost property [F32, M46]. */
export const lost: Register = {
  id: 'lost',
  prefix: 'L',
  name: both('拾遗物品', 'Lost property'),
  one: both('拾遗物品', 'Found thing'),
  help: both(
    '证件，以及 500 元以上的现金、有价证券和物品为贵重物品，当日移交行政部，保管一年；其他保管三个月。到期由部门主管处理。',
    'Identity papers, and cash, securities or goods of 500 yuan or more are valuables: handed to administration the same day and kept for a year; other things three months. Then the head of department disposes of them.',
  ),
  source: 'F32, N72, N73, P-21',
  keepsMonths: 36,
  keep: desk,
  title: 'item',
  form: {
    name: both('拾遗物品登记表', 'Lost-property register'),
    of: 'entries',
    facts: ['item', 'features', 'sort', 'found', 'space', 'where', 'finder'],
    back: ['claim', 'police', 'dispose'],
    backAt: both('认领（处理）时间', 'claimed or disposed of at'),
  },
  fields: [
    field('item', 'text', '物品', 'Thing', { ...needed, ...column }),
    field('features', 'long', '特征', 'Features', needed),
    field('sort', 'choice', '类别', 'Kind', {
      ...needed,
      ...column,
      choices: {
        papers: both('证件', 'papers'),
        money: both('现金、有价证券', 'cash, securities'),
        goods: both('物品', 'goods'),
      },
    }),
    field('worth', 'money', '估值', 'Worth', { unit: both('元', 'yuan') }),
    field('found', 'date', '拾到日期', 'Found on', { ...needed, ...column }),
    field('space', 'space', '地点', 'Where', column),
    field('where', 'text', '具体位置', 'Where exactly'),
    field('finder', 'text', '拾到人', 'Finder', { ...needed, personal: true, most: 64 }),
    field('pictures', 'photos', '照片', 'Photos', { most: 3, personal: true }),
  ],
  phases: {
    kept: both('保管中', 'kept'),
    vault: both('行政部保管', 'kept by administration'),
    claimed: both('已认领', 'claimed'),
    police: both('已交公安', 'with the police'),
    disposed: both('已处理', 'disposed of'),
  },
  flow: {
    first: 'kept',
    moves: {
      kept: {
        claim: { to: 'claimed', by: desk },
        notice: { to: 'kept', by: desk },
        deliver: { to: 'vault', by: desk },
        police: { to: 'police', by: desk },
        dispose: { to: 'disposed', by: ['admin', 'manager'] },
      },
      vault: {
        claim: { to: 'claimed', by: desk },
        notice: { to: 'vault', by: desk },
        police: { to: 'police', by: desk },
        dispose: { to: 'disposed', by: ['admin', 'manager'] },
      },
      claimed: {},
      police: {},
      disposed: {},
    },
  },
  moves: {
    claim: {
      name: both('认领', 'Claim'),
      gives: [
        field('claimant', 'text', '认领人', 'Claimed by', { ...needed, personal: true, most: 64 }),
        field('phone', 'text', '电话', 'Telephone', {
          ...needed,
          personal: true,
          masked: true,
          whose: 'claimant',
          most: 32,
        }),
        field('proof', 'text', '凭证', 'Proof', { ...needed, personal: true, masked: true, whose: 'claimant' }),
        field('told', 'tick', '说出的特征、地点相符', 'Named features and place rightly', needed),
        field('signed', 'tick', '已签收', 'Signed for it', needed),
        field('witness', 'text', '见证人（贵重物品）', 'Witness (valuables)', { personal: true, most: 64 }),
      ],
      check: ({ values: had }, { witness }) => (isValuable(had) && witness === null ? 'valuable-witness' : null),
    },
    notice: {
      name: both('张贴招领启事', 'Post a notice'),
      gives: [field('posted', 'text', '张贴处', 'Posted where', needed)],
      sets: (_, __, { now, zone }) => ({ postedOn: today(now, zone) }),
    },
    deliver: {
      name: both('移交行政部', 'Hand to administration'),
      gives: [field('receivedBy', 'text', '接收人', 'Received by', { ...needed, personal: true, most: 64 })],
      check: ({ values }) => (isValuable(values) ? null : 'no-valuable'),
    },
    police: {
      name: both('交公安', 'Hand to the police'),
      gives: [field('station', 'text', '接收单位', 'Handed to', needed)],
    },
    dispose: {
      name: both('到期处理', 'Dispose of'),
      gives: [field('how', 'text', '处理方式', 'How', needed)],
      check: ({ values }, _, { now, zone }) => (today(now, zone) <= keptUntil(values) ? 'too-early' : null),
    },
  },
  refusals: {
    'valuable-witness': both('贵重物品认领须有见证人。', 'A valuable is handed out before a witness.'),
    'no-valuable': both('不是贵重物品，由服务台保管。', 'It is no valuable: it stays at the desk.'),
    'too-early': both('保管期未满，不能处理。', 'Its time is not over yet.'),
    'not-yet': both('拾到日期晚于今天。', 'The day on which it was found is ahead.'),
  },
  check: ({ found }, { now, zone }) => (String(found) > today(now, zone) ? 'not-yet' : null),
  // A valuable goes to administration the same day [2:174]; once it is there its year counts.
  due: ({ phase, values, at }, zone) =>
    phase === 'kept' && isValuable(values)
      ? endOf(today(at, zone), zone)
      : phase === 'kept' || phase === 'vault'
        ? endOf(keptUntil(values), zone)
        : null,
  overdue: ({ no, phase, values }) => ({
    text:
      phase === 'kept' && isValuable(values)
        ? both(
            `贵重拾遗物品未移交行政部：${no} ${values.item}`,
            `Valuable lost property was not handed to administration: ${no} ${values.item}`,
          )
        : both(
            `拾遗物品保管期满，由主管处理：${no} ${values.item}`,
            `Lost property has been kept for its time: ${no} ${values.item}`,
          ),
    class: 'general',
    crew: 'general',
  }),
  figures: entries => [
    {
      name: both('贵重物品在管', 'valuables kept'),
      value: entries.filter(e => (e.phase === 'kept' || e.phase === 'vault') && isValuable(e.values)).length,
      least: null,
    },
  ],
}
