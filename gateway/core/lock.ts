import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { diskTrouble } from './disk.ts'
import { Refusal, refuse } from './refusal.ts'

/** SQLITE_BUSY [sqlite.org/rescode]: somebody else holds it. Anything else is trouble of the folder. */
const BUSY = 5

/**
 * Two gateways on one folder would each believe to be alone. The lock is gone when the process is, however it died.
 * @throws Refusal: another one runs on it, or its disk is full, broken or read-only
 */
export function lockFolder(data: string): () => void {
  let lock: DatabaseSync | null = null
  try {
    lock = new DatabaseSync(join(data, 'lock.db'))
    lock.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE')
    const held = lock
    return () => held.close()
  } catch (error) {
    lock?.close()
    if (((error as { errcode?: number }).errcode ?? 0) !== BUSY) throw folderRefusal(data, error)
    const who = holderOf(data)
    return refuse(
      `已有一个门房在使用 ${data}${who && `（进程 ${who.pid}，${who.http}）`}。请先停止它，或用 GATEHOUSE_DATA 另指目录。`,
      `Another Gatehouse runs on ${data}${who && ` (process ${who.pid}, ${who.http})`}. Stop it first, or set GATEHOUSE_DATA to another folder.`,
    )
  }
}

/** Who says that it runs there; '' when nobody does, as one that is just starting. */
function holderOf(data: string): { pid: number; http: string } | '' {
  try {
    const { pid, http } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { pid: number; http: string }
    return { pid, http }
  } catch {
    return ''
  }
}

/** What is wrong with the data folder and what to do, for whoever starts the gateway; another error comes back as it is. */
export function folderRefusal(data: string, error: unknown): unknown {
  const disk = error instanceof Refusal ? undefined : diskTrouble(error)
  if (!disk) return error
  return new Refusal(
    `数据目录 ${data} 不能写入：${disk['zh-CN']}。请腾出空间、以可写方式挂载，或把目录交给运行门房的用户（chown -R），然后再启动；用 npm run doctor（安装包为 gatehouse doctor）查看详情。`,
    `The data folder ${data} cannot be written: ${disk.en}. Make room, mount it writable, or give it to the user that runs Gatehouse (chown -R), then start again; npm run doctor (gatehouse doctor with the package) says more.`,
  )
}
