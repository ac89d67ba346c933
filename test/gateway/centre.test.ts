import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openCentre, outputsOnly, outputsTo } from '../support/centre.ts'
import { tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

/** The short form of `npm run prove -- centre`: three sets of outputs, each with a history and a trail of its own. */
it('three gateways into one broker and one InfluxDB that are killed in between: a screen there sees all of all three', async () => {
  const folder = tempFolder()
  const centre = await openCentre(folder.path)
  const ids = ['plaza-1', 'plaza-2', 'plaza-3']
  const began = Date.now()
  const gateways = await Promise.all(
    ids.map(id =>
      outputsOnly(join(folder.path, id), {
        ...quietSite,
        site: { ...quietSite.site, id },
        outputs: outputsTo(centre),
      }),
    ),
  )
  try {
    const heard = (n: number) => ids.every(id => (centre.seen.get(id)?.samples.size ?? 0) >= n)
    const feed = (value: number | null) => {
      for (const gateway of gateways) gateway.feed(value)
    }
    feed(1)
    for (const gateway of gateways) gateway.alarm('a')
    await until('all are there', () => heard(2))
    feed(null)
    await until('that there is no value', () => heard(4))
    await centre.kill()
    feed(3)
    await until('they are away', async () => {
      const states = (await Promise.all(gateways.map(g => g.outputs.states()))).flat()
      return states.length === 9 && states.every(s => s.state === 'away')
    })
    await centre.back()
    for (const gateway of gateways) for (const { id } of outputsTo(centre)) gateway.outputs.tryNow(id)
    await until(
      () => `what they had meanwhile: ${ids.map(id => [id, ...(centre.seen.get(id)?.samples.keys() ?? [])].join(' '))}`,
      () => heard(6),
    )
    const end = Date.now()
    const sites = (told: readonly string[]) => told.toSorted()
    const panels = await until('each panel draws all', async () => {
      const drawn = Object.entries(await centre.drawn(began))
      return drawn.every(([, told]) => sites(told).join() === ids.join()) && drawn
    })
    expect(panels.length).toBeGreaterThan(4)
    for (const id of ids) {
      await until('it is stored', async () => (await centre.missing(id, end)).stored === 6)
      expect([id, await centre.missing(id, end)]).toEqual([id, { rows: [], heard: 6, stored: 6 }])
      await until('it is online and born', () => centre.online.get(id) === 'online' && centre.born.has(`${id}/pump-1`))
    }
  } finally {
    await Promise.all(gateways.map(gateway => gateway.stop()))
    await centre.stop()
    folder.remove()
  }
})
