import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { brokerWitness, type Witnessed } from './brokerwitness.ts'

/** Kills the broker's process at random moments under load, with a witness outside. @param random 0..1 */
export async function killBroker(
  kills: number,
  random: () => number,
  say: (line: string) => void,
): Promise<Witnessed & { kills: number; integrity: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-broker-'))
  // Of this run alone: while it is killed, its port may be that of another run beside it.
  const password = randomUUID()
  let port = 0
  let child: ReturnType<typeof spawn> | undefined
  const start = async () => {
    const one = spawn(process.execPath, [join(import.meta.dirname, 'brokerchild.ts'), folder, password], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child = one
    port = await new Promise<number>((resolve, reject) => {
      one.stdout.once('data', data => resolve(Number(String(data))))
      one.once('exit', code => reject(new Error(`the broker ended with ${code}`)))
    })
  }
  const kill = async () => {
    const gone = new Promise(resolve => child!.once('exit', resolve))
    child!.kill('SIGKILL')
    await gone
  }
  try {
    await start()
    const witness = brokerWitness(() => ({ port }), { username: 'witness', password }, 'w')
    await witness.begin()
    for (let round = 1; round <= kills; round++) {
      witness.mortal(String(round))
      await witness.connected(10_000)
      witness.start()
      await new Promise(resolve => setTimeout(resolve, 30 + 250 * random()))
      await kill()
      witness.doomed(String(round))
      witness.stop()
      await start()
      // Now and then only: what is queued has to outlive several kills.
      if (round % 4 === 0 || round === kills) await witness.collect(20_000)
      const { acknowledged, lost, doubled } = witness.seen
      if (round % 20 === 0)
        say(`${round} kills, ${JSON.stringify(acknowledged)}, ${lost.length} lost, ${doubled.length} doubled`)
    }
    const seen = await witness.judge()
    await kill()
    const db = new DatabaseSync(join(folder, 'broker.db'))
    const integrity = String(db.prepare('PRAGMA integrity_check').get()?.integrity_check)
    db.close()
    return { ...seen, kills, integrity }
  } finally {
    child?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
