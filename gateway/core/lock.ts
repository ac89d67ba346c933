import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { refuse } from './refusal.ts'

/** Two gateways on one folder would each believe to be alone. The lock is gone when the process is, however it died. */
export function lockFolder(data: string): () => void {
  const lock = new DatabaseSync(join(data, 'lock.db'))
  try {
    lock.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE')
  } catch {
    refuse(
      `已有一个门房在使用 ${data}。请先停止它，或用 GATEHOUSE_DATA 另指目录。`,
      `Another Gatehouse runs on ${data}. Stop it first, or set GATEHOUSE_DATA to another folder.`,
    )
  }
  return () => lock.close()
}
