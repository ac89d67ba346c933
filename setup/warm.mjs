// Types are stripped and the code is compiled once, by a gateway that starts with an empty site and ends at once; the
// results stay in node_modules/.cache. A gateway that has to do it itself keeps the compiler in its memory as long as it
// runs: some 50 MB, and a slower start.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { filesBelow, hashOf, root, say } from './steps.mjs'

export default async function warm() {
  const cache = join(root, 'node_modules', '.cache', 'node')
  const stamp = join(cache, '.warm')
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const sources = ['gateway', 'drivers', 'rules'].flatMap(path => filesBelow(join(root, path)))
  // With the folder: what is cached is found by its path.
  const wanted = `${root} ${hashOf([...sources, join(root, 'package-lock.json')])} ${scripts.gateway}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Preparing the program …')
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-warm-'))
  const child = spawn('sh', ['-c', scripts.gateway], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
      GATEHOUSE_DATA: data,
      GATEHOUSE_HTTP: '127.0.0.1:0',
      GATEHOUSE_MQTT: '127.0.0.1:0',
    },
  })
  const look = setInterval(() => existsSync(join(data, 'run.json')) && child.kill('SIGTERM'), 100)
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const code = await new Promise(resolve => {
    child.once('error', () => resolve(1))
    child.once('exit', code => resolve(code ?? 1))
  })
  clearInterval(look)
  clearTimeout(late)
  rmSync(data, { recursive: true, force: true })
  // It only saves time and memory: the gateway itself will say what is wrong.
  if (code !== 0) return say('  it did not work; the next start will be slower')
  mkdirSync(cache, { recursive: true })
  writeFileSync(stamp, wanted)
}
