import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { goBehind } from '../core/behind.ts'
import { refuse } from '../core/refusal.ts'
import { siteOf } from './collect.ts'
import { endWith, longEnough, passphraseFrom } from './console.ts'
import { makeBackup } from './write.ts'

/**
 * `npm run backup -- <file> [--data folder] [--with-secrets] [--passphrase-file file]`: all of a data folder in one file,
 * while the gateway runs or not.
 */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      'with-secrets': { type: 'boolean' },
      'passphrase-file': { type: 'string' },
    },
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0)
    return refuse(
      '用法：npm run backup -- <文件.tar.gz> [--data 目录] [--with-secrets] [--passphrase-file 文件]',
      'Usage: npm run backup -- <file.tar.gz> [--data folder] [--with-secrets] [--passphrase-file file]',
    )
  const data = resolve(values.data ?? (process.env.GATEHOUSE_DATA || 'data'))
  const passphrase = longEnough(await passphraseFrom(values['passphrase-file'], values['with-secrets'] === true))
  // The gateway on the same machine goes first.
  goBehind()
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const made = await makeBackup({ data, file, version, site: siteOf(data), now: Date.now(), passphrase })
  const secrets = made.manifest.secrets
    ? `${made.manifest.secrets.files} secret files, closed with the passphrase 密钥文件已加密`
    : 'without secrets 不含密钥'
  process.stdout.write(
    `${made.file}\n${made.manifest.files.length} files, ${made.bytes} bytes, ${secrets}\nSHA-256 ${made.sha256}\n`,
  )
}

main().catch(endWith)
