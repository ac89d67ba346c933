import type { WebSocket } from 'ws'
import { z } from 'zod'
import { samplesOf } from '../../drivers/batch.ts'
import type { PointId, Sample } from '../../drivers/point.ts'
import { may } from '../../rules/permission.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { Entry } from '../core/events.ts'
import { rateView } from './alarmfigures.ts'
import { commandView } from './commands.ts'
import type { LiveMessage } from './contract.ts'
import { type App, type Deps, type Identity, who } from './deps.ts'
import { messageForDisplay } from './fordisplay.ts'
import { identify } from './identity.ts'
import { runView } from './runbooks.ts'
import { silenceView } from './sound.ts'
import { equipmentNameOf, sampleView, workorderView } from './views.ts'

/** Samples of one moment travel together; a screen need not be quicker than the eye. */
const FLUSH_MS = 100
/** After a pause the first ones go sooner: a change seldom comes alone, and nobody is to wait for nothing. */
const GATHER_MS = 20
const BEAT_MS = 1000
/** So many samples in one message: ten thousand at once would stop a page for longer than an eye forgives. */
const PART = 500
/** Is the session still good? Asked each so many beats. */
const CHECK_BEATS = 10
/** More missed entries than this are not replayed: the screen loads anew. */
const MOST_REPLAYED = 2000
const MOST_SCREENS = 100
/** Of one account: what is left over is for the control room. */
const MOST_OF_ACCOUNT = 50
/** Asked so often whether somebody is there; who has not answered until the next time but one is cut off. */
const PING_BEATS = 6
/** A screen that takes nothing gets the newest later, not everything later; one that takes nothing for 5 s is cut off. */
const BUSY_BYTES = 1_000_000
const FROZEN_MS = 5000

interface Screen {
  readonly socket: WebSocket
  readonly identity: Identity
  /** Hears nothing that stands on no wall. */
  readonly display: boolean
  readonly alarms: boolean
  readonly workorders: boolean
  readonly commands: boolean
  readonly runbooks: boolean
  readonly patrol: boolean
  readonly stillSignedIn: () => boolean
  /** Answered the last question. */
  there: boolean
  /** Missed samples: send all of them when it takes data again. */
  behind: boolean
  busySince: number | null
}

export function liveRoutes(app: App, deps: Deps) {
  const screens = new Set<Screen>()
  const changed = new Map<PointId, Sample>()

  const send = (screen: Screen, message: LiveMessage) =>
    screen.socket.send(JSON.stringify(screen.display ? messageForDisplay(message) : message))
  const recordMessage = (kind: string, id: string, seq: number): LiveMessage | undefined => {
    if (kind === 'alarm') {
      const made = deps.alarmAt(id, seq)
      return made && { kind, seq, alarm: made.view }
    }
    if (kind === 'workorder') {
      const order = deps.workorders.get(id)
      return order && { kind, seq, workorder: workorderView(deps, order) }
    }
    if (kind === 'runbook') {
      const run = deps.runs.get(id)
      return run && { kind, seq, run: runView(deps, run) }
    }
    if (kind === 'patrol' || kind === 'round' || kind === 'patrol-tag') return { kind: 'patrol', seq }
    if (kind === 'sound') return { kind, seq, silence: silenceView(deps.alarmSound.silence()) }
    if (kind === 'command') {
      const given = deps.commands.get(id)
      return given && { kind, seq, command: commandView(given) }
    }
    return undefined
  }
  const mayHear = (screen: Screen, message: LiveMessage): boolean =>
    message.kind === 'alarm' || message.kind === 'sound'
      ? screen.alarms
      : message.kind === 'workorder'
        ? screen.workorders
        : message.kind === 'command'
          ? screen.commands
          : message.kind === 'runbook'
            ? screen.runbooks
            : message.kind === 'patrol'
              ? screen.patrol
              : true

  const items = (samples: Iterable<Sample>) => [...samples].map(s => ({ point: s.point, ...sampleView(s) }))
  const inParts = (samples: readonly Sample[]): LiveMessage[] =>
    Array.from({ length: Math.ceil(samples.length / PART) }, (_, n) => ({
      kind: 'samples',
      items: items(samples.slice(n * PART, (n + 1) * PART)),
    }))
  const sendAll = (screen: Screen) => {
    for (const part of inParts(deps.plant()?.latest.all() ?? [])) send(screen, part)
  }

  const idle = () => {}
  let flushing = idle
  let flushedAt = Number.NEGATIVE_INFINITY
  /** Soon, for all that comes until then. Without a screen nothing is waited for. */
  const soon = () => {
    if (flushing !== idle) return
    // A clock that was set back must not hold anything up.
    const wait = Math.min(FLUSH_MS, flushedAt + FLUSH_MS - deps.clock.now())
    flushing = deps.clock.after(Math.max(GATHER_MS, wait), flush)
  }
  const flush = () => {
    flushing = idle
    flushedAt = deps.clock.now()
    tellRate()
    if (changed.size === 0) return
    const texts = screens.size > 0 ? inParts([...changed.values()]).map(part => JSON.stringify(part)) : []
    changed.clear()
    for (const screen of screens) {
      if (screen.socket.bufferedAmount > BUSY_BYTES) screen.behind = true
      else if (screen.behind) {
        screen.behind = false
        sendAll(screen)
      } else for (const text of texts) screen.socket.send(text)
    }
  }
  const record = (entry: Entry) => {
    if (['user', 'session', 'token'].includes(entry.kind)) for (const screen of screens) endIfSignedOut(screen)
    if (screens.size === 0) return
    soon()
    const message = recordMessage(entry.kind, entry.id, entry.seq)
    if (!message) return
    const text = JSON.stringify(message)
    for (const screen of screens)
      if (mayHear(screen, message)) {
        if (screen.display) send(screen, message)
        else screen.socket.send(text)
      }
  }
  const endIfSignedOut = (screen: Screen) => {
    if (!screen.stillSignedIn()) screen.socket.close(4401, 'signed out')
  }
  const storage = (): LiveMessage => {
    const plant = deps.plant()
    const waiting = plant?.alarms.waiting() ?? []
    return {
      kind: 'storage',
      since: isoOrNull(deps.storageSince()),
      history: isoOrNull(deps.history.failedSince()),
      waiting: waiting.map(({ rule, alarm }) => ({
        id: alarm.id,
        text: rule.text,
        severity: rule.severity,
        equipmentName: equipmentNameOf(plant!.site, alarm.point),
      })),
    }
  }
  let storageTold = JSON.stringify({ kind: 'storage', since: null, history: null, waiting: [] })
  const tellStorage = () => {
    const text = JSON.stringify(storage())
    if (text === storageTold) return
    storageTold = text
    for (const screen of screens) screen.socket.send(text)
  }
  let rateTold = JSON.stringify({ kind: 'alarm-rate', ...rateView(deps) })
  const tellRate = () => {
    const rate = rateView(deps)
    const text = JSON.stringify({ kind: 'alarm-rate', ...rate })
    // While there is no flood the count is nobody's business each second.
    if (text === rateTold || (!rate.flood && !rateTold.includes('"flood":true'))) return
    rateTold = text
    for (const screen of screens) if (screen.alarms) screen.socket.send(text)
  }
  let beats = 0
  const beat = () => {
    beats++
    tellStorage()
    // Whoever has heard the beat has heard all that was before it.
    flushing()
    flush()
    const now = deps.clock.now()
    const text = JSON.stringify({ kind: 'beat', now: iso(now) })
    for (const screen of screens) {
      screen.busySince = screen.socket.bufferedAmount > BUSY_BYTES ? (screen.busySince ?? now) : null
      if (screen.busySince !== null && now - screen.busySince > FROZEN_MS) screen.socket.terminate()
      else screen.socket.send(text)
      if (beats % PING_BEATS === 0) {
        // Half a message without an end, or a machine that is gone: it would be kept for ever.
        if (!screen.there) screen.socket.terminate()
        screen.there = false
        if (screen.socket.readyState === screen.socket.OPEN) screen.socket.ping()
      }
      if (beats % CHECK_BEATS === 0) endIfSignedOut(screen)
    }
  }

  const stops = [
    deps.bus.on('readings', readings => {
      if (screens.size === 0) return
      for (const sample of samplesOf(readings)) changed.set(sample.point, sample)
      soon()
    }),
    deps.bus.on('record', record),
    deps.bus.on('site', () => {
      for (const screen of screens) {
        send(screen, { kind: 'site' })
        sendAll(screen)
      }
    }),
    () => flushing(),
    deps.clock.every(BEAT_MS, beat),
  ]
  app.addHook('preClose', async () => {
    for (const stop of stops) stop()
    for (const screen of screens) screen.socket.close(1001, 'the gateway stops')
  })

  app.get(
    '/api/v1/live',
    {
      websocket: true,
      config: { access: 'plant.watch' },
      schema: {
        tags: ['live'],
        summary: 'WebSocket: samples, alarms, orders and commands as they change. Resumes after `since`.',
        querystring: z.object({
          since: z.coerce.number().int().min(0).optional(),
          epoch: z.string().max(64).optional(),
        }),
      },
    },
    (socket, request) => {
      if (screens.size >= MOST_SCREENS) return socket.close(1013, 'too many screens')
      const identity = who(request)
      const own = [...screens].filter(s => s.identity.user.name === identity.user.name)
      if (own.length >= MOST_OF_ACCOUNT) return socket.close(1013, 'too many screens of this account')
      const { role } = identity.user
      const screen: Screen = {
        socket,
        identity,
        display: role === 'display',
        alarms: may(role, 'alarm.watch'),
        workorders: may(role, 'workorder.read'),
        commands: may(role, 'command.read'),
        runbooks: may(role, 'alarm.watch'),
        patrol: may(role, 'patrol.read'),
        stillSignedIn: () => identify(deps, request)?.user.role === role,
        there: true,
        behind: false,
        busySince: null,
      }
      socket.on('pong', () => {
        screen.there = true
      })
      socket.on('error', () => {})
      socket.on('close', () => screens.delete(screen))

      const { since, epoch } = request.query as { since?: number; epoch?: string }
      const head = deps.trail.head()
      const known = since !== undefined && epoch === deps.trail.epoch && since <= head
      const missed = known ? deps.trail.after(since, MOST_REPLAYED + 1) : []
      const resync = !known || missed.length > MOST_REPLAYED
      send(screen, { kind: 'hello', seq: head, epoch: deps.trail.epoch, now: iso(deps.clock.now()), resync })
      sendAll(screen)
      if (deps.storageSince() !== null || deps.history.failedSince() !== null) send(screen, storage())
      const rate = rateView(deps)
      if (rate.flood && screen.alarms) send(screen, { kind: 'alarm-rate', ...rate })
      if (!resync) {
        const last = new Map(missed.map(e => [`${e.kind} ${e.id}`, e]))
        for (const entry of last.values()) {
          const message = recordMessage(entry.kind, entry.id, entry.seq)
          if (message && mayHear(screen, message)) send(screen, message)
        }
      }
      screens.add(screen)
    },
  )
  return { screens: () => screens.size }
}
