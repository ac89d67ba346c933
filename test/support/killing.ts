import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlarmView, TrailView, WorkorderView } from '../../gateway/http/contract.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { stateOf } from '../../rules/alarm.ts'
import { actions } from '../../rules/flow.ts'
import { type OrderAction, workorder } from '../../rules/workorder.ts'
import { brokerWitness, type Witnessed } from './brokerwitness.ts'
import { startBuilding } from './building.ts'
import { type Started, startGatewayProcess } from './fresh.ts'

const PASSWORD = 'killed fifty times'
/** What leads an order to its end. */
const along = ['accept', 'arrive', 'fix', 'close'] as readonly OrderAction[]

export interface Killed {
  kills: number
  /** Answers with success that the client had in its hand before a kill. */
  acknowledged: number
  lost: string[]
  doubled: string[]
  raised: number
  orders: number
  slowestStartMs: number
  chainBroken: number | null
  /** What a witness of the broker saw: PUBACKs, sessions, retained values. */
  broker: Witnessed | null
}

/**
 * Kills the real process at random moments under load, and compares what clients were told with what is there afterwards.
 * @param random 0..1
 */
export async function killMany(kills: number, random: () => number, say: (line: string) => void): Promise<Killed> {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-kill-'))
  const building = await startBuilding()
  // Read often and without delays, so that alarms come and go between two kills.
  const site = building.site(['lift-a-1'])
  const quick = {
    ...site,
    equipment: site.equipment.map(e =>
      'points' in e ? { ...e, points: e.points?.map(p => ({ ...p, scanMs: 100 })) } : e,
    ),
    rules: site.rules.map(rule => ({ ...rule, delayOnS: 0, delayOffS: 0 })),
  }
  writeFileSync(join(data, 'site.json'), JSON.stringify(quick))
  const result: Killed = {
    kills: 0,
    acknowledged: 0,
    lost: [],
    doubled: [],
    raised: 0,
    orders: 0,
    slowestStartMs: 0,
    chainBroken: null,
    broker: null,
  }
  /** What must be on the trail, by `kind id action`, and how often. */
  const promised = new Map<string, number>()
  const promise = (what: string) => {
    promised.set(what, (promised.get(what) ?? 0) + 1)
    result.acknowledged++
  }
  const tokens = new Set<string>()
  let savedHash: string | null = null
  let references = 0
  let reference: string | null = null
  let gateway: Started | undefined
  let bearer = ''

  const start = async () => {
    const at = performance.now()
    gateway = await startGatewayProcess(data, { GATEHOUSE_ADMIN_PASSWORD: PASSWORD, GATEHOUSE_LOG: 'silent' }, 60_000)
    result.slowestStartMs = Math.max(result.slowestStartMs, Math.round(performance.now() - at))
  }
  /** An answer with success, or null when there was none: refused, or the process died meanwhile. */
  const ask = async <T>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<T | null> => {
    try {
      const response = await fetch(`http://${gateway!.run.http}/api/v1/${path}`, {
        method,
        headers: {
          ...(bearer && { authorization: `Bearer ${bearer}` }),
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      })
      return response.ok ? ((await response.json()) as T) : null
    } catch {
      return null
    }
  }

  /** What has to be answered, though perhaps late by a busy machine. */
  const sure = async <T>(path: string): Promise<T> => {
    for (let tries = 1; ; tries++) {
      const answer = await ask<T>('GET', path)
      if (answer) return answer
      if (tries === 10) throw new Error(`${path} was not answered`)
      await pause(500)
    }
  }

  /** People and machines at work until `over`. */
  const work = (over: AbortSignal) => {
    const loop = async (step: () => Promise<void>) => {
      while (!over.aborted) await step()
    }
    return Promise.all([
      loop(async () => {
        const name = `t${tokens.size}-${Math.round(random() * 1e9)}`
        const made = await ask<{ id: string }>('POST', 'tokens', { name }, { 'idempotency-key': name })
        if (!made) return
        tokens.add(made.id)
        promise(`token ${made.id} created`)
      }),
      loop(async () => {
        // What was cut off is sent again with its key: it may be there already.
        reference ??= `r${++references}`
        const body = { nature: 'water', text: reference, room: reference, reference }
        const made = await ask<{ id: string }>('POST', 'reports', body, { 'idempotency-key': reference })
        if (!made) return void (await pause(20, over))
        reference = null
        promise(`report ${made.id} created`)
        await pause(50, over)
      }),
      loop(async () => {
        const open = await ask<{ items: AlarmView[] }>('GET', 'alarms?limit=1000')
        for (const alarm of open?.items ?? []) {
          if (alarm.acked) continue
          const now = await ask<AlarmView>('POST', `alarms/${alarm.id}/acknowledge`, {})
          if (now?.ackedAt && now.ackedBy === 'admin')
            promise(`alarm ${alarm.id} acknowledged, occurrence ${now.count}`)
        }
      }),
      loop(async () => {
        const open = await ask<{ items: WorkorderView[] }>('GET', 'workorders?limit=1000')
        for (const order of open?.items ?? []) {
          const action = actions(workorder, order.phase, 'admin').find(a => along.includes(a))
          if (!action) continue
          const moved = await ask<WorkorderView>('POST', `workorders/${order.id}/${action}`, {
            from: order.phase,
            reason: 'test',
          })
          if (moved) promise(`workorder ${order.id} ${action} ${order.phase}`)
        }
      }),
      loop(async () => {
        await building.act('pump/trip', { pump: random() < 0.5 ? 1 : 2 }).catch(() => {})
        await building.act('room/flood', { on: random() < 0.5 }).catch(() => {})
        await pause(150 + 300 * random(), over)
        await building.act('pump/reset').catch(() => {})
        await pause(150, over)
      }),
    ])
  }

  const wholeTrail = async (): Promise<TrailView[]> => {
    const all: TrailView[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: TrailView[]; next: string | null } = await sure(
        `trail?limit=10000${cursor && `&cursor=${cursor}`}`,
      )
      all.push(...page.items)
      cursor = page.next
    }
    return all.reverse()
  }

  /** Alarms and trail of one moment: the plant goes on, so both are read until nothing was raised between. */
  async function atOneMoment() {
    const listed = async () => (await sure<{ items: AlarmView[] }>('alarms?all=true&limit=1000')).items
    const countsOf = (alarms: readonly AlarmView[]) => JSON.stringify(alarms.map(a => [a.id, a.count, a.state]).sort())
    for (let tries = 1; ; tries++) {
      const before = await listed()
      const trail = await wholeTrail()
      const alarms = await listed()
      if (countsOf(before) === countsOf(alarms)) return { trail, alarms }
      if (tries === 20) throw new Error('the alarms never stood still while the trail was read')
    }
  }

  async function compare(round: number) {
    const { trail, alarms } = await atOneMoment()
    const found = new Map<string, number>()
    const count = (what: string) => found.set(what, (found.get(what) ?? 0) + 1)
    const raised = new Map<string, number>()
    const cleared = new Map<string, number>()
    const opened = new Map<string, number>()
    let reopened = 0
    for (const e of trail) {
      if (e.kind === 'report') count(`report ${e.id} ${e.action}`)
      if (e.kind === 'token') count(`token ${e.id} ${e.action}`)
      if (e.kind === 'alarm' && e.action === 'acknowledged')
        count(`alarm ${e.id} acknowledged, occurrence ${String(e.data.count)}`)
      if (e.kind === 'workorder' && e.data.from) count(`workorder ${e.id} ${e.action} ${String(e.data.from)}`)
      // What comes again soon after a repair opens the same order anew.
      if (e.kind === 'workorder' && e.action === 'reopened') reopened++
      if (e.kind === 'workorder' && e.action === 'opened') opened.set(e.id, (opened.get(e.id) ?? 0) + 1)
      if (e.kind === 'alarm' && e.action === 'raised') {
        raised.set(e.id, (raised.get(e.id) ?? 0) + 1)
        if (raised.get(e.id)! - (cleared.get(e.id) ?? 0) > 1)
          result.doubled.push(`round ${round}: ${e.id} raised twice (seq ${e.seq})`)
      }
      if (e.kind === 'alarm' && e.action === 'cleared') cleared.set(e.id, (cleared.get(e.id) ?? 0) + 1)
    }
    for (const [what, n] of promised) if ((found.get(what) ?? 0) < n) result.lost.push(`round ${round}: ${what}`)
    for (const [id, n] of opened) if (n > 1) result.doubled.push(`round ${round}: order ${id} opened ${n} times`)
    const open = await sure<{ items: WorkorderView[] }>('workorders?limit=10000')
    for (const a of alarms) {
      if (a.count !== raised.get(a.id))
        result.doubled.push(`round ${round}: ${a.id} counts ${a.count}, trail ${raised.get(a.id)}`)
      if (a.state !== stateOf(a)) result.doubled.push(`round ${round}: ${a.id} is ${a.state}`)
      const orders = open.items.filter(w => w.alarm === a.id)
      if (orders.length > 1) result.doubled.push(`round ${round}: ${orders.length} open orders for ${a.id}`)
    }
    const references = new Map<string, number>()
    for (const r of (await sure<{ items: { reference: string }[] }>('reports?limit=10000')).items)
      references.set(r.reference, (references.get(r.reference) ?? 0) + 1)
    for (const [one, n] of references) if (n > 1) result.doubled.push(`round ${round}: report ${one} ${n} times`)
    const kept = new Set((await sure<{ items: { id: string }[] }>('tokens')).items.map(t => t.id))
    for (const id of tokens) if (!kept.has(id)) result.lost.push(`round ${round}: token ${id} is gone`)
    const site = await sure<{ hash: string; status: string }>('site')
    if (savedHash && site.hash !== savedHash)
      result.lost.push(`round ${round}: site ${site.hash} instead of ${savedHash}`)
    if (site.status !== 'ok') result.lost.push(`round ${round}: site is ${site.status}`)
    result.raised = [...raised.values()].reduce((sum, n) => sum + n, 0)
    result.orders = opened.size + reopened
  }

  try {
    await start()
    const response = await fetch(`http://${gateway!.run.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password: PASSWORD }),
    })
    const cookie = response.headers.getSetCookie()[0]!.split(';')[0]!
    const made = await ask<{ token: string }>('POST', 'tokens', { name: 'test' }, { cookie })
    bearer = made!.token
    // Of this run alone: while it is killed, its port may be that of another run beside it.
    const machine = { username: 'witness', password: randomUUID() }
    await ask('POST', 'broker-accounts', {
      ...{ name: machine.username, password: machine.password },
      ...{ publish: ['w/#'], subscribe: ['w/#'] },
    })
    const witness = brokerWitness(() => ({ port: Number(gateway!.run.mqtt.split(':').at(-1)) }), machine, 'w')
    await witness.begin()
    for (let round = 1; round <= kills; round++) {
      const over = new AbortController()
      const working = work(over.signal)
      await witness.connected(60_000)
      witness.start()
      if (round % 5 === 0) {
        const site = await ask<{ text: string; hash: string }>('GET', 'site')
        const text = JSON.stringify(
          { ...JSON.parse(site!.text), rules: JSON.parse(site!.text).rules },
          null,
          1 + (round % 4),
        )
        const saved = await ask<{ hash: string }>('PUT', 'site', { text, hash: site!.hash })
        if (saved) {
          savedHash = saved.hash
          result.acknowledged++
        }
      }
      await pause(50 + 900 * random())
      await gateway!.end('SIGKILL')
      over.abort()
      witness.stop()
      await working
      result.kills++
      await start()
      // Now and then only: what is queued has to outlive several kills, and a session holds no more than 10,000.
      if (round % 4 === 0 || round === kills) await witness.collect(30_000)
      await compare(round)
      if (round % 10 === 0) say(`${round} kills, ${result.acknowledged} acknowledged, ${result.lost.length} lost`)
      if (result.lost.length + result.doubled.length > 20) break
    }
    result.broker = await witness.judge()
    // Nothing was forgotten either: a trouble that comes now is an alarm with an order, and goes again.
    const pump1 = 'pump-tripped:booster-b1:pump1-tripped'
    const isActive = async () => (await ask<AlarmView>('GET', `alarms/${pump1}`))?.active
    await building.act('pump/reset')
    await untilTrue(async () => (await isActive()) !== true)
    await building.act('pump/trip', { pump: 1 })
    await untilTrue(async () => {
      const open = await ask<{ items: AlarmView[] }>('GET', 'alarms?limit=1000')
      return open?.items.some(a => a.id === pump1 && a.active && a.workorder) === true
    })
    await building.act('pump/reset')
    await untilTrue(async () => (await isActive()) === false)
    await gateway!.end('SIGTERM')
    const db = openDb(join(data, 'records.db'), migrations)
    result.chainBroken = openTrail(db, Date.now, () => {}).verify()?.seq ?? null
    db.close()
  } finally {
    await gateway?.end('SIGKILL')
    building.stop()
    rmSync(data, { recursive: true, force: true })
  }
  return result
}

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

async function untilTrue(fact: () => Promise<boolean>, limitMs = 60_000) {
  for (const until = performance.now() + limitMs; performance.now() < until; await pause(100)) if (await fact()) return
  throw new Error('it did not come true')
}

/** Numbers that look random and are the same for the same seed [mulberry32]. */
export function seeded(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = a
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
