import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { refuse } from '../core/refusal.ts'
import { endWith, passphraseFrom } from './console.ts'
import { restore } from './restore.ts'

/**
 * `npm run restore -- <file> [--data folder] [--with-secrets | --without-secrets] [--passphrase-file file]`: a backup takes
 * the place of what is in the data folder, which is kept in it under another name. The gateway must be stopped.
 */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      'with-secrets': { type: 'boolean' },
      'without-secrets': { type: 'boolean' },
      'passphrase-file': { type: 'string' },
    },
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0)
    return refuse(
      '用法：npm run restore -- <文件.tar.gz> [--data 目录] [--with-secrets | --without-secrets] [--passphrase-file 文件]',
      'Usage: npm run restore -- <file.tar.gz> [--data folder] [--with-secrets | --without-secrets] [--passphrase-file file]',
    )
  const data = resolve(values.data ?? (process.env.GATEHOUSE_DATA || 'data'))
  const withoutSecrets = values['without-secrets'] === true
  const passphrase = withoutSecrets
    ? undefined
    : await passphraseFrom(values['passphrase-file'], values['with-secrets'] === true)
  const done = await restore({ file: resolve(file), data, now: Date.now(), passphrase, withoutSecrets })
  const { manifest } = done
  process.stdout.write(
    [
      `Restored 已恢复: ${data}`,
      `made 备份时间 ${manifest.madeAt}, Gatehouse ${manifest.version}, trail 审计记录 ${manifest.trail?.seq ?? 0}`,
      `SHA-256 ${done.sha256}`,
      done.aside === null ? '' : `What was there 原有数据: ${done.aside}`,
      done.secrets > 0
        ? ''
        : 'Without secrets: what channels sign in with and secrets/notify.json are those of this machine, or missing. 未恢复密钥：沿用本机的，没有的须重新填写。',
      `Whoever lost an account, a token or a role after ${manifest.madeAt} has it again: look under Settings. 备份之后停用的账号、令牌和角色又有效了，请到设置中复核。`,
      '',
    ]
      .filter((line, i, all) => line !== '' || i === all.length - 1)
      .join('\n'),
  )
}

main().catch(endWith)
