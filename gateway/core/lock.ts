import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Two gateways on one folder would each believe to be alone. The lock is gone when the process is, however it died. */
export function lockFolder(data: string): () => void {
  const lock = new DatabaseSync(join(data, 'lock.db'))
  try {
    lock.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE')
  } catch {
    throw new Error(`Another Gatehouse runs on ${data}. Stop it first, or set GATEHOUSE_DATA to another folder.`)
  }
  return () => lock.close()
}
