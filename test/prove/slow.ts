import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { everyDoor, LIMIT_S, opcuaOf, slowPeers, tooLong } from '../support/slowpeers.ts'

/** `npm run prove -- slow`: slow and idle strangers at each listener, and when each is closed: within 15 s. */
export async function proveSlow(): Promise<boolean> {
  const g = await startGateway({ site: { ...quietSite, ...everyDoor }, https: '127.0.0.1:0' })
  try {
    const read = () => (JSON.parse(readFileSync(join(g.data, 'run.json'), 'utf8')) as { opcua?: string | null }).opcua
    const all = await slowPeers(g, await opcuaOf(read), LIMIT_S + 10)
    console.table(all)
    console.log(`${all.length} manners, ${tooLong(all).length} held longer than ${LIMIT_S} s`)
    return tooLong(all).length === 0
  } finally {
    await g.stop()
  }
}
