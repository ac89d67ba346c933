import { join } from 'node:path'
import { ulid } from 'ulid'
import { pointsOf } from '../../drivers/batch.ts'
import type { Certificates } from '../../drivers/driver.ts'
import { type Child, child } from '../../drivers/opcua/child.ts'
import { pkiOf } from '../../drivers/opcua/pki.ts'
import type { Point, PointId } from '../../drivers/point.ts'
import { type Command, isOpen } from '../../rules/command.ts'
import { may } from '../../rules/permission.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import { GatehouseError } from '../core/errors.ts'
import type { Actor, Entry, Events } from '../core/events.ts'
import type { Log } from '../core/log.ts'
import type { History } from '../history/history.ts'
import { createThrottle } from '../http/throttle.ts'
import type {
  Answers,
  FromWorker,
  Model,
  Question,
  RawHistory,
  ServerOptions,
  StepHistory,
  ToWorker,
} from '../out/opcua/protocol.ts'
import { statusOfCommand, statusOfFault } from '../out/opcua/statuses.ts'
import type { RunningPlant } from '../plant.ts'
import type { Alarms, StoredAlarm } from '../records/alarms.ts'
import { actionsOf, type Commands } from '../records/commands.ts'
import type { Trail } from '../records/trail.ts'
import type { User, Users } from '../records/users.ts'
import { factsOf, modelOf, valuesOf } from './model.ts'

export interface OpcuaServerDeps {
  readonly clock: Clock
  readonly log: Log
  readonly bus: Bus<Events>
  readonly version: string
  /** Folder of all secrets. */
  readonly secrets: string
  readonly trail: Trail
  readonly users: Users
  /** Whether his password alone does not let this person in: then it does not here either. */
  readonly needsMore: (user: User) => boolean
  readonly alarms: Alarms
  readonly commands: Commands
  readonly history: Pick<History, 'raw' | 'steps'>
  /** On the disk when it returns. */
  readonly acknowledge: (alarm: StoredAlarm, by: Actor) => void
  /** Where clients find it; null: nowhere at present. */
  readonly listening: (address: string | null) => void
}
export interface OpcuaServerView {
  readonly state: 'off' | 'starting' | 'up' | 'down'
  readonly endpoint: string | null
  /** Why it cannot listen, in the words of the system. */
  readonly why: string | null
  readonly sessions: number
  /** Alarms that there was no room for as conditions. */
  readonly unshownAlarms: number
}
export type OpcuaServer = ReturnType<typeof openOpcuaServer>
type Said = Extract<Question, { alarm: string }>

const program = new URL('../out/opcua/worker.ts', import.meta.url)
/** Ten thousand points take 130 MB; what clients make it hold beyond ends here. */
const HEAP_MB = 512
const FLUSH_MS = 200
/** Values of so many flushes may be under way; then they wait, and only the newest of each point is kept. */
const UNDER_WAY = 2

/** Of these the alarm itself says when they were. */
const ownTime = ['raised', 'cleared', 'acknowledged']

interface Running {
  readonly key: string
  readonly model: Model
  readonly options: ServerOptions
  readonly worker: Child<ToWorker>
  readonly index: ReadonlyMap<PointId, number>
  readonly dirty: Set<number>
  underWay: number
}

/**
 * The gateway's end of its OPC UA server; the server itself lives in a worker process. Whatever a client asks for is
 * decided here: who it is, what it may do, and what became of it.
 */
export function openOpcuaServer(deps: OpcuaServerDeps) {
  const { clock, log, bus, trail, users } = deps
  const folder = join(deps.secrets, 'pki', '@opcua-server')
  const pki = pkiOf(folder, 'server')
  const throttle = createThrottle(clock.now)
  let plant: RunningPlant | null = null
  let running: Running | null = null
  const off: OpcuaServerView = { state: 'off', endpoint: null, why: null, sessions: 0, unshownAlarms: 0 }
  let view = off
  /** Ends of commands that a client waits for, by id. */
  const awaited = new Map<string, (ended: Command | null) => void>()

  function start(options: ServerOptions, model: Model, key: string): Running {
    const said = (message: string, detail?: object) => log.warn({ ...detail }, `opcua server: ${message}`)
    const started = () => {
      pki.unlock()
      view = { ...off, state: 'starting' }
      mine.underWay = 0
      mine.worker.send({ t: 'open', options, model })
      everything(mine)
    }
    const died = () => {
      view = { ...off, state: 'down', why: 'the process of the OPC UA server ended; another one starts' }
      deps.listening(null)
    }
    const message = (m: FromWorker) => hear(mine, m)
    const mine: Running = {
      ...{ key, model, options, dirty: new Set<number>(), underWay: 0 },
      worker: child<ToWorker, FromWorker>(program, HEAP_MB, { started, died, message }, said),
      index: new Map(model.points.map((p, i) => [p.id, i])),
    }
    return mine
  }
  /** What a fresh process does not know yet, and one that has seen another site no more. */
  function everything(mine: Running) {
    for (let i = 0; i < mine.model.points.length; i++) mine.dirty.add(i)
    flush(mine, true)
    const facts = deps.alarms.open().flatMap(a => factsOf(a) ?? [])
    if (facts.length > 0) mine.worker.send({ t: 'alarms', alarms: facts })
  }
  function flush(mine: Running, now = false) {
    if (!plant || mine.dirty.size === 0 || (!now && mine.underWay >= UNDER_WAY)) return
    const values = valuesOf(mine.model.points, mine.dirty, plant.latest.get)
    mine.dirty.clear()
    mine.underWay++
    mine.worker.send({ t: 'values', values })
  }

  function hear(mine: Running, m: FromWorker) {
    if (mine !== running) return
    switch (m.t) {
      case 'up':
        view = { ...off, state: 'up', endpoint: m.endpoint }
        deps.listening(`${mine.options.host.includes(':') ? `[${mine.options.host}]` : mine.options.host}:${m.port}`)
        break
      case 'down':
        if (view.why !== m.why) log.error({ why: m.why }, 'the OPC UA server cannot listen')
        view = { ...off, state: 'down', why: m.why }
        deps.listening(null)
        break
      case 'count':
        if (view.unshownAlarms < m.unshown) log.error({ alarms: m.unshown }, 'OPC UA: more alarms than can be shown')
        view = { ...view, sessions: m.sessions, unshownAlarms: m.unshown }
        break
      case 'took':
        mine.underWay = Math.max(0, mine.underWay - 1)
        break
      case 'ask':
        void answer(m.question).then(
          found => {
            // A client that was told Good and reads at once must find it.
            if (m.question.what === 'write') flush(mine, true)
            mine.worker.send({ t: 'answer', id: m.id, answer: found })
          },
          error => {
            log.error({ error, what: m.question.what }, 'a question of the OPC UA server could not be answered')
            mine.worker.send({ t: 'answer', id: m.id, answer: undefined })
          },
        )
        break
    }
  }

  async function answer(q: Question): Promise<Answers[keyof Answers]> {
    switch (q.what) {
      case 'sign-in':
        return signIn(q)
      case 'write':
        return write(q)
      case 'acknowledge':
        return acknowledge(q)
      case 'comment':
        return comment(q)
      case 'raw':
        return raw(q)
      case 'steps':
        return steps(q)
    }
  }

  async function signIn({ name, password, address }: Extract<Question, { what: 'sign-in' }>): Promise<string | null> {
    try {
      const key = `${address} ${name.toLowerCase()}`
      const user = await throttle.attempt(address, key, () => users.check(name, password))
      // Events come to whoever subscribes, so whoever may not see alarms does not come in.
      if (user && !deps.needsMore(user) && may(user.role, 'plant.read') && may(user.role, 'alarm.read'))
        return user.name
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error
    }
    log.warn({ name: name.slice(0, 64), address }, 'sign-in over OPC UA failed')
    return null
  }
  /** As the person is now: a session may be older than the last change of a role. */
  const personOf = (name: string): (Actor & Pick<User, 'role'>) | null => {
    const user = users.get(name)
    return user && !user.disabled ? { name: user.name, role: user.role } : null
  }
  const via = (client: string) => `OPC UA${client ? ` (${client.slice(0, 100)})` : ''}`

  async function write({ user, client, point, value }: Extract<Question, { what: 'write' }>): Promise<string> {
    const actor = personOf(user)
    const live = plant?.commands
    if (!actor || !may(actor.role, 'command.request')) return 'BadUserAccessDenied'
    if (!live) return 'BadNoCommunication'
    if (live.spec(point)?.secondPerson) return 'BadNotWritable'
    let command: Command
    try {
      command = trail.change(actor, note => {
        const fresh = live.request(ulid(clock.now()), point, value, via(client), actor)
        deps.commands.put(note, fresh, actionsOf(null, fresh))
        return fresh
      })
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error
      return statusOfFault[error.code] ?? 'BadInternalError'
    }
    if (!isOpen(command)) return statusOfCommand(command.phase, command.why)
    const ended = new Promise<Command | null>(resolve => awaited.set(command.id, resolve))
    live.go(command)
    const last = await ended
    return last ? statusOfCommand(last.phase, last.why) : 'BadTimeout'
  }

  async function acknowledge(q: Said): Promise<string> {
    const actor = personOf(q.user)
    if (!actor || !may(actor.role, 'alarm.acknowledge')) return 'BadUserAccessDenied'
    const stored = deps.alarms.get(q.alarm)
    if (!stored) return 'BadNodeIdUnknown'
    if (stored.acked) return 'BadConditionBranchAlreadyAcked'
    deps.acknowledge(stored, actor)
    writeDown(q, actor)
    return deps.alarms.get(q.alarm)?.acked ? 'Good' : 'BadInvalidState'
  }
  /** Whoever may acknowledge may say something about it. */
  async function comment(q: Said): Promise<string> {
    const actor = personOf(q.user)
    if (!actor || !may(actor.role, 'alarm.acknowledge')) return 'BadUserAccessDenied'
    if (!deps.alarms.get(q.alarm)) return 'BadNodeIdUnknown'
    writeDown(q, actor)
    return 'Good'
  }
  function writeDown({ alarm, comment, client }: Said, actor: Actor) {
    const text = comment.trim().slice(0, 500)
    if (text) trail.change(actor, note => note('alarm-comment', alarm, 'written', { text, by: via(client) }))
  }

  const known = (id: PointId): Point | undefined => plant?.points.get(id)
  async function raw({ point, from, to, limit }: Extract<Question, { what: 'raw' }>): Promise<RawHistory | null> {
    const of = known(point)
    const [found] = of ? await deps.history.raw([of], from, to, limit) : []
    if (!found) return null
    const { n, times, codes, values, texts, demo, coarse, truncated } = found
    return {
      times: times.slice(0, n),
      codes: codes.slice(0, n),
      values: values.slice(0, n),
      texts: [...texts],
      demo: [...demo],
      coarse: [...coarse],
      truncated,
    }
  }
  async function steps({ point, edges }: Extract<Question, { what: 'steps' }>): Promise<StepHistory | null> {
    const of = known(point)
    const [found] = of ? await deps.history.steps([of], edges) : []
    if (!found) return null
    const { goodMs, min, max, mean, demo, coarse } = found
    return { goodMs, min, max, mean, demo: [...demo], coarse: [...coarse] }
  }

  const onRecord = ({ kind, id, action, time }: Entry) => {
    if (kind === 'command') {
      const command = awaited.has(id) ? deps.commands.get(id) : undefined
      if (!command || isOpen(command)) return
      awaited.get(id)!(command)
      awaited.delete(id)
    } else if (kind === 'alarm') {
      const stored = deps.alarms.get(id)
      const facts = stored && (ownTime.includes(action) ? factsOf(stored) : factsOf(stored, time))
      if (!facts || !running) return
      // The value that raised it first: a condition says how good what it rests on is.
      const i = running.index.get(facts.point)
      if (i !== undefined) running.dirty.add(i)
      flush(running, true)
      running.worker.send({ t: 'alarms', alarms: [facts] })
    } else if (kind === 'user' && (action === 'disabled' || action === 'password' || action === 'role'))
      running?.worker.send({ t: 'sign-out', user: id })
  }
  const stops = [
    bus.on('readings', readings => {
      if (!running) return
      for (const point of pointsOf(readings)) {
        const i = running.index.get(point)
        if (i !== undefined) running.dirty.add(i)
      }
    }),
    bus.on('record', entry => {
      if (running) onRecord(entry)
    }),
  ]
  let stopFlushing = () => {}

  async function end() {
    const old = running
    running = null
    stopFlushing()
    view = off
    for (const give of awaited.values()) give(null)
    awaited.clear()
    deps.listening(null)
    await old?.worker.close()
  }

  const certificates: Certificates = {
    list: pki.list,
    decide(fingerprint, decision) {
      const found = pki.decide(fingerprint, decision)
      if (found) running?.worker.send({ t: 'trust-changed' })
      return found
    },
  }
  return {
    /** The site that runs now. Clients stay when nothing of what they see is another one. */
    async use(site: RunningPlant): Promise<void> {
      plant = site
      const { opcuaServer } = site.site
      if (!opcuaServer) return end()
      const options = { ...opcuaServer, pkiFolder: folder, version: deps.version }
      const model = modelOf(site.site, site.points.values())
      const key = JSON.stringify([options, model])
      if (running?.key === key) return everything(running)
      await end()
      running = start(options, model, key)
      stopFlushing = clock.every(FLUSH_MS, () => {
        if (running) flush(running)
      })
      view = { ...off, state: 'starting' }
      running.worker.start()
    },
    view: (): OpcuaServerView => view,
    certificates,
    async stop() {
      for (const stop of stops) stop()
      await end()
    },
  }
}
