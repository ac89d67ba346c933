import type { Day } from '../../support/badday.ts'
import type { Building } from '../../support/building.ts'
import { join } from '../../support/mqtt.ts'
import { openScreen } from '../../support/screen.ts'
import { pause } from '../../support/wait.ts'

/** How often each was done. */
export interface Did {
  alarms: number
  exports: number
  reports: number
  backups: number
  screens: number
  listeners: number
  people: number
  trips: number
}
const DAY_MS = 86_400_000
/** Backups that people made are kept until people delete them. */
const KEPT = 3

/**
 * All that comes and goes at a gateway, again and again: people who sign in and out, screens, programs at the broker, exports,
 * reports, backups, a pump that trips, alarms that are acknowledged. A busy site has as much in a day as here comes in an hour.
 * @param point any that is a number @param broker its account for one who listens
 */
export function atWork(
  w: Day,
  building: Building,
  point: string,
  broker: { readonly name: string; readonly password: string },
) {
  const did: Did = {
    ...{ alarms: 0, exports: 0, reports: 0, backups: 0, screens: 0, listeners: 0, people: 0, trips: 0 },
  }
  let over = false
  const rest = async (ms: number) => {
    for (const end = Date.now() + ms; !over && Date.now() < end; ) await pause(Math.min(200, ms))
  }
  const loop = async (everyMs: number, step: () => Promise<unknown>) => {
    while (!over) {
      await step().catch(error => w.wrong(String((error as Error).stack ?? error)))
      await rest(everyMs)
    }
  }
  const ok = async (what: keyof Did, asking: Promise<{ status: number; body: { code?: string } }>) => {
    const { status, body } = await asking
    if (status < 300) did[what]++
    // Somebody else was quicker: the plant itself, or another of these.
    else if (status !== 409) w.wrong(`${what}: ${status} ${body.code}`)
  }
  const done = Promise.all([
    loop(1000, () => w.write()),
    loop(3000, async () => {
      for (const alarm of (await w.ask('GET', 'alarms?limit=1000')).body.items)
        if (!alarm.acked) await ok('alarms', w.ask('POST', `alarms/${alarm.id}/acknowledge`, {}))
    }),
    loop(4000, () => {
      const [from, to] = [new Date(Date.now() - 3_600_000), new Date()].map(d => d.toISOString())
      return ok('exports', w.ask('GET', `history/export?point=${point}&from=${from}&to=${to}`))
    }),
    loop(5000, () => {
      const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
      return ok('reports', w.ask('GET', `patrol-report?from=${day(Date.now() - DAY_MS)}&to=${day(Date.now())}`))
    }),
    loop(30_000, async () => {
      await ok('backups', w.ask('POST', 'backups', {}))
      for (const { name } of (await w.ask('GET', 'backups')).body.items.slice(KEPT))
        await w.ask('DELETE', `backups/${name}`)
    }),
    loop(2000, async () => {
      const screen = await openScreen(`http://${w.http}`, w.headers)
      await rest(3000)
      if (screen.messages.length > 1) did.screens++
      screen.close()
    }),
    loop(2000, async () => {
      const client = await join(w.mqtt, broker.name, broker.password, { connectTimeout: 30_000 })
      await client.subscribe('gatehouse/+/telemetry/#')
      await rest(2000)
      if (client.heard.length > 0) did.listeners++
      await client.end()
    }),
    loop(10_000, async () => {
      const cookie = await w.signIn()
      if (!cookie) return w.wrong('nobody was let in')
      await ok('people', w.ask('DELETE', 'session', undefined, { cookie }))
    }),
    loop(7000, async () => {
      await building.act('pump/trip', { pump: 1 })
      await rest(3000)
      await building.act('pump/reset')
      did.trips++
    }),
  ])
  return {
    did,
    end() {
      over = true
      return done
    },
  }
}
