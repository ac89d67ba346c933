import { createServer, type Server, type Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Issued } from './certificates.ts'

export interface Letter {
  readonly from: string
  readonly to: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
  readonly header: (name: string) => string | undefined
  /** Decoded. */
  readonly text: string
}

/** Of the first text part: base64, quoted-printable or plain. */
function bodyOf(raw: string): string {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  if (/^content-transfer-encoding: base64/im.test(head)) return Buffer.from(body, 'base64').toString()
  if (!/^content-transfer-encoding: quoted-printable/im.test(head)) return body
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
/** RFC 2047 words, as far as nodemailer writes them. */
const decoded = (value: string): string =>
  value.replace(/\?=\s+=\?/g, '?==?').replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
    how.toUpperCase() === 'B'
      ? Buffer.from(word, 'base64').toString()
      : Buffer.from(
          word.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/g, (_m, hex) => String.fromCharCode(parseInt(hex, 16))),
          'latin1',
        ).toString(),
  )

/** A real mail server on a port of its own, which may refuse receivers, want a sign-in, and speak TLS. */
export async function mailServer(
  o: { refuse?: (to: string) => Error | null; tls?: Issued; secure?: boolean; user?: string; password?: string } = {},
) {
  const letters: Letter[] = []
  const server = new SMTPServer({
    authOptional: o.user === undefined,
    secure: o.secure ?? false,
    ...(o.tls ? { key: o.tls.key, cert: o.tls.certificate } : { disabledCommands: ['STARTTLS'] }),
    allowInsecureAuth: o.tls === undefined,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === o.user && password === o.password
        ? done(null, { user: username! })
        : done(Object.assign(new Error('authentication failed'), { responseCode: 535 })),
    onRcptTo: ({ address }, _session, done) => done(o.refuse?.(address) ?? undefined),
    onData(stream, session, done) {
      let raw = ''
      stream.on('data', part => (raw += part))
      stream.on('end', () => {
        const head = raw.split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' ')
        const { mailFrom, rcptTo } = session.envelope
        letters.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(r => r.address),
          raw,
          header: name => {
            const found = new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]
            return found === undefined ? undefined : decoded(found)
          },
          text: bodyOf(raw).replaceAll('\r\n', '\n').trim(),
        })
        done(null)
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  return { port, letters, stop: () => new Promise<void>(resolve => server.close(() => resolve())) }
}

/** Something that listens where a mail server should: what it does is up to the test. */
export async function oddServer(talk: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    talk(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    open: () => sockets.size,
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Answers each command by its first word; the last one stands for everything else. */
export const byWord =
  (answers: Readonly<Record<string, string>>, greeting = '220 odd\r\n') =>
  (socket: Socket) => {
    socket.write(greeting)
    socket.on('data', bytes => {
      const word = String(bytes).slice(0, 4).toUpperCase()
      const answer = answers[word] ?? answers['*']
      if (answer === 'DROP') socket.destroy()
      else if (answer !== undefined) socket.write(answer)
    })
  }
