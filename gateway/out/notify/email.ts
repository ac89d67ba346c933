import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Language, letterOf, type Told } from './message.ts'

const TIMEOUT_MS = 10_000
const PORTS = { tls: 465, starttls: 587, none: 25 } as const

const options = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/)
    .max(253),
  port: z.number().int().min(1).max(65_535).optional(),
  /** `tls` from the first byte; `starttls`: never a word before it is encrypted; `none`: only to a server of one's own. */
  security: z.enum(['tls', 'starttls', 'none']).default('tls'),
  user: z.string().min(1).max(200).optional(),
  /** Of 163 and QQ mail the 授权码, not the password of the mailbox. */
  password: z.string().min(1).max(200).optional(),
  from: z.email().max(254),
  /** PEM: the authority of a server of one's own. Certificates are always checked. */
  ca: z.string().max(20_000).optional(),
  /** For those who have none of their own. */
  language: z.enum(['zh-CN', 'en']).default('zh-CN'),
})
export type EmailOptions = z.infer<typeof options>
export const email = { schema: options as z.ZodType<unknown>, secrets: ['password'], each: 'email' } as const

/** What came of it. `final`: this one will never be taken, so it is not tried again. */
export interface Sent {
  /** Null: it was taken. */
  readonly why: string | null
  readonly final: boolean
  /** What the far end said, for people. */
  readonly answer: string
}

/** One line, nothing that could end a header or hide in one. */
const plain = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim()
    .slice(0, 200)

/**
 * The same message to the same person has the same Message-ID however often it is sent: a server that took it just before we
 * were cut off can drop the second one.
 */
export const messageIdOf = (told: Pick<Told, 'alarm' | 'at' | 'seq' | 'event'>, to: string, from: string): string => {
  const hash = createHash('sha256').update(
    JSON.stringify([told.alarm, told.event, told.at, told.seq, to.toLowerCase()]),
  )
  return messageId(hash.digest('hex'), from)
}
export const messageId = (key: string, from: string): string =>
  `<${key.slice(0, 40)}@${from.slice(from.lastIndexOf('@') + 1)}>`

/** One letter to one person; an abort ends the connection. Never throws. */
export async function sendEmail(
  o: EmailOptions,
  told: Told,
  to: { readonly name: string; readonly email: string; readonly language?: Language | undefined },
  signal: AbortSignal,
): Promise<Sent> {
  const { subject, text } = letterOf(told, to.language ?? o.language)
  const id = messageIdOf(told, to.email, o.from)
  return sendLetter(o, { subject, text, sender: told.site[to.language ?? o.language], to, id, at: told.at }, signal)
}

/** What a letter says, to one address. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly sender: string
  readonly to: { readonly name: string; readonly email: string }
  /** Its Message-ID: the same however often it is sent. */
  readonly id: string
  readonly at: number
  readonly attachments?: readonly { readonly filename: string; readonly content: Buffer }[]
}
/** Sends it; an abort ends the connection. Never throws. */
export async function sendLetter(o: EmailOptions, letter: Letter, signal: AbortSignal): Promise<Sent> {
  // Loaded here: most sites send no letters, and it brings along megabytes.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host: o.host,
    port: o.port ?? PORTS[o.security],
    secure: o.security === 'tls',
    requireTLS: o.security === 'starttls',
    ignoreTLS: o.security === 'none',
    ...(o.user !== undefined && { auth: { user: o.user, pass: o.password ?? '' } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
    // A text is a text: nothing in it can name a file of ours, or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(o.ca !== undefined && { tls: { ca: o.ca } }),
  })
  try {
    const done = await transport.sendMail({
      from: { name: plain(letter.sender), address: o.from },
      to: { name: plain(letter.to.name), address: letter.to.email },
      subject: plain(letter.subject),
      text: letter.text,
      ...(letter.attachments && { attachments: [...letter.attachments] }),
      messageId: letter.id,
      date: new Date(letter.at),
      // Holiday answers and other machines leave it alone [RFC 3834].
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal,
    } as Parameters<typeof transport.sendMail>[0])
    return { why: null, final: false, answer: plain(done.response) }
  } catch (error) {
    return failure(error as SmtpError)
  } finally {
    transport.close()
  }
}

interface SmtpError extends Error {
  readonly code?: string
  readonly responseCode?: number
  readonly response?: string
  readonly command?: string
}
function failure(error: SmtpError): Sent {
  const { responseCode, code = '', command = '' } = error
  const answer = plain(error.response ?? error.message)
  // Of this mailbox, or of this letter, and for good [RFC 5321 4.2.1]; a wrong password is somebody's to mend.
  const final = responseCode !== undefined && responseCode >= 500 && /^(RCPT|DATA)/.test(command)
  if (responseCode !== undefined) return { why: `${responseCode} ${answer}`.slice(0, 120), final, answer }
  const timeout = code === 'ETIMEDOUT' || error.name === 'AbortError' || error.name === 'TimeoutError'
  if (timeout) return { why: 'timeout', final: false, answer }
  const broken = code === 'EPROTOCOL' || /greeting|invalid/i.test(error.message)
  if (broken) return { why: 'answer is no SMTP', final: false, answer }
  if (code === 'ETLS') return { why: 'no secure connection', final: false, answer }
  return { why: 'no connection', final: false, answer }
}
