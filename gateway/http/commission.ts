import { z } from 'zod'
import { guess } from '../../drivers/modbus/guess.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { byteOrder, byteOrderFound, peek, peeked } from './contract.ts'
import type { App, Deps } from './deps.ts'

/** A look at a device takes its turn on the line; it waits no longer than a person does. */
const LONGEST_MS = 10_000
const MOST = 200

/** Finding out how a device means what lies in its registers. */
export function commissionRoutes(app: App, deps: Deps) {
  const tags = ['commissioning']
  const config = { access: 'site.write' as const }
  app.post(
    '/api/v1/channels/:id/peek',
    {
      config,
      schema: {
        tags,
        summary: 'The registers of a device as they come; `words` is null with the reason when they do not',
        params: z.object({ id: z.string() }),
        body: peek,
        response: { 200: peeked },
      },
    },
    async request => {
      const { id } = request.params
      const plant = deps.plant()
      const channel = plant?.site.channels.find(c => c.id === id)
      const link = channel && plant?.link(id)
      if (!link) return fail('not-found', { what: id })
      if (!link.peek) return fail('no-registers', { channel: id, protocol: channel.protocol })
      const { table, address, count } = request.body
      const bits = table === 'coil' || table === 'discrete'
      if (address + count > 0x10000) return fail('past-last-register', { address, count })
      if (!bits && count > 125)
        return fail('invalid-input', {
          where: 'count',
          why: { 'zh-CN': '一次最多读 125 个寄存器。', en: 'At most 125 registers are read at a time.' },
        })
      const started = deps.clock.now()
      const answer = await link.peek(request.body, AbortSignal.timeout(LONGEST_MS))
      const now = deps.clock.now()
      return {
        at: iso(now),
        tookMs: Math.max(0, now - started),
        words: answer.ok ? [...answer.words] : null,
        reason: answer.ok ? null : answer.reason,
        exception: answer.ok ? null : (answer.exception ?? null),
      }
    },
  )
  app.post(
    '/api/v1/byte-order',
    {
      config,
      schema: {
        tags,
        summary: 'Every type, order and scale by which these registers give the number on the display, likeliest first',
        body: byteOrder,
        response: { 200: byteOrderFound },
      },
    },
    async request => {
      const { words, shown, factor } = request.body
      if (Number(shown) === 0) fail('zero-proves-nothing')
      const all = guess(words, shown, factor)
      return { items: all.slice(0, MOST), total: all.length }
    },
  )
}
