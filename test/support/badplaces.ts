import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type BadDay, Day, lived } from './badday.ts'
import { openDisk, openMemoryGroup } from './badmachine.ts'
import { node24, root } from './fresh.ts'
import { openScreen } from './screen.ts'
import { pause, until } from './wait.ts'

const MB = 1 << 20

/**
 * Memory gets short: it is an alarm, large queries wait and say so, the rest goes on. Then there is none left at all and the
 * kernel ends the gateway: started again, nothing that was acknowledged is lost.
 */
export async function badMemory(): Promise<BadDay> {
  const group = openMemoryGroup()
  const w = new Day('memory', {}, { before: group.enter })
  const history = async () => (await w.ask('GET', 'history?point=gatehouse/disk-free')).body.code
  return lived(w, work, group.end)
  async function work() {
    group.limit(1024 * MB)
    await w.start()
    for (let i = 0; i < 5; i++) await w.write()
    if ((await history()) === 'memory-short') w.wrong('short with plenty of memory')
    w.day.notes.usedMb = Math.round(group.used() / MB)
    // It gives back what it can, so the walls have to come nearer more than once.
    const narrower = async () => {
      group.limit(Math.max(group.used() / 0.94, 32 * MB))
      await pause(1000)
      return (await w.alarms()).includes('gatehouse.memory')
    }
    await until('memory that gets short is an alarm', narrower, 60_000)
    if ((await history()) !== 'memory-short') w.wrong('a large query was not refused')
    for (let i = 0; i < 5; i++) if (!(await w.write())) w.wrong('refused though there is some memory')
    w.day.notes.limitMb = Math.round(group.used() / 0.94 / MB)
    group.limit(1024 * MB)
    await until('enough memory ends the alarm', async () => !(await w.alarms()).includes('gatehouse.memory'), 60_000)
    if ((await history()) === 'memory-short') w.wrong('refused though there is enough memory')
    // Now somebody takes all of it.
    group.limit(group.used() + 64 * MB)
    let ended = false
    void w.exited.then(() => {
      ended = true
    })
    const stopEating = group.eat()
    await until('the kernel ends the gateway', async () => ended || !(await w.writeIfAlive()), 60_000)
    await w.exited
    await stopEating()
    group.limit(1024 * MB)
    await w.start()
    await w.look()
    for (let i = 0; i < 5; i++) if (!(await w.write())) w.wrong('refused after the new start')
  }
}

/**
 * The disk fails and the kernel makes it read-only under the gateway. What cannot be written is refused, looking goes on, an
 * alarm says it; started again on a disk that is well, everything acknowledged is there.
 */
export async function badReadOnly(): Promise<BadDay> {
  const disk = openDisk()
  const w = new Day('read-only', {}, { data: disk.root })
  return lived(w, work, disk.end, false)
  async function work() {
    await w.start()
    for (let i = 0; i < 20; i++) await w.write()
    disk.fail()
    await until('what cannot be written is refused', () => w.write().then(done => !done))
    for (let i = 0; i < 5; i++) if (await w.write()) w.wrong('acknowledged though the disk is read-only')
    if ((await w.ask('GET', 'alarms')).status !== 200) w.wrong('nobody could look')
    if ((await fetch(`http://${w.http}/readyz`)).status !== 503) w.wrong('it says that it is ready')
    // It cannot be recorded either: every page shows it, with what else waits to be.
    const screen = await openScreen(`http://${w.http}`, w.headers)
    await screen.heard('storage', m => m.since !== null && m.waiting.some(a => a.id.startsWith('gatehouse.records')))
    screen.close()
    const at = performance.now()
    await w.stop()
    w.day.notes.stoppedMs = Math.round(performance.now() - at)
    disk.again()
    await w.start()
    await w.look()
    if (!(await w.write())) w.wrong('refused though the disk is well')
  }
}

/** 500 commits that do not wait for the disk: lost in the same cut, or the cut is none. @returns how many are left afterwards */
async function control(folder: string): Promise<() => number> {
  const path = join(folder, `control-${Date.now()}.db`)
  const script = `const {DatabaseSync} = require('node:sqlite'); const db = new DatabaseSync('${path}'); db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE t (n)'); for (let n = 0; n < 500; n++) db.exec('INSERT INTO t VALUES (' + n + ')'); process.kill(process.pid, 'SIGKILL')`
  await new Promise(resolve =>
    spawn(node24, ['--no-warnings', '-e', script], { stdio: 'ignore' }).once('exit', resolve),
  )
  return () => {
    if (!existsSync(path)) return 0
    const db = new DatabaseSync(path)
    try {
      return Number(db.prepare('SELECT count(*) AS n FROM t').get()!.n)
    } catch {
      return 0
    } finally {
      db.close()
    }
  }
}

/**
 * The power is cut while people write, save the site and make backups: what was not forced to the disk is gone. Each time the
 * gateway starts again with everything that it had acknowledged.
 */
export async function badPower(cuts: number): Promise<BadDay> {
  const disk = openDisk(512)
  const w = new Day(`power cut ${cuts} times`, {}, { data: disk.root })
  return lived(w, work, disk.end, false)
  async function work() {
    let saves = 0
    let lostByControl = 0
    await w.start()
    for (let cut = 1; cut <= cuts; cut++) {
      let over = false
      let saved: string | null = null
      const working = [
        (async () => {
          while (!over) await w.writeIfAlive()
        })(),
        (async () => {
          for (let i = 0; !over; i++) {
            const hash = await w.saveSite(1 + ((cut + i) % 5)).catch(() => undefined)
            // It may have come to the disk, or not.
            if (hash === undefined || w.dark) saved = null
            else if (hash !== null) {
              saved = hash
              saves++
            }
            await pause(400)
          }
        })(),
        (async () => {
          await w.ask('POST', 'backups', {}).catch(() => {})
        })(),
      ]
      const told = w.day.acknowledged
      await until('people work', () => w.day.acknowledged >= told + 10 && saves >= cut)
      await pause((cut * 977) % 1500)
      const left = await control(disk.root)
      // The file system is dead and the process is not, for a moment: a sync that waits then is called done, and was not.
      w.goDark()
      disk.cutPower()
      await w.kill()
      over = true
      await Promise.all(working)
      disk.again()
      lostByControl += 500 - left()
      await w.start()
      await w.look()
      const site = (await w.ask('GET', 'site')).body
      if (site.status !== 'ok') w.wrong(`cut ${cut}: the site is ${site.status}`)
      if (saved !== null && site.hash !== saved)
        w.wrong(`cut ${cut}: the site was saved as ${saved} and is ${site.hash}`)
    }
    Object.assign(w.day.notes, { saves, lostByControl })
    if (lostByControl === 0) w.wrong('the cut took nothing from a program that does not wait for the disk: it was none')
  }
}

/** A second gateway on the same folder: refused with who is there, and the first one does not notice; it may when the first was killed. */
export async function badTwice(): Promise<BadDay> {
  const w = new Day('two on one folder')
  return lived(w, work)
  async function work() {
    await w.start()
    for (let i = 0; i < 5; i++) await w.write()
    const second = spawnSync(node24, ['--no-warnings', join(root, 'gateway/main.ts')], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, GATEHOUSE_DATA: w.data, GATEHOUSE_HTTP: '127.0.0.1:0', GATEHOUSE_MQTT: '127.0.0.1:0' },
    })
    if (second.status !== 1) w.wrong(`the second one ended with ${second.status}`)
    if (!second.stderr.includes(`process ${w.pid}, ${w.http}`)) w.wrong(`it said ${second.stderr}`)
    for (let i = 0; i < 5; i++) if (!(await w.write())) w.wrong('refused because of a second one')
    await w.look()
    await w.kill()
    await w.start()
    await w.look()
  }
}
