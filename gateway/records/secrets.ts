import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** Cost of scrypt: 32 MiB and about 100 ms each, which is what makes guessing dear. */
const N = 2 ** 15
const R = 8
const P = 1
const MAX_AT_ONCE = 2

let running = 0
const waiting: (() => void)[] = []

/**
 * scrypt in the thread pool, two at a time: a crowd at the door costs time, not memory.
 * @param first goes before all that wait: somebody who is known stands in no crowd
 */
async function derive(password: string, salt: Buffer, n = N, r = R, p = P, first = false): Promise<Buffer> {
  if (running >= MAX_AT_ONCE) await new Promise<void>(go => (first ? waiting.unshift(go) : waiting.push(go)))
  running++
  try {
    return await new Promise((resolve, reject) =>
      scrypt(password.normalize('NFKC'), salt, 32, { N: n, r, p, maxmem: 256 * n * r }, (error, key) =>
        error ? reject(error) : resolve(key),
      ),
    )
  } finally {
    running--
    waiting.shift()?.()
  }
}

/** `scrypt$N$r$p$salt$key`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt)
  return ['scrypt', N, R, P, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** @param first before all others that wait to be looked at */
export async function passwordFits(password: string, stored: string, first = false): Promise<boolean> {
  const [, n, r, p, salt, key] = stored.split('$')
  const wanted = Buffer.from(key!, 'base64url')
  return timingSafeEqual(
    await derive(password, Buffer.from(salt!, 'base64url'), Number(n), Number(r), Number(p), first),
    wanted,
  )
}

/** A password that fits nobody: signing in with an unknown name takes as long as with a known one. */
export const NOBODY = `scrypt$${N}$${R}$${P}$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(32).toString('base64url')}`

/** 256 random bits, for sessions and tokens. They need no slow hash: there is nothing to guess. */
export const newSecret = (prefix: string): string => prefix + randomBytes(32).toString('base64url')
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** A password that can be read out over the telephone: 20 characters of 32, 100 bits. */
export function newPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const bytes = randomBytes(400)
  const fair = [...bytes].filter(b => b < 248).slice(0, 20)
  const text = fair.map(b => letters[b % 31]).join('')
  return text.match(/.{5}/g)!.join('-')
}
