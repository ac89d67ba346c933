import { createHash } from 'node:crypto'
import type { Sheet, SheetContent, Verdict } from '../../rules/handover.ts'
import type { Trail } from '../records/trail.ts'

const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
/** What both sign: the number of the cut, the trail's hash there and the sheet's. */
export const coversOf = (no: string, seq: number, trailHash: string, hash: string): string =>
  sha(JSON.stringify([no, seq, trailHash, hash]))
export const contentHash = (content: SheetContent): string => sha(JSON.stringify(content))

const shown = [
  'no',
  'crew',
  'served',
  'relieved',
  'fromSeq',
  'relief',
  'remarks',
  'checks',
  'counts',
  'notes',
  'refused',
] as const
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/**
 * Whether both signatures still stand for what a sheet shows and for the trail up to its cut. The trail has each signature, too,
 * and is chained and checkpointed itself: whoever changes the sheet, the cut or a signature in the table is found.
 * @returns null: nobody has signed yet
 */
export function verifySheet(sheet: Sheet, trail: Pick<Trail, 'hashAt' | 'of'>): Verdict | null {
  const { cut, signedOut, signedIn } = sheet
  if (!cut || !signedOut) return null
  const { content } = cut
  if (contentHash(content) !== cut.hash) return 'content'
  // What people wrote stands beside the cut as well, and is what a screen shows.
  if (!shown.every(key => same(sheet[key as keyof Sheet], content[key as keyof SheetContent]))) return 'content'
  if (Buffer.from(trail.hashAt(cut.seq) ?? []).toString('hex') !== cut.trailHash) return 'trail'
  const covers = coversOf(sheet.no, cut.seq, cut.trailHash, cut.hash)
  const told = trail.of('handover', sheet.id, cut.seq, -1)
  const stands = (signature: Sheet['signedOut'], action: string): boolean =>
    signature?.covers === covers &&
    told.some(e => e.action === action && e.data.covers === covers && e.actor === signature.account)
  return stands(signedOut, 'signed-out') && (signedIn === null || stands(signedIn, 'signed-in')) ? 'fits' : 'signature'
}
