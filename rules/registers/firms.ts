import type { Register } from '../register.ts'
import { daysLater, endOf, startOf, today } from '../registerdays.ts'
import { both, column, field, needed, remark } from './words.ts'

const keeping = ['admin', 'desk', 'engineer', 'manager'] as const
const approving = ['admin', 'manager'] as const
/** A month to bring the next certificate. */
const AHEAD_DAYS = 30

/** Outside firms with their certificates [M49, M37]: one entry for each certificate; without it their passes open nothing. */
export const firms: Register = {
  id: 'firms',
  prefix: 'OF',
  name: both('外委单位', 'Outside firms'),
  one: both('单位证书', 'Certificate of a firm'),
  help: both(
    '外委单位（维保、清洁、装修、消防检测等）的资质、许可和保险逐证登记。到期前 30 天自动开工单；到期即停用该单位人员的出入证，续证并核准后恢复。',
    'Licences, permits and insurance of firms that work here, each with its day. 30 days before it runs out an order opens; from that day on the passes of the firm open nothing until the next one is approved.',
  ),
  source: 'M37, M49, P-10, P-11',
  keepsMonths: 24,
  keep: keeping,
  title: 'company',
  blocks: { what: 'firm', field: 'company', in: ['over'] },
  fields: [
    field('company', 'text', '单位（与证件管理中同名）', 'Firm (as named on its passes)', { ...needed, ...column }),
    field('kind', 'choice', '证书类别', 'Kind', {
      ...needed,
      ...column,
      choices: {
        licence: both('营业执照', 'business licence'),
        qualification: both('资质证书', 'qualification'),
        safety: both('安全生产许可证', 'work-safety licence'),
        insurance: both('保险', 'insurance'),
        contract: both('合同', 'contract'),
      },
    }),
    field('certificate', 'text', '证书编号', 'Number', { ...needed, most: 60 }),
    field('until', 'date', '有效期至', 'Valid until', { ...needed, ...column }),
    field('work', 'text', '服务内容', 'What it does here'),
    field('contact', 'text', '联系人', 'Contact', { personal: true, most: 64 }),
    field('phone', 'text', '电话', 'Telephone', { personal: true, masked: true, whose: 'contact', most: 32 }),
    field('pictures', 'photos', '证书照片', 'Photos of the certificate', { most: 4 }),
    remark,
  ],
  phases: {
    asked: both('待核准', 'to be approved'),
    valid: both('有效', 'valid'),
    ending: both('将到期', 'about to run out'),
    over: both('已过期', 'run out'),
    ended: both('已终止', 'ended'),
  },
  flow: {
    first: 'asked',
    moves: {
      asked: { approve: { to: 'valid', by: approving }, end: { to: 'ended', by: keeping } },
      valid: {
        renew: { to: 'asked', by: keeping },
        end: { to: 'ended', by: keeping },
        expire: { to: 'ending', by: ['admin'] },
      },
      ending: {
        renew: { to: 'asked', by: keeping },
        end: { to: 'ended', by: keeping },
        expire: { to: 'over', by: ['admin'] },
      },
      over: {
        approve: { to: 'valid', by: approving },
        renew: { to: 'over', by: keeping },
        end: { to: 'ended', by: keeping },
      },
      ended: {},
    },
  },
  editIn: ['asked'],
  moves: {
    approve: {
      name: both('核准', 'Approve'),
      gives: [field('seen', 'tick', '已核对原件', 'The original was seen', needed)],
      clears: ['seen', 'renewedBy'],
      check: (entry, { until }, { now, zone, actor }) =>
        (entry.values.renewedBy ?? entry.by) === actor.name
          ? 'own'
          : String(until) < today(now, zone)
            ? 'not-ahead'
            : null,
    },
    renew: {
      name: both('登记续证', 'Put down the next one'),
      gives: [
        field('certificate', 'text', '证书编号', 'Number', { ...needed, most: 60 }),
        field('until', 'date', '有效期至', 'Valid until', needed),
      ],
      check: (_, { until }, { now, zone }) => (String(until) < today(now, zone) ? 'not-ahead' : null),
      sets: (_, __, { actor }) => ({ renewedBy: actor.name }),
    },
    end: { name: both('终止合作', 'End'), gives: [field('ended', 'text', '原因', 'Reason', needed)] },
    expire: {
      name: both('到期', 'Runs out'),
      opens: ({ no, phase, values: { company, until } }) => ({
        text:
          phase === 'valid'
            ? both(
                `单位证书将到期：${no} ${company}，至 ${until}`,
                `Certificate of a firm runs out: ${no} ${company}, ${until}`,
              )
            : both(
                `单位证书已过期，出入证已停用：${no} ${company}`,
                `Certificate of a firm has run out, its passes are stopped: ${no} ${company}`,
              ),
        class: 'general',
        crew: 'security',
      }),
    },
  },
  refusals: {
    own: both('不能核准自己登记的证书。', 'Who put the certificate down does not approve it.'),
    'not-ahead': both('有效期已过。', 'Its day is over.'),
  },
  due: ({ phase, values: { until } }, zone) =>
    phase === 'valid'
      ? startOf(daysLater(String(until), -AHEAD_DAYS), zone)
      : phase === 'ending'
        ? endOf(String(until), zone)
        : null,
  expires: 'expire',
  figures: entries => [
    { name: both('已过期', 'run out'), value: entries.filter(e => e.phase === 'over').length, least: null },
  ],
}
