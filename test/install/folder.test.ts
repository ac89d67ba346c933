import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Text } from '../../drivers/point.ts'
import { folderRefusal, lockFolder } from '../../gateway/core/lock.ts'
import { type Refusal, refuse } from '../../gateway/core/refusal.ts'
import { node24, root } from '../support/fresh.ts'
import { tempFolder } from '../support/gateway.ts'

let folder: ReturnType<typeof tempFolder>
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())
const refused = (work: () => unknown): Text => {
  try {
    work()
  } catch (error) {
    return (error as Refusal).text
  }
  throw new Error('it was not refused')
}

it('a second gateway on one folder is refused and learns who the first is; the lock ends with the process', () => {
  const unlock = lockFolder(folder.path)
  expect(refused(() => lockFolder(folder.path)).en).toMatch(/Another Gatehouse runs on \S+\. Stop it first/)
  writeFileSync(join(folder.path, 'run.json'), '{"pid":4711,"http":"127.0.0.1:8080"}')
  const text = refused(() => lockFolder(folder.path))
  expect(text.en).toContain('(process 4711, 127.0.0.1:8080)')
  expect(text['zh-CN']).toContain('（进程 4711，127.0.0.1:8080）')
  unlock()
  lockFolder(folder.path)()
  // One that was killed has unlocked nothing.
  const held = `import {lockFolder} from ${JSON.stringify(join(root, 'gateway/core/lock.ts'))}; lockFolder(${JSON.stringify(folder.path)}); process.kill(process.pid, 'SIGKILL')`
  spawnSync(node24, ['--input-type=module', '-e', held])
  lockFolder(folder.path)()
})

it('what is wrong with the disk is not blamed on another gateway', () => {
  const rows: [error: object, en: RegExp, zh: RegExp][] = [
    [{ code: 'ENOSPC' }, /the disk is full/, /磁盘已满/],
    [{ code: 'EROFS' }, /read-only/, /磁盘只读/],
    [{ code: 'EACCES' }, /no right to write.*chown/, /没有写入权限.*chown/],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, /the disk is full/, /磁盘已满/],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 8 }, /read-only/, /磁盘只读/],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 10 | (4 << 8) }, /I\/O error/, /读写出错/],
  ]
  for (const [error, en, zh] of rows) {
    const { text } = folderRefusal('/data/x', error) as Refusal
    expect(text.en).toMatch(en)
    expect(text['zh-CN']).toMatch(zh)
    expect([text.en, text['zh-CN']].every(t => t.includes('/data/x') && t.includes('gatehouse doctor'))).toBe(true)
  }
  // The lock itself: what cannot be opened is not held by anybody.
  mkdirSync(join(folder.path, 'lock.db'))
  expect(refused(() => lockFolder(folder.path)).en).toMatch(/cannot be written/)
  const other = new Error('something else')
  expect(folderRefusal('/data/x', other)).toBe(other)
  const ours = refused(() => refuse('一', 'one'))
  expect(ours.en).toBe('one')
})

it('a folder on a full or read-only disk: the gateway says so and ends with 1, at once', () => {
  // Where namespaces are not allowed, /proc is a place that nobody can write to.
  const mounts = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0
  const start = ['node', 'gateway/main.ts'].join(' ')
  const cases: [script: string, words: RegExp][] = mounts
    ? [
        [`mount -t tmpfs -o ro none "$GATEHOUSE_DATA" && exec ${start}`, /cannot be written: the disk is read-only/],
        [
          `mount -t tmpfs -o size=64k none "$GATEHOUSE_DATA" && dd if=/dev/zero of="$GATEHOUSE_DATA/fill" status=none; exec ${start}`,
          /cannot be written: the disk is full/,
        ],
      ]
    : [[`export GATEHOUSE_DATA=/proc/gatehouse; exec ${start}`, /cannot be written/]]
  for (const [script, words] of cases) {
    const args = mounts ? ['--map-root-user', '--mount', 'sh', '-c', script] : ['-c', script]
    const done = spawnSync(mounts ? 'unshare' : 'sh', args, {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
        GATEHOUSE_DATA: folder.path,
        GATEHOUSE_HTTP: '127.0.0.1:0',
        GATEHOUSE_MQTT: '127.0.0.1:0',
      },
    })
    expect([done.status, done.stderr]).toEqual([1, expect.stringMatching(words)])
    expect(done.stderr).toContain('不能写入')
    expect(done.stderr).not.toContain('Another Gatehouse')
  }
  console.log(`disks tried: ${cases.length}${mounts ? '' : ' (no namespaces here)'}`)
  expect(execFileSync('ls', ['-A', folder.path], { encoding: 'utf8' })).toBe('')
})
