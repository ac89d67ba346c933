import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { refuse } from '../core/refusal.ts'
import type { Trail } from '../records/trail.ts'
import { writeDurably } from '../site/file.ts'
import { CHECKPOINTS_FILE, type Checkpoint, signedText, TRAIL_KEY_FILE } from './verify-trail.ts'

/** What came after the last one could be cut off without a trace, so not too rarely; a year of them is some 3 MB. */
const EVERY_MS = 3_600_000
const MOST_SHOWN = 20

export interface CheckpointDeps {
  readonly data: string
  readonly secrets: string
  /** Another folder, on another disk, that gets each of them too. */
  readonly copy?: string | undefined
  readonly clock: Pick<Clock, 'now' | 'every'>
  readonly trail: Pick<Trail, 'epoch' | 'head' | 'hashAt'>
  /** Null: no site runs. */
  readonly site: () => string | null
  /** Told of each that is on the disk. */
  readonly made: (checkpoint: Checkpoint) => void
  readonly log: Log
}
export type Checkpoints = ReturnType<typeof openCheckpoints>

/**
 * Signed checkpoints of the trail (how many entries, the hash of the last): at the start, each hour in which something was
 * written, and at the end. Appended to a file, forced to the disk, and told outside, where nobody can take them back.
 */
export function openCheckpoints(deps: CheckpointDeps) {
  const { data, clock, trail, log } = deps
  const key = trailKey(deps.secrets)
  const publicKey = createPublicKey(key).export({ format: 'jwk' }).x!
  const own = join(data, CHECKPOINTS_FILE)
  const files = [own, ...(deps.copy ? [join(deps.copy, CHECKPOINTS_FILE)] : [])]
  let last: Checkpoint | null = null
  let copyFailing = false

  function make(): Checkpoint | null {
    const count = trail.head()
    const head = Buffer.from(trail.hashAt(count) ?? []).toString('hex')
    if (count === 0 || (last?.count === count && last.head === head)) return last
    const said = {
      ...{ site: deps.site() ?? '', epoch: trail.epoch, count, head, time: new Date(clock.now()).toISOString() },
    }
    const signature = sign(null, Buffer.from(signedText(said)), key).toString('base64url')
    const made: Checkpoint = { kind: 'gatehouse-trail-checkpoint', ...said, key: publicKey, signature }
    for (const file of files)
      try {
        append(file, `${JSON.stringify(made)}\n`)
        if (file !== own) copyFailing = false
      } catch (error) {
        if (file === own) throw error
        // A stick that was pulled out must not keep the others from their checkpoint.
        if (!copyFailing) log.error({ error, file }, 'a checkpoint of the trail could not be copied')
        copyFailing = true
      }
    last = made
    deps.made(made)
    return made
  }
  const tried = () => {
    try {
      return make()
    } catch (error) {
      log.error({ error }, 'a checkpoint of the trail could not be stored; the next one comes in an hour')
      return null
    }
  }
  const stop = clock.every(EVERY_MS, tried)
  return {
    publicKey,
    file: own,
    /** Another one now, if anything was written since the last. Throws the system's error. */
    make,
    last: () => last,
    copyFailing: () => copyFailing,
    /** The newest ones, newest first. */
    list(): readonly Checkpoint[] {
      const lines = existsSync(own) ? readFileSync(own, 'utf8').trimEnd().split('\n') : []
      return lines
        .slice(-MOST_SHOWN)
        .reverse()
        .flatMap(line => {
          try {
            return [JSON.parse(line) as Checkpoint]
          } catch {
            return []
          }
        })
    },
    /** What was told outside last, as it goes out. */
    start: tried,
    stop(): void {
      stop()
      tried()
    },
  }
}

/** What a power cut has left of a line is taken away: the next one would become part of it. */
function append(path: string, line: string): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  const before = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  const whole = before.lastIndexOf(0x0a) + 1
  const file = openSync(path, 'a', 0o640)
  try {
    if (whole < before.length) ftruncateSync(file, whole)
    writeFileSync(file, line)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Made at the first start and kept with the secrets [Ed25519, RFC 8032]. Throws Refusal when it is damaged. */
function trailKey(secrets: string) {
  const path = join(secrets, TRAIL_KEY_FILE)
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600)
  }
  try {
    return createPrivateKey(readFileSync(path, 'utf8'))
  } catch {
    return refuse(
      `${path} 已损坏：请从备份恢复，否则以前的检查点无法再由本站核对`,
      `${path} is damaged: restore it from a backup, or the checkpoints made so far cannot be checked by this site`,
    )
  }
}
