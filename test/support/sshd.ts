import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort, needed, run } from './service.ts'
import { until } from './wait.ts'

/** Root may do everything everywhere: then those who sign in are nobody. */
const ROOT = process.getuid?.() === 0
const NOBODY = 65_534

/** Debian's OpenSSH server on folders of its own, for SFTP alone, with a line that can be cut and can stand still. */
export async function sshdAt(folder: string) {
  const file = needed('/usr/sbin/sshd')
  const inbox = join(folder, 'in')
  mkdirSync(inbox, { recursive: true })
  chmodSync(folder, 0o755)
  if (ROOT) {
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    chownSync(inbox, NOBODY, NOBODY)
  }
  const port = await freePort()
  const keygen = (name: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
  for (const name of ['host-1', 'host-2']) keygen(name)
  const keys = join(folder, 'authorized')
  writeFileSync(keys, '')
  /** @param mostKb of a file: a disk with no more room than that */
  const start = async (host: 'host-1' | 'host-2' = 'host-1', mostKb: number | null = null) => {
    const config = join(folder, 'sshd.conf')
    writeFileSync(
      config,
      [
        ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(folder, host)}`, 'PidFile none'],
        ...[`UsePAM ${ROOT ? 'no' : 'yes'}`, 'StrictModes no', `AuthorizedKeysFile ${keys}`, 'LogLevel VERBOSE'],
        ...['Subsystem sftp internal-sftp', 'ForceCommand internal-sftp', 'LoginGraceTime 20', ''],
      ].join('\n'),
    )
    const limit = mostKb === null ? '' : `ulimit -f ${mostKb * 2}; trap '' XFSZ; `
    const service = run('/bin/sh', ['-c', `${limit}exec ${file} -D -e -f ${config}`])
    await until(
      () => `sshd: ${service.said().slice(-500)}`,
      () => service.said().includes('Server listening'),
    )
    return service
  }

  const lines = new Set<Socket>()
  /** Bytes that still pass towards the server before a line is cut, or stands still. */
  let after = Number.POSITIVE_INFINITY
  let then: 'cut' | 'stall' = 'cut'
  const proxy = createServer(near => {
    const far = connect(port, '127.0.0.1')
    for (const one of [near, far]) {
      lines.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        near.destroy()
        far.destroy()
        lines.delete(one)
      })
    }
    far.pipe(near)
    near.on('data', bytes => {
      after -= bytes.length
      if (after >= 0) far.write(bytes)
      else if (then === 'cut') near.destroy()
      else near.pause()
    })
  })
  await new Promise<void>(ready => proxy.listen(0, '127.0.0.1', ready))

  return {
    start,
    inbox,
    host: '127.0.0.1',
    port: (proxy.address() as { port: number }).port,
    username: ROOT ? 'nobody' : userInfo().username,
    allow: (publicKey: string | null) => writeFileSync(keys, `${publicKey ?? ''}\n`),
    trouble(how: 'cut' | 'stall', bytes: number) {
      then = how
      after = bytes
    },
    heal() {
      after = Number.POSITIVE_INFINITY
    },
    /** Names in its folder; those that begin with a dot are under way. */
    names: () => readdirSync(inbox).sort(),
    read: (name: string) => readFileSync(join(inbox, name), 'utf8'),
    close() {
      for (const line of lines) line.destroy()
      proxy.close()
    },
  }
}
