import { ulid } from 'ulid'
import { z } from 'zod'
import { commonSettings, type DetectLine, type SerialSetting } from '../../drivers/modbus/detect.ts'
import type { TlsOptions } from '../../drivers/modbus/tls.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Detection } from '../live/detections.ts'
import { type DetectionView, detection, newDetection, page } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const one = z.object({ id: z.string().max(64) })
/** From so many units on that all answer, it is one device that does not look at the number. */
const EVERYBODY = 20

export function detectionRoutes(app: App, deps: Deps) {
  const tags = ['detections']
  const config = { access: 'detection.run' as const }

  function view(d: Detection): DetectionView {
    const channels = deps.plant()?.site.channels ?? []
    const mine = channels.filter(c => sameLine(d.line, c.options as never)).map(c => c.id)
    const known = (deps.plant()?.site.equipment ?? []).filter(e => mine.includes(e.channel))
    return {
      id: d.id,
      state: d.state,
      protocol: d.line.protocol,
      line: d.line.protocol === 'modbus-rtu' ? d.line.path : `${d.line.host}:${d.line.port}`,
      tried: d.progress.tried,
      total: d.progress.total,
      setting: d.progress.setting,
      found: d.found.map(f => ({
        ...f,
        equipment: known.find(e => e.unit === f.unit)?.id ?? null,
        twice: d.twice.has(f.unit),
      })),
      trouble: d.trouble,
      everyUnit: d.found.length >= EVERYBODY && d.found.length === d.units.length,
      paused: [...d.paused],
      by: d.by.name,
      startedAt: iso(d.startedAt),
      endedAt: isoOrNull(d.endedAt),
    }
  }
  function lineOf(ask: z.infer<typeof newDetection>): DetectLine {
    if (!('channel' in ask))
      return ask.protocol === 'modbus-rtu' ? { ...ask, settings: ask.settings ?? commonSettings } : ask
    const found =
      deps.plant()?.site.channels.find(c => c.id === ask.channel) ?? fail('not-found', { what: ask.channel })
    type Line = { host: string; port: number; path: string; tls?: TlsOptions }
    const options = found.options as Line & SerialSetting
    if (found.protocol === 'modbus-rtu') {
      // As it is configured first: that is the likeliest.
      const { path, baudRate, parity, stopBits } = options
      const others = commonSettings.filter(s => s.baudRate !== baudRate || s.parity !== parity)
      return { protocol: 'modbus-rtu', path, settings: ask.settings ?? [{ baudRate, parity, stopBits }, ...others] }
    }
    if (found.protocol === 'modbus-tcp' || found.protocol === 'modbus-rtu-over-tcp') {
      const tls = options.tls && { options: options.tls, folder: deps.channelSecrets.folderOf(found.id) }
      return { protocol: found.protocol, host: options.host, port: options.port, tls }
    }
    return fail('detection-protocol', { protocol: found.protocol })
  }

  app.get(
    '/api/v1/detections',
    { config, schema: { tags, summary: 'The last searches, newest first', response: { 200: page(detection) } } },
    async () => ({ items: deps.detections.list().map(view), next: null }),
  )
  app.post(
    '/api/v1/detections',
    {
      config,
      schema: {
        tags,
        summary:
          'Searches a line for units: each is asked for one register, nothing is written. Channels on the same line are not polled meanwhile.',
        body: newDetection,
        response: { 201: detection },
      },
    },
    async (request, reply) => {
      const { from, to, timeoutMs } = request.body
      if (from > to)
        fail('invalid-input', {
          where: 'from',
          why: { 'zh-CN': `起始地址 ${from} 大于 ${to}。`, en: `It begins at ${from}, after ${to}.` },
        })
      const made = await deps.detections.start({
        id: ulid(deps.clock.now()),
        line: lineOf(request.body),
        units: Array.from({ length: to - from + 1 }, (_, i) => from + i),
        timeoutMs,
        by: who(request).actor,
      })
      return reply.code(201).send(view(made))
    },
  )
  app.get(
    '/api/v1/detections/:id',
    { config, schema: { tags, summary: 'How far it is and what it found', params: one, response: { 200: detection } } },
    async ({ params: { id } }) => view(deps.detections.get(id) ?? fail('not-found', { what: id })),
  )
  app.post(
    '/api/v1/detections/:id/cancel',
    {
      config,
      schema: { tags, summary: 'Ends it; what was found stays', params: one, response: { 200: detection } },
    },
    async ({ params: { id } }) => {
      const found = deps.detections.get(id) ?? fail('not-found', { what: id })
      await deps.detections.cancel(id)
      return view(found)
    },
  )
}

/** Whether a channel with these options is on this line: the same port of the same machine, or the same serial device. */
export const sameLine = (
  line: DetectLine,
  options: { readonly host?: string; readonly port?: number; readonly path?: string },
): boolean =>
  line.protocol === 'modbus-rtu'
    ? options.path === line.path
    : options.host?.toLowerCase() === line.host.toLowerCase() && options.port === line.port
