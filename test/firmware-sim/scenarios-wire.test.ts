import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadScenarios } from '../../firmware-sim/scenarios.ts'
import type { PointView } from '../../gateway/http/contract.ts'
import { type Building, startBuilding } from '../support/building.ts'
import { type Started, startGatewayProcess } from '../support/fresh.ts'

/** What goes wrong on the wire itself, seen by the real gateway: what is struck turns bad, all others stay good. */

const PASSWORD = 'scenarios on a real wire'
const data = mkdtempSync(join(tmpdir(), 'gatehouse-wire-'))
const scenarios = await loadScenarios()
const names = ['device-mute', 'device-slow', 'device-late', 'device-garbage', 'bus-dead']
let building: Building
let gateway: Started
let cookie: string

beforeAll(async () => {
  building = await startBuilding(['desk', 'gas'])
  writeFileSync(join(data, 'site.json'), JSON.stringify(building.site()))
  gateway = await startGatewayProcess(data, { GATEHOUSE_ADMIN_PASSWORD: PASSWORD }, 30_000)
  const response = await fetch(`http://${gateway.run.http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password: PASSWORD }),
  })
  cookie = response.headers.getSetCookie()[0]!.split(';')[0]!
  expect(await seen(all => all.every(p => p.sample.quality === 'good'), 30)).toBe(true)
})
afterAll(async () => {
  await gateway?.end('SIGKILL')
  building?.stop()
  rmSync(data, { recursive: true, force: true })
})

async function seen(fact: (all: readonly PointView[]) => boolean, byS: number): Promise<boolean> {
  for (const end = performance.now() + byS * 1000; performance.now() < end; ) {
    const answer = await fetch(`http://${gateway.run.http}/api/v1/points?limit=10000`, { headers: { cookie } })
    if (fact(((await answer.json()) as { items: PointView[] }).items)) return true
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return false
}
const badIds = (all: readonly PointView[]) => all.filter(p => p.sample.quality === 'bad').map(p => p.id)

it.each(names)('%s', { timeout: 120_000 }, async name => {
  const { sees } = scenarios.get(name)!
  const struck = new Set(sees.map(({ point }) => point.split('/')[0]))
  const others = new Set<string>()
  await building.act(`scenarios/${name}/start`)
  for (const { point, byS, is } of sees) {
    const holds = (all: readonly PointView[]) => {
      for (const id of badIds(all)) if (!struck.has(id.split('/')[0])) others.add(id)
      const { sample } = all.find(p => p.id === point)!
      return is === 'bad' ? sample.quality === 'bad' : 'equals' in is && sample.value === is.equals
    }
    // The gateway counts in real time, and reads at its own pace.
    expect([point, await seen(holds, byS + 2)]).toEqual([point, true])
  }
  await building.act(`scenarios/${name}/end`)
  expect(await seen(all => badIds(all).length === 0, 60)).toBe(true)
  expect([...others]).toEqual([])
})

it('is every scenario of the wire that there is', () => {
  const onWire = [...scenarios.values()].filter(({ steps }) => steps.some(s => /^(device|line)\//.test(s.action)))
  expect(onWire.map(s => s.id).sort()).toEqual([...names].sort())
})
