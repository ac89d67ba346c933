import { randomBytes, timingSafeEqual } from 'node:crypto'

const MOST_ACCOUNTS = 16

export interface Device {
  readonly id: string
  /** Marks of the accounts that came in from it, the newest first. */
  readonly accounts: readonly string[]
}

/**
 * Screens that are known by an earlier good sign-in, each with the accounts that came in there: somebody who may sign in himself
 * must not get a fresh budget for guessing at others. The cookie is signed with a key of the folder of secrets and holds no names.
 * @param sign a keyed hash: the same for the same words, and nothing leads back
 * @param mark another one
 */
export function openDevices(sign: (text: string) => string, mark: (account: string) => string) {
  const markOf = (account: string) => mark(account.toLowerCase()).slice(0, 16)
  const read = (cookie: string | undefined): Device | null => {
    const [id, accounts, signature] = (cookie ?? '').split('.')
    if (!id || accounts === undefined || !signature) return null
    const [given, wanted] = [Buffer.from(signature), Buffer.from(sign(`${id}.${accounts}`))]
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null
    return { id, accounts: accounts.split('~').filter(one => one !== '') }
  }
  return {
    /** The screen's id, when this account came in from it before. */
    knows(cookie: string | undefined, account: string): string | null {
      const device = read(cookie)
      return device?.accounts.includes(markOf(account)) ? device.id : null
    },
    /** The cookie after this account came in. */
    withAccount(cookie: string | undefined, account: string): string {
      const before = read(cookie) ?? { id: randomBytes(16).toString('base64url'), accounts: [] }
      const mine = markOf(account)
      const accounts = [mine, ...before.accounts.filter(one => one !== mine)].slice(0, MOST_ACCOUNTS).join('~')
      return `${before.id}.${accounts}.${sign(`${before.id}.${accounts}`)}`
    },
  }
}
export type Devices = ReturnType<typeof openDevices>
