import { readWiegand, wiegandBits } from '../../rules/access/wiegand.ts'
import { fail } from '../core/errors.ts'
import type { AccessKeys } from './keys.ts'

/** How numbers are written for finding them again: the same for enrolling and for reading. */
export const plainUid = (uid: string): string => uid.replaceAll(/[\s:-]/g, '').toUpperCase()
export const plainPlate = (plate: string): string =>
  plate
    .normalize('NFKC')
    .replaceAll(/[\s·.-]/g, '')
    .toUpperCase()
/** Other than the right PIN by one in its last digit: the holder is under duress. */
export const duressOf = (pin: string): string => pin.slice(0, -1) + String((Number(pin.slice(-1)) + 1) % 10)

export interface Enrolled {
  /** How it is found again; null: by its pass number. */
  readonly lookup: string | null
  /** What one may see of it. */
  readonly shown: string
  /** To be sealed: the raw bits, or the holder's key. */
  readonly secret: string | null
}
/**
 * What is stored of a credential, by what stands on the card or what a reader said of it.
 * @throws card-unreadable
 */
export function enrol(
  keys: AccessKeys,
  asked: {
    readonly class: string
    readonly number?: string | undefined
    readonly facility?: number | undefined
    readonly bits?: string | undefined
  },
): Enrolled {
  const number = asked.number ?? ''
  const hidden = (text: string) => `…${text.slice(-3)}`
  const no = (why: string) => fail('card-unreadable', { why })
  switch (asked.class) {
    case 'uid':
    case 'parking': {
      const uid = plainUid(number)
      if (!/^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$/.test(uid)) return no('UID: 8, 14, 20 hex')
      return { lookup: keys.lookup('uid', uid), shown: hidden(uid), secret: uid }
    }
    case 'plate': {
      const plate = plainPlate(number)
      if (!/^[\p{Script=Han}A-Z][A-Z0-9\p{Script=Han}]{5,8}$/u.test(plate)) return no('plate')
      return { lookup: keys.lookup('plate', plate), shown: plate, secret: null }
    }
    case 'pin':
      if (!/^\d{6,10}$/.test(number)) return no('PIN: 6 - 10')
      return { lookup: keys.lookup('pin', number), shown: '······', secret: null }
    case 'w26':
    case 'w34':
    case 'w37': {
      const facility = asked.facility ?? null
      const format = asked.class === 'w37' && facility !== null ? 'w37-facility' : asked.class
      const bits = asked.bits ?? wiegandBits(format, facility, Number(number))
      const read = bits === null ? null : readWiegand(bits)
      if (!read?.ok) return no(read ? read.why : format)
      const decoded = read.candidates.find(one => one.format === format) ?? read.candidates[0]!
      if (!decoded.format.startsWith(asked.class)) return no(decoded.format)
      return { lookup: keys.lookup('bits', read.bits), shown: hidden(String(decoded.number)), secret: read.bits }
    }
    default:
      return { lookup: null, shown: 'QR', secret: asked.class === 'qr-dynamic' ? keys.newHolder().secret : null }
  }
}
