import type { z } from 'zod'
import type { Away, Driver, Link } from '../../drivers/driver.ts'
import { type LineTrouble, lineTrouble } from '../../drivers/modbus/linetrouble.ts'
import { serialPorts } from '../../drivers/modbus/serialports.ts'
import { proofOf, verdictOf } from '../../drivers/probe.ts'
import { type PointSpec, pointsOf } from '../../drivers/profile.ts'
import type { TrialLine } from '../channels/trial.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import {
  identified,
  type line,
  lineIdentify,
  linePeek,
  linePeeked,
  linePreview,
  newProfile,
  page,
  previewed,
  profile,
  serialPort,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { sameLine } from './detections.ts'
import { profileView } from './profiles.ts'

/** A look takes its turn on the line; it waits no longer than a person does. */
const LONGEST_MS = 10_000
/** Some thirty models, each asked for a few registers. */
const IDENTIFY_MS = 30_000

type Line = z.infer<typeof line>
interface Place {
  readonly link: Link
  readonly driver: Driver
  readonly channel: string | null
  readonly protocol: string
  /** Undefined where the channel's own state says what is wrong. */
  readonly plain: TrialLine | undefined
}

/** Looking at a device before it is part of the site [issue 10, item 4]. Nothing is ever written to it. */
export function lineRoutes(app: App, deps: Deps) {
  const tags = ['commissioning']
  const config = { access: 'site.write' as const }

  async function placeOf(asked: Line): Promise<Place> {
    if ('channel' in asked) {
      const found = deps.trials.ofChannel(asked.channel) ?? fail('not-found', { what: asked.channel })
      if (!found.link.peek) return fail('no-registers', { channel: asked.channel, protocol: found.protocol })
      return { ...found, plain: plainOf(found.channel) }
    }
    const like = asked.protocol === 'modbus-rtu' ? { ...asked, settings: [] } : asked
    const channels = deps.plant()?.site.channels ?? []
    const known = channels.find(c => c.protocol.startsWith('modbus-') && sameLine(like, c.options as never))
    const through = known && deps.trials.ofChannel(known.id)
    if (through) return { ...through, plain: plainOf(through.channel) }
    return { ...(await deps.trials.ofLine(asked)), protocol: asked.protocol, plain: asked }
  }
  /** A channel with keys of its own says itself why there is no connection. */
  function plainOf(id: string): TrialLine | undefined {
    const channel = deps.plant()?.site.channels.find(c => c.id === id)
    const options = channel?.options as { tls?: object } | undefined
    return channel && options && !options.tls ? ({ ...options, protocol: channel.protocol } as never) : undefined
  }
  /** A port that our own channel has open is not in the way of itself. */
  async function troubleOf({ plain, channel }: Place): Promise<LineTrouble | null> {
    if (!plain) return null
    const found = await lineTrouble(plain)
    return channel !== null && found?.code === 'port-busy' && found.detail === null ? null : found
  }
  const awayOf = ({ link, driver }: Place, unit: number): Away | null => {
    const [point] = pointsOf('~look', [{ key: 'x', table: 'holding', address: 0, type: 'uint16' }], driver, unit)
    return link.away?.([point!]) ?? null
  }
  const equipmentAt = (channel: string | null, unit: number): string | null =>
    deps.plant()?.site.equipment.find(e => e.channel === channel && (e.unit ?? 1) === unit)?.id ?? null

  app.get(
    '/api/v1/serial-ports',
    {
      config: { access: 'detection.run' },
      schema: {
        tags,
        summary: 'Serial ports that are plugged in, and whether the gateway may open them',
        response: { 200: page(serialPort) },
      },
    },
    async () => ({ items: serialPorts(), next: null }),
  )
  app.post(
    '/api/v1/lines/peek',
    {
      config,
      schema: {
        tags,
        summary:
          'The registers of a device of any line, in turn with what is polled there; nobody is asked who was given up for silent',
        body: linePeek,
        response: { 200: linePeeked },
      },
    },
    async request => {
      const { line: asked, ...body } = request.body
      const { unit, table, address, count } = body
      const bits = table === 'coil' || table === 'discrete'
      if (address + count > 0x10000) return fail('past-last-register', { address, count })
      if (!bits && count > 125) return fail('too-many-registers', { most: 125, count })
      const place = await placeOf(asked)
      const started = deps.clock.now()
      const away = awayOf(place, unit)
      const answer =
        away?.what === 'unit'
          ? { ok: false as const, reason: 'timeout' as const, exception: undefined }
          : await place.link.peek!(body, AbortSignal.timeout(LONGEST_MS), false)
      const now = deps.clock.now()
      return {
        at: iso(now),
        tookMs: Math.max(0, now - started),
        words: answer.ok ? [...answer.words] : null,
        reason: answer.ok ? null : answer.reason,
        exception: answer.ok ? null : (answer.exception ?? null),
        trouble: !answer.ok && answer.reason === 'offline' ? await troubleOf(place) : null,
        away: answer.ok ? null : (away ?? awayOf(place, unit)),
        channel: place.channel,
      }
    },
  )
  app.post(
    '/api/v1/lines/identify',
    {
      config,
      schema: {
        tags,
        summary: 'Which of the known models a device proves to be; each is asked for what only it can answer',
        body: lineIdentify,
        response: { 200: identified },
      },
    },
    async request => {
      const { unit } = request.body
      const place = await placeOf(request.body.line)
      const signal = AbortSignal.timeout(IDENTIFY_MS)
      const models = deps
        .profiles()
        .flatMap(({ profile: p }) => (p.probe && p.protocols.includes(place.protocol) ? [p] : []))
      const items: z.infer<typeof identified>['items'] = []
      let asked = 0
      let silent = 0
      let offline = false
      for (const model of models) {
        if (signal.aborted || offline) break
        const proof = proofOf('identify', model, place.driver, unit)
        const samples = await place.link.read(proof.points, signal)
        const verdict = verdictOf(proof, samples)
        asked++
        if (verdict === 'silent') silent++
        offline = samples.every(s => s.reason === 'offline')
        if (verdict === 'right' || verdict === 'dark')
          items.push({ id: model.id, name: model.name, kind: model.kind, verdict, draft: model.draft === true })
      }
      const rank = (one: (typeof items)[number]) => (one.verdict === 'right' ? 0 : 2) + (one.draft ? 1 : 0)
      return {
        ...{ channel: place.channel, asked, silent },
        trouble: offline ? await troubleOf(place) : null,
        equipment: place.channel === null ? null : equipmentAt(place.channel, unit),
        items: items.sort((a, b) => rank(a) - rank(b)),
      }
    },
  )
  app.post(
    '/api/v1/lines/preview',
    {
      config,
      schema: {
        tags,
        summary: 'What a device says as this model, or as these points; nothing is kept',
        body: linePreview,
        response: { 200: previewed },
      },
    },
    async request => {
      const { unit, profile: wanted, points: own } = request.body
      const place = await placeOf(request.body.line)
      const model = wanted === undefined ? null : deps.profiles().find(k => k.profile.id === wanted)?.profile
      if (model === undefined) return fail('not-found', { what: String(wanted) })
      if (model && !model.protocols.includes(place.protocol))
        return fail('model-protocol', { profile: model.id, protocol: place.protocol })
      if (!model && own === undefined) return fail('preview-of-nothing')
      if (!model) deps.ownProfiles.check(ownPoints(place.protocol, own!))
      const specs = model ? model.points : (own as unknown as readonly PointSpec[])
      const points = pointsOf('preview', specs, place.driver, unit)
      const signal = AbortSignal.timeout(LONGEST_MS)
      const proof = model?.probe ? proofOf('preview', model, place.driver, unit) : null
      const verdict = proof ? verdictOf(proof, await place.link.read(proof.points, signal)) : ('none' as const)
      const samples = await place.link.read(points, signal)
      const offline = samples.every(s => s.reason === 'offline')
      return {
        at: iso(deps.clock.now()),
        channel: place.channel,
        trouble: offline ? await troubleOf(place) : null,
        verdict,
        items: points.map((p, i) => {
          const sample = samples[i]!
          const shown = sample.quality === 'bad' || verdict === 'wrong' ? null : sample.value
          return {
            key: p.key,
            name: p.name,
            unit: p.unit ?? null,
            decimals: p.decimals ?? null,
            value: shown,
            enum: p.enum ? { ...p.enum } : null,
            // Another device's answers are no values of this one.
            quality: verdict === 'wrong' ? ('bad' as const) : sample.quality,
            reason: verdict === 'wrong' ? ('wrong-device' as const) : (sample.reason ?? null),
          }
        }),
      }
    },
  )
  app.post(
    '/api/v1/profiles',
    {
      config,
      schema: {
        tags,
        summary: "A device model of the site's own, kept as a file in the folder `profiles` of the data",
        body: newProfile,
        response: { 201: profile },
      },
    },
    async (request, reply) => {
      const known = deps.ownProfiles.add(request.body.profile, write =>
        deps.trail.change(who(request).actor, note => {
          const { id, points } = request.body.profile as { id: string; points: readonly unknown[] }
          note('profile', id, 'created', { points: points.length })
          // Last and inside, as with the site: what cannot be noted is not written.
          write()
        }),
      )
      return reply.code(201).send(profileView(known))
    },
  )
}

/** Points without a model, in the form that models are checked in. */
const ownPoints = (protocol: string, points: readonly object[]): object => ({
  id: 'preview',
  protocols: [protocol],
  kind: 'device',
  name: { 'zh-CN': '预览', en: 'Preview' },
  source: 'preview',
  points,
})
