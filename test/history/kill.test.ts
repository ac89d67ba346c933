import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { NOT_RECORDED } from '../../gateway/history/codes.ts'
import { defaults } from '../../gateway/history/history.ts'
import { queries } from '../../gateway/history/query.ts'
import { openStore } from '../../gateway/history/store.ts'
import { tempFolder } from '../support/gateway.ts'
import { seeded } from '../support/killing.ts'

const KILLS = 5
/** A second of gathering, and what a busy machine takes to write it. */
const MOST_LOST_MS = 1000 + 800

it(`${KILLS} kill -9 while recording: no more than the last second is lost, nothing is there twice, each end is a gap`, {
  timeout: 120_000,
}, async () => {
  const folder = tempFolder()
  const random = seeded(5)
  const path = join(folder.path, 'history.db')
  let next = 1
  let lostMs = 0
  const kept: number[] = []
  for (let round = 1; round <= KILLS; round++) {
    const child = spawn(process.execPath, [
      join(import.meta.dirname, '../support/historychild.ts'),
      folder.path,
      String(next),
    ])
    const said: { n: number; at: number }[] = []
    const ready = new Promise<void>(resolve =>
      createInterface({ input: child.stdout }).on('line', line => {
        said.push({ n: Number(line), at: performance.now() })
        resolve()
      }),
    )
    let trouble = ''
    child.stderr.on('data', data => {
      trouble += data
    })
    await ready
    await new Promise(resolve => setTimeout(resolve, 1300 + 1500 * random()))
    const killedAt = performance.now()
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))
    expect(trouble).toBe('')

    const store = openStore(path, defaults)
    expect(store.db.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' })
    const now = Date.now()
    const all = [...store.points.keys()].map(id => queries(store).raw(id, now - 3_600_000, now + 60_000, 1_000_000))
    expect(all.length).toBe(20)
    for (const { codes, values } of all) {
      const good = [...values].filter((_, i) => codes[i] === 0)
      expect(good.slice(0, kept.length)).toEqual(kept)
      const mine = good.slice(kept.length)
      expect(mine).toEqual(mine.map((_, i) => next + i))
      expect([...codes].filter(code => code === NOT_RECORDED)).toHaveLength(round)
      expect(codes.at(-1)).toBe(NOT_RECORDED)
    }
    store.close()
    const last = all[0]!.values.filter((_, i) => all[0]!.codes[i] === 0).at(-1)!
    const missing = said.find(one => one.n > last)
    if (missing) lostMs = Math.max(lostMs, killedAt - missing.at)
    for (let n = next; n <= last; n++) kept.push(n)
    next = said.at(-1)!.n + 1
  }
  console.log(`${KILLS} kills, ${kept.length} samples of each point kept, at most ${Math.round(lostMs)} ms lost`)
  expect(kept.length).toBeGreaterThan(KILLS * 30)
  expect(lostMs).toBeLessThan(MOST_LOST_MS)
  folder.remove()
})
