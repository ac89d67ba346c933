import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startBuilding } from '../support/building.ts'
import { openCentre, outputsTo } from '../support/centre.ts'
import { type Started, startGatewayProcess } from '../support/fresh.ts'
import { tempFolder } from '../support/gateway.ts'
import { pause, until } from '../support/wait.ts'
import type { Proven } from './proof.ts'

const ids = ['plaza-1', 'plaza-2', 'plaza-3']

/**
 * `npm run prove -- centre [kills]`: three gateways, each a process of its own at a building of its own, send to one mosquitto
 * and one InfluxDB, which are killed again and again, and one of the gateways once. A screen at the centre sees all three, and
 * up to any time both far ends have the same samples: none is missing.
 */
export async function proveCentre(kills = 5): Promise<Proven> {
  const folder = tempFolder()
  const centre = await openCentre(folder.path)
  const began = Date.now()
  const buildings = await Promise.all(ids.map(() => startBuilding()))
  const start = (i: number) =>
    startGatewayProcess(
      join(folder.path, ids[i]!),
      {
        ...{ GATEHOUSE_ADMIN_PASSWORD: 'three at the centre', GATEHOUSE_LOG: 'silent' },
        // Its far ends are on this machine, where nothing that goes out may go unless the site says so.
        GATEHOUSE_OUTGOING: '127.0.0.0/8',
      },
      60_000,
    )
  const wrong: string[] = []
  const gateways: Started[] = []
  /** Rows without a sample, written when a gateway was started again: there is nothing in them to send. */
  const empty = (id: string): ReadonlySet<unknown> => {
    const db = new DatabaseSync(join(folder.path, id, 'history.db'), { readOnly: true })
    const rows = db.prepare('SELECT seq FROM journal WHERE n = 0').all()
    db.close()
    return new Set(rows.map(({ seq }) => seq))
  }
  const missing = async (id: string, untilMs: number) => {
    const { rows, ...counts } = await centre.missing(id, untilMs)
    const none = empty(id)
    return { ...counts, rows: rows.filter(seq => !none.has(seq)) }
  }
  try {
    for (const [i, id] of ids.entries()) {
      const site = buildings[i]!.site()
      mkdirSync(join(folder.path, id), { recursive: true })
      const text = { ...site, site: { ...site.site, id }, outputs: outputsTo(centre) }
      writeFileSync(join(folder.path, id, 'site.json'), JSON.stringify(text))
    }
    for (const i of ids.keys()) gateways.push(await start(i))
    const heard = (id: string) => centre.seen.get(id)?.samples.size ?? 0
    const more = async (what: string) => {
      const before = ids.map(heard)
      await until(what, () => ids.every((id, i) => heard(id) > before[i]! + 30), 60_000)
    }
    await more('all three are heard')
    for (let kill = 1; kill <= kills; kill++) {
      await centre.kill()
      await pause(3000)
      if (kill === 1) {
        await gateways[0]!.end('SIGKILL')
        gateways[0] = await start(0)
      }
      await centre.back()
      await more(`all three are heard after kill ${kill}`)
      console.log(`kill ${kill}: ${ids.map(id => `${id} ${heard(id)}`).join(', ')} samples heard`)
    }
    const end = Date.now() - 5000
    for (const id of ids) {
      await until(
        'both have the same',
        async () => {
          const { rows, heard, stored } = await missing(id, end)
          return rows.length === 0 && heard === stored
        },
        60_000,
      ).catch(() => wrong.push(`${id} is not whole`))
      const { rows, heard: at, stored } = await missing(id, end)
      console.log(`${id}: ${at} samples heard, ${stored} stored, ${rows.length} rows of its journal missing`)
      if (at < 100) wrong.push(`${id} said only ${at}`)
      if (centre.online.get(id) !== 'online') wrong.push(`${id} is not online`)
      if (![...centre.born].some(name => name.startsWith(`${id}/`))) wrong.push(`${id} was not born`)
    }
    for (const [title, sites] of Object.entries(await centre.drawn(began))) {
      console.log(`${title}: ${sites.toSorted().join(', ')}`)
      // Nothing need be bad, and nothing need have happened.
      if (!/bad|record|alarm/i.test(title) && sites.length !== 3) wrong.push(`${title}: ${sites.join(', ')}`)
    }
  } finally {
    await Promise.all(gateways.map(gateway => gateway.end('SIGTERM')))
    for (const building of buildings) building.stop()
    await centre.stop()
    folder.remove()
  }
  for (const line of wrong) console.log(`WRONG ${line}`)
  return { holds: wrong.length === 0, figure: `${ids.length} gateways, ${kills} kills, ${wrong.length} wrong` }
}
