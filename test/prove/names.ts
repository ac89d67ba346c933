import { startGateway } from '../support/gateway.ts'
import { throughFields } from '../support/hostilefields.ts'
import { hostileNames } from '../support/hostilenames.ts'
import { quietSite } from '../support/sites.ts'
import { shortOfNames } from './enough.ts'
import type { Proven } from './proof.ts'

/** `npm run prove -- names`: all hostile names through every field that takes one. What is made of them: test/screens/hostilenames.test.ts. */
export async function proveNames(): Promise<Proven> {
  const g = await startGateway({ site: quietSite })
  try {
    const { wrong, kept, tried } = await throughFields(await g.admin())
    console.log(`${tried} tried, ${wrong.length} wrong, kept:`, kept, ...wrong.slice(0, 5))
    const short = shortOfNames(hostileNames.length, kept)
    return {
      holds: wrong.length === 0 && short.length === 0,
      figure: `${tried} tried, ${wrong.length} wrong${short.map(one => `, TOO LITTLE: ${one}`).join('')}`,
    }
  } finally {
    await g.stop()
  }
}
