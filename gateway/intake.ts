import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from './site/file.ts'
import { type Decided, stagedFile } from './site/staged.ts'

/**
 * What stands in the code on a piece of equipment: `<equipment>~<signature>`. Nobody can make one up for other equipment;
 * all that it opens is the page where something can be reported. It holds as long as the key in the folder of secrets.
 */
export function openIntake(secrets: string) {
  const path = join(secrets, 'report.key')
  if (!existsSync(path)) writeDurably(path, randomBytes(32).toString('base64url'), 0o600)
  const key = readFileSync(path, 'utf8').trim()
  // 96 bits: the code stays small enough to be read from a worn label, and guessing is slowed down besides.
  const sign = (equipment: string) =>
    createHmac('sha256', key).update(`report ${equipment}`).digest().subarray(0, 12).toString('base64url')
  return {
    tokenOf: (equipment: string): string => `${equipment}~${sign(equipment)}`,
    /** The equipment of a token that was given out here; null for any other. */
    equipmentOf(token: string): string | null {
      const end = token.lastIndexOf('~')
      if (end < 1) return null
      const equipment = token.slice(0, end)
      const given = Buffer.from(token.slice(end + 1))
      const wanted = Buffer.from(sign(equipment))
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? equipment : null
    },
  }
}
export type Intake = ReturnType<typeof openIntake>

/** The secret that callbacks are signed with; made when it is first asked for. */
export function openCallbackSecret(secrets: string, decided: Decided) {
  const path = join(secrets, 'callback.key')
  const write = stagedFile(path, decided)
  const read = (): string | null => (existsSync(path) ? readFileSync(path, 'utf8').trim() : null)
  return {
    read,
    /**
     * A new one, shown once; from now on the old one signs nothing.
     * @param change notes it on the trail, and calls `decide` in the same transaction
     */
    renew(change: (decide: () => void) => void): string {
      const secret = `cb_${randomBytes(32).toString('base64url')}`
      write(secret, change)
      return secret
    },
  }
}
export type CallbackSecret = ReturnType<typeof openCallbackSecret>
