/**
 * The process that speaks OPC UA, and the only one that loads node-opcua: a hostile server can end the process that
 * runs its client, so that process is not the gateway. It keeps one session, and starts afresh after any trouble.
 */
import { type Connection, type FromWorker, type ToWorker, troubleOf } from './protocol.ts'
import type { Live } from './session.ts'
import { createStream } from './stream.ts'
import { pause } from './within.ts'

const BEAT_MS = 1000
const RETRY_MS = 1000

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message)
}
// First of all: loading node-opcua takes a second, and somebody is waiting for a sign of life.
setInterval(() => send({ t: 'beat' }), BEAT_MS)
send({ t: 'beat' })
process.on('disconnect', () => process.exit(0))

const opcua = await import('node-opcua')
const { oneSession } = await import('./session.ts')
send({ t: 'loaded' })
const silent = () => {}
opcua.setLogLevel(opcua.LogLevel.Emergency)
opcua.setDebugLogger(silent)
opcua.setWarningLogger(silent)
opcua.setErrorLogger(silent)
// What the people who look after the server see when they decide whether to trust us.
opcua.setDefaultCertificateSubject('/O=Gatehouse')

const watches = new Map<number, Extract<ToWorker, { t: 'watch' }>>()
const stream = createStream(send)
let live: Live | undefined
let end: (why: string) => void = silent
let closing = false
let connection: Connection | undefined
let wake = silent

process.on('message', (message: ToWorker) => {
  switch (message.t) {
    case 'open': {
      // The second time: something about the connection was changed, and it is tried at once.
      const first = connection === undefined
      connection = message.connection
      if (first) void keepConnected()
      else end('changed by a person')
      wake()
      break
    }
    case 'watch':
      watches.set(message.id, message)
      live?.watch(message)
      break
    case 'unwatch':
      watches.delete(message.id)
      stream.forget(message.id)
      live?.unwatch(message.id)
      break
    case 'took':
      stream.took()
      break
    case 'read':
      void answer(async to => ({ t: 'read', id: message.id, readings: await to.read(message.targets) }), {
        t: 'read',
        id: message.id,
        readings: undefined,
      })
      break
    case 'write':
      void answer(
        async to => {
          const status = await to.write(message.node, message.type, message.value)
          return { t: 'written', id: message.id, status }
        },
        { t: 'written', id: message.id, status: 'BadNotConnected' },
      )
      break
    case 'browse':
      void answer(
        async to => ({
          t: 'browsed',
          id: message.id,
          result: await to.browse(message.node, message.from, message.limit),
        }),
        { t: 'browsed', id: message.id, result: { ok: false, status: 'BadNotConnected' } },
      )
      break
    case 'close':
      closing = true
      end('closed')
      wake()
      setTimeout(() => process.exit(0), live ? 500 : 0)
      break
  }
})

/** Each question is answered, if only by saying that there is no connection. */
async function answer(ask: (to: Live) => Promise<FromWorker>, otherwise: FromWorker): Promise<void> {
  try {
    send(live ? await ask(live) : otherwise)
  } catch {
    send(otherwise)
  }
}

async function keepConnected(): Promise<void> {
  while (!closing) {
    const why = await oneSession(connection!, {
      watches,
      stream,
      send,
      live: now => {
        live = now
      },
      onEnd: finish => {
        end = finish
      },
    }).catch((error: unknown) => String((error as Error)?.message ?? error))
    if (closing) break
    send({ t: 'down', trouble: troubleOf(why), why: why.slice(0, 300) })
    await Promise.race([
      pause(RETRY_MS),
      new Promise<void>(resolve => {
        wake = resolve
      }),
    ])
  }
  process.exit(0)
}
