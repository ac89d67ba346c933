import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../site/file.ts'

const MINUTE_MS = 60_000
const SIGNATURE = 12
const PERSON = 6

/** What a link says: of which entry of the trail (and so which occurrence of which alarm), for whom, and until when. */
export interface NoticeLink {
  readonly seq: number
  /** Told apart by a hash: the name itself would not fit into a text message. */
  readonly person: string
  /** UTC ms. */
  readonly expiresAt: number
}

/** Name and addresses together: whoever has taken over a telephone from somebody else is somebody else. */
export const personOf = (p: {
  readonly name: string
  readonly phone?: string | undefined
  readonly email?: string | undefined
}) =>
  createHash('sha256')
    .update(JSON.stringify([p.name, p.phone ?? null, p.email ?? null]))
    .digest()
    .subarray(0, PERSON)
    .toString('base64url')

/**
 * Signs and reads the links in notices. 38 characters, because each one costs in a text message: entry (6 bytes), expiry in
 * minutes (4), person (6), and 96 bits of HMAC-SHA256 over these. They hold as long as the key in the folder of secrets, and
 * as the entry is what it was: after an older copy was restored, another one has its number.
 * @param lifeOf what tells the entry from any other of this number; null: there is no such entry
 */
export function openNoticeLinks(secrets: string, lifeOf: (seq: number) => Uint8Array | null) {
  const path = join(secrets, 'notice.key')
  if (!existsSync(path)) writeDurably(path, randomBytes(32).toString('base64url'), 0o600)
  const key = readFileSync(path, 'utf8').trim()
  const sign = (body: Buffer) =>
    createHmac('sha256', key)
      .update('notice ')
      .update(body)
      .update(lifeOf(body.readUIntBE(0, 6)) ?? 'none')
      .digest()
      .subarray(0, SIGNATURE)
  return {
    tokenOf({ seq, person, expiresAt }: NoticeLink): string {
      const body = Buffer.alloc(10 + PERSON)
      body.writeUIntBE(seq, 0, 6)
      body.writeUInt32BE(Math.ceil(expiresAt / MINUTE_MS), 6)
      Buffer.from(person, 'base64url').copy(body, 10)
      return Buffer.concat([body, sign(body)]).toString('base64url')
    },
    /** Null: it was not made here, or was changed. An expired one is read all the same, so that it can be said. */
    read(token: string): NoticeLink | null {
      const bytes = Buffer.from(token, 'base64url')
      // Only one way to write each token.
      if (bytes.length !== 10 + PERSON + SIGNATURE || bytes.toString('base64url') !== token) return null
      const body = bytes.subarray(0, 10 + PERSON)
      if (!timingSafeEqual(bytes.subarray(10 + PERSON), sign(body))) return null
      return {
        seq: body.readUIntBE(0, 6),
        expiresAt: body.readUInt32BE(6) * MINUTE_MS,
        person: body.subarray(10).toString('base64url'),
      }
    },
  }
}
export type NoticeLinks = ReturnType<typeof openNoticeLinks>
