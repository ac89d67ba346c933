import { ulid } from 'ulid'
import { judge, type Point, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { alarmId, isTest, stateOf } from '../../rules/alarm.ts'
import { type Command, isOpen } from '../../rules/command.ts'
import type { Role } from '../../rules/flow.ts'
import {
  atRest,
  overBy,
  type Proof,
  type ProofEnd,
  pointsOf,
  proofUntil,
  type ShownOn,
  type Stated,
  testRule,
} from '../../rules/proof.ts'
import { type ProofFacts, passed, reportOf } from '../../rules/proofreport.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import { fail, GatehouseError } from '../core/errors.ts'
import { type Actor, type Entry, type Events, GATEWAY } from '../core/events.ts'
import type { Plant } from '../http/deps.ts'
import { placeIn } from '../http/views.ts'
import type { AsideAlarm } from '../live/alarms.ts'
import { splitPoint } from '../out/topics.ts'
import type { Alarms } from '../records/alarms.ts'
import { actionsOf, type Commands } from '../records/commands.ts'
import type { Proofs } from '../records/proofs.ts'
import type { Note, Trail } from '../records/trail.ts'
import { provable, sirenFor, sirensOf } from './provable.ts'

export interface ProofDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly bus: Bus<Events>
  readonly alarms: Alarms
  readonly commands: Commands
  readonly proofs: Proofs
  /** Null while no site runs. */
  readonly plant: () => Plant | null
  readonly failed: (error: unknown) => void
}
export interface ProofAsk {
  readonly rule: string
  readonly point: PointId
  readonly values: readonly { readonly point: PointId; readonly value: Value }[]
  readonly siren: PointId | null
  readonly why: string
}
export type ProofKeeper = ReturnType<typeof keepProofs>
type Person = Actor & { readonly role: Role }

const LOOK_EVERY_MS = 500
const MOST_SHOWN = 20
/** A siren that does not answer is asked to be silent so often, and then people are told. */
const MOST_TRIES = 5
const TRY_AGAIN_MS = 5000

/**
 * Keeps the proofs of alarms: one at a time in the whole building, so that nobody in the control room takes one for another. The
 * alarm of the test is fed here and walks the way of every alarm: judged, recorded, told, acknowledged.
 * What a killed predecessor left is laid to rest at the start, and its siren is switched off.
 */
export function keepProofs(deps: ProofDeps) {
  const { clock, trail, bus, alarms, commands, proofs, plant } = deps
  let running: { proof: Proof; readonly aside: AsideAlarm; readonly plant: Plant; readonly by: Person } | null = null
  /** The real alarm of the rule that is being proved has come. */
  let real = false
  /** Ended, but their siren is not known to be silent. */
  const sounding = new Map<string, Proof>()

  const readReal = (at: Plant, points: readonly PointId[]): Sample[] => points.flatMap(id => at.latest.get(id) ?? [])

  /** What the trail says of the way of a proof. */
  function factsOf(proof: Proof): ProofFacts {
    const end = trail.of('proof', proof.id, proof.seq).find(e => e.action === 'ended')?.seq ?? Number.POSITIVE_INFINITY
    const mine = (e: Entry) => e.seq < end && e.data.proof === undefined
    return {
      events: trail
        .of('alarm', proof.test, proof.seq)
        .filter(mine)
        .map(e => ({ at: e.time, action: e.action, by: e.actor })),
      // A channel may have told it after the end.
      notices: trail
        .of('notice', proof.test, proof.seq)
        .filter(e => ['told', 'not-told'].includes(e.action) && ['raised', 'escalated'].includes(String(e.data.event)))
        .filter(e => (e.data.of as number) < end)
        .map(e => ({
          ...{ at: e.time, told: e.action === 'told', channel: String(e.data.channel) },
          to: e.data.to as string[],
        })),
      on: commandOf(proof.siren?.on),
      off: commandOf(proof.siren?.off),
    }
  }
  const commandOf = (id: string | null | undefined): Command | null => (id ? (commands.get(id) ?? null) : null)
  const verdict = (proof: Proof): boolean => passed(proof, reportOf(proof, factsOf(proof)))

  /** Inside a change: the alarm of the test is at rest, the proof is over. */
  function conclude(note: Note, proof: Proof, end: ProofEnd, by: string | null): Proof {
    const now = clock.now()
    const facts = factsOf(proof)
    const stored = alarms.get(proof.test)
    if (stored && stateOf(stored) !== 'NORM') {
      const rest = { ...stored, ...atRest(stored, now) }
      // Whoever was told that it came is told that it is gone; the report does not take it for a return.
      if (stored.active) alarms.put(note, rest, 'cleared', { proof: proof.no })
      alarms.put(note, rest, 'proof-ended', { proof: proof.no })
    }
    const over: Proof = { ...proof, end, endedAt: now, endedBy: by }
    const went = passed(over, reportOf(over, facts))
    const due = sirenDue(over)
    proofs.put(note, over, went, due, 'ended', { end, passed: went })
    if (due) sounding.set(over.id, over)
    return over
  }
  // A real alarm needs its siren: it goes on, and people switch it off as they always do.
  const sirenDue = ({ siren, end }: Proof): boolean => typeof siren?.on === 'string' && end !== 'real-alarm'

  for (const { passed: _, ...left } of proofs.open()) {
    if (left.end !== null) sounding.set(left.id, left)
    else
      trail.change(GATEWAY, note => {
        // One whose values did not make it true ends in the moment in which it begins.
        conclude(note, { ...left, trueAt: left.trueAt ?? left.at }, 'restart', null)
      })
  }

  function end(how: ProofEnd, by: Actor | null): Proof | null {
    if (!running) return null
    const { proof, aside } = running
    const over = trail.change(by ?? GATEWAY, note => conclude(note, proof, how, by?.name ?? null))
    running = null
    aside.end()
    return over
  }

  function sirenOn(): void {
    if (!running) return
    const { proof, by } = running
    const { siren } = proof
    if (!siren || siren.on !== null || siren.refused !== null) return
    const live = running.plant.commands
    const keep = (note: Note, next: Proof['siren'], data: object) => {
      const after = { ...proof, siren: next }
      proofs.put(note, after, null, next?.on !== null, 'siren', { point: siren.point, ...data })
      return after
    }
    try {
      const [command, after] = trail.change(by, note => {
        const made = live.request(ulid(clock.now()), siren.point, true, proof.no, by)
        commands.put(note, made, actionsOf(null, made))
        return [made, keep(note, { ...siren, on: made.id }, { command: made.id })] as const
      })
      running.proof = after
      live.go(command)
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error
      const { code } = error
      running.proof = trail.change(GATEWAY, note => keep(note, { ...siren, refused: code }, { refused: code }))
    }
  }

  /** Switches the siren of a proof off that is over, and looks whether it is. */
  function hush(proof: Proof): void {
    const live = plant()?.commands
    const { siren } = proof
    if (!live || !siren) return
    const [on, off] = [commandOf(siren.on), commandOf(siren.off)]
    if ((on && isOpen(on)) || (off && isOpen(off))) return
    const needed =
      on !== null && on.phase !== 'refused' && live.spec(siren.point) && alarms.get(proof.alarm)?.active !== true
    if (!needed || off?.phase === 'confirmed' || siren.tries >= MOST_TRIES) {
      trail.change(GATEWAY, note => {
        const silent = off?.phase === 'confirmed' || on?.phase === 'refused'
        proofs.put(note, proof, verdict(proof), false, 'siren-ended', { point: siren.point, silent })
      })
      return void sounding.delete(proof.id)
    }
    if (off && clock.now() - (off.endedAt ?? 0) < TRY_AGAIN_MS) return
    const made = live.automatic(ulid(clock.now()), siren.point, false, proof.no, false)
    if (!made) return
    const next: Proof = { ...proof, siren: { ...siren, off: made.command.id, tries: siren.tries + 1 } }
    trail.change(GATEWAY, note => {
      commands.put(note, made.command, actionsOf(null, made.command))
      proofs.put(note, next, false, true, 'siren', { point: siren.point, command: made.command.id })
    })
    sounding.set(next.id, next)
    live.go(made.command)
  }

  function look(): void {
    try {
      if (running) {
        const { aside, plant: mine } = running
        const here = plant() === mine
        if (here && running.proof.returnedAt !== null)
          aside.tell(readReal(mine, pointsOf(aside.rule.when, running.proof.point)))
        if (here && !real && aside.alarm().count > 0) sirenOn()
        const over = overBy(running.proof, here ? aside.alarm() : undefined, real, clock.now())
        if (over) end(over, null)
      }
      for (const proof of [...sounding.values()]) hush(proof)
    } catch (error) {
      deps.failed(error)
    }
  }
  let soon: (() => void) | null = null
  const lookSoon = () => {
    soon ??= clock.after(0, () => {
      soon = null
      look()
    })
  }
  const stops = [
    clock.every(LOOK_EVERY_MS, look),
    bus.on('site', lookSoon),
    bus.on('record', ({ kind, id, action }) => {
      if (kind === 'command' && sounding.size > 0) lookSoon()
      if (kind !== 'alarm' || !running) return
      if (!isTest(id) && action === 'raised' && id.startsWith(`${running.proof.rule}:`)) real = true
      else if (id !== running.proof.test) return
      // Not in the middle of telling what was just written.
      lookSoon()
    }),
    clock.onJump(offsetMs => {
      if (running) running.proof = { ...running.proof, until: running.proof.until + offsetMs }
    }),
  ]

  const busy = () => {
    if (running) fail('proving-runs', { no: running.proof.no, by: running.proof.by })
  }
  const mine = (id: string) => (running?.proof.id === id ? running : fail('proving-over'))

  return {
    running: (): Proof | null => running?.proof ?? null,
    sirens: (role: Role): readonly Point[] => sirensOf(plant()!, role),
    factsOf,
    /**
     * Decides about a proof, inside a change. Nothing is fed yet: the caller calls `go` when it is on the disk.
     * @throws not-found, proving-runs, proving-not-by-value, proving-too-long, proving-no-point, proving-not-normal, proving-point-bad, proving-value, proving-siren
     */
    begin(note: Note, asked: ProofAsk, by: Person): Proof {
      busy()
      const now = clock.now()
      const { at, rule, points } = provable(plant(), asked.rule, asked.point)
      const stated: Stated[] = asked.values.map(({ point, value }) => {
        if (!points.includes(point)) fail('proving-no-point', { point })
        const known = at.points.get(point)!
        const said = judge(known, value, now)
        if (said.quality !== 'good')
          fail('proving-value', { point: known.name, min: known.range?.[0] ?? '–', max: known.range?.[1] ?? '–' })
        const was = at.latest.get(point)!
        return { point, name: known.name, unit: known.unit ?? null, value, was: was.value! }
      })
      const [equipment] = splitPoint(asked.point)
      const place = placeIn(at.site, equipment)
      return proofs.add(note, {
        ...{
          rule: rule.id,
          alarm: alarmId(rule.id, asked.point),
          test: alarmId(testRule(rule, asked.point).id, asked.point),
        },
        ...{
          point: asked.point,
          text: rule.text,
          severity: rule.severity,
          values: stated,
          why: asked.why,
          by: by.name,
        },
        equipmentName: place?.equipmentName ?? { 'zh-CN': equipment, en: equipment },
        space: place?.space ?? null,
        ...{
          delayOnS: rule.delayOnS,
          delayOffS: rule.delayOffS,
          siren: asked.siren === null ? null : sirenFor(at, asked.siren, by),
        },
        ...{ at: now, until: proofUntil(rule, now), seq: trail.head(), trueAt: null, shown: [] },
        ...{ returnedAt: null, returnedBy: null, end: null, endedAt: null, endedBy: null },
      })
    },
    /** Feeds the stated values beside the real ones. Once per proof. */
    go(proof: Proof, by: Person): Proof {
      busy()
      const at = plant()
      const rule = at?.alarms.ruleOf(proof.alarm)
      if (!at || !rule) return fail('not-found', { what: proof.rule })
      const aside = at.alarms.aside(testRule(rule, proof.point), proof.point)
      real = false
      running = { proof, aside, plant: at, by }
      const now = clock.now()
      const before = readReal(at, pointsOf(rule.when, proof.point))
      aside.tell(before)
      aside.tell(proof.values.map(({ point, value }) => judge(at.points.get(point)!, value, now)))
      const { turningSince, active } = aside.alarm()
      if (turningSince !== null || active) running.proof = { ...proof, trueAt: now }
      look()
      return running?.proof ?? proofs.one(proof.id)
    },
    /** The stated values are taken away: the test sees what the points really say. @throws proving-over */
    back(id: string, by: Actor): void {
      const one = mine(id)
      if (one.proof.returnedAt !== null) return
      const next = { ...one.proof, returnedAt: clock.now(), returnedBy: by.name }
      trail.change(by, note => proofs.put(note, next, null, next.siren?.on != null, 'returned'))
      one.proof = next
      look()
    },
    /** @throws proving-over */
    stop(id: string, by: Actor): void {
      mine(id)
      end('stopped', by)
      look()
    },
    /** A page shows the alarm to this person. Again does no harm. @throws proving-over */
    shown(id: string, by: Actor, sound: ShownOn['sound']): void {
      const one = mine(id)
      const { shown } = one.proof
      const raised = one.aside.alarm().count > 0
      if (!raised || shown.length >= MOST_SHOWN || shown.some(s => s.by === by.name && s.sound === sound)) return
      const next = { ...one.proof, shown: [...shown, { at: clock.now(), by: by.name, sound }] }
      trail.change(by, note => proofs.put(note, next, null, next.siren?.on != null, 'shown', { sound }))
      one.proof = next
    },
    /** @throws as `begin`, for what can be known before any value is stated */
    provable: (rule: string, point: PointId) => provable(plant(), rule, point),
    close() {
      soon?.()
      for (const stop of stops) stop()
    },
  }
}
