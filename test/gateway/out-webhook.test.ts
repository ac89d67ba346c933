import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { webhookRecord } from '../../gateway/out/sinks/messages.ts'
import { webhookSink } from '../../gateway/out/sinks/webhook.ts'
import { tempFolder } from '../support/gateway.ts'
import { freePort } from '../support/service.ts'
import { until } from '../support/wait.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const root = join(import.meta.dirname, '../..')
const codeOf = (page: string) => /^```js\n(.*?)^```/ms.exec(readFileSync(join(root, page), 'utf8'))![1]!
const uncommented = (code: string) => code.replace(/^\/\/.*\n/gm, '')
const isOpen = (port: number) =>
  new Promise<boolean>(resolve => {
    const wire = connect(port, '127.0.0.1')
    wire.once('connect', () => wire.end(() => resolve(true)))
    wire.once('error', () => resolve(false))
  })

it('the receiver of the docs does each record once, and believes nobody else', async () => {
  const code = codeOf('docs/outputs.md')
  expect(uncommented(codeOf('docs/zh-CN/outputs.md'))).toBe(uncommented(code))
  const folder = tempFolder()
  const port = await freePort()
  writeFileSync(join(folder.path, 'receiver.mjs'), code)
  const env = { ...process.env, PORT: String(port), SECRET: 'geheim' }
  const child = spawn(process.execPath, [join(folder.path, 'receiver.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise(resolve => child.once('exit', resolve))
  closing.push(
    () => folder.remove(),
    () => gone,
    () => child.kill(),
  )
  let told = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    told += text
  })
  await until('it listens', () => isOpen(port))
  const record = (seq: number) => {
    const said = { seq, at: Date.now(), kind: 'workorder', id: `w${seq}`, action: 'opened', view: { 标题: '水泵' } }
    return webhookRecord('plaza', { ...said, open: true }, `t-${seq}`)
  }
  const send = async (secret: string, seqs: readonly number[], now = Date.now) => {
    const sink = webhookSink({ url: `http://127.0.0.1:${port}/`, secret, tls: {}, now })
    const verdict = await sink.send(seqs.map(record), new AbortController().signal)
    await sink.close()
    return 'why' in verdict ? verdict.why.code : verdict.kind
  }
  expect(await send('geheim', [1, 2])).toBe('taken')
  expect(await send('geheim', [2, 3])).toBe('taken')
  expect(await send('guessed', [4])).toBe('sign-in-refused')
  expect(await send('geheim', [5], () => Date.now() - 600_000)).toBe('sign-in-refused')
  expect(await send('geheim', [6])).toBe('taken')
  await until('it has told of the last', () => told.includes('w6'))
  expect(told.trim().split('\n')).toEqual([1, 2, 3, 6].map(seq => `workorder w${seq} opened`))
})
