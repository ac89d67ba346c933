import { setImmediate } from 'node:timers/promises'
import { isTest, silenced, stateOf } from '../../rules/alarm.ts'
import { DAY_MS, type Figures, figuresOf, remedyOf, type Source } from '../../rules/alarmfigures.ts'
import { flood } from '../../rules/flood.ts'
import type { Severity } from '../../rules/rule.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor, Entry } from '../core/events.ts'
import type { StoredAlarm } from '../records/alarms.ts'
import {
  type AlarmFigures,
  type AlarmRateView,
  alarmFigures,
  alarmRate,
  figuresAsk,
  type RemedyDone,
  remedyAsk,
  remedyDone,
  remedyUndo,
} from './contract.ts'
import { type App, type Deps, type Plant, who } from './deps.ts'
import { placeIn } from './views.ts'

/** So many lines of the trail at once: a month of floods must not stop the polling. */
const LINES = 1000
const WORST = 10
const STALE_MS = DAY_MS

export const rateView = (deps: Deps): AlarmRateView => {
  const { count, since } = deps.alarmRate.now()
  return { flood: since !== null, since: isoOrNull(since), count, enter: flood.enter, leave: flood.leave }
}

export function alarmFigureRoutes(app: App, deps: Deps) {
  const tags = ['alarms']
  app.get(
    '/api/v1/alarm-rate',
    {
      config: { access: 'alarm.watch' },
      schema: {
        tags,
        summary: 'How many alarms called in the last ten minutes, and whether that is a flood',
        response: { 200: alarmRate },
      },
    },
    async () => ({ ...rateView(deps), perMinute: deps.alarmRate.perMinute() }),
  )
  app.get(
    '/api/v1/alarm-figures',
    {
      config: { access: 'alarm.read' },
      schema: {
        tags,
        summary: 'Key figures of the alarm system over some days, and the ten that call most, each with a remedy',
        querystring: figuresAsk,
        response: { 200: alarmFigures },
      },
    },
    async request => figures(deps, request.query.days),
  )
  app.post(
    '/api/v1/alarm-remedies',
    {
      config: { access: 'rule.tune' },
      schema: {
        tags,
        summary: 'Changes a delay or the deadband of a rule of the site; the site runs on with it',
        body: remedyAsk,
        response: { 200: remedyDone },
      },
    },
    async request => {
      const { rule, kind, to } = request.body
      return tune(deps, who(request).actor, rule, kind, to, 'tuned')
    },
  )
  app.post(
    '/api/v1/alarm-remedies/undo',
    {
      config: { access: 'rule.tune' },
      schema: {
        tags,
        summary: 'Takes the last such change of a rule back, as long as nobody has changed it since',
        body: remedyUndo,
        response: { 200: remedyDone },
      },
    },
    async request => {
      const { rule } = request.body
      const last = lastTuned(deps, rule)
      if (!last) return fail('nothing-to-undo', { rule })
      return tune(deps, who(request).actor, rule, last.word, last.was, 'tuned-back', last.now)
    },
  )
}

interface Tuned {
  readonly at: number
  readonly by: string
  readonly word: RemedyDone['kind']
  readonly was: number | null
  readonly now: number | null
}
/** The last change of a rule that was not taken back. */
function lastTuned(deps: Deps, rule: string): Tuned | null {
  const last = deps.trail.of('rule', rule, 0, 10_000).at(-1)
  if (last?.action !== 'tuned') return null
  const { word, was, now } = last.data as { word: Tuned['word']; was: number | null; now: number | null }
  return { at: last.time, by: last.actor, word, was, now }
}

async function tune(
  deps: Deps,
  actor: Actor,
  rule: string,
  kind: RemedyDone['kind'],
  to: number | null,
  action: 'tuned' | 'tuned-back',
  expected?: number | null,
): Promise<RemedyDone> {
  const { text, hash } = deps.site.view()
  const made = deps.site.tune(text, rule, kind, to)
  if (!made) return fail('rule-not-own', { rule })
  if (expected !== undefined && made.was !== expected) return fail('nothing-to-undo', { rule })
  await deps.site.save(made.text, hash, actor, { way: 'remedy', whyKnown: true }, note =>
    note('rule', rule, action, { word: kind, was: made.was, now: to }),
  )
  return { rule, kind, was: made.was, now: to }
}

async function figures(deps: Deps, days: number): Promise<AlarmFigures> {
  const to = deps.clock.now()
  // Of the time before the first record nothing is known: it must not count as quiet.
  const past = deps.demoPast.facts()
  const from = Math.max(to - days * DAY_MS, Math.min(past?.from ?? to, deps.trail.after(0, 1)[0]?.time ?? to))
  const made = figuresOf(from, to)
  const demoCalls = new Map<string, number>()
  if (past)
    for (const events of deps.demoPast.between(from, Math.min(past.to, to))) {
      for (const event of events) {
        made.take(event)
        if (event.called) demoCalls.set(event.alarm, (demoCalls.get(event.alarm) ?? 0) + 1)
      }
      await setImmediate()
    }
  for (let seq = deps.trail.seqAt(from) - 1; ; ) {
    const lines = deps.trail.alarmsAfter(seq, LINES)
    for (const line of lines) if (line.time < to && !isTest(line.id)) made.take(eventOf(line, deps.called(line)))
    if (lines.length < LINES) break
    seq = lines.at(-1)!.seq
    await setImmediate()
  }
  const done = made.done()
  const open = deps.alarms.open().filter(a => a.severity !== 'journal' && !isTest(a.id))
  const state = (which: string) => open.filter(a => stateOf(a) === which).length
  return {
    from: iso(from),
    to: iso(to),
    ...numbersOf(done),
    stale: open.filter(a => a.active && !silenced(a) && to - (a.raisedAt ?? to) > STALE_MS).length,
    shelved: state('SHLVD'),
    suppressed: state('DSUPR'),
    outOfService: state('OOSRV'),
    demo:
      past && past.to > from
        ? {
            from: iso(Math.max(from, past.from)),
            to: iso(past.to),
            calls: [...demoCalls.values()].reduce((sum, n) => sum + n, 0),
          }
        : null,
    // Of a made-up alarm whose rule the site has lost nothing is known, not even its words.
    worst: done.sources
      .flatMap(source => worstOf(deps, source, done.calls, demoCalls.get(source.alarm) ?? 0) ?? [])
      .slice(0, WORST),
  }
}

const eventOf = ({ time, id, action, data }: Entry, called: boolean) => ({
  at: time,
  alarm: id,
  action,
  severity: data.severity as Severity,
  called,
})

const numbersOf = ({ sources: _, ackMedianMs, ackP95Ms, mix, ...rest }: Figures) => ({
  ...rest,
  mix: { ...mix },
  ackMedianS: ackMedianMs === null ? null : ackMedianMs / 1000,
  ackP95S: ackP95Ms === null ? null : ackP95Ms / 1000,
})

function worstOf(deps: Deps, source: Source, calls: number, demoCalls: number): AlarmFigures['worst'][number] | null {
  const plant = deps.plant()
  const stored = deps.alarms.get(source.alarm) ?? neverCame(plant, source.alarm)
  if (!stored) return null
  const rule = plant?.alarms.ruleOf(source.alarm)
  const point = plant?.points.get(stored.point)
  const equipment = stored.point.slice(0, stored.point.indexOf('/'))
  const place = (plant && placeIn(plant.site, equipment)) ?? stored.place
  // A rule of a pack has a dot in its id, the gateway's own are not among those of the site.
  const own = !stored.rule.includes('.') && plant?.site.rules.some(r => r.id === stored.rule) === true
  const { word, at, by, was, now } = lastTuned(deps, stored.rule) ?? {}
  const remedy = rule ? remedyOf(rule, source.occurrences, point ?? {}) : null
  return {
    alarm: source.alarm,
    rule: stored.rule,
    text: stored.text,
    severity: stored.severity,
    ...place,
    calls: source.calls,
    share: source.calls / calls,
    chatters: source.chatters,
    fleeting: source.fleeting,
    unit: point?.unit ?? null,
    demoCalls,
    own,
    remedy: remedy && { ...remedy, from: remedy.kind === 'rationalise' ? null : presentOf(rule!, remedy.kind) },
    tuned: word === undefined ? null : { at: iso(at!), by: by!, kind: word, was: was!, now: now! },
  }
}

/** One that only the demo's past knows. */
function neverCame(
  plant: Plant | null,
  id: string,
): Pick<StoredAlarm, 'rule' | 'point' | 'text' | 'severity' | 'place'> | null {
  const [alarm, rule] = [plant?.alarms.get(id), plant?.alarms.ruleOf(id)]
  const place = plant && alarm && placeIn(plant.site, alarm.point.slice(0, alarm.point.indexOf('/')))
  return alarm && rule && place
    ? { rule: rule.id, point: alarm.point, text: rule.text, severity: rule.severity, place }
    : null
}

const presentOf = (
  rule: { readonly delayOnS: number; readonly delayOffS: number; readonly when: object },
  kind: RemedyDone['kind'],
): number => (kind === 'deadband' ? ((rule.when as { readonly deadband?: number }).deadband ?? 0) : rule[kind])
