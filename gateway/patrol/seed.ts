import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../site/file.ts'

/** What the rounds of chance are drawn from, in the folder of secrets; made when there is none. */
export function openPatrolSeed(secrets: string): string {
  const path = join(secrets, 'patrol.key')
  if (!existsSync(path)) writeDurably(path, randomBytes(24).toString('base64url'), 0o600)
  return readFileSync(path, 'utf8').trim()
}
