import { readFileSync } from 'node:fs'
import { diskTrouble } from '../core/disk.ts'
import { errors, fill, GatehouseError } from '../core/errors.ts'
import { bothOf, refuse } from '../core/refusal.ts'
import { SHORTEST_PASSPHRASE } from './seal.ts'

/**
 * The passphrase, from a file, from GATEHOUSE_BACKUP_PASSPHRASE, or asked for at the terminal. Never from the command line,
 * where every user of the machine can read it.
 * @returns undefined when nobody gave one
 */
export async function passphraseFrom(file: string | undefined, ask: boolean): Promise<string | undefined> {
  const given = file === undefined ? process.env.GATEHOUSE_BACKUP_PASSPHRASE : readFileSync(file, 'utf8').trim()
  if (given) return given
  if (!ask) return undefined
  if (!process.stdin.isTTY)
    refuse(
      '需要备份口令，但这里不是终端：请设置 GATEHOUSE_BACKUP_PASSPHRASE。',
      'A passphrase is asked for, but this is no terminal: set GATEHOUSE_BACKUP_PASSPHRASE.',
    )
  process.stderr.write('Passphrase of the backup 备份口令: ')
  const { stdin } = process
  // What is typed is not shown.
  stdin.setRawMode(true)
  let typed = ''
  try {
    for await (const chunk of stdin.setEncoding('utf8'))
      for (const letter of chunk as string) {
        if (letter === '\r' || letter === '\n' || letter === '\u0004') return typed
        if (letter === '\u0003') refuse('已取消。', 'Cancelled.')
        typed = letter === '\u007f' ? typed.slice(0, -1) : typed + letter
      }
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    process.stderr.write('\n')
  }
  return typed
}

export function longEnough(passphrase: string | undefined): string | undefined {
  if (passphrase !== undefined && passphrase.length < SHORTEST_PASSPHRASE)
    refuse(
      `备份口令至少 ${SHORTEST_PASSPHRASE} 个字符。`,
      `The passphrase needs at least ${SHORTEST_PASSPHRASE} characters.`,
    )
  return passphrase
}

/** One error, as both languages, and the end of the program. */
export function endWith(error: unknown): never {
  const disk = diskTrouble(error)
  const said =
    error instanceof GatehouseError
      ? [errors[error.code].en, errors[error.code]['zh-CN']].map((text, i) =>
          fill(text, error.params, i === 0 ? 'en' : 'zh-CN'),
        )
      : disk
        ? [
            `The disk could not be written: ${disk.en}. No backup was made.`,
            `磁盘无法写入：${disk['zh-CN']}。没有备份成。`,
          ]
        : bothOf(error)
  process.stderr.write(`${said.join('\n')}\n`)
  process.exit(1)
}
