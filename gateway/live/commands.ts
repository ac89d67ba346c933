import type { Link, WriteResult } from '../../drivers/driver.ts'
import type { Point, PointId, Sample, Text, Value } from '../../drivers/point.ts'
import {
  begin,
  beginRelease,
  type Circumstances,
  type Command,
  type CommandReason,
  type CommandSpec,
  DONE,
  end,
  isOpen,
  type Refusal,
  readsBack,
  SECOND_PERSON_MS,
  second,
  valueProblem,
} from '../../rules/command.ts'
import type { Role } from '../../rules/flow.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import { interlockReader } from './interlocks.ts'
import { unlessAborted } from './unless.ts'

export interface CommandDeps {
  readonly clock: Clock
  readonly specs: ReadonlyMap<PointId, CommandSpec>
  readonly points: ReadonlyMap<PointId, Point>
  readonly get: (point: PointId) => Sample | undefined
  /** Null: not heard since the start. */
  readonly online: (equipment: string) => boolean | null
  readonly link: (equipment: string) => Link | undefined
  /** Takes what was read back, as from the poller. */
  readonly take: (samples: readonly Sample[]) => void
  /** A reason why nothing may be commanded at this equipment, such as a tag that hangs on it. */
  readonly blocked: (equipment: string) => Text | null
  /** A way out that a fire has opened and that this value would shut; null: none. */
  readonly heldOpen?: (point: PointId, value: Value) => Text | null
  /** What lacks of the check list before this start; null: nothing. Linkage is not asked for one. */
  readonly preStart?: (point: PointId, value: Value) => Text | null
  readonly open: () => readonly Command[]
  readonly lastSentAt: (point: PointId) => number | null
  /** Stores the command as it ended, and tells of it. Throws when the disk does. */
  readonly ended: (command: Command) => void
  readonly failed: (error: unknown) => void
}
export type LiveCommands = ReturnType<typeof runCommands>

const READ_BACK_EVERY_MS = 250
const STORE_AGAIN_MS = 1000
const LOOK_EVERY_MS = 1000

const equipmentOf = (point: PointId): string => point.slice(0, point.indexOf('/'))

/**
 * The only place of the gateway that writes to a device. A command is on the disk before its first byte is on the wire,
 * so that one that a crash cuts off is found; it is done when it was read back, and not before.
 */
export function runCommands(deps: CommandDeps) {
  const { clock, specs, points } = deps
  const stopping = new AbortController()
  const reread = interlockReader(deps)
  const underWay = new Set<Promise<void>>()
  /** Fire releases by id, and how to end what stands in the way of one. */
  const releases = new Set<string>()
  /** Commands of the gateway itself, by id: a check list of people must not hold up what a fire asks for. */
  const automatics = new Set<string>()
  const overtake = new Map<string, AbortController>()

  const about = (point: PointId, value: Value, byPerson = true): Circumstances => ({
    preStart: byPerson ? (deps.preStart?.(point, value) ?? null) : null,
    heldOpen: deps.heldOpen?.(point, value) ?? null,
    blocked: deps.blocked(equipmentOf(point)),
    online: deps.online(equipmentOf(point)),
    get: deps.get,
    wrongDevice: deps.get(point)?.reason === 'wrong-device',
    lastSentAt: deps.lastSentAt(point),
  })
  const shown = (spec: CommandSpec): Value | null => {
    const sample = deps.get(spec.readBack.points[0]!)
    return sample?.quality === 'good' ? sample.value : null
  }
  function specFor(point: PointId, role: Role): CommandSpec {
    const spec = specs.get(point) ?? fail('command-none', { point })
    if (!spec.roles.includes(role)) fail('command-role', { role, point })
    return spec
  }

  async function carryOut(command: Command, spec: CommandSpec): Promise<void> {
    const point = points.get(command.point)!
    const link = deps.link(equipmentOf(command.point))
    const late = new AbortController()
    const stopTimer = clock.after(spec.confirmWithinS * 1000, () => late.abort())
    // The other half is for the write and its read-back.
    const half = new AbortController()
    const stopHalf = clock.after(spec.confirmWithinS * 500, () => half.abort())
    const overtaken = new AbortController()
    overtake.set(command.id, overtaken)
    const signal = AbortSignal.any([late.signal, stopping.signal, overtaken.signal])
    const release = releases.delete(command.id)
    const byPerson = !automatics.delete(command.id)
    const refuse = (no: Refusal) => store(end(command, 'refused', no, clock.now()))
    const finish = (phase: 'confirmed' | 'not-confirmed' | 'refused', why: CommandReason | null, read: Value | null) =>
      store(end(command, phase, why === null ? DONE : { why, text: null }, clock.now(), read))
    try {
      // The samples that let it pass may be a scan old: one look at what the interlocks rest on, as late as possible.
      if (!release) {
        const broken = await reread(spec, command.value, AbortSignal.any([half.signal, stopping.signal]))
        const open = deps.heldOpen?.(command.point, command.value)
        if (open) return refuse({ why: 'fire-release', text: open })
        const tag = deps.blocked(equipmentOf(command.point))
        if (tag) return refuse({ why: 'tagged', text: tag })
        const lack = byPerson ? deps.preStart?.(command.point, command.value) : null
        if (lack) return refuse({ why: 'pre-start-open', text: lack })
        if (broken) return refuse(broken)
      }
      if (overtaken.signal.aborted) return
      const written = await writeTo(link, point, command.value, signal)
      if (!written.ok && (written.reason === 'refused' || written.reason === 'read-only'))
        return finish('refused', written.reason === 'read-only' ? 'read-only' : 'refused-by-device', null)
      // No answer does not mean not done: only reading tells. A lost connection may have been lost after the write.
      const { done, read } = await look(link, command, spec, signal)
      if (done) return finish('confirmed', null, read)
      if (stopping.signal.aborted) return finish('not-confirmed', 'interrupted', read)
      finish('not-confirmed', !written.ok ? 'no-answer' : done === false ? 'reads-otherwise' : 'no-read-back', read)
    } finally {
      overtake.delete(command.id)
      stopTimer()
      stopHalf()
    }
  }

  async function look(link: Link | undefined, command: Command, spec: CommandSpec, signal: AbortSignal) {
    const wanted = spec.readBack.points.map(id => points.get(id)!)
    let last: { readonly done: boolean | undefined; readonly read: Value | null } = { done: undefined, read: null }
    while (link && !signal.aborted) {
      const samples = (await unlessAborted(signal, link.read(wanted, signal, true))) ?? []
      // What comes when the time is over is no reading, but a call that was given up.
      if (!signal.aborted) {
        deps.take(samples)
        last = { done: readsBack(spec, command.value, samples), read: samples[0]?.value ?? null }
        if (last.done) return last
        await pause(READ_BACK_EVERY_MS, signal)
      }
    }
    return last
  }

  const pause = (ms: number, signal: AbortSignal) =>
    new Promise<void>(resolve => {
      const over = () => {
        stop()
        signal.removeEventListener('abort', over)
        resolve()
      }
      const stop = clock.after(ms, over)
      signal.addEventListener('abort', over, { once: true })
      if (signal.aborted) over()
    })

  /** A result that cannot be stored is tried again; should the gateway end first, the next start finds it in flight. */
  function store(command: Command): void {
    // The release that overtook it has stored its end.
    if (overtake.get(command.id)?.signal.aborted) return
    try {
      deps.ended(command)
    } catch (error) {
      deps.failed(error)
      if (!stopping.signal.aborted) clock.after(STORE_AGAIN_MS, () => store(command))
    }
  }

  const stopLooking = clock.every(LOOK_EVERY_MS, () => {
    for (const command of deps.open()) {
      if (command.phase !== 'awaiting') continue
      const why: CommandReason | undefined = !specs.has(command.point)
        ? 'no-longer-offered'
        : clock.now() - command.requestedAt > SECOND_PERSON_MS
          ? 'second-person-late'
          : undefined
      if (why) store(end(command, 'refused', { why, text: null }, clock.now()))
    }
  })

  return {
    /**
     * Decides about a request. Nothing is sent: the caller stores the command, and calls `go` when it is on the disk.
     * @throws command-none, command-role, command-kind, command-values, command-range, command-step, command-busy
     */
    request(id: string, point: PointId, value: Value, reason: string, by: Actor & { readonly role: Role }): Command {
      const spec = specFor(point, by.role)
      const wrong = valueProblem(spec, points.get(point)!.kind, value)
      if (wrong)
        fail(wrong, {
          min: spec.range?.[0] ?? '',
          max: spec.range?.[1] ?? '',
          step: spec.step ?? '',
          values: spec.values?.join(', ') ?? '',
          kind: points.get(point)!.kind,
        })
      const busy = deps.open().find(c => c.point === point)
      if (busy) fail('command-busy', { by: busy.requestedBy })
      const asked = { id, point, value, was: shown(spec), reason, requestedBy: by.name }
      return begin(spec, asked, about(point, value), clock.now())
    },
    /**
     * What a fire makes the gateway do by itself. As `request`, nothing is sent yet. With `egress`, to a value that the point
     * names as its release, nothing holds it up; what is under way for this point is ended in its favour.
     * @returns undefined: the same is under way, or the point takes no such command
     */
    automatic(id: string, point: PointId, value: Value, reason: string, egress: boolean) {
      const spec = specs.get(point)
      if (!spec || !points.has(point)) return undefined
      const asked = { id, point, value, was: shown(spec), reason, requestedBy: GATEWAY.name }
      const before = deps.open().filter(c => c.point === point)
      if (!egress || !spec.release?.includes(value)) {
        if (before.length > 0 || spec.secondPerson) return undefined
        const command = begin(spec, asked, about(point, value, false), clock.now())
        if (command.phase === 'sent') automatics.add(id)
        return { command, overtaken: [] }
      }
      if (before.some(c => c.phase === 'sent' && c.value === value)) return undefined
      const why = { why: 'fire-release', text: null } as const
      const overtaken = before.map(c => end(c, c.phase === 'sent' ? 'not-confirmed' : 'refused', why, clock.now()))
      for (const c of before) overtake.get(c.id)?.abort()
      releases.add(id)
      return { command: beginRelease(asked, clock.now()), overtaken }
    },
    /** The second person's word. As `request`, nothing is sent yet. @throws command-not-awaiting, command-same-person */
    second(command: Command, word: 'confirm' | 'refuse', by: Actor & { readonly role: Role }): Command {
      const spec = specFor(command.point, by.role)
      const next = second(spec, command, word, by.name, about(command.point, command.value), clock.now())
      return 'wrong' in next ? fail(next.wrong) : next
    },
    /** Sends what is stored as sent. Once per command: the caller calls it with what it has itself just stored. */
    go(command: Command): void {
      if (command.phase !== 'sent') return
      const work = carryOut(command, specs.get(command.point)!).catch(deps.failed)
      underWay.add(work)
      void work.finally(() => underWay.delete(work))
    },
    spec: (point: PointId): CommandSpec | undefined => specs.get(point),
    /** Whatever is under way ends as not confirmed. */
    async stop() {
      stopLooking()
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}

const writeTo = async (
  link: Link | undefined,
  point: Point,
  value: Value,
  signal: AbortSignal,
): Promise<WriteResult> => {
  if (!link?.write) return { ok: false, reason: 'read-only' }
  // A driver promises to end and not to throw; should it break its word, nobody knows how far it came.
  return (await unlessAborted(signal, link.write(point, value, signal))) ?? { ok: false, reason: 'timeout' }
}

/** A command that a predecessor left in flight: it may or may not have reached the device. */
export const interrupted = (command: Command, now: number): Command =>
  isOpen(command) && command.phase === 'sent'
    ? end(command, 'not-confirmed', { why: 'interrupted', text: null }, now)
    : command
