import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import type { DoorLinkPart } from '../plaza/door-link.ts'
import { linkDoors } from '../plaza/door-link.ts'
import { type DoorClient, type Enrolment, startDoorClient } from './client.ts'

/** As somebody types it into the controller at its door: where the gateway's broker is, and what it has handed out. */
export interface Commissioning {
  /** `mqtt://host:port`. */
  readonly url: string
  readonly enrolment: Enrolment
}
const LOOK_EVERY_MS = 1000

/**
 * Connects the controller of the building as its file says, and anew when that changes. Without the file it waits.
 * @returns the stop
 */
export function commission(part: DoorLinkPart, file: string, log: (message: string) => void): () => Promise<void> {
  const memory = `${file}.memory`
  part.use({
    read: () => (statSync(memory, { throwIfNoEntry: false }) ? readFileSync(memory, 'utf8') : null),
    write(text) {
      writeFileSync(`${memory}.new`, text, { mode: 0o600 })
      renameSync(`${memory}.new`, memory)
    },
  })
  let client: DoorClient | null = null
  let read = 0
  let wanted: Commissioning | null = null
  let busy = false

  async function look(): Promise<void> {
    const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
    const fresh = changed !== read
    if (fresh) {
      read = changed
      wanted = changed === 0 ? null : (JSON.parse(readFileSync(file, 'utf8')) as Commissioning)
    }
    const wants = wanted !== null && !part.isCut()
    if (client && (fresh || !wants)) {
      // Still the controller that cards are shown to: by itself.
      await client.cut()
      client = null
    }
    if (client || !wants || !wanted) return
    const wired = {
      controller: part.controller(),
      bind: (wire: Parameters<DoorLinkPart['bind']>[0]) => part.bind(wire, Date.now),
    }
    client = await startDoorClient({ ...wanted, doors: linkDoors, file: null, wired })
    part.connect(client)
  }
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    look()
      .catch((error: unknown) => log(`door controller: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => {
        busy = false
      })
  }, LOOK_EVERY_MS)
  return async () => {
    clearInterval(timer)
    await client?.cut()
  }
}
