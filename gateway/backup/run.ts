import { fork } from 'node:child_process'
import { join } from 'node:path'
import { type ErrorCode, GatehouseError } from '../core/errors.ts'
import type { Answered, Asked } from './child.ts'
import { clearLeftovers } from './write.ts'

export interface RunningBackup {
  /** Rejects with GatehouseError, or with an error that core/disk.ts knows. */
  readonly done: Promise<{ readonly bytes: number; readonly sha256: string }>
  /** Ends it; what it has written is gone when this is done. */
  cancel(): Promise<void>
}
export type MakeBackup = (asked: Asked & { readonly folder: string }) => RunningBackup

/** Makes a backup in a process of its own. */
export const backupInChild: MakeBackup = ({ folder, ...asked }) => {
  const child = fork(join(import.meta.dirname, 'child.ts'), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  let answer: Answered | undefined
  child.on('message', (message: Answered) => {
    answer = message
  })
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  child.send(asked)
  const done = ended.then(() => {
    if (answer?.ok) return { bytes: answer.bytes, sha256: answer.sha256 }
    if (!answer) throw new Error(`the process that made the backup has ended (${child.exitCode ?? child.signalCode})`)
    if (answer.code !== null) throw new GatehouseError(answer.code as ErrorCode, answer.params)
    throw Object.assign(new Error(answer.message), answer.system)
  })
  return {
    done,
    async cancel() {
      child.kill('SIGKILL')
      await ended
      clearLeftovers(folder)
    },
  }
}
