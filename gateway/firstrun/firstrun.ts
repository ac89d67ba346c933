import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../site/file.ts'

/** Without what is mistaken for another when it is read out: 31 letters, 12 of them are 59 bits. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const LENGTH = 12
const FAIR = 256 - (256 % LETTERS.length)

/** However it is typed: small letters, blanks and dashes are all the same. */
const plainOf = (code: string): string => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** `XXXX-XXXX-XXXX` */
function newCode(): string {
  const letters = [...randomBytes(8 * LENGTH)].filter(byte => byte < FAIR).slice(0, LENGTH)
  const text = letters.map(byte => LETTERS[byte % LETTERS.length]).join('')
  return text.match(/.{4}/g)!.join('-')
}

/**
 * The first run of an empty box [issue 11, item 6]: as long as nobody has an account, whoever knows the setup code makes the
 * first one. The code is on the console and in a file that only the machine's owner reads, so that whoever reaches the port
 * first cannot take the box. It stays the same over restarts and is gone with the first account.
 */
export function openFirstRun(deps: {
  /** Folder with mode 0700. */
  readonly secrets: string
  readonly nobody: () => boolean
}) {
  const path = join(deps.secrets, 'setup-code')
  const kept = (): string | null => {
    try {
      const text = readFileSync(path, 'utf8').trim()
      return plainOf(text).length === LENGTH ? text : null
    } catch {
      return null
    }
  }
  let code: string | null = null

  return {
    path,
    /** Makes the code where nobody has an account yet. A code that was left over by a kill goes. @returns null: none is needed */
    begin(): string | null {
      if (!deps.nobody()) {
        this.over()
        return null
      }
      code = kept()
      if (code === null) {
        code = newCode()
        writeDurably(path, `${code}\n`, 0o600)
      }
      return code
    },
    /** Whether the box still waits for its first person. */
    open: (): boolean => code !== null && deps.nobody(),
    fits: (typed: string): boolean => code !== null && timingSafeEqual(digest(plainOf(typed)), digest(plainOf(code))),
    /** The first account is there. */
    over(): void {
      code = null
      rmSync(path, { force: true })
    },
  }
}
export type FirstRun = ReturnType<typeof openFirstRun>
