import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { type TrailVerdict, textOfFault } from './verify-trail.ts'

const PROGRAM = join(import.meta.dirname, 'verify-trail.ts')
const LONGEST_MS = 600_000

/** A verdict with its faults in words. */
export type TrailCheck = Omit<TrailVerdict, 'faults'> & {
  readonly seconds: number
  readonly faults: readonly {
    readonly code: string
    readonly text: { readonly 'zh-CN': string; readonly en: string }
  }[]
}

/**
 * Checks the trail of a data folder by the program that others use, in a process of its own that goes behind the gateway: a
 * million entries take some seconds. Rejects when it could not be looked at.
 * @param anchors further ones, a text as of a file
 * @param key the public key that the checkpoints must be signed with
 */
export function checkTrail(data: string, anchors: string, key: string): Promise<TrailCheck> {
  return new Promise((resolve, reject) => {
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, data, '--json', '--anchors', '-', '--key', key]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: LONGEST_MS })
    let out = ''
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part
    })
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said = (said + part).slice(-2000)
    })
    child.on('error', reject)
    child.on('close', () => {
      try {
        const verdict = JSON.parse(out) as TrailVerdict & { readonly seconds: number }
        const faults = verdict.faults.map(fault => {
          const [zh, en] = textOfFault(fault)
          return { code: fault.code, text: { 'zh-CN': zh, en } }
        })
        resolve({ ...verdict, faults })
      } catch {
        reject(new Error(said || 'the program that checks the trail has ended without an answer'))
      }
    })
    child.stdin.on('error', () => {})
    child.stdin.end(anchors)
    try {
      if (child.pid !== undefined) setPriority(child.pid, 10)
    } catch {
      // It has ended already.
    }
  })
}

/** The program for others, as plain JavaScript in one file. */
export const verifierText = (): string => stripTypeScriptTypes(readFileSync(PROGRAM, 'utf8'))
