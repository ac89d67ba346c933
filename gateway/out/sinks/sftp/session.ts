import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../../core/clock.ts'
import type { Why } from '../../reader/row.ts'
import { whyNot, whyOf } from './words.ts'

const MOST_SAID = 1 << 20
const BYE_MS = 5000
/** What `pwd` answers: it comes only after everything before went well, for in a batch the first failure is the end. */
const MARK = /^Remote working directory: .*$/m

/** Why a conversation came to its end. */
export class Ended extends Error {
  readonly why: Why
  constructor(why: Why) {
    super(why.code)
    this.why = why
  }
}
export type Session = ReturnType<typeof openSession>

/**
 * A conversation with OpenSSH's `sftp` in its batch mode, one command after the other. Commands that begin with `-` may fail.
 * In a process group of its own without a terminal: nobody can be asked anything, and its ssh goes when it goes.
 */
export function openSession(
  args: readonly string[],
  how: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly clock: Pick<Clock, 'after'> },
) {
  const child: ChildProcess = spawn('sftp', args, {
    ...{ cwd: how.cwd, env: how.env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
  })
  let out = ''
  let said = ''
  let why: Why | null = null
  let heard = () => {}
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    out = (out + text).slice(-MOST_SAID)
    heard()
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-8000)
  })
  child.stdin!.on('error', () => {})
  const gone = new Promise<void>(resolve => {
    child.once('error', error => {
      why ??= whyNot(error)
      resolve()
      heard()
    })
    child.once('close', () => {
      why ??= whyOf(said)
      resolve()
      heard()
    })
  })
  function kill(because: Why) {
    why ??= because
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It is gone already.
    }
  }
  return {
    /**
     * @returns what was answered
     * @throws Ended: it failed, hung for longer than `limitMs`, or was killed
     */
    async ask(command: string, limitMs: number): Promise<string> {
      if (why !== null) throw new Ended(why)
      const cancel = how.clock.after(limitMs, () =>
        kill({ code: 'timeout', detail: `${command.split(' ')[0]}: ${limitMs / 1000} s` }),
      )
      try {
        child.stdin!.write(`${command}\npwd\n`)
        for (;;) {
          const mark = MARK.exec(out)
          // The rest of its line may be under way still.
          const end = mark ? out.indexOf('\n', mark.index) : -1
          if (mark && end >= 0) {
            const answer = out.slice(0, mark.index)
            out = out.slice(end + 1)
            return answer
          }
          if (why !== null) {
            await gone
            throw new Ended(why)
          }
          await new Promise<void>(resolve => {
            heard = resolve
          })
        }
      } finally {
        cancel()
        heard = () => {}
      }
    },
    kill,
    /** Says goodbye; does not wait for long. */
    async end(): Promise<void> {
      child.stdin!.end()
      const cancel = how.clock.after(BYE_MS, () => kill({ code: 'timeout', detail: '' }))
      await gone
      cancel()
    },
  }
}
