import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { BundleDeps } from './bundle.ts'
import type { Made } from './child.ts'

/** Counting the rows of years of history on a small machine. */
const LONGEST_MS = 120_000

/** @returns the bundle, made in a process of its own. Rejects when that process could not make it. */
export function bundleInChild(asked: Omit<BundleDeps, 'env'>): Promise<Buffer> {
  const child = fork(join(import.meta.dirname, 'child.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    timeout: LONGEST_MS,
  })
  let answer: Made | undefined
  child.on('message', (message: Made) => {
    answer = message
  })
  child.send(asked)
  return new Promise((resolve, reject) => {
    const ended = () => {
      if (answer?.ok) resolve(Buffer.from(answer.bytes))
      else reject(new Error(answer?.message ?? 'the process that makes the bundle has ended without an answer'))
    }
    child.once('exit', ended)
    child.once('error', ended)
  })
}
