import type { Register } from '../register.ts'
import { endOf } from '../registerdays.ts'
import { both, column, field, needed } from './words.ts'

const keeping = ['admin', 'desk', 'manager'] as const
const approving = ['admin', 'manager', 'operator'] as const

/** Who may sign goods out for a firm, with a specimen of the signature [F24]. */
export const signers: Register = {
  id: 'signers',
  prefix: 'SG',
  name: both('指定签名人', 'Designated signers'),
  one: both('签名人', 'Signer'),
  help: both(
    '出门条只认名单上的签名人。每人留签名样本照片，由另一人核准后生效。',
    'A goods exit slip is good with the signature of somebody on this list only. Each has a photo of a specimen; another person approves it.',
  ),
  source: 'F24, M38, P-13',
  keepsMonths: 24,
  keep: keeping,
  title: 'company',
  fields: [
    field('company', 'text', '单位', 'Firm', { ...needed, ...column }),
    field('signer', 'text', '签名人', 'Signer', { ...needed, ...column, personal: true, most: 64 }),
    field('phone', 'text', '电话', 'Telephone', { personal: true, masked: true, whose: 'signer', most: 32 }),
    field('space', 'space', '位置', 'Place'),
    field('until', 'date', '有效至', 'Valid until', { ...needed, ...column }),
    field('specimen', 'photos', '签名样本', 'Specimen signature', { most: 1, personal: true, whose: 'signer' }),
  ],
  phases: { asked: both('待核准', 'to be approved'), valid: both('有效', 'valid'), ended: both('已失效', 'ended') },
  flow: {
    first: 'asked',
    moves: {
      asked: { approve: { to: 'valid', by: approving }, end: { to: 'ended', by: keeping } },
      valid: { end: { to: 'ended', by: [...keeping, 'operator'] }, expire: { to: 'ended', by: ['admin'] } },
      ended: {},
    },
  },
  editIn: ['asked'],
  moves: {
    approve: {
      name: both('核准', 'Approve'),
      check: (entry, { specimen }, { actor }) =>
        entry.by === actor.name ? 'own' : Array.isArray(specimen) && specimen.length > 0 ? null : 'no-specimen',
    },
    end: { name: both('取消资格', 'End'), gives: [field('ended', 'text', '原因', 'Reason', needed)] },
    expire: { name: both('到期', 'Runs out') },
  },
  refusals: {
    own: both('不能核准自己登记的签名人。', 'Who put the signer on the list does not approve him.'),
    'no-specimen': both('还没有签名样本照片。', 'There is no photo of a specimen signature yet.'),
  },
  due: ({ phase, values }, zone) => (phase === 'valid' ? endOf(String(values.until), zone) : null),
  expires: 'expire',
}
