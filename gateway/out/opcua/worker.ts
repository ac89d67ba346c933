/**
 * The process of the OPC UA server, and the only one of the gateway's northbound side that loads node-opcua: whoever can
 * end it does not end the gateway. It knows nothing but what it is told, and asks the gateway before it lets anything be
 * done.
 */
import type { ISessionContext } from 'node-opcua'
import type { Answers, FromWorker, Question, ToWorker } from './protocol.ts'

const BEAT_MS = 1000
const RETRY_MS = 5000
/** Questions under way: what comes beyond is refused, not queued. */
const MOST_ASKED = 500

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message)
}
// First of all: loading node-opcua takes a second, and somebody is waiting for a sign of life.
setInterval(() => send({ t: 'beat' }), BEAT_MS)
send({ t: 'beat' })
process.on('disconnect', () => process.exit(0))

const opcua = await import('node-opcua')
const { openDoors } = await import('./server.ts')
const { buildSpace } = await import('./space.ts')
const { showConditions } = await import('./conditions.ts')
const { historyReader } = await import('./historyread.ts')
const { takeWrites } = await import('./commands.ts')
const silent = () => {}
opcua.setLogLevel(opcua.LogLevel.Emergency)
opcua.setDebugLogger(silent)
opcua.setWarningLogger(silent)
opcua.setErrorLogger(silent)
opcua.setDefaultCertificateSubject('/O=Gatehouse')

const asked = new Map<number, (answer: unknown) => void>()
let nextId = 1
function ask<W extends Question['what']>(question: Extract<Question, { what: W }>): Promise<Answers[W] | undefined> {
  if (asked.size >= MOST_ASKED) return Promise.resolve(undefined)
  const id = nextId++
  return new Promise(resolve => {
    asked.set(id, answer => resolve(answer as Answers[W] | undefined))
    send({ t: 'ask', id, question })
  })
}

let running: Awaited<ReturnType<typeof run>> | undefined
let opening: Extract<ToWorker, { t: 'open' }> | undefined
/** What comes before the address space is there. */
const early: ToWorker[] = []

process.on('message', (message: ToWorker) => {
  if (message.t === 'open') {
    opening = message
    void keepListening(message)
  } else if (message.t === 'answer') {
    asked.get(message.id)?.(message.answer)
    asked.delete(message.id)
  } else if (message.t === 'close') {
    setTimeout(() => process.exit(0), 500)
    void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(0))
  } else if (running) running.take(message)
  else early.push(message)
})

/** The port may be taken by a predecessor that is just ending, or by somebody else for good. */
async function keepListening(open: Extract<ToWorker, { t: 'open' }>) {
  for (;;) {
    try {
      running = await run(open)
      send({ t: 'loaded' })
      for (const message of early.splice(0)) running.take(message)
      return
    } catch (error) {
      send({ t: 'loaded' })
      send({ t: 'down', why: String((error as Error)?.message ?? error).slice(0, 300) })
      await new Promise(resolve => setTimeout(resolve, RETRY_MS))
      if (opening !== open) return
    }
  }
}

async function run({ options, model }: Extract<ToWorker, { t: 'open' }>) {
  let told = ''
  const count = () => {
    const counts = { t: 'count', sessions: doors.sessions(), unshown: conditions?.unshown() ?? 0 } as const
    if (told !== JSON.stringify(counts)) send(counts)
    told = JSON.stringify(counts)
  }
  const signIn = async (name: string, password: string, address: string) =>
    (await ask({ what: 'sign-in', name, password, address })) ?? null
  const doors = await openDoors(options, signIn, () => count())
  const { server, userOf } = doors
  const clientOf = ({ session }: { session?: unknown }): string =>
    (session as { clientDescription?: { applicationName?: { text?: string | null } } } | undefined)?.clientDescription
      ?.applicationName?.text ?? ''
  let conditions: ReturnType<typeof showConditions> | undefined
  const space = buildSpace(server, model, options.language, ({ id, kind, writable }, variable) => {
    const journal = {
      raw: async (from: number, to: number, limit: number) =>
        (await ask({ what: 'raw', point: id, from, to, limit })) ?? null,
      steps: async (edges: Float64Array) => (await ask({ what: 'steps', point: id, edges })) ?? null,
    }
    const read = historyReader(kind, journal, Date.now)
    const own = variable as unknown as { historyRead: unknown }
    own.historyRead = (_context: unknown, details: unknown, _range: unknown, _encoding: unknown, goOn: never) =>
      read(details, goOn)
    if (!writable) return
    takeWrites(variable, kind, async (context, value) => {
      const user = userOf(context)
      if (user === null) return 'BadUserAccessDenied'
      const answer = await ask({ what: 'write', user, client: clientOf(context), point: id, value })
      return answer ?? 'BadTimeout'
    })
  })
  const said =
    (what: 'acknowledge' | 'comment') => async (context: ISessionContext, alarm: string, comment: string) => {
      const user = userOf(context)
      if (user === null) return 'BadUserAccessDenied'
      return (await ask({ what, user, client: clientOf(context), alarm, comment })) ?? 'BadTimeout'
    }
  const asks = { acknowledge: said('acknowledge'), comment: said('comment'), userOf }
  conditions = showConditions(server, space, options.language, asks)
  try {
    await server.start()
  } catch (error) {
    await server.shutdown(0).catch(silent)
    throw error
  }
  const [endpoint] = server.endpoints
  send({ t: 'up', endpoint: server.getEndpointUrl(), port: endpoint!.port })
  const counting = setInterval(count, BEAT_MS)
  return {
    take(message: ToWorker) {
      switch (message.t) {
        case 'values':
          for (const one of space.take(message.values)) conditions.quality(one.point.id)
          send({ t: 'took' })
          break
        case 'alarms':
          conditions.take(message.alarms)
          break
        case 'sign-out':
          doors.end(message.user)
          break
        case 'trust-changed':
          // Whoever is trusted no more must not stay because he came before.
          void doors.certificates.reloadCertificates().then(() => doors.end(null), silent)
          break
      }
    },
    async stop() {
      clearInterval(counting)
      conditions.stop()
      await server.shutdown(0)
    },
  }
}
