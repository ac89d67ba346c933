import { startDoorClient } from '../../firmware-sim/door-link/client.ts'
import { createController } from '../../firmware-sim/door-link/controller.ts'
import { apiOf } from './api.ts'
import { controlled, escapes, firePlant } from './firesite.ts'
import { type Started, startGatewayProcess } from './fresh.ts'
import { startGateway, tempFolder } from './gateway.ts'
import { pause, until } from './wait.ts'

export interface FireKilled {
  fires: number
  kills: number
  /** Of these before the gateway had said that it was ready. */
  earlyKills: number
  /** Commands, modes and re-arms that somebody asked for meanwhile. */
  locksTried: number
  locksRefused: number
  /** From the contact of the panel to the last escape door; and from a restart to the proof of each of them. */
  slowestReleaseMs: number
  slowestProofMs: number
  /** Messages to the controller and writes to relays that were looked at. */
  heard: number
  written: number
  wrong: string[]
}

/**
 * Fires, and in each of them the real gateway killed at random moments: while it tells of it, while it stands, after the
 * panel is normal and nobody has said so yet. Beside it a controller and relays that write down whatever reaches them.
 * @param random 0..1
 */
export async function killInFire(
  kills: number,
  perFire: number,
  random: () => number,
  say: (line: string) => void,
  early = true,
): Promise<FireKilled> {
  const seen: FireKilled = {
    ...{ fires: 0, kills: 0, earlyKills: 0, locksTried: 0, locksRefused: 0, slowestReleaseMs: 0, slowestProofMs: 0 },
    ...{ heard: 0, written: 0, wrong: [] },
  }
  const folder = tempFolder()
  const { plant, site, stop: stopPlant } = await firePlant()
  // People, an account for the controller, somebody inside: as the site was before.
  const first = await startGateway({ site, data: folder.path })
  const as = await first.people()
  const enrolment = (await as.admin.post('/api/v1/door-controllers/ctl-1/enrol')).body as unknown as Parameters<
    typeof startDoorClient
  >[0]['enrolment']
  const person = (await as.desk.post('/api/v1/people', { name: '李工', kind: 'staff' })).body as unknown as {
    id: string
  }
  const { deps } = first
  deps.trail.change({ name: 'test', role: 'gateway' }, note =>
    deps.accessRecords.enter(note, person.id, 'hall', 'door-1', 0, deps.clock.now()),
  )
  await first.stop()

  let gateway: Started | null = null
  let mqtt = '127.0.0.1:0'
  const env = () => ({ GATEHOUSE_LOG: 'silent', GATEHOUSE_MQTT: mqtt })
  const start = async () => {
    gateway = await startGatewayProcess(folder.path, env(), 60_000)
    mqtt = gateway.run.mqtt
  }
  const api = (who: keyof typeof as) => apiOf(`http://${gateway!.run.http}`, as[who].headers)
  const operator = () => api('operator')

  await start()
  // What reaches the controller, before it takes it.
  let down: { readonly at: number; readonly type: string }[] = []
  let memory: string | null = null
  let wire: (word: string, body: object) => void = () => {}
  const write = (text: string) => {
    memory = text
  }
  const begin = () =>
    createController({
      ...{ doors: controlled, wall: Date.now, disk: { read: () => memory, write } },
      send: (word, body) => wire(word, body),
    })
  let controller = begin()
  const tapped = {
    ...controller,
    hello: () => controller.hello(),
    tick: () => controller.tick(),
    askTime: () => controller.askTime(),
    receive(body: Record<string, unknown>) {
      down.push({ at: performance.now(), type: String(body.type) })
      controller.receive(body)
    },
  }
  const bind = (to: { send: typeof wire }) => {
    wire = to.send
  }
  const client = await startDoorClient({
    ...{ url: `mqtt://${mqtt}`, enrolment, doors: controlled, file: null, wired: { controller: tapped, bind } },
  })

  /** A moment in a fire: each escape door is open, the vault is not, and nobody has said anything that locks. */
  function look(when: string): void {
    const shut = escapes.filter(id =>
      (controlled as readonly string[]).includes(id) ? !controller.isReleased(id) : plant.locked.get(id) === true,
    )
    if (plant.locked.get('door-1')) shut.push('door-1')
    for (const id of shut) seen.wrong.push(`fire ${seen.fires}, kill ${seen.kills}, ${when}: ${id} is not released`)
    if (controller.isReleased('vault')) seen.wrong.push(`${when}: the vault is open`)
    for (const { type } of down)
      if (!['table', 'answer', 'events', 'time', 'release'].includes(type))
        seen.wrong.push(`fire ${seen.fires}, kill ${seen.kills}, ${when}: the controller heard "${type}"`)
    for (const one of plant.writes)
      if (one.locks) seen.wrong.push(`fire ${seen.fires}, kill ${seen.kills}, ${when}: ${one.door} was told to lock`)
    seen.heard += down.length
    seen.written += plant.writes.length
    down = []
    plant.writes = []
  }
  /** Somebody wants to lock, until the gateway dies under him. */
  async function attack(over: AbortSignal): Promise<void> {
    const asks = [
      ['/api/v1/commands', { point: 'door-4/lock', value: true, reason: '锁门' }],
      ['/api/v1/doors/door-2/modes', { mode: 'lockdown', level: 9, reason: '锁门' }],
      ['/api/v1/fire-release/rearm', { doors: ['door-1', 'door-2'], reason: '锁门' }],
      ['/api/v1/commands', { point: 'door-1/lock', value: true, reason: '锁门' }],
    ] as const
    for (let n = 0; !over.aborted; n++) {
      const [path, body] = asks[n % asks.length]!
      const answer = await operator()
        .post(path, body)
        .catch(() => null)
      if (!answer) return
      seen.locksTried++
      const { phase, why, code } = answer.body as { phase?: string; why?: string; code?: string }
      const no = (phase === 'refused' && why === 'fire-release') || code === 'mode-fire'
      // Its own release is still under way there.
      if (no || code === 'command-busy') seen.locksRefused++
      else seen.wrong.push(`${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 200)}`)
      await pause(20)
    }
  }
  async function proved(): Promise<void> {
    const at = performance.now()
    await until('each escape door is proved', async () => {
      const { doors } = (await operator().get('/api/v1/fire-release')).body as unknown as {
        doors: { id: string; proof: string | null }[]
      }
      return doors.every(d => (d.id === 'vault' ? d.proof === null : d.proof === 'released'))
    })
    seen.slowestProofMs = Math.max(seen.slowestProofMs, Math.round(performance.now() - at))
    const muster = (await operator().get('/api/v1/muster')).body as unknown as { unknown: { person: string }[] }
    if (!muster.unknown.some(p => p.person === person.id)) seen.wrong.push(`kill ${seen.kills}: he is not unknown`)
  }

  try {
    await until('the controller is heard', () => client.connected() && controller.state().table !== null)
    while (seen.kills < kills && seen.wrong.length < 20) {
      seen.fires++
      await until('the panel is read', async () => {
        const { sample } = (await operator().get('/api/v1/points/panel/b1-confirmed')).body as {
          sample?: { quality: string }
        }
        return sample?.quality === 'good'
      })
      down = []
      plant.writes = []
      const began = performance.now()
      plant.confirmed = true
      await until(
        'all escape doors let go',
        () => controller.isReleased('door-1') && controller.isReleased('door-2') && !plant.locked.get('door-4'),
      )
      seen.slowestReleaseMs = Math.max(seen.slowestReleaseMs, Math.round(performance.now() - began))
      await until('the relay of door-1, too', () => plant.locked.get('door-1') === false)
      for (let n = 0; n < perFire && seen.kills < kills; n++) {
        const over = new AbortController()
        const attacking = attack(over.signal)
        await pause(600 * random())
        // The last ones are after the panel is normal: nobody has said so.
        if (n === perFire - 1 || seen.kills === kills - 1) {
          plant.confirmed = false
          await pause(300 * random())
        }
        await gateway!.end('SIGKILL')
        over.abort()
        seen.kills++
        await attacking
        look('dead')
        if (random() < 0.3) controller = begin()
        look('the controller, perhaps switched off and on')
        if (early && seen.kills < kills && random() < 0.3) {
          await startGatewayProcess(folder.path, env(), 100 + 1200 * random()).then(
            early => early.end('SIGKILL'),
            () => pause(100),
          )
          seen.kills++
          seen.earlyKills++
          look('killed while it started')
        }
        await start()
        await until('the controller is heard', () => client.connected())
        await proved()
        look('alive again')
      }
      await pause(100)
      look('before somebody says so')
      await until('confirmed', async () => {
        const { status } = await operator().post('/api/v1/linkage/b1/confirm', { cause: 'drill' })
        return status === 200
      })
      await until('they lock again', () =>
        escapes.every(id => !controller.isReleased(id) && plant.locked.get(id) !== false),
      )
      say(`${seen.kills} kills in ${seen.fires} fires, ${seen.locksRefused} locks refused, ${seen.wrong.length} wrong`)
    }
  } finally {
    await client.cut()
    await (gateway as Started | null)?.end('SIGKILL')
    await stopPlant()
    folder.remove()
  }
  return seen
}
