import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LearnedFact } from '../../drivers/driver.ts'
import type { Log } from '../core/log.ts'
import { writeDurably } from '../site/file.ts'
import type { Site } from '../site/site.ts'

interface Stored {
  /** Of the points of each unit, when the facts were learned. */
  readonly points: Readonly<Record<string, string>>
  readonly facts: readonly LearnedFact[]
}

/**
 * What drivers learned about the devices of a channel, one file each in the data folder. Facts of a unit whose points
 * were changed since are dropped: another device may stand there now. A file that cannot be read is as good as none.
 */
export function openLearned(dataFolder: string, log: Log) {
  const folder = join(dataFolder, 'learned')
  return (site: Site, channel: string) => {
    const path = join(folder, `${channel}.json`)
    const points = fingerprints(site, channel)
    const stored = read(path)
    return {
      known: stored.facts.filter(fact => points[fact.unit] && points[fact.unit] === stored.points[fact.unit]),
      learn(facts: readonly LearnedFact[]) {
        try {
          mkdirSync(folder, { recursive: true, mode: 0o700 })
          writeDurably(path, `${JSON.stringify({ points, facts } satisfies Stored, null, 1)}\n`)
        } catch (error) {
          // Without it the device is asked once more after the next start; nothing is lost.
          log.warn({ error, path }, 'what was learned of a device could not be kept')
        }
      },
    }
  }
}

function read(path: string): Stored {
  try {
    const { points, facts } = JSON.parse(readFileSync(path, 'utf8')) as Stored
    if (Array.isArray(facts) && typeof points === 'object' && points !== null) return { points, facts }
  } catch {
    // none yet, or broken
  }
  return { points: {}, facts: [] }
}

function fingerprints(site: Site, channel: string): Record<string, string> {
  const byUnit = Map.groupBy(
    site.equipment.filter(e => e.channel === channel),
    e => e.unit ?? 1,
  )
  return Object.fromEntries(
    [...byUnit].map(([unit, equipment]) => {
      const addresses = equipment.flatMap(e => e.points.map(p => JSON.stringify(p.address))).sort()
      return [unit, createHash('sha256').update(addresses.join('\n')).digest('hex').slice(0, 16)]
    }),
  )
}
