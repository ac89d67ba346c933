import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { siteOf, startField } from '../bench/modbus.ts'
import { startGatewayProcess } from './fresh.ts'

const PASSWORD = 'loaded and not guessed'
const both = (word: string) => ({ 'zh-CN': word, en: word })

export interface Load {
  /** Of 100 points each, all of them new at each read. */
  readonly devices: number
  readonly scanMs: number
  /** Each device has an alarm that comes and goes: so many reads long. A power of two; 0: none. */
  readonly alarmReads: number
}
export type UnderLoad = Awaited<ReturnType<typeof startUnderLoad>>

/** The gateway as its own process, with history, alarms and broker, fed by devices on Modbus TCP in another one. */
export async function startUnderLoad({ devices, scanMs, alarmReads }: Load) {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-load-'))
  const run = { devices, scanMs, settleMs: 0, windowMs: 0 }
  const field = await startField(run)
  const rules =
    alarmReads > 0
      ? [
          {
            id: 'comes-and-goes',
            points: ['d-*/r0'],
            when: { mask: alarmReads },
            ...{ delayOnS: 0, delayOffS: 0, severity: 'low', text: both('comes and goes') },
          },
        ]
      : []
  writeFileSync(join(data, 'site.json'), JSON.stringify({ ...siteOf(field.port, run), rules }))
  const gateway = await startGatewayProcess(
    data,
    { GATEHOUSE_ADMIN_PASSWORD: PASSWORD, GATEHOUSE_LOG: 'silent' },
    60_000,
  ).catch(error => {
    field.stop()
    throw error
  })
  const base = `http://${gateway.run.http}`
  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(`${base}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const session = await post('session', { name: 'admin', password: PASSWORD }, {})
  const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
  const token = ((await (await post('tokens', { name: 'load' }, { cookie })).json()) as { token: string }).token
  const authorization = `Bearer ${token}`
  const metrics = async (): Promise<ReadonlyMap<string, number>> => {
    const text = await (await fetch(`${base}/metrics`, { headers: { authorization } })).text()
    const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
    return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
  }
  return {
    ...{ data, field, gateway, metrics },
    /** A change that was acknowledged: the id that it has on the trail. */
    async change(name: string): Promise<string> {
      const answer = await post('tokens', { name }, { authorization, 'idempotency-key': name })
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
      return ((await answer.json()) as { id: string }).id
    },
    /** @returns whether so many samples a second reach the history, seen over a while */
    async flowing(leastPerS: number, limitMs: number): Promise<void> {
      for (const end = performance.now() + limitMs; performance.now() < end; ) {
        const before = (await metrics()).get('gatehouse_history_samples') ?? 0
        const at = performance.now()
        await new Promise(resolve => setTimeout(resolve, 2000))
        const after = (await metrics()).get('gatehouse_history_samples') ?? 0
        if ((after - before) / ((performance.now() - at) / 1000) >= leastPerS) return
      }
      throw new Error('the samples do not flow')
    },
    /** Of the gateway's own thread over so long, ms; no scrape of others may come between. */
    async loopDelayP99Ms(ms: number): Promise<number> {
      await metrics()
      await new Promise(resolve => setTimeout(resolve, ms))
      return (await metrics()).get('gatehouse_loop_delay_p99_seconds')! * 1000
    },
    async stop(): Promise<void> {
      await gateway.end('SIGTERM')
      field.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
